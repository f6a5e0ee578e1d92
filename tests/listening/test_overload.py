"""Too much to do: tones alone are heard, and whoever answers meanwhile is nobody's verdict."""

import numpy as np
import pytest

from dialer.engine.commands import Bridge
from dialer.engine.deadlines import NOTHING_SAID_S
from dialer.engine.events import Answered, Placed, Tick
from dialer.listening.desk import Desk
from dialer.listening.protocol import Open, Phase, Told
from tests.audio.sounds import cadence, silence, tone, voice
from tests.engine.script import Script, intended, key, open_for_business
from tests.listening.packets import wires

HELLO = np.concatenate([silence(0.3), voice(0.5), silence(1.5)])
RING = cadence((450.0,), 1.0, 1.5)
BEEP = tone(0.4, 1000.0)


class Line:
    """One call after the other on one desk."""

    def __init__(self) -> None:
        self.desk, self.now = Desk(), 1000.0
        self.calls = 0

    def hears(self, *, early=None, answer=None, behind_s=0.0):
        """What is said of a call: before the answer, after it."""
        call, port = f"d1-{self.calls}", 14000 + self.calls
        self.calls += 1
        self.desk.obey(Open(call, port, "cn"))
        parts = [("early", early), ("answer", answer)]
        sound = np.concatenate([part for _, part in parts if part is not None])
        answered = 0 if early is None else len(early) // 160
        heard = []
        for n, data in enumerate(wires(sound)):
            if answer is not None and n == answered:
                self.desk.obey(Phase(call, "answer"))
            self.desk.receive(data, port, self.now)
            self.now += 0.02
            heard += self.desk.tick(self.now, behind_s)
        return [one.heard.sound for one in heard if isinstance(one, Told)]

    def is_late(self, seconds, behind_s=0.5):
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            self.desk.tick(self.now, behind_s)

    @property
    def tones_only(self):
        return self.desk.stats(self.now, 0.0).tones_only


@pytest.fixture
def line():
    return Line()


def test_a_worker_that_lags_hears_tones_alone_and_says_so(line):
    assert ("human" in line.hears(answer=HELLO), line.tones_only) == (True, 0)
    line.is_late(2.2)
    assert line.tones_only == 1
    assert line.hears(answer=HELLO, behind_s=0.5) == []
    assert line.hears(early=RING, behind_s=0.5) == ["ringback"]
    assert "beep" in line.hears(answer=np.concatenate([silence(1.0), BEEP]), behind_s=0.5)


def test_a_moment_s_delay_is_no_overload(line):
    line.is_late(1.9)
    line.is_late(0.02, behind_s=0.0)
    line.is_late(1.9)
    assert line.tones_only == 0


def test_who_was_half_heard_is_not_judged_later_and_new_calls_are_heard_in_full(line):
    line.desk.obey(Open("half", 15000, "cn"))
    line.desk.obey(Phase("half", "answer"))
    line.is_late(2.2)
    line.is_late(10.5, behind_s=0.0)
    assert line.tones_only == 0
    said = []
    for data in wires(HELLO):
        line.desk.receive(data, 15000, line.now)
        line.now += 0.02
        said += line.desk.tick(line.now)
    assert said == []
    assert "human" in line.hears(answer=HELLO)


def test_without_a_verdict_the_engine_connects():
    script: Script = open_for_business("anna")
    call = key(1)
    script.tell(intended(1, 1.0), Placed(call, at=1.1), Answered(call, at=8.0))
    script.tell(Tick(at=8.0 + NOTHING_SAID_S + 0.05))
    assert [one for one in script.orders if isinstance(one, Bridge)] == [Bridge(call, "anna")]
