"""One pure tone after the answer: an answering machine's beep, or a fax.

What tells a beep from a vowel is not its purity but its pitch: a machine holds it to two parts in
a thousand, a voice does not. It also stands alone: quiet before it, no second tone beside it, and
no note before it as in music.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE, Float32Array
from dialer.audio.frames import Bools, Floats, Frame
from dialer.audio.listener import Listening, Said
from dialer.audio.tones import TonePlan

RANGE_HZ = (340.0, 2700.0)
DOMINANT = 0.6
"While it lasts, a frame's power is at least so much the tone's."
PURE = 0.7
"... and over the whole of it so much."
RIVAL = 0.3
ONE_TONE_BINS = 1.2
"Wider than that it is two tones side by side (440 and 480 Hz: 2.0); a bell that beats is 1."
FAINTEST = 10.0**-5.6
SAME_PITCH = 0.015
"A frame off by more begins another tone."
HELD_PITCH = 0.002
"Standard deviation of a beep's pitch."
HELD_DB, DYING_DB = 2.5, 7.0
"... of its level; more if it was quiet before: a bell dies away."
QUIET_BEFORE_DB, NOT_LOUDER_DB, STILL_DB = -3.0, 0.0, -9.0
"Median, and most, of the 0.3 s before it, against its own level."
EXACT_PITCH, EXACT_DB, STILLER_DB, EXACT_LOUDER_DB = 0.0006, 0.5, -12.0, 6.0
"""Pitch and level held so exactly are no voice's and no instrument's: after a pause (the median)
the last words before it may have been somewhat louder."""
HOLE_FRAMES = 2
"A lost packet, or the turn of an ANSam's phase, does not end a tone."
MEMORY_FRAMES = 18
EDGE_FRAMES = 2
"Frames just before a tone in which the window already holds some of it."
VOICED_FRAMES = 10
"So much voice since the answer means that somebody has spoken."
ANSWER_TONES_HZ = ((2047.0, 2153.0), (2190.0, 2260.0))
"CED and ANSam of a fax or modem; the answer tone of an old modem."
ANSWER_TONE_S = 0.5
CALLING_HZ, CALLING_S = (1072.0, 1128.0), (0.4, 0.62)
"CNG, the tone of a fax that calls: half a second, each three and a half (ITU-T T.30)."
BUSY_GAP_S = 1.0
"A tone that the network uses itself is a beep if no other follows for so long."
NETWORK = 0.028


@dataclass(frozen=True, slots=True)
class _Tone:
    """A tone as only a machine holds one."""

    start: int
    hz: float
    seconds: float
    until: int = 0
    "When it is a beep if nothing has contradicted by then."


class Beep:
    """Follows the strongest component of every call, as long as it holds its pitch."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, answered=np.False_, voiced=np.int64(0), least=np.int64(0),
            frames=np.int64(0), holes=np.int64(0), start=np.int64(0), hz=np.float64(0.0),
            told=np.False_, calls=np.False_, sums=np.zeros(6), last=np.zeros(6),
            before=np.full(MEMORY_FRAMES, -120.0),
            before_median=np.float64(0.0), before_most=np.float64(0.0),
        )  # fmt: skip
        self._network: dict[int, tuple[tuple[float, float], ...]] = {}
        "Of each call: pitches of the network's own tones, and how long one lasts at least."
        self._waiting: dict[int, _Tone] = {}

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call."""
        self._memory.reset(row)
        self._memory.least[row] = round(ask.preset.beep_s * RATE / HOP)
        self._network[row] = _single_tones(ask.plan)
        self._waiting.pop(row, None)

    def answer(self, row: int, clock: int) -> None:
        """From now on."""
        self._memory.reset(row, "frames", "voiced", "calls")
        self._memory.answered[row] = True
        self._waiting.pop(row, None)

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame. Before the answer only what a beep would come after."""
        answered = self._memory.answered[frame.rows]
        if not answered.all():
            self._remember(frame.rows[~answered], _level_db(frame.total[~answered]))
            frame = frame.only(answered)
        return self._hear(frame) if len(frame.rows) else []

    def _hear(self, frame: Frame) -> list[Said]:
        memory, rows = self._memory, frame.rows
        memory.voiced[rows] += frame.voiced
        level_db = _level_db(frame.total)
        pure = _is_one_tone(frame)
        on = memory.frames[rows] > 0
        goes_on = on & pure & (np.abs(frame.peak_hz - memory.hz[rows]) < SAME_PITCH * frame.peak_hz)
        holes = np.where(on & ~goes_on, memory.holes[rows] + 1, 0)
        memory.holes[rows] = holes
        # A tone has to have begun to have holes: else every vowel would be one.
        over = (holes > HOLE_FRAMES) | ((holes > 0) & (memory.frames[rows] < memory.least[rows]))
        whole = over & (memory.frames[rows] >= memory.least[rows])
        found = [news for i in np.flatnonzero(whole) for news in self._ended(frame, int(i))]
        self._add(frame, level_db, goes_on)
        self._begin(frame, level_db, pure & (over | ~on))
        memory.frames[rows[over & ~pure]] = 0
        self._remember(rows, level_db)
        lasts = goes_on & (memory.frames[rows] >= memory.least[rows])
        for i in np.flatnonzero(lasts):
            found.extend(self._lasts(int(rows[i]), int(frame.clock[i])))
        return [*found, *self._due(frame)]

    def _remember(self, rows: NDArray[np.intp], level_db: Floats) -> None:
        """How loud it was of late."""
        before = self._memory.before[rows, 1:]
        self._memory.before[rows] = np.concatenate([before, level_db[:, np.newaxis]], axis=1)

    def _begin(self, frame: Frame, level_db: Floats, begins: Bools) -> None:
        memory, rows = self._memory, frame.rows[begins]
        if not len(rows):
            return
        before = memory.before[rows][:, :-EDGE_FRAMES]
        memory.frames[rows] = 1
        memory.holes[rows] = 0
        memory.start[rows] = frame.clock[begins] - HOP
        memory.hz[rows] = frame.peak_hz[begins]
        memory.sums[rows] = 0.0
        memory.last[rows] = 0.0
        memory.told[rows] = False
        memory.before_median[rows] = np.median(before, axis=1)
        memory.before_most[rows] = before.max(axis=1)

    def _add(self, frame: Frame, level_db: Floats, goes_on: Bools) -> None:
        """Sums over the tone, but for its first frame and its latest: its edges smear them."""
        memory, rows = self._memory, frame.rows[goes_on]
        off = frame.peak_hz[goes_on] / memory.hz[rows] - 1.0
        level = level_db[goes_on]
        memory.sums[rows] += memory.last[rows]
        memory.last[rows] = np.column_stack(
            [np.ones(len(rows)), off, off**2, level, level**2, frame.peak_share[goes_on]]
        )
        memory.frames[rows] += 1

    def _lasts(self, row: int, now: int) -> list[Said]:
        """A tone that goes on: a beep is one at once, others have to end or go on first."""
        tone = self._tone(row, now)
        if tone is None or self._memory.told[row] or not self._memory.answered[row]:
            return []
        if _within(tone.hz, *ANSWER_TONES_HZ):
            if tone.seconds < ANSWER_TONE_S:
                return []
            self._memory.told[row] = True
            return [Said(row, "fax", now, "", 0.97, f"{tone.hz:.0f} Hz for {tone.seconds:.1f} s")]
        self._waiting.pop(row, None)
        if self._may_be_calling(row, tone) or self._networks_shortest_s(row, tone):
            return []
        self._memory.told[row] = True
        return [_beep(row, tone)]

    def _ended(self, frame: Frame, i: int) -> list[Said]:
        """A tone that is over: a short one that had to wait for its end."""
        row = int(frame.rows[i])
        now = int(frame.clock[i]) - HOLE_FRAMES * HOP
        tone = self._tone(row, now)
        if tone is None or self._memory.told[row] or not self._memory.answered[row]:
            return []
        if self._may_be_calling(row, tone) and CALLING_S[0] <= tone.seconds <= CALLING_S[1]:
            return self._calls(row, now)
        shortest_s = self._networks_shortest_s(row, tone)
        if shortest_s is not None and self._memory.voiced[row] < VOICED_FRAMES:
            return []
        if shortest_s is not None and tone.seconds >= shortest_s:
            self._waiting[row] = replace(tone, until=now + int(BUSY_GAP_S * RATE))
            return []
        return [_beep(row, tone)]

    def _calls(self, row: int, now: int) -> list[Said]:
        """Half a second of 1100 Hz before anybody has spoken; that a fax repeats it is no news."""
        if self._memory.calls[row]:
            return []
        self._memory.calls[row] = True
        return [Said(row, "fax", now, "", 0.9, "1100 Hz for half a second before any word")]

    def _due(self, frame: Frame) -> list[Said]:
        """Tones that nothing has contradicted for long enough."""
        if not self._waiting:
            return []
        clocks = dict(zip(frame.rows.tolist(), frame.clock.tolist(), strict=True))
        due = [row for row, tone in self._waiting.items() if clocks.get(row, 0) >= tone.until]
        return [_beep(row, self._waiting.pop(row)) for row in due]

    def _tone(self, row: int, now: int) -> _Tone | None:
        """The tone in this row, if it is held as only a machine holds one."""
        memory = self._memory
        n, off, off2, level, level2, share = memory.sums[row]
        if n < 2:
            return None
        pitch = _deviation(n, off, off2)
        wavers_db = _deviation(n, level, level2)
        median_db, most_db = (
            memory.before_median[row] - level / n, memory.before_most[row] - level / n,
        )  # fmt: skip
        dies = wavers_db < DYING_DB and most_db < STILL_DB
        exact = pitch < EXACT_PITCH and wavers_db < EXACT_DB and median_db < STILLER_DB
        if not (
            pitch < HELD_PITCH
            and share / n > PURE
            and (wavers_db < HELD_DB or dies)
            and median_db < QUIET_BEFORE_DB
            and most_db < (EXACT_LOUDER_DB if exact else NOT_LOUDER_DB)
        ):
            return None
        hz = float(memory.hz[row] * (1.0 + off / n))
        start = int(memory.start[row])
        return _Tone(start, hz, (now - start) / RATE)

    def _may_be_calling(self, row: int, tone: _Tone) -> bool:
        return _within(tone.hz, CALLING_HZ) and self._memory.voiced[row] < VOICED_FRAMES

    def _networks_shortest_s(self, row: int, tone: _Tone) -> float | None:
        """How long a tone of the network's of this pitch lasts at least; None: it has none."""
        lengths = [s for hz, s in self._network[row] if abs(tone.hz / hz - 1.0) < NETWORK]
        return min(lengths, default=None)


