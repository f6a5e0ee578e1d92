"""Who must not be called, and who agreed to be, in every journal."""

import pytest
from msgspec.structs import replace

from dialer.engine.compliance import Rules
from dialer.engine.events import NumberBlocked
from dialer.journal.store import Consent
from dialer.leads.normalise import NewLead, Normal

from .worlds import people, person

HOUR = 3600.0
DAY = 86400.0


# ---- numbers ------------------------------------------------------------------------------------
@pytest.mark.parametrize("scope", ["", "spring"])
def test_a_blocked_number_is_not_called_and_is_reported(world, scope):
    world.lists(people=people(2))
    world.open()
    del world.inbox[:]
    world.block("447700900000", scope)
    assert world.dialled(5) == ["447700900001"]
    assert world.claim(1)[0].why == "dnc"


def test_blocking_is_told_once(world):
    world.lists(people=people(2))
    world.open()
    (call,) = world.promised(1)
    for _ in range(2):
        world.block("447700900000")
    told = [one.number_key for one in world.inbox if isinstance(one, NumberBlocked)]
    assert told == [call.number_key]


def test_a_number_taken_off_the_list_may_be_called_again(world):
    world.lists(people=people(1))
    world.open()
    world.block("447700900000")
    assert world.promised(1) == []
    assert world.journal.unblock("447700900000", by="Eve", at=world.at)
    assert not world.journal.unblock("447700900000", by="Eve", at=world.at)
    assert world.dialled() == ["447700900000"]


def test_a_campaigns_own_block_does_not_bind_another(world):
    world.lists(people=people(1))
    world.open("spring")
    world.open("autumn")
    world.block("447700900000", "spring")
    assert [one.why for one in world.claim(1, "spring")] == ["dnc"]
    world.at += 2 * HOUR
    assert world.dialled(1, "autumn") == ["447700900000"]


def test_a_number_blocked_while_it_rings_is_not_called_again(world):
    world.lists(people=people(1))
    world.open(retry="lab")
    (call,) = world.promised(1)
    world.block("447700900000")
    world.ended(call, "no_answer")
    world.at += DAY
    assert [one.why for one in world.claim(1)] == ["dnc"]


def test_do_not_call_blocks_the_number_everywhere(world):
    world.lists(people=people(1), others=people(1))
    world.open("spring")
    world.open("autumn", lists=("others",))
    (call,) = world.promised(1)
    world.ended(call, "connected")
    del world.inbox[:]
    world.said(call, "do_not_call")
    assert NumberBlocked(number_key=call.number_key, at=world.at) in world.inbox
    assert [one.why for one in world.claim(1, "autumn")] == ["dnc"]


def test_a_block_that_ends_lets_its_lead_be_called_again_by_itself(world):
    world.lists(people=people(1))
    world.open()
    world.block("447700900000", expires_at=world.at + HOUR)
    assert [one.why for one in world.claim(1)] == ["dnc"]
    world.at += HOUR
    assert world.dialled() == ["447700900000"]


# ---- ranges -------------------------------------------------------------------------------------
def test_a_range_of_numbers_is_not_called_and_what_rings_of_it_is_told(world):
    world.lists(people=[*people(2), person("447711900000")])
    world.open()
    (call,) = world.promised(1)
    world.inbox.clear()
    world.forbid("447700")
    world.journal.flush()
    told = [one for one in world.heard if isinstance(one, NumberBlocked)]
    assert [(one.number_key, one.campaign) for one in told] == [(call.number_key, "spring")]
    assert world.dialled(5) == ["447711900000"]


def test_a_campaigns_own_range_does_not_bind_another(world):
    world.lists(people=people(1))
    world.open("spring")
    world.open("autumn")
    world.forbid("44", "spring")
    assert [one.why for one in world.claim(1, "spring")] == ["dnc"]
    world.at += 2 * HOUR
    assert world.dialled(1, "autumn") == ["447700900000"]


def test_what_a_white_list_lets_through_is_called_unless_it_is_blocked_itself(world):
    world.lists(people=people(3))
    world.open()
    world.forbid("4477")
    world.forbid("44770090", allows=True)
    world.block("447700900001")
    assert world.dialled(5) == ["447700900000", "447700900002"]


# ---- consent ------------------------------------------------------------------------------------
def test_where_a_law_asks_for_consent_nobody_is_called_without_one_in_force(world):
    world.lists(people=people(5))
    world.open(calling=Rules(hours="lab", consent="all"))
    assert world.promised(5) == []
    now = Consent(source="form", proof="page 7", given_at=world.at, at=world.at)
    for digits, one in {
        "447700900000": now,
        "447700900001": replace(now, given_at=world.at + DAY),
        "447700900002": replace(now, expires_at=world.at + DAY),
        "447700900003": replace(now, campaign="autumn"),
    }.items():
        world.journal.agree([digits], one)
    world.journal.flush()
    assert world.dialled(5) == ["447700900000", "447700900002"]
    world.at += DAY + HOUR
    assert world.dialled(5) == ["447700900001"]


def test_a_consent_that_has_ended_counts_no_more_and_dnc_stands_above_one(world):
    world.lists(people=people(3))
    world.open(calling=Rules(hours="lab", consent="all"))
    until = Consent(source="form", given_at=0.0, expires_at=world.at + HOUR, at=world.at)
    world.journal.agree(["447700900000", "447700900001"], until)
    world.block("447700900001")
    assert world.dialled(3) == ["447700900000"]
    world.at += HOUR
    world.journal.agree(["447700900002"], until)
    assert world.promised(3) == []


def test_consent_may_be_asked_of_mobile_phones_only_and_in_doubt_one_is(world):
    kinds = ("mobile", "fixed_line", "fixed_line_or_mobile", "voip")
    world.lists(people=[
        NewLead(numbers=(Normal(f"44770090000{n}", "GB Europe/London", kind),))
        for n, kind in enumerate(kinds)
    ])  # fmt: skip
    world.open(calling=Rules(hours="lab", consent="mobile"))
    assert world.dialled(4) == ["447700900001"]
