"""The shell's loop on a clock that jumps: an hour of ringing takes a millisecond."""

from itertools import pairwise

import anyio
import pytest
import trio
from trio.testing import MockClock

from dialer.engine.commands import Cdr, Originate, Reconcile
from dialer.engine.compliance import Rules
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CampaignOpened,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Ringing,
    SwitchUp,
    Tick,
    WentReady,
)
from dialer.journal.memory import MemoryJournal
from dialer.leads.normalise import NewLead, Normal
from dialer.leads.rules import LeadRules
from dialer.live import Dialer, Inbox


@pytest.fixture
def anyio_backend():
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class TrioTime:
    def __call__(self) -> float:
        return trio.current_time()

    def jump_s(self) -> float:
        return 0.0


class RingsForEver:
    """A switch on which everybody's telephone rings and nobody comes; it never ends a call."""

    def __init__(self, inbox: Inbox, clock: TrioTime) -> None:
        self.inbox, self.clock = inbox, clock
        self.orders: list = []

    def execute(self, command) -> None:
        at = self.clock()
        self.orders.append((at, command))
        if isinstance(command, Reconcile):
            self.inbox.put(Reconciled(at=at))
        if isinstance(command, Originate):
            self.inbox.put(Placed(command.call, at=at))
            self.inbox.put(Ringing(command.call, at=at))


async def shift(hours: float, tmp_path):
    inbox, clock = Inbox(), TrioTime()
    journal = MemoryJournal(inbox.put, clock, leads={"april": [lead(n) for n in range(3)]})
    epoch = journal.take_lease("test", clock())
    switch = RingsForEver(inbox, clock)
    dialer = Dialer(
        engine=Engine(), journal=journal, switch=switch, inbox=inbox, clock=clock, epoch=epoch,
        state_file=tmp_path / "state.json",
    )  # fmt: skip
    opened = journal.open_campaign(
        CampaignOpened(at=clock(), campaign="spring", pool="sales", version=0, trunk="lab",
                       caller_ids=("15550001111",), source="sim"),
        LeadRules(lists=("april",), calling=Rules(hours="lab")),
    )  # fmt: skip
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(dialer.run)
        await anyio.sleep(0.01)
        inbox.put(SwitchUp(at=clock()))
        inbox.put(opened)
        await anyio.sleep(0.01)
        for event in (LoggedIn("anna", "sales", "PJSIP/anna", at=clock()),
                      WentReady("anna", at=clock()), LegUp("anna", at=clock())):  # fmt: skip
            inbox.put(event)
        await anyio.sleep(hours * 3600)
        tasks.cancel_scope.cancel()
    return dialer, journal, switch


def lead(n: int) -> NewLead:
    return NewLead(numbers=(Normal(f"1202555010{n}", "US America/New_York", "mobile"),))


@pytest.mark.anyio
async def test_a_call_that_the_switch_forgot_is_ended_and_asked_about(tmp_path):
    _, _, switch = await shift(0.05, tmp_path)
    placed = [at for at, order in switch.orders if isinstance(order, Originate)]
    ended = [at for at, order in switch.orders if type(order).__name__ == "HangUp"]
    asked = [at for at, order in switch.orders if isinstance(order, Reconcile) and order.calls]
    assert len(placed) >= 1
    assert ended[0] - placed[0] == pytest.approx(35.0, abs=0.01)
    assert asked[0] - ended[0] == pytest.approx(10.0, abs=0.01)


@pytest.mark.anyio
async def test_when_nothing_happens_it_ticks_every_second(tmp_path):
    _, journal, _ = await shift(1.0, tmp_path)
    ticks = [event.at for _, event in journal.since(0) if isinstance(event, Tick)]
    gaps = [b - a for a, b in pairwise(ticks)]
    assert len(ticks) >= 3599
    assert max(gaps) <= 1.01
    assert not [fact for _, fact in journal.facts(0) if isinstance(fact, Cdr) and not fact.ended_at]
