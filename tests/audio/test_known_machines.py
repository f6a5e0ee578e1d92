"""A menu or a mailbox whose recording is known: whose machine it is, at once."""

import numpy as np
import pytest

from dialer.audio.announcements import FEWEST_KNOWN
from dialer.audio.bank import Bank, Listening
from dialer.audio.prompts import Library, compiled, printed
from dialer.audio.tones import plan
from dialer.engine.call import SURE
from dialer.engine.events import VERDICTS
from tests.audio.sounds import silence, tone, voice
from tests.audio.test_announcements import KNOWN, PREFIX, line, said_of, speech

MENU = np.concatenate([PREFIX, speech(4.0, seed=51)])
MAILBOX = np.concatenate([PREFIX, speech(4.0, seed=52)])
LIBRARY = Library(
    compiled([*KNOWN, ("main", "menu", printed(MENU)), ("net", "mailbox", printed(MAILBOX))])
)


def verdicts(*parts, early=()):
    """All that was said of who answered: the verdict, its second after the answer, the event."""
    bank = Bank(1)
    bank.learn(LIBRARY)
    bank.open("c", Listening("early", plan("cn")))
    sound = line(*early, *parts)
    answer = sum(len(part) for part in early) // 160
    found = []
    for k in range(len(sound) // 160):
        if k == answer:
            bank.phase("c", "answer")
        found += bank.feed(["c"], sound[np.newaxis, 160 * k : 160 * (k + 1)])
    return [(one.sound, one.sample / 8000, one) for one in found if one.sound in VERDICTS]


@pytest.mark.parametrize(
    ("said", "verdict", "prompt"), [(MENU, "ivr", "main"), (MAILBOX, "machine", "net")]
)
def test_it_is_known_whose_it_is_as_soon_as_it_says_what_no_other_says(said, verdict, prompt):
    [(sound, at_s, event)] = verdicts(silence(0.4), 0.5 * said)
    assert sound == verdict
    assert 1.4 < at_s < 2.4  # the two begin alike, for a second
    assert event.cause.startswith(f"prompt {prompt}: ")
    assert event.confidence >= SURE


def test_one_that_nobody_knows_is_judged_by_how_it_speaks():
    [(sound, at_s, event)] = verdicts(silence(0.4), PREFIX, speech(5.0, seed=53))
    assert (sound, event.cause.partition(" ")[0]) == ("machine", "speech")
    assert at_s > 2.4


def test_one_that_said_hello_and_paused_is_no_person_after_all():
    told = verdicts(silence(0.2), voice(0.4), silence(1.2), MENU)
    assert [sound for sound, _, _ in told] == ["human", "ivr"]
    assert told[1][2].cause.startswith("prompt main: ")


def test_one_that_sounded_like_a_machine_is_a_menu_after_all_and_has_no_beep():
    told = verdicts(silence(0.1), speech(2.6, seed=54), MENU, tone(0.5, 1000.0))
    assert [sound for sound, _, _ in told] == ["machine", "ivr"]


def test_a_mailbox_that_began_before_its_network_answered_is_known_by_its_middle():
    half = len(MAILBOX) // 160 // 4 * 160
    [(sound, at_s, _)] = verdicts(MAILBOX[half:], early=[silence(1.0), MAILBOX[:half]])
    assert (sound, at_s < 1.5) == ("machine", True)


def test_mailboxes_that_are_known_tell_nothing_of_voices_before_the_answer():
    boxes = [(f"b{k}", "mailbox", printed(speech(2.0, seed=200 + k))) for k in range(FEWEST_KNOWN)]
    own = line(silence(0.3), speech(4.0, seed=31))
    assert said_of(own, Library(compiled([*KNOWN, *boxes])))[:2] == ("announcement", "unknown")
