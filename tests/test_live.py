"""The shell's loop on a clock that jumps: an hour of ringing takes a millisecond."""

from itertools import pairwise

import anyio
import pytest
import trio
from trio.testing import MockClock

from dialer import live
from dialer.engine.commands import Cdr, HangUp, Originate, Reconcile
from dialer.engine.compliance import Rules
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CampaignOpened,
    ClockJumped,
    HungUp,
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
    def __init__(self) -> None:
        self.off_s = 0.0

    def __call__(self) -> float:
        return trio.current_time()

    def jump_s(self) -> float:
        return self.off_s


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


class RingsUntilHungUp(RingsForEver):
    """It does as it is told."""

    def execute(self, command) -> None:
        super().execute(command)
        if isinstance(command, HangUp):
            self.inbox.put(HungUp(command.call, by_us=True, at=self.clock()))


async def begun(tasks, tmp_path, kind=RingsForEver):
    """A dialer with one agent who is ready."""
    inbox, clock = Inbox(), TrioTime()
    journal = MemoryJournal(inbox.put, clock, leads={"april": [lead(n) for n in range(3)]})
    epoch = journal.take_lease("test", clock())
    switch = kind(inbox, clock)
    dialer = Dialer(
        engine=Engine(), journal=journal, switch=switch, inbox=inbox, clock=clock, epoch=epoch,
        state_file=tmp_path / "state.json",
    )  # fmt: skip
    opened = journal.open_campaign(
        CampaignOpened(at=clock(), campaign="spring", pool="sales", version=0, trunk="lab",
                       caller_ids=("15550001111",), source="sim"),
        LeadRules(lists=("april",), calling=Rules(hours="lab")),
    )  # fmt: skip
    tasks.start_soon(dialer.run)
    await anyio.sleep(0.01)
    inbox.put(SwitchUp(at=clock()))
    inbox.put(opened)
    await anyio.sleep(0.01)
    for event in (LoggedIn("anna", "sales", "PJSIP/anna", at=clock()),
                  WentReady("anna", at=clock()), LegUp("anna", at=clock())):  # fmt: skip
        inbox.put(event)
    return dialer, journal, switch


async def shift(hours: float, tmp_path):
    async with anyio.create_task_group() as tasks:
        there = await begun(tasks, tmp_path)
        await anyio.sleep(hours * 3600)
        tasks.cancel_scope.cancel()
    return there


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


@pytest.mark.anyio
@pytest.mark.parametrize("by_s", [3600.0, -3600.0])
async def test_where_the_clock_is_put_right_it_places_no_call_and_ends_when_nobody_rings(
    tmp_path, by_s
):
    async with anyio.create_task_group() as tasks:
        dialer, journal, switch = await begun(tasks, tmp_path, RingsUntilHungUp)
        await anyio.sleep(5.0)
        first = [order.call for _, order in switch.orders if isinstance(order, Originate)]
        jumped_at = dialer.clock()
        dialer.clock.off_s = by_s
        with anyio.fail_after(120.0):
            while not dialer.begins_anew:  # noqa: ASYNC110 - the shell has no events of its own
                await anyio.sleep(0.5)
        tasks.cancel_scope.cancel()
    lasted_s = dialer.clock() - jumped_at
    assert [order.call for _, order in switch.orders if isinstance(order, Originate)] == first
    assert [e.by_s for _, e in journal.since(0) if isinstance(e, ClockJumped)] == [by_s]
    assert lasted_s == pytest.approx(30.0, abs=3.0), "it had rung for 5 s of its 35"


@pytest.mark.anyio
async def test_a_clock_that_goes_back_to_what_it_was_ends_nothing(tmp_path):
    async with anyio.create_task_group() as tasks:
        dialer, journal, _ = await begun(tasks, tmp_path)
        for off_s in (3600.0, 0.0, 20.0, 0.0):
            dialer.clock.off_s = off_s
            await anyio.sleep(5.0)
        await anyio.sleep(700.0)
        assert not dialer.begins_anew
        tasks.cancel_scope.cancel()
    jumps = [e.by_s for _, e in journal.since(0) if isinstance(e, ClockJumped)]
    assert jumps == [3600.0, 0.0, 20.0, 0.0]


@pytest.mark.anyio
async def test_somebody_who_waits_for_ever_does_not_keep_the_clock_wrong(tmp_path):
    async with anyio.create_task_group() as tasks:
        dialer, *_ = await begun(tasks, tmp_path)
        dialer.guests.append(lambda event: False)
        dialer.clock.off_s = -90.0
        await anyio.sleep(590.0)
        assert not dialer.begins_anew
        await anyio.sleep(15.0)
        assert dialer.begins_anew
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_a_small_offset_is_taken_up_when_it_has_been_quiet_for_a_minute(tmp_path):
    async with anyio.create_task_group() as tasks:
        dialer, _, switch = await begun(tasks, tmp_path, RingsUntilHungUp)
        dialer.clock.off_s = 5.0
        with anyio.fail_after(1200.0):
            while not dialer.begins_anew:  # noqa: ASYNC110 - the shell has no events of its own
                await anyio.sleep(0.5)
        tasks.cancel_scope.cancel()
    placed = [at for at, order in switch.orders if isinstance(order, Originate)]
    ended = [at for at, order in switch.orders if isinstance(order, HangUp)]
    assert len(placed) == 3, "nothing is held back for so little"
    assert dialer.clock() - ended[-1] == pytest.approx(60.0, abs=3.0)
    assert dialer.engine.state.clock_off_s == 5.0


@pytest.mark.anyio
async def test_a_second_of_drift_is_no_offset(tmp_path):
    async with anyio.create_task_group() as tasks:
        dialer, *_ = await begun(tasks, tmp_path, RingsUntilHungUp)
        dialer.clock.off_s = 1.5
        await anyio.sleep(1200.0)
        assert not dialer.begins_anew
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_a_picture_that_cannot_be_written_ends_no_dialer(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(live._log, "error", lambda what, **why: said.append(what))
    async with anyio.create_task_group() as tasks:
        _, journal, _ = await begun(tasks, tmp_path / "a disk that is full")
        await anyio.sleep(10.0)
        tasks.cancel_scope.cancel()
    ticks = [event for _, event in journal.since(0) if isinstance(event, Tick)]
    assert len(ticks) >= 9
    assert said == ["the picture cannot be written"]
