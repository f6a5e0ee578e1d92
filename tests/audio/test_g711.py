"""G.711: the tables, by what the standard says of them."""

import numpy as np
import pytest

from dialer.audio.g711 import ALAW, FRAME, LEVELS, SILENCE, ULAW, decode, encode

LOUDEST = {ALAW: 32256, ULAW: 32124}


@pytest.mark.parametrize("law", [ALAW, ULAW])
def test_every_byte_comes_back(law):
    data = np.arange(256, dtype=np.uint8)
    levels = LEVELS[law]
    assert np.array_equal(levels[encode(decode(data, law), law)], levels)


@pytest.mark.parametrize("law", [ALAW, ULAW])
def test_the_error_grows_with_the_level_and_no_faster(law):
    samples = np.linspace(-0.98, 0.98, 20_001, dtype=np.float32)
    error = np.abs(decode(encode(samples, law), law) - samples)
    assert np.all(error <= np.maximum(np.abs(samples) / 32 + 1e-4, 8.6 / 32768))


@pytest.mark.parametrize("law", [ALAW, ULAW])
def test_what_is_too_loud_is_clipped(law):
    loud = decode(encode(np.array([3.0, -3.0], dtype=np.float32), law), law)
    assert loud.tolist() == [LOUDEST[law] / 32768, -LOUDEST[law] / 32768]


@pytest.mark.parametrize("law", [ALAW, ULAW])
def test_silence_is_a_frame_of_the_quietest_byte(law):
    quiet = np.frombuffer(SILENCE[law], dtype=np.uint8)
    assert len(quiet) == FRAME
    assert np.abs(decode(quiet, law)).max() <= 8 / 32768
    assert np.array_equal(encode(np.zeros(FRAME, dtype=np.float32), law), quiet)
