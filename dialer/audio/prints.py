"""What a sound looks like to somebody who compares: one vector of whole numbers each 20 ms.

A vector holds the shape of the spectrum and how it has changed over 80 ms, in 20 mel bands, of
what is less than 25 dB below the loudest of late; it has no level. Two vectors of the same
instant of the same recording have a product near `UNIT`, whatever codec and noise lie between
them, those of unrelated sounds about a quarter of it. The numbers are whole so that every sum of
products is exact: the answer does not depend on how many calls are multiplied at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import (
    BANDS,
    HOP,
    RATE,
    WINDOW,
    Float32Array,
    decibels,
    mel_bands,
    power_spectra,
)

SIZE = 2 * BANDS
LENGTH = 64
UNIT = LENGTH * LENGTH
"Product of a vector with itself, but for rounding."
RANGE_DB = 25.0
"What is so far below the loudest of late is not looked at: noise has filled it in."
FADES_DB = 0.3
"... per frame: something loud is forgotten."
MOST_DB = 15.0
LAG = 4
"Frames over which a change is measured: longer than the window."
LOUD_DB = -60.0
"A recording's frame that is quieter has nothing to compare."
FRAMES_PER_S = RATE // HOP

Vectors = NDArray[np.int8]
"(frames, SIZE)"


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """A recording as vectors."""

    vectors: Vectors
    speech: NDArray[np.bool_]
    "(frames,): whether there is something to compare."

    def __len__(self) -> int:
        return len(self.vectors)


class Shaper:
    """Makes vectors of frames, for all calls at once."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, peak=np.float32(-90.0), frames=np.int64(0),
            before=np.zeros((LAG, BANDS), dtype=np.float32),
        )  # fmt: skip

    def reset(self, row: int) -> None:
        """A new call in this row."""
        self._memory.reset(row)

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def shape(
        self, rows: NDArray[np.intp], mel_db: Float32Array, level_db: Float32Array
    ) -> tuple[Vectors, NDArray[np.bool_]]:
        """The vectors of a frame of these calls, (calls, SIZE), and which of them hold anything."""
        memory = self._memory
        loudest = mel_db.max(axis=1)
        peak = np.maximum(loudest, memory.peak[rows] - FADES_DB)
        levels = np.maximum(mel_db, (peak - RANGE_DB)[:, np.newaxis])
        at = memory.frames[rows] % LAG
        before = memory.before[rows, at]
        change = np.where((memory.frames[rows] >= LAG)[:, np.newaxis], levels - before, 0.0)
        memory.before[rows, at] = levels
        memory.frames[rows] += 1
        memory.peak[rows] = peak
        form = levels - levels.mean(axis=1, keepdims=True)
        vectors = np.clip(np.concatenate([form, change], axis=1), -MOST_DB, MOST_DB)
        size = np.linalg.norm(vectors, axis=1, keepdims=True)
        whole = np.rint(vectors * (LENGTH / np.maximum(size, 1e-3))).astype(np.int8)
        speech = (loudest > peak - RANGE_DB) & (level_db > LOUD_DB)
        return whole, speech


def printed(samples: Float32Array) -> Print:
    """The vectors of a whole recording at 8 kHz, as a call would have them."""
    frames = len(samples) // HOP + WINDOW // HOP
    padded = np.zeros(WINDOW - HOP + frames * HOP, dtype=np.float32)
    padded[WINDOW - HOP :][: len(samples)] = samples
    windows = sliding_window_view(padded, WINDOW)[::HOP]
    mel_db = decibels(mel_bands(power_spectra(windows)))
    level_db = decibels((windows[:, -HOP:] ** 2).mean(axis=1))
    shaper, row = Shaper(1), np.zeros(1, dtype=np.intp)
    shaped = [shaper.shape(row, mel_db[k : k + 1], level_db[k : k + 1]) for k in range(frames)]
    return Print(
        np.concatenate([vectors for vectors, _ in shaped]),
        np.concatenate([speech for _, speech in shaped]),
    )
