"""A machine taken away from its agent, by any journal: the same story again, one record."""

from typing import Any

import pytest

from dialer.engine.commands import Bridge, Cdr, HangUp, Record
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    Heard,
    HungUp,
    LeadsCounted,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Started,
    SwitchUp,
    WentReady,
)

from .worlds import MONDAY_10AM, World, people

AT = MONDAY_10AM


@pytest.fixture
def world(world):
    world.lists(people=people(1))
    world.journal.append(Started(epoch=world.epoch, at=AT))
    world.open(
        trunk="north", caller_ids=("441134960000",), detection="balanced, connect_first",
        lines=10, calls_per_s=50.0, source="sim",
    )  # fmt: skip
    return world


def orders(world: World) -> list[Any]:
    """What an engine orders that lives through all that the journal holds."""
    engine = Engine()
    return [order for _, event in world.journal.since(0) for order in engine.handle(event)]


def test_a_machine_is_taken_from_its_agent_after_a_restart_as_before(world):
    for event in (
        LeadsCounted("spring", 1, 1, at=AT), SwitchUp(at=AT), Reconciled(at=AT),
        LoggedIn("ann", "main", "PJSIP/ann", at=AT), WentReady("ann", at=AT), LegUp("ann", at=AT),
    ):  # fmt: skip
        world.journal.append(event)
    (ours,) = world.promised(1)
    call = ours.call
    heard = Heard(call, "machine", "answer", confidence=0.8, cause="speech for 3.3 s", at=AT + 12)
    for event in (
        ours, Placed(call, at=AT + 1), Answered(call, at=AT + 8), Bridged(call, "ann", at=AT + 8.1),
        heard, HungUp(call, at=AT + 12.1, by_us=True),
    ):  # fmt: skip
        world.journal.append(event)
    world.journal.flush()
    before = orders(world)
    taken = [one for one in before if isinstance(one, Bridge | HangUp)]
    assert taken == [Bridge(call, "ann"), HangUp(call, "machine")]
    (record,) = [
        one for one in before if isinstance(one, Record) and isinstance(one.fact, Cdr)
    ]  # fmt: skip
    seq = max(seq for seq, _ in world.journal.since(0))
    world.journal.execute(record, cause=seq, index=0)
    world.journal.flush()
    world.reopened()
    assert orders(world) == before
    kept = [fact for _, fact in world.journal.facts(0) if isinstance(fact, Cdr)]
    assert kept == [record.fact]
    assert (kept[0].outcome, kept[0].verdict, kept[0].legs[0].agent) == (
        "machine",
        "machine",
        "ann",
    )
