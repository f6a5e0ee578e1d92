"""The bank: many calls at once, each heard as if it were alone."""

import msgspec
import numpy as np
import pytest

from dialer.audio.bank import DETECTORS, FOREVER, Bank, Ear, Listening
from dialer.audio.listener import Said
from dialer.audio.tones import plan
from tests.audio.sounds import cadence, hear, hear_all, noise, silence, told, tone, voice

HELLO = np.concatenate([silence(0.3), voice(0.7), silence(1.5)])
MACHINE = np.concatenate([silence(0.2), voice(5.0), silence(0.4), tone(0.4, 1000.0), silence(0.5)])
CALLS = {
    "hello": ("us", HELLO),
    "machine": ("us", MACHINE),
    "nobody": ("us", silence(4.0)),
    "fan": ("de", noise(4.0, -40.0)),
    "ring": ("cn", cadence((450.0,), 1.0, 4.0)),
    "fax": ("fr", np.concatenate([silence(0.5), tone(2.0, 2100.0)])),
}


def plain(events):
    return [msgspec.structs.replace(event, call="") for event in events]


def test_a_call_is_heard_in_company_as_it_is_heard_alone():
    together = hear_all(CALLS)
    alone = {call: hear(samples, "answer", country) for call, (country, samples) in CALLS.items()}
    assert {call: plain(events) for call, events in together.items()} == {
        call: plain(events) for call, events in alone.items()
    }


def test_the_same_sound_is_heard_the_same_in_hops_of_ten_milliseconds_or_of_many():
    def heard_in(hop):
        bank = Bank(1)
        bank.open("c", Listening("answer", plan("us")))
        parts = MACHINE[: len(MACHINE) // 800 * 800].reshape(-1, 1, hop)
        return [event for part in parts for event in bank.feed(["c"], part)]

    assert heard_in(80) == heard_in(160) == heard_in(800)
    assert told(heard_in(80)) == ["speech", "machine", "beep", "speech_end"]


def test_calls_come_and_go_and_take_no_memory_of_each_other_along():
    bank = Bank(1)
    for i in range(5):
        bank.open(f"c{i}", Listening("answer", plan("us")))
        events = [
            event
            for part in HELLO[: len(HELLO) // 160 * 160].reshape(-1, 1, 160)
            for event in bank.feed([f"c{i}"], part)
        ]
        assert [(event.call, event.sound) for event in events][-1] == (f"c{i}", "human")
        bank.close(f"c{i}")


def test_there_is_room_for_more_calls_than_were_expected():
    bank = Bank(2)
    names = [f"c{i}" for i in range(40)]
    for name in names:
        bank.open(name, Listening("answer", plan("us")))
    heard = []
    for part in HELLO[: len(HELLO) // 160 * 160].reshape(-1, 160):
        heard += bank.feed(names, np.tile(part, (40, 1)))
    assert sorted(e.call for e in heard if e.sound == "human") == sorted(names)


def test_instants_are_counted_from_the_first_sample_and_from_the_answer():
    bank = Bank(1)
    bank.open("c", Listening("early", plan("us")))
    bank.feed(["c"], silence(2.0)[np.newaxis])
    bank.phase("c", "answer")
    events = bank.feed(["c"], HELLO[: len(HELLO) // 160 * 160][np.newaxis])
    human = events[-1]
    assert (human.sound, human.phase) == ("human", "answer")
    assert human.sample / 8000 == pytest.approx(human.at - 2.0, abs=0.05)
    assert human.greeting_end_s == pytest.approx(1.0, abs=0.12)


def test_an_answer_told_twice_is_one_answer():
    bank = Bank(1)
    bank.open("c", Listening("early", plan("us")))
    bank.phase("c", "answer")
    bank.feed(["c"], silence(1.0)[np.newaxis])
    bank.phase("c", "answer")
    (nothing,) = bank.feed(["c"], silence(1.0)[np.newaxis])
    assert (nothing.sound, nothing.sample) == ("silence", pytest.approx(11_500, abs=500))


def test_closing_and_answering_calls_that_are_not_there_is_harmless():
    bank = Bank(1)
    bank.close("nobody")
    bank.phase("nobody", "answer")
    assert bank.feed([], np.zeros((0, 80), dtype=np.float32)) == []


class Announcements:
    """What a library of known announcements would look like to the bank."""

    def __init__(self, rows):
        self.said = set()

    def grow(self, rows): ...

    def open(self, row, ask): ...

    def answer(self, row, clock): ...

    def step(self, frame, said):
        known = [row for row in frame.rows.tolist() if row not in self.said]
        self.said.update(known)
        return [Said(row, "announcement", 0, "powered_off", 0.99, "library") for row in known]


def test_another_detector_is_one_more_line_in_the_table():
    bank = Bank(1, (*DETECTORS, Ear(Announcements, early=True, answer_s=FOREVER)))
    bank.open("c", Listening())
    (event,) = bank.feed(["c"], silence(0.02)[np.newaxis])
    assert (event.sound, event.kind) == ("announcement", "powered_off")
