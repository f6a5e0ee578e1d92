"""What is kept of a voice before the answer, and what is not."""

import os

import numpy as np
import pytest
import soundfile

from dialer.audio.prompts import Library, compiled, printed
from dialer.detection.captured import Captures
from dialer.detection.library import Card, Refused, Shelf, loaded
from dialer.listening.capture import Early, Keep, expire
from dialer.listening.desk import Desk
from dialer.listening.protocol import Close, Open, Phase, Rest
from tests.audio.sounds import silence, song, voice
from tests.audio.test_announcements import speech
from tests.listening.packets import wires


def called(desk, call, sound, answered=False):
    """A call from its first packet to its end."""
    port, now = 14000 + int(call[3:]), 1000.0
    desk.obey(Open(call, port, "cn"))
    for data in wires(np.concatenate(sound)):
        desk.receive(data, port, now)
        now += 0.02
        desk.tick(now)
    if answered:
        desk.obey(Phase(call, "answer"))
    desk.obey(Close(call))


def test_a_voice_that_nobody_knows_is_kept_from_its_beginning(tmp_path):
    desk = Desk(keep=Keep(tmp_path / "captures"))
    called(desk, "d1-1", [silence(1.0), speech(3.0, seed=31)])
    [kept] = (tmp_path / "captures").glob("*")
    assert kept.name == "d1-1.wav"
    assert 2.9 < soundfile.info(kept).duration < 3.7


def test_a_voice_that_may_be_a_persons_own_ringback_may_be_an_announcement_and_is_kept():
    early = Early()
    early.told("speech", "")
    for _ in range(100):
        early.hear(bytes(160))
    early.told("crbt", "speech")
    assert early.is_worth_keeping
    early.told("crbt", "")  # it was music
    assert not early.is_worth_keeping


@pytest.mark.parametrize(
    ("sound", "answered"),
    [(silence(4.0), False), (song(6.0), False), (speech(3.0, seed=31), True)],
    ids=["silence", "music", "answered"],
)
def test_nothing_else_is_kept(tmp_path, sound, answered):
    called(Desk(keep=Keep(tmp_path)), "d1-1", [sound], answered)
    assert list(tmp_path.iterdir()) == []


def test_the_opening_of_every_answered_call_is_kept_where_that_is_allowed(tmp_path):
    desk = Desk(openings=Keep(tmp_path / "openings", most=2))
    for k, ends in enumerate((Close, Rest, Close)):
        call, port, now = f"d1-{k}", 14000 + k, 1000.0
        desk.obey(Open(call, port, "cn"))
        for n, data in enumerate(wires(np.concatenate([silence(1.0), speech(3.0, seed=31)]))):
            if n == 50:
                desk.obey(Phase(call, "answer"))
            desk.receive(data, port, now)
            now += 0.02
            desk.tick(now)
        desk.obey(ends(call))
        assert (tmp_path / f"openings/{call}.wav").exists() == (ends is Close)
        desk.obey(Close(call))
    kept = sorted((tmp_path / "openings").iterdir())
    assert [file.name for file in kept] == ["d1-1.wav", "d1-2.wav"]
    assert 2.8 < soundfile.info(kept[0]).duration < 3.2


def test_nothing_is_kept_unless_it_is_allowed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    called(Desk(), "d1-1", [speech(3.0, seed=31)])
    assert list(tmp_path.iterdir()) == []


def test_of_what_is_recognised_the_latest_few_of_each_kind_are_kept(tmp_path):
    said = speech(3.0, seed=31)
    desk = Desk(keep=Keep(tmp_path, most=50))
    desk.learn(Library(compiled([("off", "powered_off", printed(said))])))
    for k in range(3):
        called(desk, f"d1-{k}", [silence(0.5), said])
    called(desk, "d1-3", [silence(0.5), said], answered=True)
    kept = [file.relative_to(tmp_path).as_posix() for file in sorted(tmp_path.rglob("*.wav"))]
    assert kept == ["recognised/powered_off/d1-1.wav", "recognised/powered_off/d1-2.wav"]


