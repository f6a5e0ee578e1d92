"""A message after the beep: what a machine gets where the campaign says so."""

import msgspec
import pytest

from dialer.engine.account import period
from dialer.engine.commands import Bridge, Cdr, HangUp, Play, StopListening
from dialer.engine.deadlines import BEEP_WITHIN_S
from dialer.engine.events import (
    Answered,
    Bridged,
    Heard,
    HungUp,
    MessageEnded,
    MessageStarted,
    Placed,
    Tick,
)
from sim.judge import judge
from sim.ordeal import SMALL, Plan, ordeal
from tests.engine.script import SPRING, Script, intended, key, open_for_business

CALL = key(1)
OFFER = "dialer/spring/after-beep"
MACHINE = Heard(CALL, "machine", "answer", confidence=0.8, cause="speech for 3.5 s", at=12.0)
BEEP = Heard(CALL, "beep", "answer", confidence=0.97, at=20.0)
LEFT = Play(CALL, "after_beep", OFFER)


def answered(*more, after_beep=OFFER, detection="careful") -> Script:
    """Anna is ready, the first call is answered at 8.0."""
    campaign = msgspec.structs.replace(SPRING, after_beep=after_beep, detection=detection)
    script = open_for_business("anna", campaign=campaign)
    script.tell(intended(1, 1.0), Placed(CALL, at=1.1), Answered(CALL, at=8.0), *more)
    return script


def given(script, *kinds):
    return [order for order in script.orders if isinstance(order, kinds)]


def test_a_machine_is_waited_for_and_gets_the_message_after_its_beep():
    script = answered(MACHINE)
    assert given(script, HangUp, Play, StopListening, Bridge) == []
    script.tell(BEEP)
    assert given(script, Play, StopListening) == [LEFT, StopListening(CALL)]
    script.tell(MessageStarted(CALL, "safe_harbour", at=20.2))
    script.tell(MessageEnded(CALL, "safe_harbour", at=32.0), HungUp(CALL, at=32.1, by_us=True))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.why, cdr.message_at) == ("machine", "machine", 20.0)
    ledger = script.engine.state.campaigns["spring"].ledger
    assert ledger.account(period("day"), 33.0) == (0, 0), "no person, and nobody abandoned"


def test_a_beep_that_was_itself_the_verdict_needs_no_other():
    speech = Heard(CALL, "speech", "answer", at=8.5)
    beep = msgspec.structs.replace(BEEP, at=11.0)
    verdict = Heard(CALL, "machine", "answer", confidence=0.97, cause="beep", at=11.0)
    assert given(answered(speech, beep, verdict), Play, HangUp) == [LEFT]


def test_without_a_beep_it_is_hung_up_on_in_time():
    script = answered(MACHINE)
    script.tell(Tick(at=12.0 + BEEP_WITHIN_S - 0.1))
    assert given(script, HangUp) == []
    script.tell(Tick(at=12.0 + BEEP_WITHIN_S + 0.1))
    assert given(script, HangUp, Play) == [HangUp(CALL, "machine")]


def test_who_waits_for_a_beep_is_nobody_s_customer():
    script = answered(MACHINE)
    script.tell(*(Tick(at=13.0 + n) for n in range(10)))
    silence = Heard(CALL, "silence", "answer", at=23.5)
    script.tell(silence, msgspec.structs.replace(MACHINE, at=24.0))
    assert given(script, Bridge, Play, HangUp) == []


@pytest.mark.parametrize("verdict", ["fax", "ivr"])
@pytest.mark.parametrize("after_beep", ["", OFFER])
def test_what_has_no_beep_gets_no_message_and_no_setting_no_change(after_beep, verdict):
    other = Heard(CALL, verdict, "answer", confidence=0.95, at=13.0)
    assert given(answered(other, after_beep=after_beep), HangUp, Play) == [HangUp(CALL, verdict)]
    orders = given(answered(MACHINE, other, after_beep=after_beep), HangUp, Play)
    assert orders == [HangUp(CALL, verdict if after_beep else "machine")]


def test_a_machine_that_is_taken_from_an_agent_is_hung_up_on():
    script = answered(Bridged(CALL, "anna", at=8.1), MACHINE, detection="careful, connect_first")
    assert given(script, HangUp, Play) == [HangUp(CALL, "machine")]


@pytest.mark.parametrize("seed", range(3))
def test_in_a_day_of_the_twin_machines_get_it_and_all_promises_are_kept(seed):
    told = ordeal(Plan(day=msgspec.structs.replace(SMALL, after_beep=OFFER)), seed)
    assert [str(violation) for violation in judge(told)] == []
    cdrs = [cdr for records in told.cdrs.values() for cdr in records]
    left = [cdr for cdr in cdrs if cdr.outcome == "machine" and cdr.message_at is not None]
    assert len(left) >= 5
    assert all(cdr.message_at > cdr.verdict_at for cdr in left)
