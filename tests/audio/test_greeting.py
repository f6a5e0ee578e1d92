"""Person or recording: by the shape of the first utterance."""

from types import SimpleNamespace

import numpy as np
import pytest

from dialer.audio.judgement import (
    BETWEEN_WORDS_S,
    THRESHOLDS,
    Wanted,
    is_back_in_the_room,
    waits,
)
from dialer.audio.presets import CAREFUL, PRESETS, preset
from dialer.audio.utterance import Utterance
from dialer.engine.call import SURE
from dialer.errors import SettingsError
from tests.audio.sounds import hear, noise, silence, told, tone, voice

WANTED = Wanted(*(np.array([getattr(CAREFUL, name)]) for name in THRESHOLDS))


def at(events, sound):
    return next(event for event in events if event.sound == sound)


@pytest.mark.parametrize("word_s", [0.4, 0.7, 0.9])
@pytest.mark.parametrize("delay_s", [0.0, 0.3, 1.0])
def test_a_word_and_a_pause_are_a_person(word_s, delay_s):
    samples = np.concatenate([silence(delay_s), voice(word_s), silence(2.0)])
    events = hear(samples)
    assert told(events) == ["speech", "speech_end", "human"]
    human = at(events, "human")
    pause_s = CAREFUL.pause_s if word_s < CAREFUL.short_s else CAREFUL.long_pause_s
    assert human.sample / 8000 == pytest.approx(delay_s + word_s + pause_s, abs=0.12)
    assert human.greeting_end_s == pytest.approx(delay_s + word_s, abs=0.12)
    assert human.cause.startswith("greeting ")


def test_the_onset_and_the_end_are_where_they_were():
    events = hear(np.concatenate([silence(0.7), voice(0.8), silence(1.5)]))
    assert at(events, "speech").at == pytest.approx(0.7, abs=0.1)
    assert at(events, "speech_end").at == pytest.approx(1.5, abs=0.12)


@pytest.mark.parametrize("seed", range(5))
def test_somebody_who_talks_on_is_a_recording(seed):
    events = hear(np.concatenate([silence(0.3), voice(7.0, seed=seed)]))
    assert told(events) == ["speech", "machine"]
    assert at(events, "machine").sample / 8000 == pytest.approx(4.0, abs=0.05)


def test_whoever_was_taken_for_a_person_and_never_stops_to_listen_is_a_recording():
    greeting = np.concatenate([silence(0.3), voice(0.6), silence(1.1), voice(6.0, seed=3)])
    events = hear(greeting)
    verdicts = [event for event in events if event.sound in ("human", "machine")]
    assert [event.sound for event in verdicts] == ["human", "machine"]
    assert verdicts[1].cause == "talked on for 2.5 s after the verdict"


def test_a_beep_makes_sure_that_whoever_talked_on_is_a_recording():
    greeting = [silence(0.3), voice(0.6), silence(1.1), voice(5.0, seed=3), silence(0.2)]
    events = hear(np.concatenate([*greeting, tone(0.5, 880.0), silence(1.0)]))
    verdicts = [event for event in events if event.sound in ("human", "machine")]
    assert [(one.sound, one.confidence >= SURE) for one in verdicts[1:]] == [
        ("machine", False), ("machine", True),
    ]  # fmt: skip
    assert verdicts[-1].cause == "beep after a recital"


def test_whoever_stops_to_listen_stays_a_person_however_much_he_says_then():
    parts = [silence(0.3), voice(0.6), silence(2.4), voice(6.0, seed=3)]
    assert "machine" not in told(hear(np.concatenate(parts)))


@pytest.mark.parametrize(("name", "verdict"), [("careful", "human"), ("balanced", "machine")])
def test_who_still_speaks_at_the_deadline_is_what_the_preset_makes_of_it(name, verdict):
    greeting = np.concatenate([silence(0.8), voice(4.0, seed=2)])
    decided = at(hear(greeting, preset=PRESETS[name]), verdict)
    assert decided.sample / 8000 == pytest.approx(4.0, abs=0.06)


def test_speech_that_pauses_for_breath_and_goes_on_is_a_recording_soon():
    sentence = np.concatenate([silence(0.3), voice(1.6), silence(0.5), voice(3.0, seed=3)])
    events = hear(sentence)
    assert told(events)[:2] == ["speech", "machine"]
    assert at(events, "machine").sample / 8000 == pytest.approx(0.3 + CAREFUL.resumed_s, abs=0.15)
    assert "with a pause of 0." in at(events, "machine").cause


def test_whoever_says_hello_twice_is_a_person_sooner():
    hellos = [silence(0.3), voice(0.5), silence(0.3), voice(0.5, seed=3), silence(2.0)]
    human = at(hear(np.concatenate(hellos)), "human")
    assert human.sample / 8000 == pytest.approx(1.6 + CAREFUL.again_s, abs=0.12)


def test_whoever_has_waited_long_after_his_first_hello_waits_no_longer_after_the_second():
    hellos = [silence(0.3), voice(0.5), silence(0.6), voice(0.5, seed=3), silence(2.0)]
    human = at(hear(np.concatenate(hellos)), "human")
    assert human.sample / 8000 == pytest.approx(1.9 + BETWEEN_WORDS_S, abs=0.14)


