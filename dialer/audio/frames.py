"""What every detector looks at: one frame of 20 ms of many calls, measured once.

`Front` keeps the last 64 ms of each call. A frame's spectrum is that of the window which ends
with it, so a sound's edge is seen when it has reached the middle of the window: `centre` is the
sample it stands for.
"""

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import (
    BANDS,
    BIN_HZ,
    HOP,
    WINDOW,
    Float32Array,
    decibels,
    mel_bands,
    power_spectra,
)

HALF_HOP = HOP // 2
"A hop of the `Listener` protocol: 80 samples, 10 ms."
BLANK_RMS = 5e-4
"Digital silence (A-law's zero is 2.4e-4): a gap, DTX, a switch that fills in. No information."
PASSBAND = slice(round(200 / BIN_HZ), round(3600 / BIN_HZ) + 1)
NEEDLE, NEEDLE_RIVAL, NEEDLE_BINS = 0.93, 0.03, 0.5
"Share, rival and width of a component that is a tone at first sight."
FROZEN_BINS, FROZEN_SHARE, ALIKE, FROZEN_FRAMES = 9, 0.88, 0.97, 6
"A tone or two fit into so many bins, and stay in them; a vowel has more harmonics, and moves."

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.floating]


@dataclass(slots=True)
class Frame:
    """20 ms of the calls in `rows`; every array has one entry, or row, for each of them."""

    rows: NDArray[np.intp]
    clock: Ints
    "Samples of the call so far, this frame included."
    level_db: Float32Array
    "Of the 20 ms themselves, dBov."
    blank: Bools
    power: Float32Array
    "(calls, 257)"
    total: Float32Array
    "Power between 200 and 3600 Hz."
    peak_hz: Float32Array
    "Of the strongest component."
    peak_share: Float32Array
    "Its part of the total, 0..1."
    rival_share: Float32Array
    "The strongest component elsewhere, as a part of the first."
    peak_width: Float32Array
    "Spread of the strongest component, bins squared: 0.33 for one tone, 2 for 440 and 480 Hz."
    tonal: Bools
    "A steady tone, or two, for a while now: not a voice."
    mel_db: Float32Array
    "(calls, bands)"
    voiced: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    "Filled in by `Voice`: somebody, or something, speaks."
    speech: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    "Filled in by `Speech`, after the answer: a voice, live or recorded."
    chance: Floats = field(default_factory=lambda: np.zeros(0))
    "... and how likely it is one."
    alike: Floats = field(default_factory=lambda: np.zeros(0))
    """Filled in by `Announcements`: of how many frames the longest passage is that a known one has
    in common with this call; not a number where too few are known to say."""

    def only(self, which: Bools) -> "Frame":
        """The same of some of its calls."""
        places = np.flatnonzero(which)
        return Frame(*(getattr(self, name)[places] for name in _FIELDS))

    @property
    def centre(self) -> Ints:
        """The sample in the middle of the window."""
        return self.clock - WINDOW // 2


_FIELDS = tuple(field.name for field in fields(Frame))


