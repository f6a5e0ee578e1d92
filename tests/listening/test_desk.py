"""A worker's desk: packets and orders in, news out, with the clock in our hand."""

import wave

import msgspec
import numpy as np
import pytest

from dialer.audio.g711 import ULAW
from dialer.listening.desk import Desk
from dialer.listening.protocol import Close, Open, Phase, Rest, Save, Told
from dialer.listening.rtp import parse
from tests.audio.sounds import cadence, noise, silence, tone, voice
from tests.listening.packets import wires

HELLO = np.concatenate([silence(0.3), voice(0.7), silence(1.5)])
BEGAN = 1000.0
"CLOCK_MONOTONIC when the first packet comes."


class Line:
    """Packets of some ports, a desk, and what it tells; 20 ms at a time."""

    def __init__(self):
        self.desk, self.news, self.now = Desk(), [], BEGAN

    def obey(self, *orders):
        for order in orders:
            self.news += self.desk.obey(order)

    def play(self, sound, port=14000, *, lost=(), **how):
        for k, data in enumerate(wires(sound, **how)):
            self.now += 0.02
            if k not in lost:
                self.desk.receive(data, port, self.now)
            self.news += self.desk.tick(self.now)

    def wait(self, seconds):
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            self.news += self.desk.tick(self.now)

    def heard(self, call="c1"):
        told = [item.heard for item in self.news if isinstance(item, Told)]
        return [(e.sound, e.phase) for e in told if e.call == call and e.sound != "audio"]

    def at(self, sound):
        return next(n.heard.at for n in self.news if isinstance(n, Told) and n.heard.sound == sound)


def test_a_call_is_heard_before_and_after_the_answer():
    line = Line()
    line.obey(Open("c1", 14000, "cn"))
    line.play(np.concatenate([silence(0.5), cadence((450.0,), 1.0, 2.0)]))
    line.obey(Phase("c1", "answer"))
    line.play(HELLO, timestamp=3 * 8000 + 4000)
    assert line.heard() == [
        ("ringback", "early"), ("speech", "answer"), ("speech_end", "answer"), ("human", "answer"),
    ]  # fmt: skip


def test_instants_are_on_the_clock_of_the_packets_arrival():
    line = Line()
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(HELLO)
    assert line.at("speech") - BEGAN == pytest.approx(0.3, abs=0.1)
    assert line.at("human") - BEGAN == pytest.approx(1.8, abs=0.12)


def test_packets_that_come_before_the_order_are_heard_after_it():
    line = Line()
    line.play(HELLO[:8000])
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(HELLO[8000:], timestamp=8000)
    assert line.heard()[-1] == ("human", "answer")
    assert line.at("speech") - BEGAN == pytest.approx(0.3, abs=0.1)


def test_a_port_that_is_used_again_brings_nothing_of_the_old_call_along():
    line = Line()
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(HELLO)
    line.obey(Close("c1"))
    line.play(tone(1.0, 2100.0), timestamp=len(HELLO))  # the old call's last words
    line.obey(Open("c2", 14000, "us"), Phase("c2", "answer"))
    line.play(HELLO, ssrc=99, timestamp=77)
    assert [sound for sound, _ in line.heard("c2")] == ["speech", "speech_end", "human"]


def test_strangers_of_another_source_are_forgotten_when_the_source_changes():
    line = Line()
    line.play(tone(1.0, 2100.0), ssrc=5)
    line.play(silence(0.1), ssrc=6)
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(silence(2.0), ssrc=6, timestamp=800)
    assert line.heard() == [("silence", "answer")]


def test_a_line_that_goes_dead_after_the_answer_is_silence():
    line = Line()
    line.obey(Open("c1", 14000, "us"))
    line.play(silence(0.5))
    line.obey(Phase("c1", "answer"))
    line.wait(2.5)
    assert line.heard() == [("silence", "answer")]
    assert line.at("silence") - BEGAN == pytest.approx(0.5 + 1.5, abs=0.3)


def test_one_lost_packet_in_ten_leaves_a_person_a_person():
    line = Line()
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(HELLO, lost=range(3, 120, 10))
    assert line.heard()[-1] == ("human", "answer")
    assert line.desk.stats(line.now, 0.0).lost == 12


