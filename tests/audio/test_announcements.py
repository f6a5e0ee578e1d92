"""Known announcements, through codec, noise, gain and gaps; and none before it differs."""

import numpy as np
import pytest

from dialer.audio.announcements import FEWEST_KNOWN, Announcements
from dialer.audio.bank import Bank, Ear, Listening
from dialer.audio.g711 import ALAW, decode, encode
from dialer.audio.prompts import Library, compiled, likeness, printed, refusal, with_one_more
from dialer.audio.tones import plan
from tests.audio.sounds import cadence, noise, silence, song, voice


def speech(seconds, seed):
    """A voice with a tempo of its own: two that keep step would be alike by their rhythm alone."""
    rng = np.random.default_rng(seed)
    n = round(seconds * 8000)
    pace = np.interp(np.arange(n), np.linspace(0, n, 9), rng.uniform(0.6, 1.4, 9))
    at = np.cumsum(pace)
    said = voice(at[-1] / 8000 + 0.1, seed=seed)
    return np.interp(at, np.arange(len(said)), said).astype(np.float32)


PREFIX, TAIL = speech(1.0, seed=1), speech(0.8, seed=2)
SAID = {
    "off": np.concatenate([PREFIX, speech(0.7, seed=3), TAIL]),
    "vacant": np.concatenate([PREFIX, speech(0.9, seed=4), TAIL]),
    "hold": speech(2.2, seed=5),
}
KINDS = {"off": "powered_off", "vacant": "vacant", "hold": "please_hold"}
KNOWN = [(name, KINDS[name], printed(sound)) for name, sound in SAID.items()]
LIBRARY = Library(compiled(KNOWN))

MANY = Library(
    compiled(
        [
            *KNOWN,
            *((f"p{k}", f"k{k}", printed(np.concatenate([PREFIX, speech(1.0, seed=100 + k)])))
              for k in range(FEWEST_KNOWN - len(KNOWN))),
        ]
    )
)  # fmt: skip
"Enough that what is not among them is known not to be."


def line(*parts):
    """As it comes out of G.711, with the line's noise."""
    sound = np.concatenate(parts)
    dirty = sound + noise(len(sound) / 8000, -50.0, seed=9)[: len(sound)]
    return decode(encode(np.clip(dirty, -1.0, 1.0), ALAW), ALAW)


def heard(sound, packet=160, library=LIBRARY):
    """What known ones are announced, and the second at which each was known."""
    bank = Bank(1)
    bank.learn(library)
    bank.open("c", Listening("early", plan("cn")))
    padded = np.concatenate([sound, np.zeros(-len(sound) % packet, dtype=np.float32)])
    return [
        (event.kind, event.sample / 8000)
        for start in range(0, len(padded), packet)
        for event in bank.feed(["c"], padded[np.newaxis, start : start + packet])
        if event.sound == "announcement" and event.kind != "unknown"
    ]


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_known_announcement_is_recognised_once(name):
    found = heard(line(silence(0.3), 0.4 * SAID[name], silence(0.5)))
    assert [kind for kind, _ in found] == [KINDS[name]]


def test_no_kind_is_said_before_the_part_in_which_they_differ():
    for name in ("off", "vacant"):
        [(kind, at_s)] = heard(line(silence(0.3), SAID[name], silence(0.5)))
        assert kind == KINDS[name]
        assert 1.3 < at_s < 2.1  # the prefix ends at 1.3 s


def test_a_sibling_that_is_not_known_is_not_taken_for_one_that_is():
    assert heard(line(silence(0.3), PREFIX, speech(0.8, seed=6), TAIL, silence(0.5))) == []


@pytest.mark.parametrize(
    "sound", [speech(4.0, seed=11), song(4.0), cadence((450.0,), 1.0, 4.0), noise(4.0, -30.0)],
    ids=["speech", "song", "ringback", "noise"],
)  # fmt: skip
def test_nothing_else_is_taken_for_an_announcement(sound):
    assert heard(line(sound)) == []


@pytest.mark.parametrize(
    "before", [cadence((450.0,), 1.0, 4.0), song(2.0)], ids=["ringback", "music"]
)
def test_it_is_recognised_after_ringback_and_after_music(before):
    assert [kind for kind, _ in heard(line(before, silence(0.2), SAID["off"]))] == ["powered_off"]