def _level_db(total: Float32Array) -> Floats:
    level: Floats = 10.0 * np.log10(total + 1e-12)
    return level


def _beep(row: int, tone: _Tone) -> Said:
    return Said(row, "beep", tone.start, "", 0.95, f"{tone.hz:.0f} Hz, held")


def _deviation(n: float, total: float, squares: float) -> float:
    return math.sqrt(max(squares / n - (total / n) ** 2, 0.0))


def _within(hz: float, *ranges: tuple[float, float]) -> bool:
    return any(low < hz < high for low, high in ranges)


def _is_one_tone(frame: Frame) -> Bools:
    return (
        (frame.peak_share > DOMINANT)
        & (frame.rival_share < RIVAL)
        & (frame.peak_width < ONE_TONE_BINS)
        & (frame.peak_hz > RANGE_HZ[0])
        & (frame.peak_hz < RANGE_HZ[1])
        & (frame.total > FAINTEST)
    )


def _single_tones(plan: TonePlan) -> tuple[tuple[float, float], ...]:
    """The frequencies that stand alone in one of the plan's tones, and its shortest burst."""
    return tuple(
        (hz, min(span.at_least_s for span in tone.cadence[::2]))
        for tone in plan.tones
        if tone.any_of or len(tone.freqs_hz) == 1
        for hz in tone.freqs_hz
    )
