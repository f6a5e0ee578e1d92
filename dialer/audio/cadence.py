"""Which tones of a plan fit a row of bursts: a pure function over their lengths.

The first burst may have begun before anybody listened, and the silence after the last goes on:
both only say "at least so long". A verdict is given when everything that still fits means the
same; when two tones of a country are alike (busy and congestion in Japan), it says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dialer.audio.tones import Tone
from dialer.engine.events import Sound

LONG_BURST_S = 0.6
"One burst of ringback is enough if it is at least so long: no vowel is, at one pitch."
PAUSE_S = 0.14
"... and ends: a held note of music goes over into the next."
LONG_GAP_S = 1.0
"A shorter burst needs so long a silence after it."
SHORTEST_S = 0.25
SECOND_GAP_S = 0.3
"After the second of two short bursts: a double ring, and not the start of something faster."
LEAST_S = 1.2
"Busy and congestion, however fast, are not believed sooner."
ALIKE_AFTER = 5
"Bursts after which busy and congestion that both still fit are called alike."
ENGAGED: frozenset[Sound] = frozenset({"busy", "congestion", "busy_or_congestion"})


@dataclass(frozen=True, slots=True)
class Burst:
    """A stretch of tone, and the silence after it."""

    on_s: float
    off_s: float
    "Of the last burst: so far."
    fits: frozenset[int]
    "Which tones of the plan are made of these frequencies."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bursts mean."""

    tone: Tone
    sound: Sound


def recognise(
    tones: Sequence[Tone], bursts: Sequence[Burst], *, clean_gap: bool = True
) -> Verdict | None:
    """The meaning of the bursts, if it is certain by now.

    `clean_gap`: nothing is left of the last burst. Else it may be a note of music, and one
    burst proves nothing.
    """
    for first in range(len(bursts)):
        recent = bursts[first:]
        fitting = [
            tone
            for index, tone in enumerate(tones)
            if all(index in burst.fits for burst in recent) and _fits(tone, recent, first > 0)
        ]
        if fitting:
            return _meaning(fitting, recent) if clean_gap or len(recent) > 1 else None
    return None


def _fits(tone: Tone, bursts: Sequence[Burst], whole: bool) -> bool:
    """`whole`: even the first burst was heard from its beginning."""
    starts = range(0, len(tone.cadence), 2)
    return any(_fits_from(tone, start, bursts, whole) for start in starts)


def _fits_from(tone: Tone, start: int, bursts: Sequence[Burst], whole: bool) -> bool:
    last = len(bursts) - 1
    for k, burst in enumerate(bursts):
        on = tone.cadence[(start + 2 * k) % len(tone.cadence)]
        off = tone.cadence[(start + 2 * k + 1) % len(tone.cadence)]
        if burst.on_s > on.at_most_s or ((whole or k > 0) and burst.on_s < on.at_least_s):
            return False
        if burst.off_s > off.at_most_s or (k < last and burst.off_s < off.at_least_s):
            return False
    return True


def _meaning(fitting: Sequence[Tone], bursts: Sequence[Burst]) -> Verdict | None:
    tone = fitting[0]
    if not all(_is_enough(each, bursts) for each in fitting):
        return None
    meanings = {(each.sound, each.kind) for each in fitting}
    if len(meanings) == 1:
        return Verdict(tone, tone.sound)
    alike = len({each.cadence for each in fitting}) == 1 or len(bursts) >= ALIKE_AFTER
    if alike and all(each.sound in ENGAGED for each in fitting):
        return Verdict(tone, "busy_or_congestion")
    return None


def _is_enough(tone: Tone, bursts: Sequence[Burst]) -> bool:
    """Whether so little is enough to be sure of this tone."""
    if tone.sound == "ringback":
        return _rings(bursts)
    periods = max(2, len(tone.cadence) // 2)
    whole = len(bursts) - (not _admits(tone, bursts[0].on_s, 0))
    gaps = len(bursts) - (not _admits(tone, bursts[-1].off_s, 1))
    heard_s = sum(burst.on_s + burst.off_s for burst in bursts)
    return min(whole, gaps) >= periods and heard_s >= LEAST_S


def _rings(bursts: Sequence[Burst]) -> bool:
    last = bursts[-1]
    return (
        (last.on_s >= LONG_BURST_S and last.off_s >= PAUSE_S)
        or (last.on_s >= SHORTEST_S and last.off_s >= LONG_GAP_S)
        or (len(bursts) == 2 and last.off_s >= SECOND_GAP_S)
        or len(bursts) > 2
    )


def _admits(tone: Tone, seconds: float, parity: int) -> bool:
    return any(span.admits(seconds) for span in tone.cadence[parity::2])
