"""Spectra and mel bands of many calls at once; the only module that imports librosa.

librosa gives the filters. Applying them is one matrix product over all calls, and a test holds
it against `librosa.feature.melspectrogram`. Windows are never centred: nothing here looks ahead.
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
    """Librosa's mel filters, shape (bands, 257), each with unit sum: a band is a mean power."""
    import librosa.filters

    filters = librosa.filters.mel(
        sr=RATE, n_fft=WINDOW, n_mels=BANDS, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, norm=1
    )
    return np.ascontiguousarray(filters, dtype=np.float32)


def mel_bands(power: Float32Array) -> Float32Array:
    """Mean power in each mel band, shape (calls, bands)."""
    bands: Float32Array = power @ mel_filters().T
    return bands


def warm_up() -> None:
    """Pay for librosa's slow first call, and scipy's, before there is a call to listen to."""
    mel_bands(power_spectra(np.zeros((2, WINDOW), dtype=np.float32)))
