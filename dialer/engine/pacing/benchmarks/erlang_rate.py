"""Calls at a constant rate that Erlang A says the agents can bear: open loop, blind to the moment.

The rate of answers at which a queue of so many agents, whose customers give up after the time to
connect, loses the permitted share (Palm; Garnett, Mandelbaum and Reiman 2002), divided by the share
of calls that are answered. It is what textbooks call predictive dialling.
"""

from dialer.engine.pacing.benchmarks.peer import Every, Mean
from dialer.engine.pacing.facts import Fact, Freed, TalkEnded
from dialer.engine.pacing.snapshot import CampaignView, Snapshot
from models.staffing import load_for_abandonment

STEP_S, WAIT_S = 60.0, 2.0
"How often the rate is worked out; how long people are held."


def calls_per_s(agents: int, cap: float, answer_rate: float, handling_s: float) -> float:
    """The rate of placing calls.

    >>> round(calls_per_s(50, 0.03, answer_rate=0.3, handling_s=180.0), 3)
    0.783
    """
    if not agents or not 0.0 < cap < 1.0:
        return 0.0
    load = float(load_for_abandonment(agents, cap, patience=WAIT_S / handling_s))
    return load / handling_s / max(answer_rate, 0.01)


class ErlangRate:
    """A rate, and the part of a call that is due."""

    def __init__(self) -> None:
        self._talk_s, self._wrap_up_s = Mean(150.0), Mean(30.0)
        self._step = Every(STEP_S)
        self._rate, self._due, self._at = 0.0, 0.0, 0.0

    def hear(self, fact: Fact) -> None:
        """How long agents take."""
        match fact:
            case TalkEnded(talk_s=seconds):
                self._talk_s.add(seconds)
            case Freed(wrap_up_s=seconds):
                self._wrap_up_s.add(seconds)

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """What the rate has brought since the last look, in whole calls."""
        if self._step.is_due(seen.at):
            handling_s = self._talk_s.mean + self._wrap_up_s.mean
            self._rate = calls_per_s(seen.logged_in, view.cap, view.answer_rate, handling_s)
        self._due += self._rate * max(0.0, seen.at - self._at)
        self._at = seen.at
        now = int(self._due)
        self._due -= now
        return seen.in_flight + now
