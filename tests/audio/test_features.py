"""The vectorised path against librosa."""

import subprocess
import sys

import librosa
import numpy as np
import pytest

from dialer.audio import features
from tests.audio.sounds import cadence, noise, voice


def windows(samples):
    return np.lib.stride_tricks.sliding_window_view(samples, features.WINDOW)[:: features.HOP]


@pytest.mark.slow  # librosa compiles for twenty seconds where it has not run before
@pytest.mark.computes
def test_many_calls_at_once_give_the_mel_bands_that_librosa_gives():
    calls = [voice(2.0), noise(2.0, -30.0), cadence((440.0, 480.0), 0.5, 0.5, times=2)]
    for samples in calls:
        ours = features.mel_bands(features.power_spectra(windows(samples)))
        scale = 2.0 / (features.WINDOW * np.sum(np.hanning(features.WINDOW + 1)[:-1] ** 2))
        theirs = librosa.feature.melspectrogram(
            y=samples, sr=features.RATE, n_fft=features.WINDOW, hop_length=features.HOP,
            window="hann", center=False, power=2.0, n_mels=features.BANDS,
            fmin=features.LOWEST_HZ, fmax=features.HIGHEST_HZ, norm=1,
        )  # fmt: skip
        assert ours.shape == theirs.T.shape
        np.testing.assert_allclose(ours, theirs.T * scale, rtol=1e-4, atol=1e-9)


def test_the_filters_are_librosas():
    theirs = librosa.filters.mel(
        sr=features.RATE, n_fft=features.WINDOW, n_mels=features.BANDS,
        fmin=features.LOWEST_HZ, fmax=features.HIGHEST_HZ, norm=1,
    )  # fmt: skip
    np.testing.assert_allclose(features.mel_filters(), theirs, rtol=1e-5, atol=1e-8)


def test_a_listener_starts_without_what_takes_seconds_to_import():
    asked = "import sys, dialer.listening.worker; print({'librosa', 'numba'} & set(sys.modules))"
    found = subprocess.run((sys.executable, "-c", asked), capture_output=True, text=True)
    assert found.stdout.strip() == "set()", found


def test_a_spectrum_adds_up_to_the_mean_square():
    samples = noise(0.064, -20.0)[np.newaxis]
    windowed = np.mean((samples * np.hanning(513)[:-1]) ** 2) / np.mean(np.hanning(513)[:-1] ** 2)
    assert np.isclose(features.power_spectra(samples).sum(), windowed, rtol=0.02)


def test_digital_silence_has_a_level():
    assert np.allclose(features.decibels(np.zeros(3, dtype=np.float32)), -120.0)