def said_of(sound, library):
    """What is made of a voice that nobody knows: the sound, its kind, and when."""
    bank = Bank(1)
    bank.learn(library)
    bank.open("c", Listening("early", plan("cn")))
    whole = sound[: len(sound) // 160 * 160]
    return next(
        (event.sound, event.kind, event.sample / 8000)
        for start in range(0, len(whole), 160)
        for event in bank.feed(["c"], whole[np.newaxis, start : start + 160])
        if event.sound in ("crbt", "announcement")
    )


def test_a_voice_that_begins_like_no_known_announcement_is_a_persons_own_ringback():
    drawled = np.interp(0.6 * np.arange(32000), np.arange(32000), speech(4.0, seed=31))
    own = line(silence(0.3), drawled.astype(np.float32))
    sound, kind, at_s = said_of(own, MANY)
    assert (sound, kind) == ("crbt", "speech")
    assert at_s < 3.0
    assert said_of(own, LIBRARY)[:2] == ("announcement", "unknown")  # three known ones tell nothing


def test_a_sentence_that_is_over_and_is_none_that_is_known_is_his_own_too():
    sentence = np.interp(0.7 * np.arange(13600), np.arange(32000), speech(4.0, seed=40))
    own = line(silence(0.3), sentence.astype(np.float32), silence(2.5))
    sound, kind, at_s = said_of(own, MANY)
    assert (sound, kind) == ("crbt", "speech")
    assert at_s < 2.6  # 0.3 s after its end; time would be up at 2.8


def test_one_that_begins_like_those_that_are_known_is_announced_soon_though_nobody_knows_it():
    sibling = line(silence(0.3), PREFIX, speech(2.0, seed=77))
    sound, kind, at_s = said_of(sibling, MANY)
    assert (sound, kind) == ("announcement", "unknown")
    assert at_s < 2.0


def test_a_line_that_opens_in_the_middle_of_a_long_one_is_enough():
    whole = speech(5.0, seed=21)
    library = Library(compiled([*KNOWN, ("long", "suspended", printed(whole))]))
    opened = line(cadence((450.0,), 0.4, 0.2), whole[14_000:])
    assert [kind for kind, _ in heard(opened, library=library)] == ["suspended"]


def test_it_is_recognised_in_noise_and_with_lost_packets():
    sound = line(silence(0.3), SAID["vacant"], silence(0.5))
    sound = sound + noise(len(sound) / 8000, -34.0, seed=5)[: len(sound)]
    for lost in range(12, len(sound) // 160, 20):
        sound[160 * lost : 160 * lost + 160] = 0.0
    assert [kind for kind, _ in heard(sound)] == ["vacant"]


@pytest.mark.parametrize("packet", [80, 240, 1280])
def test_the_packets_size_changes_nothing(packet):
    sound = line(silence(0.3), SAID["off"], silence(0.42))
    exact = sound[: len(sound) // 3840 * 3840]
    [(kind, at_s)] = heard(exact, packet)
    [(kind_of_20_ms, at_s_of_20_ms)] = heard(exact)
    assert (kind, at_s) == (kind_of_20_ms, at_s_of_20_ms)


def test_calls_heard_together_are_heard_as_alone():
    names = [f"c{k}" for k in range(6)]
    bank = Bank(2, (Ear(Announcements, early=True, answer_s=5.0),))
    bank.learn(LIBRARY)
    sounds = [line(silence(0.1 * k), SAID["off"], silence(2.0 - 0.1 * k)) for k in range(6)]
    for name in names:
        bank.open(name, Listening("early", plan("cn")))
    found = {}
    for start in range(0, len(sounds[0]) - 159, 160):
        for event in bank.feed(names, np.stack([one[start : start + 160] for one in sounds])):
            found[event.call] = event.kind, event.sample
    assert found == {
        name: (kind, round(8000 * at_s))
        for name, sound in zip(names, sounds, strict=True)
        for kind, at_s in heard(sound)
    }
    assert len(found) == 6


def test_a_prompt_that_is_learnt_while_a_call_lasts_is_recognised_in_it():
    bank = Bank(1)
    bank.open("c", Listening("early", plan("cn")))
    sound = line(silence(0.5), SAID["hold"])
    events = []
    for start in range(0, len(sound) - 159, 160):
        if start == 1600:
            bank.learn(LIBRARY)
        events += bank.feed(["c"], sound[np.newaxis, start : start + 160])
    assert [event.kind for event in events if event.sound == "announcement"] == ["please_hold"]


def test_a_library_that_grows_by_one_is_the_same_as_one_made_at_once():
    grown = []
    for name, kind, sound in KNOWN:
        grown = with_one_more(grown, name, kind, sound)
    for one, other in zip(grown, LIBRARY.prompts, strict=True):
        assert (one.name, one.kind) == (other.name, other.kind)
        np.testing.assert_array_equal(one.rivals, other.rivals)


def test_what_cannot_be_a_prompt_is_refused_with_the_reason():
    assert refusal(voice(0.6)) == "too short: 0.6 s of 0.6 s are sound, 1.0 s are needed"
    assert refusal(0.01 * voice(3.0)) == "too quiet: -59 dBov, -45 are needed"
    assert refusal(voice(3.0)) == ""


def test_a_recording_is_like_itself_through_a_codec_and_not_like_another():
    same = printed(line(silence(0.2), 0.5 * SAID["hold"]))
    assert likeness(same, printed(SAID["hold"])) > 0.92
    assert likeness(printed(SAID["off"]), printed(SAID["vacant"])) < 0.85