class Front:
    """Turns hops of 10 or 20 ms into frames of 20 ms."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows,
            window=np.zeros(WINDOW, dtype=np.float32),
            clock=np.int64(0),
            before=np.zeros((2, WINDOW // 2 + 1), dtype=np.float32),
            frozen=np.int64(0),
        )

    def reset(self, row: int) -> None:
        """A new call in this row."""
        self._memory.reset(row)

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def clock(self, row: int) -> int:
        """Samples of this call so far."""
        return int(self._memory.clock[row])

    def clocks(self, rows: NDArray[np.intp]) -> Ints:
        """Samples of each of these calls so far."""
        return self._memory.clock[rows]

    def take(self, rows: NDArray[np.intp], hop: Float32Array) -> Frame | None:
        """Take 10 ms of each call, or 20 of those that begin a frame; the frame of those that have
        20 ms now."""
        memory, samples = self._memory, hop.shape[1]
        window = np.concatenate([memory.window[rows, samples:], hop], axis=1)
        memory.window[rows] = window
        clock = memory.clock[rows] + samples
        memory.clock[rows] = clock
        full = clock % HOP == 0
        if not full.any():
            return None
        if full.all():
            return self._frame(rows, window, clock)
        return self._frame(rows[full], window[full], clock[full])

    def _frame(self, rows: NDArray[np.intp], window: Float32Array, clock: Ints) -> Frame:
        latest = window[:, -HOP:]
        square = np.einsum("ij,ij->i", latest, latest) / HOP
        blank = square < BLANK_RMS**2
        power = power_spectra(window)
        total = power[:, PASSBAND].sum(axis=1)
        peak_hz, peak_share, rival_share, peak_width = _peaks(power, total)
        return Frame(
            rows=rows,
            clock=clock,
            level_db=decibels(square),
            blank=blank,
            power=power,
            total=total,
            peak_hz=peak_hz,
            peak_share=peak_share,
            rival_share=rival_share,
            peak_width=peak_width,
            tonal=self._frozen(rows, clock // HOP % 2, power, total, blank)
            | ((peak_share > NEEDLE) & (rival_share < NEEDLE_RIVAL) & (peak_width < NEEDLE_BINS)),
            mel_db=decibels(mel_bands(power)),
            alike=np.full(len(rows), np.nan),
        )

    def _frozen(
        self, rows: NDArray[np.intp], at: Ints, power: Float32Array, total: Float32Array,
        blank: Bools,
    ) -> Bools:  # fmt: skip
        """Few bins hold the power, and the same ones as 40 ms ago, for 120 ms on end. What was so
        long ago lies `at` the place that this frame takes."""
        memory = self._memory
        past = memory.before[rows, at]
        alike = np.einsum("ij,ij->i", power, past) / np.sqrt(
            np.einsum("ij,ij->i", power, power) * np.einsum("ij,ij->i", past, past) + 1e-30
        )
        memory.before[rows, at] = power
        steady = (alike > ALIKE) & ~blank
        band = power[steady, PASSBAND]
        strongest = np.partition(band, -FROZEN_BINS, axis=1)[:, -FROZEN_BINS:].sum(axis=1)
        steady[steady] = strongest > FROZEN_SHARE * total[steady]
        # A lost packet must not make a voice of a tone: what is steady is so for a while.
        frozen = np.clip(memory.frozen[rows] + np.where(steady, 1, -2), 0, FROZEN_FRAMES + 4)
        memory.frozen[rows] = frozen
        long_frozen: Bools = frozen >= FROZEN_FRAMES
        return long_frozen


def _peaks(power: Float32Array, total: Float32Array) -> tuple[Float32Array, ...]:
    """The strongest component: frequency, share, its strongest rival's share of it, width."""
    calls = np.arange(len(power))[:, np.newaxis]
    offset = PASSBAND.start
    band = power[:, PASSBAND].copy()
    top = np.clip(band.argmax(axis=1), 3, band.shape[1] - 4)
    near = top[:, np.newaxis] + np.arange(-3, 4)
    lobe = band[calls, near]
    strength = lobe.sum(axis=1) + 1e-20
    logs = np.log(lobe[:, 2:5] + 1e-20)
    bend = logs[:, 0] - 2.0 * logs[:, 1] + logs[:, 2]
    shift = np.where(bend < -1e-9, 0.5 * (logs[:, 0] - logs[:, 2]) / np.minimum(bend, -1e-9), 0.0)
    hz = (top + offset + np.clip(shift, -1.0, 1.0)) * BIN_HZ
    steps = np.arange(-3, 4)
    middle = (lobe @ steps) / strength
    width = (lobe @ steps**2) / strength - middle**2
    band[calls, near] = 0.0
    rival = band.max(axis=1) * 2.0
    return (
        hz.astype(np.float32),
        (strength / (total + 1e-20)).astype(np.float32),
        (rival / strength).astype(np.float32),
        width.astype(np.float32),
    )


__all__ = ["BANDS", "Frame", "Front"]