def test_two_laws_and_many_ports_are_told_apart():
    line = Line()
    line.obey(Open("a", 1, "us"), Open("u", 2, "us"), Phase("a", "answer"), Phase("u", "answer"))
    fax = np.concatenate([silence(0.5), tone(2.0, 2100.0)])
    for a, u in zip(wires(HELLO), wires(fax, law=ULAW, ssrc=9), strict=True):
        line.now += 0.02
        line.desk.receive(a, 1, line.now)
        line.desk.receive(u, 2, line.now)
        line.news += line.desk.tick(line.now)
    assert line.heard("a")[-1] == ("human", "answer")
    assert line.heard("u") == [("fax", "answer")]


def test_what_is_no_rtp_is_nothing():
    line = Line()
    line.obey(Open("c1", 14000, "us"))
    for data in (b"", b"x", b"OPTIONS sip:evil SIP/2.0\r\n\r\n", bytes(12), b"\x80\x08"):
        line.desk.receive(data, 14000, line.now)
    assert line.desk.tick(line.now + 1) == []


def test_orders_about_calls_that_are_not_there_are_harmless():
    line = Line()
    line.obey(Phase("c9", "answer"), Close("c9"), Save("c9", "/nowhere/at/all.wav"))
    (saved,) = line.news
    assert (saved.seconds, saved.why) == (0.0, "nothing was heard of it")


def test_the_first_eight_seconds_after_the_answer_can_be_kept(tmp_path):
    line = Line()
    line.obey(Open("c1", 14000, "us"))
    line.play(tone(1.0, 440.0))
    line.obey(Phase("c1", "answer"))
    line.play(np.concatenate([tone(1.0, 1000.0), silence(9.0)]), timestamp=8000)
    line.obey(Save("c1", str(tmp_path / "greeting.wav")))
    assert line.news[-1].seconds == 8.0
    with wave.open(str(tmp_path / "greeting.wav")) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (8000, 1, 64000)
        samples = np.frombuffer(sound.readframes(8000), dtype="<i2")
    assert np.abs(np.fft.rfft(samples)).argmax() == pytest.approx(1000, abs=2)
    assert [path.name for path in tmp_path.iterdir()] == ["greeting.wav"]


def test_what_was_said_before_a_call_rests_can_be_saved_until_it_is_closed(tmp_path):
    line = Line()
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(tone(1.0, 1000.0))
    line.obey(Rest("c1"))
    line.play(tone(3.0, 1000.0), timestamp=8000)  # the talk is nobody's
    line.obey(Save("c1", str(tmp_path / "greeting.wav")))
    assert line.news[-1].seconds == 1.0
    assert line.desk.stats(line.now, 0.0).calls == 0
    line.obey(Close("c1"), Save("c1", str(tmp_path / "again.wav")))
    assert (line.news[-1].seconds, line.news[-1].why) == (0.0, "nothing was heard of it")


def test_a_file_that_cannot_be_written_is_said_and_not_raised(tmp_path):
    line = Line()
    line.obey(Open("c1", 14000, "us"), Phase("c1", "answer"))
    line.play(HELLO)
    line.obey(Save("c1", str(tmp_path / "no" / "such" / "folder.wav")))
    assert line.news[-1].why.startswith("No such file or directory")


def test_silence_goes_back_where_it_is_asked_for():
    sent = []
    desk = Desk(lambda data, port: sent.append((parse(data), port)))
    desk.obey(Open("c1", 14000, "us", talk_back=True))
    desk.obey(Open("c2", 15000, "us"))
    for k in range(3):
        desk.tick(BEGAN + k * 0.02)
    assert [(packet.sequence, packet.timestamp, port) for packet, port in sent] == [
        (1, 160, 14000), (2, 320, 14000), (3, 480, 14000),
    ]  # fmt: skip


def test_figures_are_of_the_time_since_they_were_asked_for_last():
    line = Line()
    line.obey(Open("c1", 14000, "us"))
    line.play(silence(1.0))
    line.play(noise(0.5, -40.0), port=15000)
    first, second = line.desk.stats(line.now, 0.1), line.desk.stats(line.now, 0.2)
    assert (first.calls, first.strangers, first.cpu_s) == (1, 1, 0.1)
    assert first.frames == pytest.approx(50 + 20, abs=5)
    assert first.lost == first.frames - 50
    assert set(first.behind_ms) == {0}
    assert msgspec.structs.astuple(second) == (0, 0, 0, 1, 0.2, 1, 0, ())
