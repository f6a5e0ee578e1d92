"""Music, speech over music, and speech that nobody knows: before the answer."""

import numpy as np
import pytest

from tests.audio.sounds import cadence, hear, hear_all, noise, silence, song, told, voice


def early(samples, country="cn"):
    """What was heard but for the first sound and the first voice: sound, kind."""
    events = hear(samples, "early", country)
    return [(e.sound, e.kind) for e in events if e.sound not in ("audio", "speech")]


@pytest.mark.parametrize("country", ["cn", "us", "gb"])
def test_music_is_known_within_three_seconds(country):
    events = hear(song(6.0), "early", country)
    (music,) = [event for event in events if event.sound == "crbt"]
    assert music.sample / 8000 < 3.0


def test_what_swells_and_goes_on_without_a_voice_or_a_note_is_music_that_a_codec_has_spoilt():
    swells = 10.0 ** (-0.45 * (1.0 + np.sin(6.0 * np.pi * np.arange(40000) / 8000) / 2.0))
    drums = (swells * noise(5.0, -20.0)).astype(np.float32)
    [(music, at)] = [
        (event.sound, event.sample / 8000)
        for event in hear(np.concatenate([silence(0.3), drums]), "early", "us")
        if event.sound not in ("audio", "speech")
    ]
    assert (music, at < 3.1) == ("crbt", True)


def test_speech_over_music_rings_too():
    over = voice(6.0, -24.0) + song(6.0, -30.0)
    assert early(over) == [("crbt", "")]


def test_soft_music_is_heard_while_the_voice_over_it_pauses():
    phrase = np.concatenate([voice(1.2, -24.0), silence(0.5)])
    words = np.concatenate([phrase] * 4)
    under = song(len(words) / 8000, -44.0)
    assert early(words) == [("announcement", "unknown")]
    assert early(words + under) == [("crbt", "")]


def test_speech_without_music_is_an_announcement_that_nobody_knows():
    calls = {str(seed): ("us", np.concatenate([silence(0.3), voice(6.0, seed=seed)]))
             for seed in range(4)}  # fmt: skip
    for events in hear_all(calls, "early").values():
        assert told(events) == ["speech", "announcement"]
        assert (events[-1].kind, events[-1].sample / 8000 < 3.5) == ("unknown", True)


def test_a_voice_after_a_ring_is_an_announcement_and_music_after_a_ring_is_none():
    ring = cadence((450.0,), 1.0, 1.5)
    assert early(np.concatenate([ring, voice(5.0)])) == [
        ("ringback", ""), ("announcement", "unknown"),
    ]  # fmt: skip
    assert ("crbt", "") not in early(np.concatenate([ring, song(5.0)]))


def test_noise_however_even_is_neither():
    assert early(noise(8.0, -30.0)) == []


def test_a_hum_with_its_overtones_under_a_ring_is_no_music():
    hum = sum(
        0.02 / k * np.sin(2 * np.pi * 450.0 * k * np.arange(48000) / 8000) for k in (1, 2)
    ).astype(np.float32)
    assert ("crbt", "") not in early(cadence((450.0,), 1.0, 4.0, times=2)[:48000] + 0.1 * hum)


def test_a_voice_that_is_much_softer_than_the_ring_is_the_room_behind_it():
    room = voice(10.0, -45.0) + cadence((450.0,), 1.0, 4.0, times=2)
    assert ("announcement", "unknown") not in early(room)


def test_who_speaks_on_behind_a_line_that_rings_on_announces_nothing():
    ring = cadence((450.0,), 1.0, 4.0, times=3, dbov=-20.0)
    room = voice(len(ring) / 8000, -29.0)
    assert early(ring + room) == [("ringback", "")]
    louder = np.concatenate([ring[:48000] + room[:48000], voice(5.0, -17.0)])
    assert early(louder) == [("ringback", ""), ("announcement", "unknown")]


def test_after_the_answer_nobody_asks_whether_it_is_music():
    assert "crbt" not in told(hear(song(6.0)))
