"""Who calls us: to which agent, in which order, and what becomes of him whom nobody can take."""

from typing import Any

from dialer.engine.commands import Bridge, Cdr, OptOut, Play, Reconcile
from dialer.engine.events import (
    Answered,
    Arrived,
    Bridged,
    Disposed,
    DispositionUndone,
    Heard,
    HungUp,
    MessageStarted,
    OptedOut,
    Paused,
    Tick,
    Witness,
)
from dialer.engine.events import Reconciled as Told
from tests.engine.script import Script, intended, key, open_for_business

HUMAN: dict[str, Any] = {"sound": "human", "phase": "answer"}


def arrived(n: int, at: float, **other: Any) -> Arrived:
    """Somebody whom the spring campaign called once; he may ring for 15 s."""
    fields: dict[str, Any] = {
        "call": key(n), "trunk": "lab", "caller_id": "15550001111", "number_key": f"k{n}",
        "masked": "+1555•••4567", "lead": f"L{n}", "list": "april", "campaign": "spring",
        "version": 1, "pool": "sales", "source": "sim", "wait_s": 15.0, "last_agent_s": 5.0,
        "epoch": 1,
    }  # fmt: skip
    return Arrived(at=at, **{**fields, **other})


def bridges(script: Script) -> list[tuple[str, str]]:
    return [(o.call, o.agent) for o in script.orders if isinstance(o, Bridge)]


def played(script: Script) -> list[str]:
    return [o.call for o in script.orders if isinstance(o, Play)]


def test_a_caller_gets_the_agent_who_spoke_with_him_last():
    script = open_for_business("anna", "ben", "cora")
    script.tell(arrived(7, 2.0, agent="ben"))
    assert bridges(script) == [(key(7), "ben")]


def test_he_waits_a_moment_for_that_agent_and_then_goes_to_whoever_is_free():
    script = open_for_business("anna", "ben")
    script.tell(arrived(6, 1.0, agent="ben"), Bridged(key(6), "ben", at=1.1))
    script.tell(arrived(7, 2.0, agent="ben"))
    script.tell(Tick(at=6.9))
    assert bridges(script) == [(key(6), "ben")]
    script.tell(Tick(at=7.1))
    assert bridges(script) == [(key(6), "ben"), (key(7), "anna")]


def test_he_does_not_wait_for_an_agent_who_takes_no_calls():
    script = open_for_business("anna", "ben")
    script.tell(Paused("ben", "lunch", at=1.0), arrived(7, 2.0, agent="ben"))
    assert bridges(script) == [(key(7), "anna")]


def test_a_caller_comes_before_those_whom_we_called():
    script = open_for_business("anna")
    script.tell(arrived(5, 0.9), Bridged(key(5), "anna", at=1.0))
    script.tell(intended(1, 1.0), Answered(key(1), at=2.0), Heard(key(1), at=2.5, **HUMAN))
    script.tell(arrived(7, 2.6))
    script.tell(HungUp(key(5), 16, at=2.9), Disposed("anna", key(5), "sale", "ready", at=3.0))
    assert bridges(script)[1:] == [(key(7), "anna")]


def test_whom_nobody_can_take_in_time_hears_the_message():
    script = open_for_business("anna")
    script.tell(arrived(6, 1.0), Bridged(key(6), "anna", at=1.1), arrived(7, 2.0))
    script.tell(Tick(at=16.9))
    assert played(script) == []
    script.tell(Tick(at=17.1))
    assert played(script) == [key(7)]


def test_out_of_hours_nobody_is_asked():
    script = open_for_business("anna")
    script.tell(arrived(7, 2.0, wait_s=0.0))
    assert (bridges(script), played(script)) == ([], [key(7)])


def test_told_twice_he_is_one_caller():
    script = open_for_business("anna", "ben")
    script.tell(arrived(7, 2.0), arrived(7, 2.0))
    assert bridges(script) == [(key(7), "anna")]


def test_who_called_while_nobody_was_there_is_asked_about_and_never_joined():
    script = open_for_business("anna")
    orders = script.tell(arrived(7, 2.0, late=True))
    assert Reconcile((key(7),), ()) in orders
    gone = Witness(key(7), row=True, answered_at=3.0, ended_at=12.0, cause=16)
    script.tell(Told((gone,), ("anna",), whole=False, at=12.5))
    (cdr,) = script.facts(Cdr)
    assert (cdr.direction, cdr.ended_at, cdr.legs) == ("in", 12.0, ())
    assert bridges(script) == []


def test_callers_enter_no_account():
    script = open_for_business()
    script.tell(arrived(7, 2.0), Tick(at=2.1))
    script.tell(Answered(key(7), at=2.3), MessageStarted(key(7), "safe_harbour", at=2.4))
    script.tell(HungUp(key(7), 16, at=9.0))
    (cdr,) = script.facts(Cdr)
    assert cdr.direction == "in"
    assert script.engine.state.campaigns["spring"].ledger.today(9.0) == (0, 0)


def test_a_wish_is_handed_to_the_journal_whatever_is_known_of_the_call():
    script = open_for_business("anna")
    script.tell(OptedOut(key(99), at=3.0), OptedOut(key(98), everywhere=False, at=4.0))
    assert script.facts(OptOut) == [
        OptOut(call=key(99), everywhere=True, at=3.0),
        OptOut(call=key(98), everywhere=False, at=4.0),
    ]


def test_a_word_about_a_caller_of_no_campaign_may_be_taken_back():
    script = open_for_business("anna")
    script.tell(arrived(1, 2.0, campaign=""), Bridged(key(1), "anna", at=2.5))
    script.tell(HungUp(key(1), at=9.0), Disposed("anna", key(1), "sale", at=10.0))
    script.tell(DispositionUndone("anna", key(1), at=11.0))
    assert script.engine.state.agents["anna"].state == "WRAP_UP"