def test_what_was_taken_for_the_wrong_kind_is_heard_and_becomes_an_example(tmp_path):
    captures, shelf = Captures(tmp_path / "captures"), Shelf(tmp_path / "prompts")
    desk = Desk(keep=Keep(tmp_path / "captures"))
    common, rest = speech(2.5, seed=31), speech(1.5, seed=32)
    desk.learn(Library(compiled([("off", "powered_off", printed(common))])))
    called(desk, "d1-1", [silence(0.5), common, rest])
    called(desk, "d1-2", [silence(0.5), speech(3.0, seed=33)])
    unknown, taken = captures.groups()
    assert (unknown.name, unknown.heard_as) == ("d1-2", "")
    assert (taken.name, taken.heard_as) == ("d1-1", "powered_off")
    assert soundfile.info(captures.file("d1-1")).duration > 3.5

    captures.enrol(shelf, "d1-1", Card(name="busy", kind="busy"))
    assert captures.groups() == [unknown]
    assert [(card.name, card.kind) for card in shelf.cards()] == [("busy", "busy")]


def test_what_is_kept_for_too_long_goes_though_nothing_new_comes(tmp_path):
    for file in (tmp_path / "d1-1.wav", tmp_path / "recognised/busy/d1-2.wav"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (0.0, 0.0))
    Desk(keep=Keep(tmp_path)).stats(1000.0, 0.0)
    assert list(tmp_path.rglob("*.wav")) == []


def test_the_oldest_go_first_and_none_outlives_its_time(tmp_path):
    for k, age_days in enumerate((20.0, 3.0, 2.0, 1.0)):
        file = tmp_path / f"d1-{k}.wav"
        file.touch()
        file.with_suffix(".npz").touch()
        at = 1e9 - age_days * 86400.0
        os.utime(file, (at, at))
    expire(Keep(tmp_path, days=14.0, most=2), now=lambda: 1e9)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "d1-2.npz", "d1-2.wav", "d1-3.npz", "d1-3.wav",
    ]  # fmt: skip


def test_calls_that_say_the_same_are_one_group_and_a_name_makes_a_prompt_of_it(tmp_path):
    desk, captures = Desk(keep=Keep(tmp_path / "captures")), Captures(tmp_path / "captures")
    off, other = speech(3.0, seed=31), speech(3.0, seed=32)
    called(desk, "d1-1", [silence(0.6), off])
    called(desk, "d1-2", [silence(0.3), other])
    called(desk, "d1-3", [silence(1.1), 0.4 * off, silence(0.4)])
    first, second = captures.groups()
    assert {one.name for one in first.captures} == {"d1-1", "d1-3"}
    assert [one.name for one in second.captures] == ["d1-2"]

    shelf = Shelf(tmp_path / "prompts")
    captures.enrol(shelf, first.name, Card(name="off", kind="powered_off"))
    assert captures.groups() == [second]
    desk.learn(loaded(shelf.compiled))
    called(desk, "d1-4", [silence(0.2), off])
    unknown, known = captures.groups()
    assert unknown == second
    assert (known.name, known.heard_as) == ("d1-4", "powered_off"), "it is known now"
    assert captures.forget("d1-4") == 1
    assert (captures.forget("d1-2"), captures.groups()) == (1, [])


def test_what_cannot_be_enrolled_stays(tmp_path):
    captures, shelf = Captures(tmp_path / "captures"), Shelf(tmp_path / "prompts")
    (tmp_path / "captures").mkdir()
    soundfile.write(tmp_path / "captures/d1-1.wav", 0.002 * voice(2.0), 8000)
    with pytest.raises(Refused, match="too quiet"):
        captures.enrol(shelf, "d1-1", Card(name="off", kind="powered_off"))
    assert len(captures.groups()) == 1
