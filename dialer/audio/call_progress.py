"""Ringback, busy, congestion and their kin: pure bursts in a cadence of the called country."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dialer.audio.bursts import BINS, Bursts, Cut
from dialer.audio.cadence import Burst, recognise
from dialer.audio.columns import Columns
from dialer.audio.features import BIN_HZ, HOP, RATE
from dialer.audio.frames import PASSBAND, Frame
from dialer.audio.listener import Listening, Said
from dialer.audio.tones import Tone

TOLERANCE = 0.028
"Of a frequency: networks keep 2.5 %."
LOBE_HZ = 1.8 * BIN_HZ
"Half the width of a tone under the window."
APART_HZ = 60.0
"Two components nearer than this are one to us: either will do."
PURE = 0.8
"Part of a burst that lies in the bins of one tone."
COMPONENT = 0.06
"Part of it that each of two components holds at least."
WAVER_DB = 3.0
"How much the level of a tone may waver."
QUIET = 0.6
"A gap holds less than this of the burst's power: speech and music leave no gap."
GAP_NOISE, GAP_TONE = 1.2, 0.1
"""When a tone stops, what is left is what else there was: a clean gap holds at most so much of
the burst's noise and of its tone. (A codec that keeps the noise down under a tone spoils it.)"""
TAIL_FRAMES = 2
"Of a gap, in which the window still holds the burst, or a repeated packet does."
SHORTEST_S = 0.05
DROPOUT_S = 0.13
"A hole in a burst that lost packets may tear, unless the plan has gaps as short."
MOST = 12
"Bursts that are remembered."
STALE_S = 8.0
"A gap longer than any cadence's: what went before is over."
AGAIN = 5
"Frames between two looks at a gap that grows."

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a tone's power lies."""

    whole: Mask
    components: tuple[Mask, ...]
    "One for each component that can be told from the others."


@dataclass(frozen=True, slots=True)
class _Kept:
    """A burst of the plan."""

    start: int
    end: int
    fits: frozenset[int]
    power: float
    "Of everything while it lasted."
    left: float
    "The most that a clean gap after it may hold."


@dataclass(slots=True)
class _Line:
    """One call: the tones it may hear, and the bursts it has heard."""

    tones: tuple[Tone, ...]
    shapes: list[_Shape]
    dropout_s: float
    kept: list[_Kept] = field(default_factory=list)
    said: tuple[str, str] = ("", "")


