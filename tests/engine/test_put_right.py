"""A clock that was wrong by an hour, and was put right before the next process began, or while it
ran: then that one ends."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from dialer.engine.account import period
from dialer.engine.commands import AnyCommand, Cdr, Originate, Play, Withdraw
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    BudgetSet,
    CallWanted,
    ClockJumped,
    Event,
    Heard,
    HungUp,
    Intended,
    LeadsCounted,
    LegUp,
    LoggedIn,
    Placed,
    Reconciled,
    Refused,
    Started,
    SwitchUp,
    Tick,
    WentReady,
    Witness,
)
from dialer.engine.state import PutRight
from tests.engine.script import HUMAN, SPRING, Script, intended, key, open_for_business

MONDAY = 1_790_000_000.0
HOUR_S = 3600.0


def told(script: Script, *events: Event) -> list[AnyCommand]:
    """At so many seconds after Monday's beginning; the orders of the last one."""
    return script.tell(*(msgspec.structs.replace(one, at=MONDAY + one.at) for one in events))


def promised(n: int, at: float, **other: Any) -> Intended:
    return intended(n, at, not_after=MONDAY + 9 * HOUR_S, **other)


def an_hour_ahead() -> Script:
    """Anna has just wrapped up with customer 1, who answered; another one was abandoned."""
    script = Script()
    told(script, Started(epoch=1, at=HOUR_S), SPRING, LeadsCounted("spring", 99, 99, at=HOUR_S))
    told(script, SwitchUp(at=HOUR_S), Reconciled(at=HOUR_S))
    told(script, LoggedIn("anna", "sales", "PJSIP/anna", at=HOUR_S), WentReady("anna", at=HOUR_S))
    told(script, LegUp("anna", at=HOUR_S + 1.0))
    told(script, promised(1, HOUR_S + 2.0), Answered(key(1), at=HOUR_S + 5.0))
    told(script, Tick(at=HOUR_S + 6.3), Bridged(key(1), "anna", at=HOUR_S + 6.4))
    told(script, HungUp(key(1), at=HOUR_S + 60.0))
    ledger = script.engine.state.campaigns["spring"].ledger
    ledger.count(at=MONDAY + HOUR_S + 61.0, person=True, abandoned=True)
    script.engine = Engine.restore(script.engine.checkpoint())
    told(script, Started(epoch=2, at=90.0), SwitchUp(at=90.1))
    told(script, Reconciled((), ("anna",), at=90.5))
    return script


def test_a_wrap_up_lasts_as_long_as_it_would_have():
    script = an_hour_ahead()
    told(script, Tick(at=140.0))
    assert script.engine.state.agents["anna"].state == "WRAP_UP"
    told(script, Tick(at=151.0))
    assert script.engine.state.agents["anna"].state == "READY"


def test_calls_leave_and_whoever_answers_is_listened_to_before_he_hears_a_message():
    script = an_hour_ahead()
    orders = told(script, promised(2, 100.0, epoch=2))
    assert Originate in map(type, orders)
    told(script, Placed(key(2), at=100.1), Answered(key(2), at=105.0))
    told(script, Heard(key(2), at=106.0, greeting_end_s=0.5, **HUMAN))
    assert Play not in map(type, told(script, Tick(at=107.0)))
    assert Play in map(type, told(script, Tick(at=107.4)))
    told(script, HungUp(key(2), at=115.0, by_us=True))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["connected", "abandoned"]


def test_the_account_counts_both_whatever_minutes_they_were_told_in():
    script = an_hour_ahead()
    ledger = script.engine.state.campaigns["spring"].ledger
    for at in (95.0, 200.0):
        ledger.count(at=MONDAY + at, person=True, abandoned=True)
    assert ledger.minutes == sorted(ledger.minutes)
    assert ledger.gone == sorted(ledger.gone)
    assert ledger.account(period("1 h"), MONDAY + 210.0) == (4, 3)
    assert ledger.account(period("1 h"), MONDAY + HOUR_S + 150.0) == (3, 2)


