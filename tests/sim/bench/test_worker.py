"""The bench of one listening process: it is started, hears its calls, and is measured."""

import numpy as np
import pytest

from sim.bench.worker import worker_figures
from tests.audio.sounds import silence, voice


@pytest.mark.slow
def test_a_worker_hears_what_is_played_to_it_and_says_what_it_takes():
    hello = np.concatenate([silence(0.2), voice(0.8), silence(1.0)])
    found = worker_figures([hello], calls=2, seconds=4.0)
    assert found.told >= 2
    assert 0.0 < found.ready_s < found.first_heard_s
    assert found.ready_cpu_s > 0.0
    assert 50.0 < found.memory_mb < 350.0