@pytest.mark.parametrize(
    ("first_s", "break_s", "second_s"),
    [(0.35, 0.38, 0.65), (0.7, 0.5, 0.25)],
    ids=["a sentence with a break", "a name that says less"],
)
def test_two_phrases_that_are_not_the_same_word_again_are_no_second_hello(
    first_s, break_s, second_s
):
    words = [silence(0.3), voice(first_s), silence(break_s), voice(second_s, seed=3)]
    rest = [silence(0.9), voice(4.0, seed=5)]
    events = hear(np.concatenate(words + rest), preset=PRESETS["balanced"])
    assert told(events)[:2] == ["speech", "machine"]


def test_a_word_in_a_crowd_that_speaks_on_is_a_person():
    def level_db(frame):
        return -24.0 if 40 <= frame < 60 else -34.0

    said = utterance(level_db, lambda frame: frame >= 8, frames=150)
    back = [one.since_s[0] for one in said if is_back_in_the_room(one)[0]]
    assert back[0] == pytest.approx(2.0, abs=0.05)  # the word's end, and 0.8 s
    waited = [one.since_s[0] for one in said if waits(one, WANTED)[0]]
    assert back[0] < waited[0]


def test_a_recording_in_a_noisy_room_goes_on_above_it():
    said = utterance(lambda frame: -26.0 if frame >= 40 else -34.0, lambda frame: frame >= 40, 150)
    assert not any(is_back_in_the_room(one)[0] for one in said)


@pytest.mark.parametrize(("words", "is_back"), [(50, True), (110, False)])
def test_a_long_sentence_in_a_noisy_room_may_only_pause_for_breath(words, is_back):
    def speaks(frame):
        return 40 <= frame < 40 + words

    said = utterance(lambda frame: -24.0 if speaks(frame) else -38.0, speaks, frames=200)
    assert any(is_back_in_the_room(one)[0] for one in said) == is_back


def utterance(level_db, speaks, frames):
    """What was said after each frame of a call with these levels."""
    of, heard = np.zeros(1, dtype=np.intp), Utterance(1)
    heard.answer(0)
    told = []
    for k in range(frames):
        frame = SimpleNamespace(
            rows=of, level_db=np.array([level_db(k)]), speech=np.array([speaks(k)]),
            chance=np.array([0.95]),
        )  # fmt: skip
        heard.step(frame, of)
        told.append(heard.said(of))
    return told


def test_a_longer_sentence_needs_a_longer_pause():
    events = hear(np.concatenate([silence(0.3), voice(2.2), silence(2.0)]))
    human = at(events, "human")
    assert human.sample / 8000 == pytest.approx(2.5 + CAREFUL.long_pause_s, abs=0.12)
    assert at(events, "speech_end").at == pytest.approx(2.5, abs=0.12)


def test_nothing_said_is_told_and_a_late_hello_is_still_a_person():
    events = hear(np.concatenate([silence(2.3), voice(0.7), silence(2.0)]))
    assert told(events) == ["silence", "speech", "speech_end", "human"]
    assert 1.35 <= at(events, "silence").sample / 8000 <= 1.5


def test_whoever_is_still_undecided_at_the_deadline_is_a_person():
    events = hear(np.concatenate([silence(1.2), voice(4.0)]))
    human = at(events, "human")
    assert (human.sample / 8000, human.confidence) == (pytest.approx(4.0, abs=0.06), 0.5)
    assert human.cause == "undecided at the deadline"


def test_noise_that_never_ends_is_not_somebody_talking():
    assert told(hear(noise(6.0, -38.0))) == ["silence"]


def test_a_hello_in_noise_is_a_person():
    samples = np.concatenate([silence(1.0), voice(0.8, -24.0), silence(2.0)])
    events = hear(samples + noise(len(samples) / 8000, -39.0))
    assert told(events) == ["speech", "speech_end", "human"]


def test_a_quiet_hello_is_a_person():
    events = hear(np.concatenate([silence(0.5), voice(0.8, -40.0), silence(1.5)]))
    assert told(events) == ["speech", "speech_end", "human"]


def test_zeros_in_the_middle_of_speech_are_no_pause():
    speech = np.concatenate([silence(0.3), voice(6.0)])
    for start in range(4000, 44000, 2400):
        speech[start : start + 480] = 0.0
    assert "machine" in told(hear(speech))


def test_a_click_is_not_a_word():
    samples = silence(3.0)
    samples[4000:4080] = 0.5
    assert told(hear(samples)) == ["silence"]


def test_other_presets_decide_sooner_or_later():
    hello = np.concatenate([silence(0.3), voice(0.6), silence(2.0)])
    soon, late = (at(hear(hello, preset=PRESETS[name]), "human").sample
                  for name in ("careful", "patient"))  # fmt: skip
    assert late - soon == pytest.approx(0.15 * 8000, abs=160)


def test_a_preset_goes_by_its_former_name_too():
    assert preset("favour_human") == CAREFUL


def test_an_unknown_preset_is_named_with_what_is_allowed():
    with pytest.raises(SettingsError, match="'bold': allowed are careful, balanced, patient"):
        preset("bold")
