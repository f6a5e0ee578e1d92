"""A call by hand: the rules of every call, and a record at its end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from dialer import byhand, testcall
from dialer.campaign import Campaign
from dialer.engine.commands import Cdr, HangUp, Originate, Play, SwitchCommand
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Event,
    Heard,
    HungUp,
    MessageEnded,
    MessageStarted,
    Placed,
    Ringing,
    SwitchDown,
    SwitchUp,
)
from dialer.errors import AlreadyServed, DialerError, SwitchUnavailable, Unfit
from dialer.home import held
from dialer.journal.book import Book
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.store import Block
from dialer.leads.normalise import Normal, normal
from dialer.live import Inbox
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.turn import replay
from dialer.world import Way, World

pytestmark = pytest.mark.anyio

LAB = Campaign(name="x", lists=("x",), law="lab")
Answer = Callable[[SwitchCommand, float], list[Event]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def number() -> Normal:
    known = normal("+12125550123", "us")
    assert isinstance(known, Normal)
    return known


def world(answer: Answer, orders: list[SwitchCommand], dialled: list[str]) -> World:
    """A switch that answers each order with the events of a script."""

    class Scripted:
        def __init__(self, journal: SqliteJournal, inbox: Inbox, clock: Clock) -> None:
            self.journal, self.inbox, self.clock = journal, inbox, clock
            inbox.put(SwitchUp(at=clock()))

        def execute(self, command: SwitchCommand) -> None:
            orders.append(command)
            if isinstance(command, Originate):
                dialled.append(self.journal.number_of(command.call))
            for event in answer(command, self.clock()):
                self.inbox.put(event)

    @asynccontextmanager
    async def switch(journal: SqliteJournal, inbox: Inbox, clock: Clock) -> AsyncIterator[Scripted]:
        yield Scripted(journal, inbox, clock)

    return World(switch=switch, trunks={"lab": Way(source="lab"), "sip1": Way(source="live")})


async def called(home: Path, answer: Answer, campaign: Campaign = LAB) -> tuple[Cdr, list[str]]:
    """The record, and what was ordered."""
    orders: list[SwitchCommand] = []
    dialled: list[str] = []
    told: list[Event] = []
    record = await testcall.placed(
        Settings(home=home), world(answer, orders, dialled), campaign, number(), told.append
    )
    assert dialled == ["12125550123"]
    assert {getattr(event, "call", "") for event in told} <= {record.call}
    return record, [type(order).__name__ for order in orders]


def busy(command: SwitchCommand, at: float) -> list[Event]:
    match command:
        case Originate(call=call):
            return [
                Placed(call=call, at=at),
                HungUp(call=call, at=at + 0.1, cause=17, sip=486),
            ]
    return []


def person(command: SwitchCommand, at: float) -> list[Event]:
    match command:
        case Originate(call=call):
            return [
                Placed(call=call, at=at),
                Ringing(call=call, at=at + 0.01),
                Answered(call=call, at=at + 0.02),
                Heard(call=call, sound="human", phase="answer", at=at + 0.05, cause="greeting"),
            ]
        case Play(call=call, message=message):
            return [
                MessageStarted(call=call, message=message, at=at),
                MessageEnded(call=call, message=message, at=at + 0.01),
            ]
        case HangUp(call=call):
            return [HungUp(call=call, at=at + 0.02, cause=16, by_us=True)]
    return []


async def test_a_busy_line_is_a_record(tmp_path: Path) -> None:
    record, orders = await called(tmp_path, busy)
    assert (record.outcome, record.cause, record.sip) == ("busy", 17, 486)
    assert (record.campaign, record.mode, record.source) == ("test-call", "manual", "lab")
    assert orders == ["Originate"]


async def test_who_answers_hears_the_message_and_is_released(tmp_path: Path) -> None:
    record, orders = await called(tmp_path, person)
    assert orders == ["Originate", "Listen", "Play", "HangUp"]
    assert (record.outcome, record.verdict, record.why) == ("abandoned", "human", "message")


async def test_an_announcement_frees_the_line(tmp_path: Path) -> None:
    def vacant(command: SwitchCommand, at: float) -> list[Event]:
        match command:
            case Originate(call=call):
                return [
                    Placed(call=call, at=at),
                    Heard(call=call, sound="sit", phase="early", kind="vacant", at=at + 0.1),
                ]
            case HangUp(call=call):
                return [HungUp(call=call, at=at, cause=16, by_us=True)]
        return []

    record, orders = await called(tmp_path, vacant)
    assert (record.outcome, orders) == ("vacant", ["Originate", "HangUp"])


async def test_a_switch_that_says_nothing_does_not_hold_us_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byhand, "CONFIRMED_WITHIN_S", 0.2)
    monkeypatch.setattr(byhand, "RING_GRACE_S", -29.9)
    record, orders = await called(tmp_path, lambda command, at: [])
    assert orders == ["Originate", "HangUp"]
    assert (record.witness, record.outcome) == ("journal", "carrier_failure")


async def test_the_record_is_in_the_journal_and_the_promise_is_kept(tmp_path: Path) -> None:
    record, _ = await called(tmp_path, busy)
    journal = SqliteJournal(tmp_path / "journal.sqlite", lambda _: None, lambda: 0.0)
    assert [fact for _, fact in journal.facts(0)] == [record]
    assert journal.open_intents() == []
    journal.close()


async def test_whoever_serves_the_home_next_does_not_dial_for_it(tmp_path: Path) -> None:
    record, _ = await called(tmp_path, busy)
    journal = SqliteJournal(tmp_path / "journal.sqlite", lambda _: None, lambda: 0.0)
    journal.take_lease("next", 0.0, force=True)
    engine = Engine()
    assert replay(engine, journal) == []
    journal.flush()
    assert engine.state.campaigns == engine.state.calls == {}
    assert [fact.call for _, fact in journal.facts(0) if isinstance(fact, Cdr)] == [record.call]
    journal.close()


async def test_the_same_number_can_be_tested_again_until_its_cap(tmp_path: Path) -> None:
    calls = [(await called(tmp_path, busy))[0].call for _ in range(LAB.calls_per_number_per_day)]
    assert len(set(calls)) == 3
    with pytest.raises(DialerError, match="this number may not be called now: attempt caps"):
        await called(tmp_path, busy)


async def test_nobody_on_the_do_not_call_list_is_tested(tmp_path: Path) -> None:
    with Book(tmp_path / "journal.sqlite") as book:
        book.block(["12125550123"], Block(source="person"))
    with pytest.raises(DialerError, match="this number may not be called now: do-not-call list"):
        await called(tmp_path, busy)


async def test_a_live_trunk_wants_a_complete_campaign(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"may not dial people yet: calling hours.*; a do-not-call"):
        await called(tmp_path, busy, msgspec.structs.replace(LAB, trunk="sip1"))
    with pytest.raises(DialerError, match="no trunk `sip9` here; there are: lab, sip1"):
        await called(tmp_path, busy, msgspec.structs.replace(LAB, trunk="sip9"))


async def test_it_stays_out_of_a_running_dialers_way(tmp_path: Path) -> None:
    with held(Settings(home=tmp_path)), pytest.raises(AlreadyServed):
        await called(tmp_path, busy)


async def test_no_switch_is_said_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testcall, "SWITCH_WITHIN_S", 0.2)

    @asynccontextmanager
    async def down(journal: SqliteJournal, inbox: Inbox, clock: Clock) -> AsyncIterator[object]:
        inbox.put(SwitchDown("connection refused", at=clock()))
        yield object()

    nowhere = World(switch=down, trunks={"lab": Way(source="lab")})  # type: ignore[arg-type]
    with pytest.raises(SwitchUnavailable, match="no switch within 0 s: connection refused"):
        await testcall.placed(Settings(home=tmp_path), nowhere, LAB, number(), lambda _: None)
