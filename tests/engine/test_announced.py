"""What a known recording does to the call: an announcement before the answer, a menu after it."""

import pytest

from dialer.engine.announced import ANNOUNCED, ANSWERED, TERMINAL
from dialer.engine.commands import Cdr, Claim, HangUp
from dialer.engine.events import VERDICTS, Answered, Heard, HungUp
from dialer.engine.outcomes import OUTCOMES
from tests.engine.script import key
from tests.engine.test_engine import dialled, open_for_business


@pytest.mark.parametrize("kind", sorted(TERMINAL))
def test_a_kind_that_ends_a_call_frees_the_line_at_once(kind):
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    heard = Heard(key(1), "announcement", "early", kind=kind, at=4.0)
    assert HangUp(key(1), "heard announcement") in script.tell(heard)
    orders = script.tell(HungUp(key(1), at=4.1, by_us=True))
    assert script.facts(Cdr)[0].outcome == ANNOUNCED[kind]
    assert any(isinstance(order, Claim) for order in orders)


@pytest.mark.parametrize("kind", [*sorted(set(ANNOUNCED) - TERMINAL), *ANSWERED, "unknown", "fax"])
def test_every_other_kind_rings_on(kind):
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    heard = Heard(key(1), "announcement", "early", kind=kind, at=4.0)
    assert not [order for order in script.tell(heard) if isinstance(order, HangUp)]


def test_what_is_heard_after_the_line_was_given_up_changes_nothing():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Heard(key(1), "announcement", "early", kind="vacant", at=4.0))
    script.tell(Heard(key(1), "crbt", "early", at=4.05))
    script.tell(HungUp(key(1), at=4.1, by_us=True))
    cdr = script.facts(Cdr)[0]
    assert (cdr.outcome, cdr.early) == ("vacant", "announcement")


def test_every_kind_names_an_outcome_that_exists():
    assert {outcome for outcome in ANNOUNCED.values() if outcome} <= set(OUTCOMES)
    assert set(ANSWERED.values()) <= VERDICTS & set(OUTCOMES)
    assert not set(ANSWERED) & set(ANNOUNCED)


def test_a_menu_is_hung_up_on_at_its_verdict_and_is_one_on_the_record():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0))
    script.tell(Heard(key(1), "announcement", "answer", kind="menu", at=10.0))
    verdict = Heard(key(1), "ivr", "answer", confidence=0.97, cause="prompt main: 1.6 s", at=10.0)
    assert HangUp(key(1), "ivr") in script.tell(verdict)
    script.tell(HungUp(key(1), at=10.1, by_us=True))
    [cdr] = script.facts(Cdr)
    assert (cdr.outcome, cdr.verdict, cdr.verdict_at) == ("ivr", "ivr", 10.0)
    assert (cdr.verdict_cause, cdr.ended_by) == ("prompt main: 1.6 s", "dialer")
