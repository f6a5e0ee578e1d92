"""Who calls us, in every journal: who that is, what is owed to him, and who wants no more calls."""

from typing import Any

import msgspec
import pytest

from dialer.engine.commands import Cdr, Leg, OptOut, Record
from dialer.engine.events import Arrived, Intended, NumberBlocked, Tick
from dialer.ports import Caller

from .worlds import World, cdr, people

ADA = "447700900000"
CALL, OTHER = f"d1-{7:032x}", f"d1-{8:032x}"


@pytest.fixture
def world(world):
    world.lists(people=people(2))
    world.open(trunk="north", caller_ids=("441134960000",))
    return world


def caller(digits: str = ADA, call: str = CALL, **other: Any) -> Caller:
    fields: dict[str, Any] = {
        "trunk": "north", "caller_id": "441134960000", "country": "gb", "source": "lab",
        "at": 1_790_000_000.0,
    }  # fmt: skip
    return Caller(call=call, digits=digits, **{**fields, **other})


def welcomed(world: World, who: Caller) -> Arrived | None:
    """What the journal reports of an arrival, if anything."""
    before = len(world.heard)
    world.journal.welcome(who)
    world.journal.flush()
    told = [event for event in world.heard[before:] if isinstance(event, Arrived)]
    assert len(told) <= 1
    return next(iter(told), None)


def ended(world: World, arrived: Arrived, *agents: str) -> None:
    legs = tuple(Leg(name, world.at - 9.0, world.at) for name in agents)
    told = msgspec.structs.asdict(arrived)
    same = {name: told[name] for name in Cdr.__struct_fields__ if name in told}
    outcome = "connected" if agents else "no_answer"
    world.record(
        Cdr(
            **same,
            intended_at=arrived.at,
            ended_at=world.at,
            direction="in",
            legs=legs,
            outcome=outcome,
        )
    )


def pressed(world: World, call: str) -> None:
    seq = world.journal.append(Tick(at=world.at))
    fact = OptOut(call=call, everywhere=True, at=world.at)
    world.journal.execute(Record(fact), cause=seq, index=0)
    world.journal.flush()


def facts(world: World, kind: type) -> list[Any]:
    return [fact for _, fact in world.journal.facts(0) if isinstance(fact, kind)]


def test_nobody_calls_in_the_future_though_another_clock_wrote_it(world):
    late, early = caller(at=world.at + 3600.0, late=True), caller(at=world.at - 60.0, call=OTHER)
    assert welcomed(world, late).at == world.at
    assert welcomed(world, early).at == world.at - 60.0


def test_whom_we_called_is_known_with_lead_campaign_and_his_last_agent(world):
    (ours,) = world.promised(1)
    legs = (Leg("bo", world.at - 5.0, world.at),)
    world.record(msgspec.structs.replace(cdr(ours, "connected", world.at), legs=legs))
    arrived = welcomed(world, caller())
    assert arrived is not None
    assert (arrived.lead, arrived.list, arrived.campaign) == (ours.lead, "people", "spring")
    assert (arrived.agent, arrived.pool, arrived.number_key) == ("bo", "main", ours.number_key)
    assert ADA not in repr(arrived)
    assert world.journal.open_arrivals() == [arrived]


def test_he_is_known_however_his_carrier_writes_his_number(world):
    arrivals = [
        welcomed(world, caller(digits, f"d1-{n:032x}"))
        for n, digits in enumerate((ADA, "07700900000"))
    ]
    assert len({one.number_key for one in arrivals if one}) == 1


def test_a_stranger_becomes_a_lead_that_nobody_calls_by_himself(world):
    arrived = welcomed(world, caller("447700900999"))
    assert arrived is not None
    assert (arrived.list, arrived.campaign) == ("inbound", "spring")
    assert {one.list for one in world.promised(5)} == {"people"}


def test_a_hidden_number_has_no_key_and_no_lead(world):
    arrived = welcomed(world, caller(""))
    assert arrived is not None
    assert (arrived.number_key, arrived.lead, arrived.masked) == ("", "", "")
    assert arrived.campaign == "spring", "whose number was called"


def test_told_twice_he_has_arrived_once_also_after_a_restart(world):
    assert not world.journal.is_welcome(CALL)
    arrived = welcomed(world, caller())
    assert world.journal.is_welcome(CALL)
    assert welcomed(world, caller(late=True)) is None
    world.reopened()
    assert world.journal.open_arrivals() == [arrived]
    assert welcomed(world, caller(late=True)) is None
    assert world.journal.is_welcome(CALL)


def test_whom_nobody_took_is_called_back_by_an_agent(world):
    (first,) = world.promised(1)
    world.ended(first, "no_answer")
    arrived = welcomed(world, caller())
    assert arrived is not None
    ended(world, arrived)
    assert world.journal.open_arrivals() == []
    world.at += 400.0
    assert first.lead not in {one.lead for one in world.promised(5)}, "only with an agent there"
    assert [one.lead for one in world.told()] == [first.lead]


def test_who_spoke_with_an_agent_is_owed_no_callback(world):
    arrived = welcomed(world, caller("447700900999"))
    assert arrived is not None
    ended(world, arrived, "bo")
    world.at += 400.0
    assert arrived.lead not in {one.lead for one in world.promised(5)}


def test_who_pressed_the_key_is_on_the_list_before_any_later_promise(world):
    (ours,) = world.promised(1)
    world.ended(ours, "abandoned")
    pressed(world, ours.call)
    assert world.journal.has_opted_out(ours.call)
    blocked = [event for event in world.heard if isinstance(event, NumberBlocked)]
    assert [event.number_key for event in blocked] == [ours.number_key]
    world.at += 90000.0
    assert ours.lead not in {one.lead for one in world.claim(5) if isinstance(one, Intended)}


def test_a_wish_told_twice_is_kept_once_and_survives(world):
    arrived = welcomed(world, caller())
    assert arrived is not None
    pressed(world, CALL)
    pressed(world, CALL)
    world.reopened()
    pressed(world, CALL)
    assert world.journal.has_opted_out(CALL)
    (fact,) = facts(world, OptOut)
    assert (fact.call, fact.campaign) == (CALL, "spring")
    known = welcomed(world, caller(call=f"d1-{8:032x}"))
    assert known is not None
    assert known.blocked


def test_a_wish_on_a_call_that_nobody_knows_is_kept_and_forbids_nothing(world):
    pressed(world, f"d1-{99:032x}")
    assert [fact.call for fact in facts(world, OptOut)] == [f"d1-{99:032x}"]
    assert len(world.promised(5)) == 2


def test_who_pressed_the_key_before_we_knew_who_he_is_is_never_called(world):
    (ours,) = world.promised(1)
    world.ended(ours, "no_answer")
    pressed(world, CALL)
    arrived = welcomed(world, caller())
    assert arrived is not None
    assert arrived.number_key == ours.number_key
    blocked = [event for event in world.heard if isinstance(event, NumberBlocked)]
    assert [event.number_key for event in blocked] == [ours.number_key]
    world.at += 90000.0
    assert ours.lead not in {one.lead for one in world.claim(5) if isinstance(one, Intended)}