def test_with_a_clock_that_was_put_right_nothing_is_dialled_until_another_process_reads_it():
    script = an_hour_ahead()
    told(script, ClockJumped(by_s=-3600.0, at=100.0), Tick(at=160.0))
    assert Withdraw(key(3), "clock") in told(script, promised(3, 161.0, epoch=2))
    assert script.engine.state.campaigns["spring"].bound == "clock"
    told(script, CallWanted("anna", "spring", "L7", at=162.0))
    assert script.engine.state.agents["anna"].state == "READY"
    told(script, Started(epoch=3, at=170.0), SwitchUp(at=170.1))
    told(script, Reconciled((), ("anna",), at=170.5))
    assert Originate in map(type, told(script, promised(4, 171.0, epoch=3)))


def test_a_clock_that_is_wrong_by_seconds_stops_nobody():
    script = an_hour_ahead()
    told(script, ClockJumped(by_s=3.0, at=100.0))
    assert Originate in map(type, told(script, promised(3, 101.0, epoch=2)))


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
def test_who_talks_while_the_clock_is_put_right_has_talked_no_longer_by_the_next_one(by_s):
    script = an_hour_ahead()
    told(script, Tick(at=151.0), promised(2, 160.0, epoch=2), Placed(key(2), at=160.1))
    told(script, Answered(key(2), at=165.0), Heard(key(2), at=166.0, **HUMAN))
    told(script, Bridged(key(2), "anna", at=166.2))
    told(script, ClockJumped(by_s=by_s, at=170.0), Tick(at=180.0))
    script.engine = Engine.restore(script.engine.checkpoint())
    told(script, Started(epoch=3, at=181.0 + by_s), SwitchUp(at=181.1 + by_s))
    talks = Witness(key(2), channel="up", bridged_to="anna")
    told(script, Reconciled((talks,), ("anna",), at=181.5 + by_s))
    told(script, HungUp(key(2), at=226.2 + by_s), Tick(at=250.0 + by_s))
    cdr = script.facts(Cdr)[-1]
    instants = [cdr.answered_at, cdr.bridged_at, cdr.ended_at]
    assert instants == pytest.approx([MONDAY + by_s + at for at in (165.0, 166.2, 226.2)])
    assert cdr.outcome == "connected"
    assert script.engine.state.agents["anna"].state == "WRAP_UP"
    told(script, Tick(at=287.0 + by_s))
    assert script.engine.state.agents["anna"].state == "READY"


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
def test_after_it_the_floor_is_told_what_happened_and_since_when_there_is_dialling(by_s):
    script = an_hour_ahead()
    told(script, ClockJumped(by_s=by_s, at=170.0))
    told(script, Started(epoch=3, at=181.0 + by_s), SwitchUp(at=181.1 + by_s))
    assert script.engine.state.put_right == PutRight(by_s, MONDAY + 181.0 + by_s)
    told(script, Reconciled((), ("anna",), at=181.5 + by_s))
    told(script, Reconciled((), (), whole=False, at=300.0 + by_s))
    assert script.engine.state.put_right.on_at == MONDAY + 181.5 + by_s
    told(script, Started(epoch=4, at=400.0 + by_s))
    assert script.engine.state.put_right.by_s == by_s


def test_a_wall_clock_that_began_with_1970_moves_nothing():
    script = Script()
    script.tell(Started(epoch=1, at=5.0), SPRING, SwitchUp(at=5.1), Reconciled(at=5.2))
    script.tell(LoggedIn("anna", "sales", "PJSIP/anna", at=6.0), ClockJumped(MONDAY, at=8.0))
    script.tell(Started(epoch=2, at=MONDAY + 9.0))
    assert script.engine.state.campaigns["spring"].opened == SPRING
    assert script.engine.state.at == MONDAY + 9.0


def test_a_journal_that_answers_by_an_earlier_clock_is_not_asked_without_end():
    script = open_for_business()
    script.tell(BudgetSet("spring", Decimal(5), "EUR", at=299.0), Tick(at=300.0))
    script.tell(Refused("spring", 3, 0, "no_leads", at=2.0))
    spring = script.engine.state.campaigns["spring"]
    assert spring.claim_again_at == 303.0
    assert Withdraw(key(1), "tariff") in script.tell(intended(1, 2.0))
    assert spring.claim_again_at == 330.0
