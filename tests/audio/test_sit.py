"""Three notes, and what they say."""

import numpy as np
import pytest

from dialer.audio.tones import special_information
from tests.audio.sounds import hear, hear_all, noise, silence, song, told, tone, voice


def notes(freqs_hz, seconds, gap_s=0.0, dbov=-20.0):
    parts = []
    for hz, s in zip(freqs_hz, seconds, strict=True):
        parts += [tone(s, hz, dbov=dbov), silence(gap_s)]
    return np.concatenate([silence(0.5), *parts, silence(1.0)])


def test_north_america_s_notes_say_what_is_the_matter():
    calls = {
        f"{known.label} x {pitch}": (
            "us",
            notes([hz * pitch for hz in known.freqs_hz], known.seconds),
        )
        for known in special_information()
        for pitch in (0.975, 1.0, 1.025)
    }
    truth = {
        f"{known.label} x {pitch}": (known.kind, pytest.approx(0.5 + sum(known.seconds), abs=0.06))
        for known in special_information()
        for pitch in (0.975, 1.0, 1.025)
    }
    heard = hear_all(calls, "early")
    assert {
        call: next((e.kind, e.at) for e in events if e.sound == "sit")
        for call, events in heard.items()
    } == truth


def test_elsewhere_three_notes_only_say_that_a_message_follows():
    samples = notes([985.2, 1370.6, 1776.7], [0.38, 0.274, 0.38])
    assert [e.kind for e in hear(samples, "early", "cn") if e.sound == "sit"] == ["unknown"]


@pytest.mark.parametrize("stretch", [0.88, 1.0, 1.12])
def test_the_itu_s_notes_with_gaps_in_noise(stretch):
    samples = notes([950.0, 1400.0, 1800.0], [0.33 * stretch] * 3, gap_s=0.03, dbov=-34.0)
    samples += noise(len(samples) / 8000, dbov=-44.0)
    assert [e.kind for e in hear(samples, "early", "gb") if e.sound == "sit"] == ["unknown"]


@pytest.mark.parametrize(
    "freqs", [(1800.0, 1400.0, 950.0), (950.0, 950.0, 950.0), (950.0, 1800.0, 1400.0)]
)
def test_notes_in_another_order_are_not_a_sit(freqs):
    assert "sit" not in told(hear(notes(freqs, [0.33] * 3), "early", "us"))


@pytest.mark.parametrize("seed", range(4))
def test_neither_speech_nor_a_song_is_a_sit(seed):
    assert "sit" not in told(hear(np.concatenate([voice(6.0, seed=seed), song(6.0)]), "early"))
