"""Beeps and fax tones after the answer, and what is neither."""

import numpy as np
import pytest

from tests.audio.sounds import cadence, hear, hear_all, noise, silence, song, told, tone, voice


def test_a_held_tone_after_a_greeting_is_a_beep_and_makes_a_machine():
    greeting = np.concatenate([silence(0.3), voice(3.8), silence(0.4)])
    calls = {
        f"{hz} Hz, {s} s": ("us", np.concatenate([greeting, tone(s, hz), silence(1.5)]))
        for hz in (440.0, 700.0, 1000.0, 1400.0, 2000.0)
        for s in (0.2, 0.5, 1.0)
    }
    for call, events in hear_all(calls).items():
        assert "machine" in told(events), call
        (beep,) = [event for event in events if event.sound == "beep"]
        assert beep.at == pytest.approx(4.5, abs=0.03), call
        assert beep.sample / 8000 == pytest.approx(4.5 + 0.16, abs=0.05), call


def test_a_beep_at_the_network_s_own_pitch_is_believed_when_no_cadence_follows():
    samples = np.concatenate([silence(0.3), voice(0.6), silence(0.4), tone(0.5, 425.0), silence(3)])
    (beep,) = [event for event in hear(samples, country="de") if event.sound == "beep"]
    assert beep.at == pytest.approx(1.3, abs=0.03)
    assert beep.sample / 8000 == pytest.approx(1.8 + 1.0, abs=0.1)


def test_the_busy_tone_after_somebody_has_hung_up_is_no_beep():
    busy = cadence((425.0,), 0.48, 0.48, times=8)
    heard = told(hear(np.concatenate([silence(0.3), voice(0.6), silence(5.0), busy]), country="de"))
    assert "beep" not in heard


def test_a_beep_after_a_person_revises_the_verdict():
    samples = np.concatenate(
        [silence(0.3), voice(0.6), silence(1.0), tone(0.4, 1000.0), silence(1)]
    )
    events = hear(samples)
    assert told(events) == ["speech", "speech_end", "human", "beep", "machine"]
    assert events[-1].cause == "beep after human"


def test_the_shortest_beep_that_counts():
    quiet = np.concatenate([silence(0.3), voice(0.6), silence(0.4)])
    short = hear(np.concatenate([quiet, tone(0.08, 1000.0), silence(1.0)]))
    long = hear(np.concatenate([quiet, tone(0.18, 1000.0), silence(1.0)]))
    assert ("beep" in told(short), "beep" in told(long)) == (False, True)


def test_a_faint_beep_in_noise():
    samples = np.concatenate(
        [silence(0.3), voice(0.6, -30), silence(0.5), tone(0.5, 1000, dbov=-34)]
    )
    samples = np.concatenate([samples, silence(1.0)])
    samples += noise(len(samples) / 8000, -44.0)
    assert "beep" in told(hear(samples))


@pytest.mark.parametrize(
    "freqs",
    [(440.0, 480.0), (480.0, 620.0), (350.0, 440.0), (697.0, 1209.0), (770.0, 1336.0),
     (941.0, 1477.0), (400.0, 450.0)],
)  # fmt: skip
def test_two_tones_are_no_beep(freqs):
    samples = np.concatenate(
        [silence(0.3), voice(0.6), silence(0.5), tone(0.5, *freqs), silence(1)]
    )
    assert "beep" not in told(hear(samples))


def test_ringing_that_goes_on_after_a_false_answer_is_no_beep():
    rings = {
        "cn": cadence((450.0,), 1.0, 4.0, times=2),
        "us": cadence((440.0, 480.0), 2.0, 4.0, times=2),
        "de": cadence((425.0,), 1.0, 4.0, times=2),
        "gb": cadence((400.0, 450.0), 0.4, 0.2, 0.4, 2.0, times=2),
    }
    for country, events in hear_all({c: (c, ring) for c, ring in rings.items()}).items():
        assert told(events) in (["ringback"], ["ringback", "silence"], ["silence", "ringback"]), (
            country
        )


def test_no_voice_holds_a_pitch_as_a_machine_does():
    calls = {str(seed): ("us", voice(10.0, seed=seed)) for seed in range(20)}
    assert not [call for call, events in hear_all(calls).items() if "beep" in told(events)]


def test_the_notes_of_a_song_are_no_beeps():
    assert "beep" not in told(hear(song(12.0)))


def test_a_repeated_packet_is_no_beep():
    speech = np.concatenate([silence(0.4), voice(4.0)])
    for start in range(8000, 24000, 4000):
        speech[start : start + 1600] = np.tile(speech[start : start + 160], 10)
    assert "beep" not in told(hear(speech))


def test_a_fax_answers_with_2100_hertz():
    events = hear(np.concatenate([silence(0.4), tone(3.0, 2100.0)]))
    (fax,) = [event for event in events if event.sound == "fax"]
    assert fax.at - 0.4 == pytest.approx(0.5, abs=0.06)
    assert told(events) == ["fax"]


def test_a_fast_fax_turns_its_phase_and_wavers():
    t = np.arange(3 * 8000) / 8000
    turns = np.where((t // 0.45).astype(int) % 2, -1.0, 1.0)
    ansam = 0.1 * turns * (1 + 0.2 * np.sin(2 * np.pi * 15 * t)) * np.sin(2 * np.pi * 2100 * t)
    events = hear(np.concatenate([silence(0.4), ansam.astype(np.float32)]))
    assert told(events) == ["fax"]


def test_a_fax_that_calls_is_known_by_its_first_tone_where_nobody_has_spoken():
    events = hear(np.concatenate([silence(0.5), cadence((1100.0,), 0.5, 3.0, times=2)]))
    (fax,) = [event for event in events if event.sound == "fax"]
    assert fax.sample / 8000 - 0.5 < 0.7
    assert "beep" not in told(events)


def test_half_a_second_of_1100_hertz_after_a_greeting_is_a_beep():
    greeting = np.concatenate([silence(0.3), voice(3.8), silence(0.4)])
    heard = told(hear(np.concatenate([greeting, tone(0.5, 1100.0), silence(5.0)])))
    assert "beep" in heard
    assert "fax" not in heard


def test_a_beep_right_after_the_last_word_may_be_softer_than_it():
    greeting = np.concatenate([silence(0.3), voice(3.8, -22.0), silence(0.2)])
    beep = tone(0.3, 1000.0, dbov=-20.0)
    (found,) = [
        event
        for event in hear(np.concatenate([greeting, beep, silence(3.0)]))
        if event.sound == "beep"
    ]
    assert found.at == pytest.approx(4.3, abs=0.05)


@pytest.mark.parametrize("pitch", [0.98, 1.02])
def test_a_fax_is_not_always_in_tune(pitch):
    assert told(hear(np.concatenate([silence(0.4), tone(2.0, 2100.0 * pitch)]))) == ["fax"]
