"""Partials that hold their pitch: what an instrument has and a voice has not.

A string, a pipe or a synthesiser holds each partial of a note within a few hertz for as long as
the note lasts. A voice glides all the time, on one syllable, too. So a peak of the spectrum is
followed from frame to frame as long as it stays where it was (the "continuous frequency activation"
of Seyerlehner et al. 2007, made causal); how long it has lasted is its run.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import BIN_HZ, Float32Array
from dialer.audio.frames import Bools, Floats
from dialer.audio.tones import TonePlan

FIRST, LAST = round(230 / BIN_HZ), round(3550 / BIN_HZ)
"Bins in which partials are looked for."
AROUND = 6
"Bins to either side whose mean level a peak stands above,"
ABOVE_DB = 4.0
"by so much."
STAYS_HZ = 4.0
"From one frame to the next, and from where it was of late."
FOLLOWS = 0.25
"How fast `of late` follows."
HOLES = 2
"Frames that a peak may be hidden: a lost packet, a drum."
LASTS_FRAMES = 8
"From here on it is a partial that holds its pitch (0.16 s)."
NETWORK = 0.028
"Of its frequency: so far off a network's tone may be."
NOWHERE = np.float32(-1e4)

_BINS = LAST - FIRST


class Partials:
    """Follows the peaks of every call."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, hz=np.full(_BINS, NOWHERE, dtype=np.float32),
            run=np.zeros(_BINS, dtype=np.int16), hidden=np.zeros(_BINS, dtype=np.int16),
            counts=np.ones(_BINS, dtype=bool),
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, plan: TonePlan) -> None:
        """A new call: the tones of its network are no notes."""
        self._memory.reset(row)
        bins = np.arange(FIRST, LAST) * BIN_HZ
        for hz in {hz for tone in plan.tones for hz in tone.freqs_hz}:
            self._memory.counts[row, np.abs(bins - hz) <= hz * NETWORK + BIN_HZ] = False

    def network_share(self, rows: NDArray[np.intp], power: Float32Array) -> Floats:
        """How much of the power lies where the network's tones would, 0..1."""
        band = power[:, FIRST:LAST]
        other = np.einsum("ij,ij->i", band, self._memory.counts[rows].astype(np.float32))
        share: Floats = 1.0 - other / (band.sum(axis=1) + 1e-20)
        return share

    def step(self, rows: NDArray[np.intp], power: Float32Array) -> NDArray[np.int64]:
        """How many partials of each of these calls have held their pitch, this frame included."""
        memory = self._memory
        peak, calls, bins, hz = _peaks(power)
        old_hz, old_run = memory.hz[rows], memory.run[rows]
        lies, run_there, before_hz = _nearest(old_hz, old_run, calls, bins, hz)
        goes_on = np.abs(before_hz - hz) < STAYS_HZ
        moved = np.zeros_like(peak)
        moved[calls[goes_on], bins[goes_on] + lies[goes_on]] = True
        hidden = memory.hidden[rows]
        kept = (old_run > 0) & ~peak & ~moved & (hidden < HOLES)
        run = np.where(goes_on, np.minimum(run_there + 1, 1000), 1)
        memory.run[rows] = _with(np.where(kept, old_run, 0), calls, bins, run)
        at = np.where(goes_on, before_hz + np.float32(FOLLOWS) * (hz - before_hz), hz)
        memory.hz[rows] = _with(np.where(kept, old_hz, NOWHERE), calls, bins, at)
        memory.hidden[rows] = np.where(kept, hidden + 1, 0)
        held = memory.counts[rows[calls], bins] & (run >= LASTS_FRAMES)
        return np.bincount(calls[held], minlength=len(rows))


def _with(
    table: NDArray[Any], calls: NDArray[np.intp], bins: NDArray[np.intp], values: NDArray[Any]
) -> NDArray[Any]:
    """The table with these values in these places."""
    table[calls, bins] = values
    return table


def _peaks(
    power: Float32Array,
) -> tuple[Bools, NDArray[np.intp], NDArray[np.intp], Float32Array]:
    """Where the spectrum has a peak that stands out: as a table, as calls and bins, and at which
    frequency exactly."""
    reach = AROUND + 1
    level = 10.0 * np.log10(power[:, FIRST - reach : LAST + reach] + np.float32(1e-12))
    sums = np.cumsum(level, axis=1)
    mean = (sums[:, 2 * reach - 1 : -1] - sums[:, : -2 * reach]) / (2 * AROUND + 1)
    left, here, right = (level[:, reach + k : reach + k + _BINS] for k in (-1, 0, 1))
    peak = (here - mean > ABOVE_DB) & (here >= left) & (here > right)
    calls, bins = np.nonzero(peak)
    left, here, right = (level[calls, reach + bins + k] for k in (-1, 0, 1))
    bend = np.minimum(left - 2.0 * here + right, np.float32(-1e-6))
    shift = np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
    hz = ((FIRST + bins).astype(np.float32) + shift) * np.float32(BIN_HZ)
    return peak, calls, bins, hz.astype(np.float32)


def _nearest(
    old_hz: Float32Array, old_run: NDArray[np.int16],
    calls: NDArray[np.intp], bins: NDArray[np.intp], hz: Float32Array,
) -> tuple[NDArray[np.intp], NDArray[np.int16], Float32Array]:  # fmt: skip
    """Of the peaks before in the same bin and beside it the nearest: where, its run, its pitch."""
    lies = np.zeros(len(bins), dtype=np.intp)
    best_hz = old_hz[calls, bins]
    for step in (-1, 1):
        beside = np.clip(bins + step, 0, _BINS - 1)  # at an edge: the same again, no nearer
        beside_hz = old_hz[calls, beside]
        closer = np.abs(beside_hz - hz) < np.abs(best_hz - hz)
        lies = np.where(closer, step, lies)
        best_hz = np.where(closer, beside_hz, best_hz)
    return lies, old_run[calls, bins + lies], best_hz
