"""What no plan foresees: all leave, all answer, clocks stand, three leads, two campaigns.

A journal and a switch of a few lines answer the real engine; whatever happens in whatever order,
it never dials beyond lines and leads, never without agents, never raises, and goes on afterwards.
"""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.engine.commands import Claim, HangUp, Originate, Withdraw
from dialer.engine.events import (
    Answered,
    Event,
    HungUp,
    LeadsCounted,
    LegUp,
    LoggedIn,
    LoggedOut,
    Placed,
    Reconciled,
    Refused,
    Ringing,
    Started,
    SwitchUp,
    Tick,
    WentReady,
    Withdrawn,
)
from tests.engine.script import SPRING, Script, intended

LINES = 12
STEPS = ("second", "minute", "stands", "answers", "all_answer", "ends", "all_end", "leave", "come")


class Hall:
    """Agents, two campaigns of one pool, and telephones that do what they are told."""

    def __init__(self, pacing: str, leads: int, agents: int) -> None:
        self.script, self.at, self.n = Script(), 1.0, 0
        self.leads = dict.fromkeys(("spring", "autumn"), leads)
        self.agents = agents
        self.seated = 0
        self.up: dict[str, str] = {}
        "Calls that stand, and their campaigns."
        self.answered: set[str] = set()
        self.tell(Started(epoch=1, at=0.0))
        for name in self.leads:
            opened = msgspec.structs.replace(SPRING, campaign=name, pacing=pacing, ratio=3.0,
                                             lines=LINES)  # fmt: skip
            self.tell(opened, LeadsCounted(name, leads, leads, at=0.5))
        self.tell(SwitchUp(at=0.5), Reconciled(at=0.5))
        self.come()

    def tell(self, *events: Event) -> None:
        waiting = list(events)
        while waiting:
            for order in self.script.tell(waiting.pop(0)):
                waiting += self.carried_out(order)

    def carried_out(self, order) -> list[Event]:
        match order:
            case Claim():
                return self.claimed(order)
            case Originate():
                assert self.script.engine.floor.supply("sales") > 0
                self.up[order.call] = self.script.engine.state.calls[order.call].intent.campaign
                # It rings: calls of which the network says nothing open the trunk's breaker.
                return [Placed(order.call, at=self.at), Ringing(order.call, at=self.at)]
            case HangUp() if order.call in self.up:
                return [self.end(order.call)]
            case Withdraw():
                return [Withdrawn(order.call, at=self.at)]
        return []

    def claimed(self, order: Claim) -> list[Event]:
        told: list[Event] = []
        given = min(order.n, self.leads[order.campaign])
        for _ in range(given):
            self.n += 1
            told.append(intended(self.n, self.at, campaign=order.campaign))
        self.leads[order.campaign] -= given
        if given < order.n:
            told.append(Refused(order.campaign, asked=order.n, given=given, why="no_leads",
                                at=self.at))  # fmt: skip
        return told

    def end(self, call: str) -> Event:
        self.up.pop(call)
        self.answered.discard(call)
        return HungUp(call, at=self.at, cause=16)

    # ---- what may happen ----
    def second(self) -> None:
        self.at += 1.0
        self.tell(Tick(at=self.at))

    def minute(self) -> None:
        self.at += 60.0
        self.tell(Tick(at=self.at))

    def stands(self) -> None:
        self.tell(Tick(at=self.at), Tick(at=self.at))

    def answers(self) -> None:
        for call in [one for one in self.up if one not in self.answered][:1]:
            self.answered.add(call)
            self.tell(Answered(call, at=self.at))

    def all_answer(self) -> None:
        for _ in range(len(self.up)):
            self.answers()

    def ends(self) -> None:
        for call in list(self.up)[:1]:
            self.tell(self.end(call))

    def all_end(self) -> None:
        for call in list(self.up):
            if call in self.up:
                self.tell(self.end(call))

    def leave(self) -> None:
        for n in range(self.seated):
            self.tell(LoggedOut(f"a{n}", at=self.at))
        self.seated = 0

    def come(self) -> None:
        for n in range(self.seated, self.agents):
            leg = (LoggedIn(f"a{n}", "sales", f"PJSIP/a{n}", at=self.at), WentReady(f"a{n}",
                   at=self.at), LegUp(f"a{n}", at=self.at))  # fmt: skip
            self.tell(*leg)
        self.seated = self.agents


@pytest.mark.parametrize("pacing", ["progressive", "ratio", "selftuned", "predictive"])
@settings(deadline=None, max_examples=15)
@given(
    steps=st.lists(st.sampled_from(STEPS), max_size=40), leads=st.sampled_from([0, 3, 1000]),
    agents=st.integers(0, 6),
)  # fmt: skip
def test_no_burst_no_stall_no_exception(pacing, steps, leads, agents):
    hall = Hall(pacing, leads, agents)
    for step in steps:
        getattr(hall, step)()
        assert len(hall.up) <= LINES
        assert all(left >= 0 for left in hall.leads.values())
    hall.all_end()
    hall.leave()
    assert not hall.up
    hall.come()
    hall.minute()
    hall.second()
    if agents and sum(hall.leads.values()):
        assert hall.up  # whoever is back is dialled for
    assert len(hall.up) <= LINES
