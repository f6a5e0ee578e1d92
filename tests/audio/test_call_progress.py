"""Ringback, busy and congestion by the cadence of the called country."""

import numpy as np
import pytest

from tests.audio.sounds import cadence, hear, hear_all, noise, silence, song, told, tone, voice

PURE = [
    ("cn", "ringback", (450.0,), (1.0, 4.0), 2),
    ("cn", "busy", (450.0,), (0.35, 0.35), 8),
    ("cn", "congestion", (450.0,), (0.7, 0.7), 5),
    ("us", "ringback", (440.0, 480.0), (2.0, 4.0), 2),
    ("us", "busy", (480.0, 620.0), (0.5, 0.5), 6),
    ("us", "congestion", (480.0, 620.0), (0.25, 0.25), 10),
    ("gb", "ringback", (400.0, 450.0), (0.4, 0.2, 0.4, 2.0), 2),
    ("gb", "busy", (400.0,), (0.375, 0.375), 8),
    ("gb", "congestion", (400.0,), (0.4, 0.35, 0.225, 0.525), 4),
    ("de", "ringback", (425.0,), (1.0, 4.0), 2),
    ("de", "busy", (425.0,), (0.48, 0.48), 6),
    ("de", "congestion", (425.0,), (0.24, 0.24), 12),
    ("fr", "ringback", (440.0,), (1.5, 3.5), 2),
    ("in", "busy", (400.0,), (0.75, 0.75), 5),
    ("se", "congestion", (425.0,), (0.25, 0.75), 6),
    ("jp", "busy_or_congestion", (400.0,), (0.5, 0.5), 6),
    ("mx", "busy_or_congestion", (425.0,), (0.25, 0.25), 10),
    ("nowhere", "ringback", (425.0,), (1.0, 4.0), 2),
    ("nowhere", "busy_or_congestion", (425.0,), (0.5, 0.5), 6),
]


def line(freqs, times, n, *, pitch=1.0, stretch=1.0, dbov=-20.0):
    """A line that is silent for a moment and then carries a tone."""
    tones = cadence([hz * pitch for hz in freqs], *[s * stretch for s in times], times=n, dbov=dbov)
    return np.concatenate([silence(0.5), tones])


def name(*parts):
    return " ".join(str(part) for part in parts)


def test_a_country_s_tones_are_known_by_their_cadence():
    heard = hear_all(
        {name(c, sound): (c, line(freqs, times, n)) for c, sound, freqs, times, n in PURE}, "early"
    )
    assert {call: told(events) for call, events in heard.items()} == {
        name(c, sound): [sound] for c, sound, *_ in PURE
    }


def test_networks_keep_pitch_and_time_only_roughly():
    calls = {
        name(country, sound, pitch, stretch): (
            country,
            line(freqs, times, n, pitch=pitch, stretch=stretch),
        )
        for country, sound, freqs, times, n in PURE
        for pitch in (0.975, 1.025)
        for stretch in (0.87, 1.13)
    }
    heard = hear_all(calls, "early")
    assert {call: told(events) for call, events in heard.items()} == {
        call: [call.split()[1]] for call in calls
    }


def test_faint_tones_ten_decibels_above_the_noise_are_still_known():
    calls = {
        name(country, sound, seed): (
            country,
            (quiet := line(freqs, times, n, dbov=-34.0))
            + noise(len(quiet) / 8000, dbov=-44.0, seed=seed),
        )
        for country, sound, freqs, times, n in PURE
        for seed in (1, 2)
    }
    heard = hear_all(calls, "early")
    assert {call: told(e, without=("audio", "speech")) for call, e in heard.items()} == {
        call: [call.split()[1]] for call in calls
    }


def test_a_ring_is_told_when_it_has_stopped_and_names_its_cadence():
    samples = np.concatenate([silence(1.0), cadence((450.0,), 1.0, 4.0)])
    (ring,) = [event for event in hear(samples, "early", "cn") if event.sound == "ringback"]
    assert ring.at == pytest.approx(1.0 + 1.0 + 0.17, abs=0.04)
    assert (ring.cause, ring.kind, ring.phase) == ("cadence 1/4 s at 450 Hz", "", "early")


def test_audio_that_begins_in_the_middle_of_a_ring_waits_for_the_long_silence():
    samples = cadence((450.0,), 0.5, 4.0, 1.0, 4.0)
    (ring,) = [event for event in hear(samples, "early", "cn") if event.sound == "ringback"]
    assert ring.at == pytest.approx(0.5 + 1.0, abs=0.12)


def test_four_seconds_of_nothing_are_no_proof_of_anything():
    assert hear(silence(6.0), "early", "cn") == []


def test_busy_is_believed_after_two_whole_periods():
    samples = np.concatenate([silence(0.5), cadence((480.0, 620.0), 0.5, 0.5, times=6)])
    (busy,) = [event for event in hear(samples, "early", "us") if event.sound == "busy"]
    assert 1.8 < busy.at - 0.5 < 2.1


def test_one_period_of_busy_is_not_enough():
    samples = np.concatenate([silence(0.5), cadence((450.0,), 0.35, 0.35, 0.2), silence(3.0)])
    assert told(hear(samples, "early", "cn")) == []


def test_ringing_that_turns_into_busy_is_told_as_both():
    samples = np.concatenate(
        [cadence((450.0,), 1.0, 4.0, times=2), cadence((450.0,), 0.35, 0.35, times=8)]
    )
    assert told(hear(samples, "early", "cn")) == ["ringback", "busy"]


def test_a_lost_packet_does_not_tear_a_ring():
    samples = np.concatenate([silence(1.0), cadence((440.0, 480.0), 2.0, 4.0)])
    for start in (1.3, 1.9, 2.4):
        samples[round(start * 8000) : round(start * 8000) + 320] = 0.0
    (ring,) = [event for event in hear(samples, "early", "us") if event.sound == "ringback"]
    assert ring.cause == "cadence 2/4 s at 440+480 Hz"


def test_speech_has_a_rhythm_and_no_cadence():
    calls = {
        name(country, seed): (country, np.concatenate([silence(0.4), voice(9.0, seed=seed)]))
        for country in ("cn", "us", "gb", "de", "se", "jp", "nowhere")
        for seed in range(6)
    }
    heard = hear_all(calls, "early")
    assert {call: told(events) for call, events in heard.items()} == {
        call: ["speech", "announcement"] for call in calls
    }


def test_a_song_is_ringback_of_the_called_person_s_own():
    calls = {c: (c, np.concatenate([silence(0.4), song(9.0)])) for c in ("cn", "us", "gb", "de")}
    for events in hear_all(calls, "early").values():
        assert set(told(events)) <= {"crbt", "speech"}
        assert "crbt" in told(events)


def test_a_network_that_answers_and_then_plays_busy_is_heard_for_five_seconds():
    busy = cadence((480.0, 620.0), 0.5, 0.5, times=6)
    assert "busy" in told(hear(np.concatenate([silence(0.3), busy]), "answer"))
    later = told(hear(np.concatenate([silence(6.0), busy]), "answer"))
    assert "busy" not in later


def test_the_first_sound_at_all_is_told_once():
    samples = np.concatenate([silence(1.0), tone(0.3, 1000.0), silence(1.0), tone(0.3, 700.0)])
    events = [event for event in hear(samples, "early") if event.sound == "audio"]
    assert [event.at for event in events] == [pytest.approx(1.0, abs=0.02)]
