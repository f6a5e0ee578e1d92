"""What a claim promises, in every journal, and that each promise ends once."""

import pytest

from dialer.engine.compliance import Rules
from dialer.engine.events import Intended, Refused, Withdrawn

from .worlds import MONDAY_10AM, cdr, people

HOUR = 3600.0


# ---- what is promised ---------------------------------------------------------------------------
def test_a_claim_promises_calls_in_the_order_of_the_list(world):
    world.lists(people=people(3))
    world.open(caller_ids=("4420", "4421"), trunk="north", ring_timeout_s=25.0)
    first, second = world.claim(2)
    assert isinstance(first, Intended)
    assert isinstance(second, Intended)
    assert (first.campaign, first.version, first.pool, first.trunk) == (
        "spring",
        1,
        "main",
        "north",
    )
    assert (first.attempt, first.region, first.masked) == (1, "GB", "+44770•••0000")
    assert (first.list, first.mode, first.ring_timeout_s) == ("people", "progressive", 25.0)
    assert [first.caller_id, second.caller_id] == ["4420", "4421"]
    assert world.journal.number_of(first.call) == "447700900000"
    assert world.journal.number_of(second.call) == "447700900001"
    assert world.journal.open_intents() == [first, second]


def test_ids_have_one_length_and_tell_install_epoch_and_counter(world):
    world.lists(people=people(2))
    world.open()
    first, second = (one.call for one in world.promised(2))
    assert len(first) == len(second) == 35
    assert first == first.lower()
    assert first[:3] == "d1-"
    assert (first[11:19], first[19:], second[19:]) == ("00000001", f"{1:016x}", f"{2:016x}")
    assert first[:19] == second[:19]


def test_a_claim_shows_no_number_that_rests_and_promises_nothing_when_all_do(world):
    world.lists(people=people(6))
    world.open(caller_ids=("4420", "4421", "4422"))
    given = world.claim(3, resting=("4421",))
    assert [one.caller_id for one in given] == ["4420", "4422", "4420"]
    [none] = world.claim(2, resting=("4420", "4421", "4422", "4499"))
    assert (none.given, none.why) == (0, "caller_ids")


def test_fewer_leads_than_asked_for_are_given_and_the_rest_is_refused(world):
    world.lists(people=people(2))
    world.open()
    *given, refused = world.claim(5)
    assert len(given) == 2
    assert refused == Refused(campaign="spring", asked=5, given=2, why="no_leads", at=world.at)


def test_a_claim_of_nothing_gives_nothing_and_of_an_unknown_campaign_too(world):
    world.lists(people=people(2))
    world.open()
    assert world.claim(0) == []
    refused = Refused(campaign="ghost", asked=1, given=0, why="no_leads", at=world.at)
    assert world.claim(1, "ghost") == [refused]


def test_a_number_in_two_lists_is_promised_once_at_a_time(world):
    world.lists(people=people(1), others=people(1))
    world.open("spring")
    world.open("autumn", lists=("others",))
    (call,) = world.promised(1, "spring")
    assert [type(one) for one in world.claim(1, "autumn")] == [Refused]
    world.ended(call, "no_answer")
    assert world.promised(1, "autumn") == []
    world.at += 61
    assert len(world.promised(1, "autumn")) == 1


def test_a_promise_ends_before_the_hours_do_and_ringing_ends_within_them(world):
    world.lists(people=people(3))
    world.open(calling=Rules(hours="strict"), ring_timeout_s=30.0)
    nine_pm = MONDAY_10AM + 11 * HOUR
    world.at = nine_pm - 31
    (call,) = world.promised(1)
    assert call.not_after == nine_pm - 30
    world.at = nine_pm - 30
    assert [one.why for one in world.claim(1)] == ["hours"]
    world.at = MONDAY_10AM
    assert world.promised(1)[0].not_after == MONDAY_10AM + 60


def test_an_older_epoch_is_refused(world):
    world.lists(people=people(1))
    world.open()
    world.reopened()
    assert world.epoch == 2
    refused = Refused(campaign="spring", asked=1, given=0, why="epoch", at=world.at)
    assert world.claim(1, epoch=1) == [refused]
    assert len(world.promised(1)) == 1


# ---- exactly one ending -------------------------------------------------------------------------
def test_a_withdrawal_frees_the_lead_without_an_attempt(world):
    world.lists(people=people(1))
    world.open()
    (call,) = world.promised(1)
    world.withdraw(call)
    assert Withdrawn(call=call.call, at=world.at) in world.inbox
    assert world.journal.open_intents() == []
    (again,) = world.promised(1)
    assert (again.lead, again.attempt) == (call.lead, 1)
    assert again.call != call.call


def test_a_call_has_one_cdr_however_often_it_is_told(world):
    world.lists(people=people(1))
    world.open(retry="lab")
    (call,) = world.promised(1)
    seq = world.ended(call, "busy")
    world.record(cdr(call, "busy", world.at), cause=seq)
    world.ended(call, "no_answer")
    assert [fact.outcome for _, fact in world.journal.facts(0)] == ["busy"]
    assert (world.journal.doubles, world.journal.strays) == (1, 0)
    world.at += 60
    assert [one.attempt for one in world.promised(1)] == [2]


def test_a_withdrawal_after_the_end_changes_nothing(world):
    world.lists(people=people(1))
    world.open(retry="lab")
    (call,) = world.promised(1)
    world.ended(call, "busy")
    del world.inbox[:]
    world.withdraw(call)
    assert not [one for one in world.inbox if isinstance(one, Withdrawn)]
    world.at += 60
    assert [one.attempt for one in world.promised(1)] == [2]


def test_a_cdr_of_a_call_nobody_promised_is_kept_and_counted(world):
    world.lists(people=people(1))
    world.open()
    (call,) = world.promised(1)
    world.withdraw(call)
    world.ended(call, "busy")
    assert len(list(world.journal.facts(0))) == 1
    assert world.journal.strays == 1
    assert len(world.promised(1)) == 1


def test_a_number_is_forgotten_when_its_call_is_over(world):
    world.lists(people=people(2))
    world.open()
    first, second = world.promised(2)
    world.ended(first, "busy")
    world.withdraw(second)
    for call in (first, second):
        with pytest.raises(KeyError):
            world.journal.number_of(call.call)
