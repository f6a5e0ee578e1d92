"""A turn, and the replay of turns."""

from collections.abc import Iterator

import msgspec

from dialer.engine.commands import (
    AnyCommand,
    Bridge,
    Claim,
    Fact,
    JournalCommand,
    Listen,
    Originate,
    Record,
    SwitchCommand,
    Withdraw,
)
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Arrived,
    Event,
    Heard,
    Intended,
    LeadsCounted,
    LegUp,
    LoggedIn,
    LoggedOut,
    Paused,
    Placed,
    Reconciled,
    Ringing,
    Started,
    SwitchUp,
    Tick,
    WentReady,
)
from dialer.leads.rules import Campaign, LeadRules
from dialer.turn import replay, turn
from tests.engine.script import SPRING, intended, key


class Notebook:
    """A journal of lists, whose last page may be torn out."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.kept: dict[tuple[int, int], Fact] = {}
        self.withdrawn: list[str] = []
        self.claims: list[Claim] = []
        self.promises: list[Intended] = []
        self.in_force: list[Campaign] = []
        self.saved: tuple[int, bytes] | None = None

    @property
    def durable(self) -> int:
        return len(self.events)

    def append(self, event: Event) -> int:
        self.events.append(event)
        return len(self.events)

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        match command:
            case Record(fact):
                self.kept.setdefault((cause, index), fact)
            case Withdraw(call, _):
                self.withdrawn.append(call)
            case Claim():
                self.claims.append(command)

    def since(self, seq: int) -> Iterator[tuple[int, Event]]:
        return iter(list(enumerate(self.events, 1))[seq:])

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        return iter(list(enumerate(self.kept.values(), 1))[seq:])

    def open_intents(self) -> list[Intended]:
        return self.promises

    def open_arrivals(self) -> list[Arrived]:
        return []

    def campaigns(self) -> list[Campaign]:
        return self.in_force

    def number_of(self, call: str) -> str:
        return "15550100001"

    def checkpoint(self, seq: int, state: bytes) -> None:
        self.saved = seq, state

    def restore(self) -> tuple[int, bytes] | None:
        return self.saved


class Deaf:
    """A switch that only writes down what it was told."""

    def __init__(self) -> None:
        self.told: list[SwitchCommand] = []

    def execute(self, command: SwitchCommand) -> None:
        self.told.append(command)


MORNING: list[Event] = [
    Started(epoch=1, at=0.0),
    SPRING,
    LeadsCounted("spring", 100, 100, at=0.0),
    SwitchUp(at=0.0),
    Reconciled(at=0.0),
    LoggedIn("anna", "sales", "PJSIP/anna", at=0.0),
    LoggedIn("ben", "sales", "PJSIP/ben", at=0.0),
    WentReady("ben", at=1.0),
    LegUp("ben", at=1.5),
    WentReady("anna", at=2.0),
    LegUp("anna", at=2.5),
    intended(1, 3.0),
    Placed(key(1), at=3.1),
    Ringing(key(1), at=4.0),
    Answered(key(1), at=9.0),
]


def lived(*events: Event) -> tuple[Engine, Notebook, Deaf]:
    engine, journal, switch = Engine(), Notebook(), Deaf()
    for event in events:
        turn(engine, journal, switch, event)
    return engine, journal, switch


def test_a_turn_keeps_the_event_and_sends_each_order_to_its_door():
    _, journal, switch = lived(*MORNING)
    assert journal.events == MORNING
    assert [c.n for c in journal.claims] == [1, 1]
    assert [type(c) for c in switch.told][-2:] == [Originate, Listen]


def test_a_turn_tells_its_number_and_its_orders():
    engine, journal, switch = lived(*MORNING[:-1])
    seq, commands = turn(engine, journal, switch, MORNING[-1])
    assert (seq, commands) == (15, [Listen(key(1), "answer")])


def test_replayed_without_a_checkpoint_the_engine_is_the_same_and_nothing_is_kept_twice():
    engine, journal, _ = lived(*MORNING)
    facts, claims = dict(journal.kept), list(journal.claims)
    again = Engine()
    assert replay(again, journal) == []
    assert again.checkpoint() == engine.checkpoint()
    assert (journal.kept, journal.claims) == (facts, claims)


def test_replayed_from_any_checkpoint_the_engine_is_the_same():
    whole, journal, _ = lived(*MORNING)
    for seq in range(1, len(MORNING)):
        engine, _, _ = lived(*MORNING[:seq])
        journal.checkpoint(seq, engine.checkpoint())
        again = Engine()
        replay(again, journal)
        assert again.checkpoint() == whole.checkpoint()
        assert again.due == whole.due


def test_after_a_restart_whoever_was_ready_longest_is_still_first():
    engine, _, _ = lived(*MORNING)
    twin = Engine.restore(engine.checkpoint())
    person = Heard(key(1), "human", "answer", at=9.5, greeting_end_s=0.4)
    assert Bridge(key(1), "ben") in twin.handle(person)
    assert twin.handle(Tick(at=10.0)) == []


def test_an_alarm_rings_at_the_same_instant_after_a_restart():
    engine, _, _ = lived(*MORNING, LoggedOut("anna", at=9.1), Paused("ben", "tea", at=9.2))
    assert Engine.restore(engine.checkpoint()).due == engine.due == 9.0 + 1.2


def test_facts_of_the_last_events_are_kept_by_the_replay_where_the_crash_lost_them():
    _, journal, _ = lived(*MORNING)
    whole = dict(journal.kept)
    for lost in list(whole):
        del journal.kept[lost]
        replay(Engine(), journal)
        assert journal.kept == whole


def test_newer_rules_whose_event_was_lost_are_told_after_the_start():
    _, journal, _ = lived(*MORNING)
    newer = msgspec.structs.replace(SPRING, version=2)
    other = msgspec.structs.replace(SPRING, version=2, campaign="winter")
    for opened in (SPRING, newer, other):
        journal.in_force.append(Campaign(opened=opened, rules=LeadRules(lists=("april",))))
    assert replay(Engine(), journal) == [newer]


def test_a_promise_whose_event_was_lost_is_told_after_the_start():
    _, journal, _ = lived(*MORNING)
    journal.promises = [intended(1, 3.0), intended(2, 9.0)]
    again = Engine()
    assert replay(again, journal) == [intended(2, 9.0)]
    orders: list[AnyCommand] = again.handle(Started(epoch=2, at=20.0))
    orders += again.handle(SwitchUp(at=20.5)) + again.handle(intended(2, 9.0))
    orders += again.handle(Tick(at=21.0))
    assert not [order for order in orders if isinstance(order, Originate)]
