"""Cuts the tone in a band of each call's own into bursts.

A burst begins and ends where the power in the band passes a quarter of its height: half the
window is in the tone there, so lengths come out right whatever the window's. Noise is measured
in the gaps and taken off, so that a burst in noise is as pure as one without.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import WINDOW, Float32Array
from dialer.audio.frames import PASSBAND, Bools, Frame

BINS = WINDOW // 2 + 1
FAINTEST = 10.0**-5.4
"-54 dBov in the band."
ABOVE_NOISE = 4.0
HALF_HEIGHT = 0.25
PURE = 0.6
"Part of what the burst adds to the line that lies in the band, while it lasts."
RISING_FRAMES = 4
"So long the window takes to fill: until then the height is not known."
FORGETTING = 0.2
"Of the noise in the gaps, per frame."


@dataclass(frozen=True, slots=True)
class Cut:
    """A burst that is over."""

    row: int
    start: int
    end: int
    "Samples."
    power: Float32Array
    "(257,): what it added to the line, mean over its length."
    total: float
    "Power of everything while it lasted."
    waver_db: float
    "Standard deviation of its level."


class Bursts:
    """Follows the power in the band of every call."""

    def __init__(self, rows: int) -> None:
        bins = np.zeros(BINS, dtype=np.float32)
        self._memory = Columns(
            rows, band=bins, rest=bins + np.float32(1e-9),
            on=np.False_, start=np.int64(0), height=np.float32(0.0),
            lows=np.int64(0), low_at=np.int64(0),
            frames=np.int64(0), power=bins, level=np.float64(0.0), level2=np.float64(0.0),
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, band: Bools) -> None:
        """A new call: the bins to follow."""
        self._memory.reset(row)
        self._memory.band[row] = band

    def last(self, rows: NDArray[np.intp]) -> Bools:
        """Whether a burst lasts, for each row."""
        return self._memory.on[rows]

    def step(self, frame: Frame) -> Iterator[Cut]:
        """Follow one frame; the bursts that it ended."""
        memory, rows = self._memory, frame.rows
        inside = np.einsum("ij,ij->i", frame.power, memory.band[rows])
        on, height = memory.on[rows], memory.height[rows]
        loud, pure = self._judged(frame, inside)
        begins = ~on & loud
        rises = on & (memory.frames[rows] < RISING_FRAMES) & (inside * HALF_HEIGHT > height)
        low = on & ((inside < HALF_HEIGHT * height) | ~pure)
        lows = np.where(low, memory.lows[rows] + 1, 0)
        ends = lows >= 2
        memory.low_at[rows] = np.where(lows == 1, frame.centre, memory.low_at[rows])
        memory.lows[rows] = np.where(ends, 0, lows)
        memory.start[rows] = np.where(begins | rises, frame.centre, memory.start[rows])
        memory.height[rows] = np.where(begins, inside, np.maximum(height, inside))
        memory.on[rows] = (on | begins) & ~ends
        self._add(frame, inside, begins | rises, on & ~low & ~rises)
        self._learn(frame, ~(on | loud | frame.blank))
        for row in rows[ends & (memory.frames[rows] > 0)].tolist():
            yield self._cut(row)

    def _judged(self, frame: Frame, inside: Float32Array) -> tuple[Bools, Bools]:
        """Whether the band stands out of the noise, and whether it is most of what is there."""
        rest = self._memory.rest[frame.rows]
        noise_inside = np.einsum("ij,ij->i", rest, self._memory.band[frame.rows])
        noise = rest[:, PASSBAND].sum(axis=1)
        added = np.maximum(frame.total - noise, 0.15 * frame.total)
        share = (inside - noise_inside) / (added + 1e-20)
        stands_out = (inside > ABOVE_NOISE * noise_inside) & (inside > FAINTEST)
        return stands_out & (share > PURE), share > PURE / 2

    def _add(self, frame: Frame, inside: Float32Array, fresh: Bools, goes_on: Bools) -> None:
        """Add up spectrum and level of the bursts that last."""
        memory = self._memory
        new, old = frame.rows[fresh], frame.rows[goes_on]
        for column in (memory.frames, memory.power, memory.level, memory.level2):
            column[new] = 0
        level = 10.0 * np.log10(inside[goes_on] + 1e-12)
        memory.frames[old] += 1
        memory.power[old] += frame.power[goes_on]
        memory.level[old] += level
        memory.level2[old] += level**2

    def _learn(self, frame: Frame, quiet: Bools) -> None:
        rows = frame.rows[quiet]
        self._memory.rest[rows] += FORGETTING * (frame.power[quiet] - self._memory.rest[rows])

    def _cut(self, row: int) -> Cut:
        memory = self._memory
        frames = int(memory.frames[row])
        mean = memory.power[row] / frames
        level = memory.level[row] / frames
        return Cut(
            row=row,
            start=int(memory.start[row]),
            end=int(memory.low_at[row]),
            power=np.maximum(mean - memory.rest[row], 0.0),
            total=float(mean[PASSBAND].sum()),
            waver_db=float(np.sqrt(max(memory.level2[row] / frames - level**2, 0.0))),
        )
