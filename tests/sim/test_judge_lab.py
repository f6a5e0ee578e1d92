"""The carrier's log as evidence."""

import msgspec

from dialer.engine.events import Reconciled, Started, Tick
from sim.carrier.log import CarrierCall
from sim.judge import Outage
from sim.judge.lab import RULES, deaths, lived
from sim.truth import Stay
from tests.engine.script import intended, key
from tests.sim.test_judge import TALKED, case, found

PERSON = CarrierCall(
    channel="17900.1", number="15550100001", behaviour="person", call_id="x", started_at=1.01,
    answered_at=8.0, greeted_at=8.5, heard_agent=True, heard_agent_at=9.03, ended_at=60.0,
    ended_by="carrier", why="talked",
)  # fmt: skip


def test_a_call_belongs_to_the_newest_promise_for_its_number():
    promises = [intended(1, 1.0), intended(2, 90.0), intended(3, 1.0)]
    numbers = {key(1): PERSON.number, key(2): PERSON.number, key(3): "15550100003"}
    again = msgspec.structs.replace(PERSON, started_at=90.02, channel="17900.2")
    assert [one.call for one in lived([again, PERSON], promises, numbers)] == [key(1), key(2)]


def test_what_the_carrier_saw_is_what_was_lived():
    (one,) = lived([PERSON], [intended(1, 1.0)], {key(1): PERSON.number})
    assert one == msgspec.structs.replace(
        TALKED, stays=[Stay(f"of {key(1)}", 9.03, 9.03, 60.0)], ended_by="customer"
    )
    assert found(case(truth=(one,)), *RULES) == []


def test_a_call_that_nobody_promised_is_told_by_the_carriers_own_name():
    (one,) = lived([PERSON], [], {})
    assert found(case(truth=(one,)), "records") == ["I1 placed without a promise"]


def test_a_dialer_was_dead_from_its_last_word_to_the_next_ones_bearings():
    events = [
        Started(epoch=1, at=0.0), Reconciled(at=1.0), Tick(at=7.0),
        Started(epoch=2, at=9.0), Tick(at=9.5), Reconciled(at=10.5), Reconciled(at=20.0),
    ]  # fmt: skip
    assert deaths(enumerate(events, 1))[1:] == [Outage(7.0, 10.5, "dead")]