class CallProgress:
    """Asks `recognise` what the bursts on each line mean."""

    def __init__(self, rows: int) -> None:
        self._bursts = Bursts(rows)
        self._gaps = Columns(rows, pending=np.False_, power=np.float64(0.0), frames=np.int64(0))
        self._lines: dict[int, _Line] = {}

    def grow(self, rows: int) -> None:
        """Make room."""
        self._bursts.grow(rows)
        self._gaps.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call: the bins of its plan."""
        shapes = [_shape(tone) for tone in ask.plan.tones]
        self._bursts.open(row, np.logical_or.reduce([shape.whole for shape in shapes]))
        self._gaps.reset(row)
        self._lines[row] = _Line(ask.plan.tones, shapes, _dropout_s(ask.plan.tones))

    def answer(self, row: int, clock: int) -> None:
        """What was heard before the answer says nothing about what comes after it."""
        self._lines[row].said = ("", "")
        self._lines[row].kept.clear()
        self._gaps.reset(row)

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame."""
        for cut in self._bursts.step(frame):
            if cut.end - cut.start >= SHORTEST_S * RATE:
                self._keep(cut)
        gaps, rows = self._gaps, frame.rows
        gap = gaps.pending[rows] & ~self._bursts.last(rows)
        if not gap.any():
            return []
        gaps.frames[rows] += gap
        gaps.power[rows] += np.where(gap & (gaps.frames[rows] > TAIL_FRAMES), frame.total, 0.0)
        due = gap & (gaps.frames[rows] % AGAIN == TAIL_FRAMES + 1)
        return [
            news
            for i in np.flatnonzero(due)
            for news in self._ask(int(rows[i]), int(frame.centre[i]))
        ]

    def _keep(self, cut: Cut) -> None:
        """File a burst with the tones that it may be. One that is none of them is noise."""
        line, gaps = self._lines[cut.row], self._gaps
        kept = _kept(cut, line.shapes)
        if not kept.fits:
            frames = (cut.end - cut.start) // HOP
            gaps.power[cut.row] += cut.total * frames
            gaps.frames[cut.row] += frames
            return
        if line.kept and self._gap_is_loud(cut.row, line.kept[-1]):
            line.kept.clear()
        if line.kept and kept.start - line.kept[-1].end < line.dropout_s * RATE:
            kept = replace(kept, start=line.kept.pop().start)
        line.kept.append(kept)
        del line.kept[:-MOST]
        gaps.reset(cut.row)
        gaps.pending[cut.row] = True

    def _gap_is_loud(self, row: int, before: _Kept) -> bool:
        return self._gap_power(row) > QUIET * before.power

    def _gap_power(self, row: int) -> float:
        frames = int(self._gaps.frames[row]) - TAIL_FRAMES
        return float(self._gaps.power[row]) / frames if frames > 0 else 0.0

    def _ask(self, row: int, now: int) -> list[Said]:
        """What the bursts mean, now that the gap after the last has grown."""
        line = self._lines[row]
        last = line.kept[-1]
        if self._gap_is_loud(row, last) or now - last.end > STALE_S * RATE:
            line.kept.clear()
            self._gaps.reset(row)
            return []
        clean = self._gap_power(row) <= last.left
        verdict = recognise(line.tones, _bursts(line.kept, now), clean_gap=clean)
        if verdict is None or (verdict.sound, verdict.tone.kind) == line.said:
            return []
        line.said = (verdict.sound, verdict.tone.kind)
        return [Said(row, verdict.sound, now, verdict.tone.kind, 0.95,
                     f"cadence {verdict.tone.label}")]  # fmt: skip


def _bursts(kept: Sequence[_Kept], now: int) -> list[Burst]:
    ends = [burst.start for burst in kept[1:]] + [now]
    return [
        Burst((burst.end - burst.start) / RATE, (end - burst.end) / RATE, burst.fits)
        for burst, end in zip(kept, ends, strict=True)
    ]


def _dropout_s(tones: Sequence[Tone]) -> float:
    return min(DROPOUT_S, *(0.8 * span.at_least_s for tone in tones for span in tone.cadence[1::2]))


def _shape(tone: Tone) -> _Shape:
    groups: list[list[float]] = []
    for hz in tone.freqs_hz:
        if groups and hz - groups[-1][-1] < APART_HZ:
            groups[-1].append(hz)
        else:
            groups.append([hz])
    masks = tuple(np.logical_or.reduce([_lobe(hz) for hz in group]) for group in groups)
    told_apart = () if tone.any_of or len(masks) == 1 else masks
    return _Shape(np.logical_or.reduce(masks), told_apart)


def _lobe(hz: float) -> Mask:
    bins = np.arange(BINS) * BIN_HZ
    mask: Mask = np.abs(bins - hz) <= hz * TOLERANCE + LOBE_HZ
    return mask


def _kept(cut: Cut, shapes: Sequence[_Shape]) -> _Kept:
    """The tones that this burst may be, by its spectrum."""
    whole = float(cut.power[PASSBAND].sum()) + 1e-20
    parts = [float(cut.power[shape.whole].sum()) for shape in shapes]
    fits = frozenset(
        index
        for index, (shape, part) in enumerate(zip(shapes, parts, strict=True))
        if part > PURE * whole
        and all(cut.power[one].sum() > COMPONENT * whole for one in shape.components)
    )
    tone = max(parts)
    left = GAP_NOISE * max(cut.total - tone, 0.0) + GAP_TONE * tone
    steady = fits if cut.waver_db < WAVER_DB else frozenset()
    return _Kept(cut.start, cut.end, steady, cut.total, left)
