"""A lead by itself: which number is next, when, and what each end of a call makes of it."""

import math
from typing import get_args

import pytest

from dialer.engine.outcomes import OUTCOMES, Retry
from dialer.leads.hopper import Lead, Number, after_call, after_word, replace, settled
from dialer.leads.retry import DISPOSITIONS, FINAL, RETRY, Disposition, Rule, disposition
from dialer.leads.rules import LeadRules

RULES = RETRY["standard"]


def number(key, **more):
    return Number(key=key, masked="+44•••00", place="GB Europe/London", **more)


ADA = settled(Lead(id="1", list="spring", numbers=(number("home"), number("work"))))


@pytest.mark.parametrize("preset", sorted(RETRY))
def test_every_preset_has_a_rule_for_every_end(preset):
    assert set(RETRY[preset]) == set(get_args(Retry))
    for outcome in OUTCOMES.values():
        if not outcome.attempt:
            assert RETRY[preset][outcome.retry].times > 1000


def test_every_disposition_means_something_known():
    for words in DISPOSITIONS.values():
        assert {meaning.then for meaning in words.values()} >= {"final", "callback", "block"}


def test_a_fresh_lead_is_due_at_once_with_its_first_number():
    assert (ADA.state, ADA.why, ADA.number, ADA.due_at) == ("open", "", 0, 0.0)


@pytest.mark.parametrize(
    ("outcome", "attempts", "number_next", "due_at", "state"),
    [
        ("busy", 1, 1, 1900.0, "open"),
        ("no_answer", 1, 1, 8200.0, "open"),
        ("machine", 1, 1, 15400.0, "open"),
        ("powered_off", 1, 1, 19000.0, "open"),
        ("congestion", 0, 0, 1300.0, "open"),
        ("cancelled", 0, 0, 1060.0, "open"),
        ("vacant", 1, 1, 1000.0, "open"),
        ("fax", 1, 1, 1000.0, "open"),
        ("abandoned", 1, 1, 8200.0, "open"),
        ("connected", 1, 0, 0.0, "done"),
    ],
)
def test_what_each_end_makes_of_a_lead(outcome, attempts, number_next, due_at, state):
    lead = settled(after_call(ADA, 0, outcome, RULES, 1000.0))
    assert (lead.attempts, lead.number, lead.due_at, lead.state) == (
        attempts,
        number_next,
        due_at,
        state,
    )


def test_a_dead_number_stays_dead_and_a_lead_without_any_is_done():
    lead = after_call(ADA, 0, "vacant", RULES, 0.0)
    lead = settled(after_call(lead, 1, "no_service", RULES, 0.0))
    assert (lead.state, lead.why) == ("done", "dead")


def test_a_number_is_spent_after_so_many_ends_of_one_kind_and_others_do_not_count():
    rules = {**RULES, "busy": Rule(10.0, 2)}
    lead = after_call(ADA, 0, "busy", rules, 0.0)
    lead = after_call(lead, 0, "no_answer", rules, 0.0)
    assert not lead.numbers[0].spent
    lead = after_call(lead, 0, "busy", rules, 0.0)
    assert lead.numbers[0].spent
    assert settled(lead).number == 1


def test_blocked_numbers_are_passed_over():
    assert settled(ADA, {"home": math.inf}).number == 1
    lead = settled(ADA, {"home": math.inf, "work": math.inf})
    assert (lead.state, lead.why) == ("done", "dnc")
    assert settled(lead).state == "open"


def test_a_callback_stays_one_until_somebody_was_reached():
    lead = after_word(ADA, 0, Disposition("callback", 60.0), None, 1000.0)
    assert (settled(lead).rank, settled(lead).due_at) == (0, 1060.0)
    lead = after_call(lead, 0, "congestion", RULES, 1060.0)
    assert settled(lead).rank == 0
    lead = after_call(lead, 0, "busy", RULES, 1400.0)
    assert settled(lead).rank > 0


def test_a_callback_on_a_number_that_was_spent_is_kept():
    lead = after_call(ADA, 0, "connected", RULES, 0.0)
    lead = settled(after_word(lead, 0, Disposition("callback", 60.0), 5000.0, 0.0))
    assert (lead.state, lead.due_at) == ("open", 5000.0)


def test_priority_beats_novelty_and_is_bounded():
    low, high = (settled(replace(ADA, priority=p, attempts=1)).rank for p in (-5, 500))
    assert (low, high) == (202, 2)
    assert settled(replace(ADA, priority=1, attempts=3)).rank < settled(ADA).rank


def test_a_word_that_stands_in_no_table_is_final():
    assert disposition("standard", "eloped") == (FINAL, None)
    assert disposition("standard", "callback@soon") == (Disposition("callback", 3600.0), None)


def test_unknown_presets_are_named_when_the_rules_are_made():
    with pytest.raises(ValueError, match="'hourly' is no preset; there are gentle, lab, once"):
        LeadRules(lists=("spring",), retry="hourly")
