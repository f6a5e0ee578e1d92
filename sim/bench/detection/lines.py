"""What was heard in one call, as one line: first verdict, revision, instants."""

from collections.abc import Mapping, Sequence

import msgspec

from dialer.audio.features import RATE
from dialer.engine.events import VERDICTS, Heard

REFS_WORDS: Mapping[str, str] = {
    "powered_off": "power_off",
    "congestion": "net_busy",
    "misdialled": "misdial",
    "forwarded": "forwarding",
}
"Our word for a kind -> the manifest's. All others are the same."
STANDING: Mapping[str, int] = {
    "silence": 0, "audio": 1, "speech": 2, "ringback": 3, "crbt": 4, "announcement": 5,
    "busy_or_congestion": 6, "busy": 6, "congestion": 6, "sit": 7,
}  # fmt: skip
"""Before the answer what says more takes the place of what says less: an announcement after a
ringback, a tone that ends the call after either."""


class Line(msgspec.Struct, frozen=True):
    """One call as a detector heard it. Milliseconds are of the recording."""

    path: str
    phase: str
    verdict: str = ""
    kind: str = ""
    confidence: float | None = None
    decided_ms: float | None = None
    greeting_end_ms: float | None = None
    revised_to: str = ""
    revised_ms: float | None = None
    beep_ms: float | None = None
    cause: str = ""
    sound_ms: float | None = None
    "Before the answer: when the verdict was first said; its kind may have come later."


def line(path: str, phase: str, heard: Sequence[Heard]) -> Line:
    """The line of a call."""
    return _early(path, phase, heard) if phase == "early" else _answered(path, phase, heard)


def _answered(path: str, phase: str, heard: Sequence[Heard]) -> Line:
    verdicts = [event for event in heard if event.sound in VERDICTS or _answers_falsely(event)]
    beep = next((_ms(event) for event in heard if event.sound == "beep"), None)
    ends = [event.greeting_end_s for event in heard if event.greeting_end_s is not None]
    if not verdicts:
        return Line(path, phase, beep_ms=beep)
    first, last = verdicts[0], verdicts[-1]
    revised = last if last.sound != first.sound else None
    return Line(
        path, phase, first.sound, _theirs(first.kind), round(first.confidence, 3), _ms(first),
        greeting_end_ms=round(1000.0 * ends[-1], 1) if ends else None,
        revised_to=revised.sound if revised else "",
        revised_ms=_ms(revised) if revised else None,
        beep_ms=beep,
        cause=first.cause if revised is None else f"{first.cause}; then {revised.cause}",
    )  # fmt: skip


def _early(path: str, phase: str, heard: Sequence[Heard]) -> Line:
    best: Heard | None = None
    first: Heard | None = None
    revised: Heard | None = None
    for event in heard:
        if best is None or _standing(event) > _standing(best) or _is_finer(event, best):
            first = event if best is None or event.sound != best.sound else first
            best = event
        elif best.sound == "sit" and event.sound == "announcement" and event.kind:
            revised = event
    if best is None or best.sound in ("audio", "speech"):
        return Line(path, phase, "silence" if best is None else best.sound)
    kind = "" if best.sound == "crbt" else best.kind
    if revised is not None and kind in ("", "unknown"):
        kind = revised.kind
    return Line(
        path, phase, best.sound, _theirs(kind), round(best.confidence, 3), _ms(best),
        revised_to=revised.sound if revised else "",
        revised_ms=_ms(revised) if revised else None,
        cause=best.cause, sound_ms=_ms(first or best),
    )  # fmt: skip


def _standing(event: Heard) -> float:
    """A voice that is taken for a CRBT because it is unlike any announcement says little."""
    unlike = event.sound == "crbt" and event.kind == "speech"
    return STANDING["speech"] + 0.5 if unlike else STANDING.get(event.sound, -1)


def _is_finer(event: Heard, best: Heard) -> bool:
    """The same announcement, of which the kind is known now."""
    return event.sound == best.sound == "announcement" and best.kind == "unknown" != event.kind


def _answers_falsely(event: Heard) -> bool:
    return event.sound in ("busy", "congestion", "busy_or_congestion", "sit", "announcement")


def _theirs(kind: str) -> str:
    return REFS_WORDS.get(kind, kind)


def _ms(event: Heard) -> float:
    return round(1000.0 * event.sample / RATE, 1)
