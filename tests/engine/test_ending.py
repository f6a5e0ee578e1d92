"""The record of a call whose end was told before what went before it."""

from dialer.engine.call import CALM, fold
from dialer.engine.commands import Cdr, Leg
from dialer.engine.ending import cdr
from dialer.engine.events import (
    Answered,
    Bridged,
    HungUp,
    LegDown,
    MessageStarted,
    Reconciled,
    Started,
    SwitchUp,
    Tick,
    Witness,
)
from tests.engine.script import intended, key, talking


def test_what_a_restarted_dialer_finds_out_late_was_before_the_end():
    """Answered and told the message while nobody was there; the reconcile came after the end."""
    over = HungUp("d1-0", at=9.617, cause=16, by_us=True)
    found = Answered("d1-0", at=9.645), MessageStarted("d1-0", "safe_harbour", at=9.645)
    for events in ((over, *found), (*found, over)):
        told = cdr(fold(CALM, *events))
        assert (told.answered_at, told.message_at, told.ended_at) == (9.617, 9.617, 9.617)
        assert told.placed_at == 0.1


def test_a_record_of_whole_seconds_makes_no_talk_of_less_than_nothing():
    script = talking()
    script.tell(Started(epoch=2, at=4.0), SwitchUp(at=4.1))
    row = Witness(key(1), row=True, answered_at=2.0, ended_at=3.0)
    script.tell(Reconciled((row,), ("anna",), at=5.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.bridged_at, cdr.ended_at, cdr.legs) == (3.0, 3.0, (Leg("anna", 3.0, 3.0),))


def test_who_was_joined_too_late_is_abandoned_whatever_becomes_of_the_agent():
    script = talking("ben")
    script.tell(intended(2, 3.2), Answered(key(2), at=4.0), Tick(at=5.2))
    script.tell(Bridged(key(2), "ben", at=6.5))
    (owed,) = script.engine.index.pool("sales").owed
    assert owed == key(2)
    script.tell(LegDown("ben", at=9.0), HungUp(key(2), at=9.5))
    (record,) = script.facts(Cdr)
    assert record.outcome == "late_connect"
    assert script.engine.state.campaigns["spring"].ledger.today(9.5) == (1, 1)
