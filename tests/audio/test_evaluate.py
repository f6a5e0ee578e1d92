"""The rates, on recordings whose truth we made."""

import numpy as np
import pytest

from dialer.audio.evaluate import Example, listen, score
from tests.audio.sounds import cadence, silence, tone, voice


def example(name, phase, label, *parts, end_s=None, beep_s=None, country="us"):
    samples = np.concatenate(parts)
    return Example(name, phase, label, country, samples, "made", end_s, beep_s)


EXAMPLES = [
    example("h1", "answer", "human", silence(0.4), voice(0.7), silence(2), end_s=1.1),
    example("h2", "answer", "human", silence(0.4), voice(5.0, seed=3), end_s=5.4),
    example("m1", "answer", "machine", silence(0.4), voice(6.0), end_s=6.4),
    example(
        "m2", "answer", "machine",
        silence(0.4), voice(0.7), silence(1), tone(0.5, 1000), silence(1),
        end_s=1.1, beep_s=2.1,
    ),
    example("s1", "answer", "silence", silence(4.0)),
    example("r1", "early", "ringback", silence(1.0), cadence((440, 480), 2, 4)),
    example("b1", "early", "busy", silence(1.0), cadence((480, 620), 0.5, 0.5, times=5)),
    example("b2", "early", "busy", silence(5.0)),
    example("n1", "early", "silence", silence(5.0)),
]  # fmt: skip


def test_the_rates_are_what_was_put_in():
    report = score(EXAMPLES, listen(EXAMPLES), "careful")
    assert (report.humans, report.machines) == (2, 2)
    assert report.human_as_machine_rate == 0.5  # h2 talks on
    assert report.machine_as_human_rate == 0.5  # m2 says hello and waits
    assert report.machine_as_human_after_beep_rate == 0.0
    assert (report.beep_rate, report.false_beeps_per_hour) == (1.0, 0.0)
    assert report.human_decided_s["p50"] == pytest.approx(0.8, abs=0.1)
    assert report.early_rates == {"busy": 0.5, "ringback": 1.0, "silence": 1.0}
    assert report.early_rate == 0.75
    assert report.early_classes["busy"] == {"busy": 1, "nothing": 1}
    assert report.groups["human made"] == {"human": 1, "machine": 1}


def test_no_recordings_make_an_empty_report():
    report = score([], listen([]))
    assert (report.humans, report.early_rate, report.human_decided_s) == (0, 0.0, {})
