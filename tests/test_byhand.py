"""A call by hand beside a running dialer: the same rules, the same record, and no trace of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from dialer import byhand, client, serve, testcall
from dialer import campaign as campaigns
from dialer.campaign import Campaign
from dialer.engine.commands import Cdr, HangUp, Originate, Reconcile, SwitchCommand
from dialer.engine.events import (
    Event,
    HungUp,
    Placed,
    Reconciled,
    Ringing,
    SwitchUp,
    TrunkSeen,
)
from dialer.errors import NoServer, OrderRefused
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.store import Block
from dialer.live import Dialer, Inbox
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.world import Way, World
from tests.test_testcall import LAB, Answer, number, person

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def rings_on(command: SwitchCommand, at: float) -> list[Event]:
    match command:
        case Originate(call=call):
            return [Placed(call=call, at=at), Ringing(call=call, at=at + 0.01)]
        case HangUp(call=call):
            return [HungUp(call=call, at=at + 0.02, cause=16, by_us=True)]
    return []


class House:
    """A dialer that serves a folder, on a switch that answers by a script."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.answer: Answer = person
        self.orders: list[SwitchCommand] = []
        self.dialer: Dialer
        self.inbox: Inbox
        trunks = {"lab": Way(source="lab"), "sip1": Way(source="live")}
        self.world = World(switch=self.switch, trunks=trunks)

    @asynccontextmanager
    async def switch(self, journal: SqliteJournal, inbox: Inbox, clock: Clock) -> Any:
        self.inbox, self.clock = inbox, clock
        inbox.put(SwitchUp(at=clock()))
        yield self

    def execute(self, command: SwitchCommand) -> None:
        self.orders.append(command)
        if isinstance(command, Reconcile):
            self.inbox.put(Reconciled(at=self.clock()))
        for event in self.answer(command, self.clock()):
            self.inbox.put(event)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:

            async def start(*, task_status: Any) -> None:
                await serve.serve(self.settings, self.world, task_status=task_status)

            self.dialer = await tasks.start(start)
            while not self.dialer.engine.state.reconciled:  # noqa: ASYNC110
                await anyio.sleep(0.005)
            yield
            tasks.cancel_scope.cancel()

    async def call(self, campaign: Campaign = LAB) -> tuple[Cdr, list[str]]:
        """The record, and what was told meanwhile."""
        told: list[Event] = []
        try:
            record = await testcall.ordered(self.settings, campaign, number(), told.append)
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        return record, [type(event).__name__ for event in told]

    async def gone_in_the_middle(self) -> None:
        with pytest.raises(NoServer):
            await self.call()

    async def dialling(self) -> None:
        while not any(isinstance(order, Originate) for order in self.orders):  # noqa: ASYNC110
            await anyio.sleep(0.005)

    def records(self) -> list[Cdr]:
        journal = SqliteJournal(self.settings.journal, lambda _: None, lambda: 0.0)
        assert journal.open_intents() == []
        found = [fact for _, fact in journal.facts(0) if isinstance(fact, Cdr)]
        journal.close()
        return found


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_the_running_dialer_places_it_and_gives_back_the_record(house: House) -> None:
    async with house.served():
        record, told = await house.call()
    assert (record.outcome, record.verdict, record.why) == ("abandoned", "human", "message")
    assert (record.campaign, record.mode, record.source) == ("test-call", "manual", "lab")
    assert told == [
        "Placed", "Ringing", "Answered", "Heard", "MessageStarted", "MessageEnded", "HungUp",
    ]  # fmt: skip
    kinds = [type(order).__name__ for order in house.orders]
    assert kinds == ["Reconcile", "Originate", "Listen", "Play", "HangUp"]
    assert house.records() == [record]


