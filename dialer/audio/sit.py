"""Special information tones: three notes, low, middle, high, and what their lengths say.

North America codes a meaning into which of two pitches and two lengths the first two notes have;
the ITU's three equal notes only say that a message follows. Pitches are compared as ratios to
the third: a line that shifts all of them by two per cent changes no ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import Frame
from dialer.audio.listener import Listening, Said
from dialer.audio.tones import Notes, special_information

RANGES_HZ = ((880.0, 1040.0), (1325.0, 1485.0), (1715.0, 1860.0))
"Low, middle, high: 2.5 % and some around the notes of every plan."
DOMINANT = 0.5
"A note holds so much of the frame's power."
FAINTEST = 10.0**-5.6
NOTE_S = (0.2, 0.48)
"How long a note may be."
GAP_FRAMES = 3
"How long a gap between two notes may be; networks leave none, or 30 ms."
CODED_IN = frozenset({"us", "ca"})
"Elsewhere three notes only say that a message follows, whatever their lengths."
RATIO_ERROR, LENGTH_ERROR_S = 0.012, 0.04
"What a measured note may be off by: the units in which likeness is measured."
ALIKE, APART = 12.0, 4.0
"Sum of squares up to which a meaning is taken for it, and by which another must be worse."


@dataclass(slots=True)
class _Note:
    which: int
    start: int
    end: int
    hz: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / RATE


class SpecialInformation:
    """Waits for the three notes."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(rows, which=np.int64(0), coded=np.False_)
        self._notes: dict[int, list[_Note]] = {}

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call."""
        self._memory.reset(row)
        self._memory.coded[row] = ask.plan.country in CODED_IN
        self._notes[row] = []

    def answer(self, row: int, clock: int) -> None:
        """Nothing changes."""

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame: only notes, and what comes just after them, cost anything."""
        which = np.zeros(len(frame.rows), dtype=np.int64)
        sounds = (frame.peak_share > DOMINANT) & (frame.total > FAINTEST)
        for index, (low, high) in enumerate(RANGES_HZ, start=1):
            which[sounds & (frame.peak_hz > low) & (frame.peak_hz < high)] = index
        before = self._memory.which[frame.rows]
        self._memory.which[frame.rows] = which
        found = []
        for i in np.flatnonzero((which > 0) | (before > 0)):
            row = int(frame.rows[i])
            kind = self._hear(row, int(which[i]), float(frame.peak_hz[i]), int(frame.centre[i]))
            if kind is not None:
                meaning, label = kind if self._memory.coded[row] else ("unknown", "not coded here")
                found.append(
                    Said(row, "sit", int(frame.centre[i]), meaning, 0.95, f"three notes: {label}")
                )
        return found

    def _hear(self, row: int, which: int, hz: float, now: int) -> tuple[str, str] | None:
        notes = self._notes[row]
        if which and notes and notes[-1].which == which and _joins(notes[-1], now):
            notes[-1].end = now + HOP
            notes[-1].hz.append(hz)
        elif which:
            notes.append(_Note(which, now, now + HOP, [hz]))
            del notes[:-6]
        lasts = which == 3 and not _is_long(notes[-1])
        return None if lasts else self._ended(notes)

    def _ended(self, notes: list[_Note]) -> tuple[str, str] | None:
        """The meaning of three notes of which the last is over."""
        three = [note for note in notes if note.seconds >= 2 * HOP / RATE][-3:]
        if [note.which for note in three] != [1, 2, 3] or not all(
            NOTE_S[0] <= note.seconds <= NOTE_S[1] + HOP / RATE for note in three
        ):
            return None
        if not all(_joins(a, b.start) for a, b in pairwise(three)):
            return None
        notes.clear()
        return meaning(
            [float(np.median(note.hz)) for note in three], [note.seconds for note in three]
        )


def _joins(note: _Note, start: int) -> bool:
    return start - note.end <= GAP_FRAMES * HOP


def _is_long(note: _Note) -> bool:
    return note.seconds >= NOTE_S[1]


def meaning(freqs_hz: Sequence[float], seconds: Sequence[float]) -> tuple[str, str]:
    """Kind and name of the tone most like these notes; `unknown` if two are as like.

    >>> meaning([985.2, 1370.6, 1776.7], [0.38, 0.274, 0.38])
    ('vacant', 'VC vacant code')
    >>> meaning([930.0, 1370.0, 1760.0], [0.33, 0.33, 0.33])[0]
    'unknown'
    """
    ranked = sorted(
        ((_unlike(notes, freqs_hz, seconds), notes) for notes in special_information()),
        key=lambda pair: pair[0],
    )
    least, best = ranked[0]
    rivals = [worse for worse, notes in ranked if notes.kind != best.kind]
    if least > ALIKE or rivals[0] - least < APART:
        return "unknown", "not told apart"
    return best.kind, best.label


def _unlike(notes: Notes, freqs_hz: Sequence[float], seconds: Sequence[float]) -> float:
    pitch = [
        (freqs_hz[i] / freqs_hz[2]) / (notes.freqs_hz[i] / notes.freqs_hz[2]) - 1.0
        for i in range(2)
    ]
    length = [a - b for a, b in zip(seconds, notes.seconds, strict=True)]
    return float(
        sum((x / RATIO_ERROR) ** 2 for x in pitch) + sum((x / LENGTH_ERROR_S) ** 2 for x in length)
    )
