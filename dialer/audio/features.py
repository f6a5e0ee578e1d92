"""Spectra and mel bands of many calls at once.

The filters are librosa's, worked out here: importing it takes a listener 6 s of CPU at each start
and 180 MB. Applying them is one matrix product over all calls. A test holds both against librosa
(`filters.mel`, `feature.melspectrogram`). Windows are never centred: nothing here looks ahead.
"""

from functools import cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]

RATE = 8000
WINDOW = 512
"Samples under one window, 64 ms: 440 and 480 Hz just come apart."
HOP = 160
"Samples from one window to the next, 20 ms."
BIN_HZ = RATE / WINDOW
BANDS = 20
LOWEST_HZ, HIGHEST_HZ = 200.0, 3500.0
LINEAR_HZ, HZ_PER_MEL, LOG_STEP = 1000.0, 200.0 / 3.0, np.log(6.4) / 27.0
"Of the mel scale: where it bends, its slope below, its step above."

_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_SCALE = np.float32(2.0 / (WINDOW * float(np.sum(_HANN**2))))


def power_spectra(windows: Float32Array) -> Float32Array:
    """Power in each of 257 bins, shape (calls, 257): a row's sum is its mean square."""
    spectra = scipy.fft.rfft(windows * _HANN, axis=-1)
    power: Float32Array = (spectra.real**2 + spectra.imag**2) * _SCALE
    return power


def decibels(power: NDArray[np.floating]) -> Float32Array:
    """10 log10, with a floor at -120 dB."""
    level: Float32Array = (10.0 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return level


@cache
def mel_filters() -> Float32Array:
    """Mel filters, shape (bands, 257), each with unit sum: a band is a mean power.

    Triangles whose corners lie evenly on the mel scale, as `librosa.filters.mel(norm=1)`.
    """
    lowest, highest = _mel(np.array([LOWEST_HZ, HIGHEST_HZ])).tolist()
    corners = _hz(np.linspace(lowest, highest, BANDS + 2))[:, np.newaxis]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    bins = np.arange(WINDOW // 2 + 1) * BIN_HZ
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    filters = np.maximum(np.minimum(rising, falling), 0.0)
    return np.ascontiguousarray(filters / filters.sum(axis=1, keepdims=True), dtype=np.float32)


def _mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale (Auditory Toolbox, 1998): linear up to 1000 Hz, logarithmic above."""
    above = np.log(np.maximum(hz, LINEAR_HZ) / LINEAR_HZ) / LOG_STEP
    mels: NDArray[np.float64] = np.minimum(hz, LINEAR_HZ) / HZ_PER_MEL + above
    return mels


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Back from `_mel`."""
    linear = LINEAR_HZ / HZ_PER_MEL
    above = np.exp(LOG_STEP * np.maximum(mel - linear, 0.0))
    hz: NDArray[np.float64] = HZ_PER_MEL * np.minimum(mel, linear) * above
    return hz


def mel_bands(power: Float32Array) -> Float32Array:
    """Mean power in each mel band, shape (calls, bands)."""
    bands: Float32Array = power @ mel_filters().T
    return bands


def warm_up() -> None:
    """Pay for scipy's slow first call before there is a call to listen to."""
    mel_bands(power_spectra(np.zeros((2, WINDOW), dtype=np.float32)))
