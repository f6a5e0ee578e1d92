"""Asterisk's app_amd as documented: what it says of people and machines, and when."""

import numpy as np

from sim.bench.detection.app_amd import Answer, Settings, app_amd
from tests.audio.sounds import noise, silence, tone


def heard(*parts, **settings):
    return app_amd(np.concatenate(parts), Settings(**settings))


def word(seconds):
    return tone(seconds, 300, dbov=-15)


def test_a_word_and_silence_are_a_person_after_800_ms():
    assert heard(silence(0.2), word(0.5), silence(2)) == Answer("HUMAN", "HUMAN-800-800", 1500)


def test_nobody_who_says_nothing_is_a_person():
    assert heard(silence(4)) == Answer("MACHINE", "INITIALSILENCE-2500-2500", 2500)


def test_who_talks_on_is_a_machine():
    # A word counts as a greeting after 100 ms; the frame after 1.5 s of voice decides.
    assert heard(silence(0.2), word(3)) == Answer("MACHINE", "LONGGREETING-1500-1500", 1700)


def test_three_words_are_a_machine():
    words = [part for _ in range(3) for part in (silence(0.1), word(0.2))]
    assert heard(*words) == Answer("MACHINE", "MAXWORDS-3-2", 800)


def test_a_noisy_street_is_a_machine():
    assert heard(noise(4, -30)).status == "MACHINE"


def test_who_hangs_up_before_is_not_sure():
    assert heard(silence(1)) == Answer("NOTSURE", "HANGUP", 1000)
    assert app_amd(np.zeros(0, dtype=np.float32)).cause == "NOAUDIODATA"


def test_its_patience_ends():
    patient = {"initial_silence": 9000, "total_analysis_time": 3000}
    assert heard(silence(4), **patient) == Answer("NOTSURE", "TOOLONG-3000", 3000)