async def test_nothing_of_it_is_left_in_the_engine_now_or_after_a_restart(house: House) -> None:
    for _ in range(2):
        async with house.served():
            await house.call()
            state = house.dialer.engine.state
            assert state.campaigns == state.calls == state.agents == {}
            assert house.dialer.guests == []
            async with client.connected_async(house.settings.socket) as door:
                assert (await door.status())["campaigns"] == {}
    async with house.served():
        assert house.dialer.engine.state.campaigns == {}
    assert len({record.call for record in house.records()}) == 2


async def test_it_obeys_the_rules_of_every_call(house: House) -> None:
    async with house.served():
        for _ in range(LAB.calls_per_number_per_day):
            await house.call()
        with pytest.raises(OrderRefused, match="this number may not be called now: attempt caps"):
            await house.call()
        with Book(house.settings.journal) as book:
            book.block(["12125550123"], Block(source="person"))
        with pytest.raises(
            OrderRefused, match="this number may not be called now: do-not-call list"
        ):
            await house.call()
        with pytest.raises(OrderRefused, match="may not dial people yet: calling hours"):
            await house.call(msgspec.structs.replace(LAB, trunk="sip1"))


async def test_a_trunk_that_does_not_answer_is_not_asked_to_carry_it(house: House) -> None:
    async with house.served():
        house.inbox.put(TrunkSeen("lab", reachable=False, at=house.clock()))
        await anyio.sleep(0.05)
        with pytest.raises(
            OrderRefused, match="nothing can be placed by trunk `lab` now: trunk down"
        ):
            await house.call()
    assert not [order for order in house.orders if isinstance(order, Originate)]


@pytest.mark.parametrize("wrong", ["911", "+1900555", "hello", ""])
async def test_what_is_no_ordinary_number_is_not_called(house: House, wrong: str) -> None:
    opened = campaigns.opened(LAB, version=0, at=0.0, user="")
    async with house.served(), client.connected_async(house.settings.socket) as door:
        with pytest.raises(OrderRefused, match="this number cannot be called"):
            await door.ask("call", opened=opened, rules=campaigns.lead_rules(LAB), number=wrong)


async def test_one_at_a_time(house: House) -> None:
    house.answer = rings_on
    async with house.served(), anyio.create_task_group() as tasks:
        tasks.start_soon(house.call)
        await house.dialling()
        with pytest.raises(OrderRefused, match="a call by hand is under way"):
            await house.call()
        call = next(order.call for order in house.orders if isinstance(order, Originate))
        house.inbox.put(HungUp(call=call, cause=17, sip=486, at=house.clock()))
    assert [record.outcome for record in house.records()] == ["busy"]


async def test_a_number_that_is_blocked_while_it_rings_is_let_go(house: House) -> None:
    house.answer = rings_on
    async with house.served(), anyio.create_task_group() as tasks:
        tasks.start_soon(house.call)
        await house.dialling()
        (promise,) = house.dialer.journal.open_intents()
        async with client.connected_async(house.settings.socket) as door:
            await door.order(byhand.NumberBlocked(number_key=promise.number_key, at=0.0))
    (record,) = house.records()
    assert (record.outcome, record.why) == ("cancelled", "dnc")


async def test_a_dialer_that_ends_in_the_middle_lets_go_and_the_next_one_writes_the_record(
    house: House,
) -> None:
    house.answer = rings_on
    async with anyio.create_task_group() as callers, house.served():
        callers.start_soon(house.gone_in_the_middle)
        await house.dialling()
    assert isinstance(house.orders[-1], HangUp)
    async with house.served():
        assert house.dialer.engine.state.calls == {}
    (record,) = house.records()
    assert (record.outcome, record.witness, record.source) == ("crashed", "journal", "lab")


async def test_no_campaign_may_take_its_name(house: House) -> None:
    opened = campaigns.opened(LAB, version=0, at=0.0, user="")
    opened = msgspec.structs.replace(opened, campaign=byhand.CAMPAIGN)
    async with house.served(), client.connected_async(house.settings.socket) as door:
        with pytest.raises(OrderRefused, match="`test-call` is the name of calls by hand"):
            await door.ask("open", opened=opened, rules=campaigns.lead_rules(LAB))
