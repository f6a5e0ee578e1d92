"""What comes of a call, in every journal: when its lead is called again, and whether."""

import pytest
from msgspec.structs import replace

from dialer.engine.commands import Claim
from dialer.engine.compliance import Rules
from dialer.engine.events import Intended

from .worlds import cdr, people, person

HOUR = 3600.0
DAY = 86400.0


# ---- by how it ended ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "delay_s"),
    [("busy", 30), ("no_answer", 60), ("powered_off", 120), ("machine", 120)],
)
def test_each_end_has_its_delay(world, outcome, delay_s):
    world.lists(people=people(1))
    world.open(retry="lab")
    (call,) = world.promised(1)
    world.at += 5
    world.ended(call, outcome)
    world.at += delay_s - 1
    assert world.promised(1) == []
    world.at += 1
    assert [one.attempt for one in world.promised(1)] == [2]


def test_a_dead_number_hands_over_to_the_next_at_once(world):
    world.lists(people=[person("447700900001", "447700900002")])
    world.open()
    (call,) = world.promised(1)
    world.ended(call, "vacant")
    assert world.dialled() == ["447700900002"]


def test_after_no_answer_the_person_rests_and_then_the_other_number_is_tried(world):
    world.lists(people=[person("447700900001", "447700900002")])
    world.open(retry="lab")
    (call,) = world.promised(1)
    world.ended(call, "no_answer")
    assert world.promised(1) == []
    world.at += 60
    assert world.dialled() == ["447700900002"]


def test_the_numbers_of_a_lead_are_exhausted_in_their_order_and_the_next_is_tried(world):
    """A dead one is never tried again; each other ends as often as its rule says, in turn."""
    world.lists(people=[person(*(f"44770090000{n}" for n in (1, 2, 3)))])
    world.open(retry="lab")
    ends = {"1": "vacant", "2": "busy", "3": "no_answer"}
    tried = ""
    for _ in range(20):
        for call in world.promised(1):
            last = world.journal.number_of(call.call)[-1]
            tried += last
            world.ended(call, ends[last])
        world.at += HOUR
    assert tried == "1232323", "busy and no answer: three times each by the rules of the lab"
    assert world.counted().left == 0


def test_a_lead_whose_numbers_are_all_dead_is_done(world):
    world.lists(people=[person("447700900001", "447700900002")])
    world.open()
    for _ in range(2):
        (call,) = world.promised(1)
        world.ended(call, "vacant")
    assert world.claim(1)[0].why == "no_leads"
    count = world.counted()
    assert (count.now, count.left) == (0, 0)


# ---- how often at most --------------------------------------------------------------------------
def test_a_number_that_ends_one_way_too_often_is_left_alone(world):
    world.lists(people=people(1))
    world.open(retry="lab", calling=Rules(hours="lab", calls_per_number_per_day=9))
    for _ in range(3):
        (call,) = world.promised(1)
        world.ended(call, "no_answer")
        world.at += HOUR
    assert [one.why for one in world.claim(1)] == ["caps"]


def test_a_number_has_a_daily_cap_over_all_campaigns_and_spellings(world):
    world.lists(people=people(1), others=people(1))
    rules = Rules(hours="lab", calls_per_number_per_day=2)
    world.open("spring", retry="lab", calling=rules)
    world.open("autumn", retry="lab", calling=rules, lists=("others",))
    for campaign in ("spring", "autumn"):
        (call,) = world.promised(1, campaign)
        world.ended(call, "no_answer")
        world.at += 120
    assert [one.why for one in world.claim(1, "spring")] == ["caps"]
    assert [one.why for one in world.claim(1, "autumn")] == ["caps"]
    world.at += DAY - 240 - 1
    assert world.promised(1, "spring") == []
    world.at += 1
    assert len(world.promised(1, "spring")) == 1


def test_calls_that_never_reached_the_network_do_not_count(world):
    world.lists(people=people(1))
    world.open(retry="lab", calling=Rules(hours="lab", calls_per_number_per_day=1))
    (call,) = world.promised(1)
    world.withdraw(call)
    for outcome in ("failed", "congestion", "carrier_failure", "cancelled"):
        (call,) = world.promised(1)
        assert call.attempt == 1
        world.ended(call, outcome)
        world.at += 60
    (call,) = world.promised(1)
    world.ended(call, "busy")
    world.at += 60
    assert [one.why for one in world.claim(1)] == ["caps"]


def test_a_telephone_that_rang_was_called_even_if_we_cancelled_it(world):
    world.lists(people=people(1))
    world.open(retry="lab", calling=Rules(hours="lab", calls_per_number_per_day=2))
    for _ in range(2):
        (call,) = world.promised(1)
        assert call.attempt == 1
        world.record(replace(cdr(call, "cancelled", world.at + 9.0), ringing_at=world.at + 3.0))
        world.at += 60
    assert [one.why for one in world.claim(1)] == ["caps"]


def test_a_lead_has_so_many_attempts_and_a_new_version_may_grant_more(world):
    world.lists(people=people(1))
    world.open(retry="lab", calling=Rules(hours="lab", attempts_per_lead=2))
    for attempt in (1, 2):
        (call,) = world.promised(1)
        assert call.attempt == attempt
        world.ended(call, "busy")
        world.at += HOUR
    assert [one.why for one in world.claim(1)] == ["caps"]
    opened = world.open(retry="lab", calling=Rules(hours="lab", attempts_per_lead=3))
    assert opened.version == 2
    assert [one.attempt for one in world.promised(1)] == [3]


# ---- by what the agent said ---------------------------------------------------------------------
def test_after_a_conversation_nobody_calls_again_unless_the_agent_says_so(world):
    world.lists(people=people(2))
    world.open(retry="lab")
    sold, later = world.promised(2)
    for call in (sold, later):
        world.ended(call, "connected")
    world.said(sold, "sale")
    world.said(later, "call_later")
    world.at += 60
    assert world.dialled(5) == ["447700900001"]


def test_a_callback_is_an_agents_at_the_instant_that_was_named_and_never_a_pacers(world):
    world.lists(people=[person("447700900001"), person("447700900002", priority=100)])
    world.open()
    _, call = world.promised(2)
    world.ended(call, "connected")
    world.lists(people=[person("447700900003", priority=100)])
    world.said(call, f"callback@{world.at + 1800:.0f}")
    assert world.told() == []
    world.at += 1800
    counted = world.counted()
    assert (counted.now, counted.left) == (1, 3), "no pacer counts on it, and it is still to be had"
    assert world.dialled(2) == ["447700900003"]
    assert world.called_back() == ["447700900001"]


def test_a_word_that_comes_before_the_cdr_holds_as_well(world):
    world.lists(people=people(1))
    world.open(retry="lab")
    (call,) = world.promised(1)
    world.said(call, "callback")
    assert world.promised(1) == []
    world.ended(call, "connected")
    assert world.told() == []
    world.at += 45
    assert [one.lead for one in world.told()] == [call.lead]


def test_a_wrong_number_leads_to_the_next_one(world):
    world.lists(people=[person("447700900001", "447700900002")])
    world.open()
    (call,) = world.promised(1)
    world.ended(call, "connected")
    world.said(call, "wrong_number")
    assert world.dialled() == ["447700900002"]


# ---- what a law asks for ------------------------------------------------------------------------
@pytest.mark.parametrize(("outcome", "hours"), [("abandoned", 72), ("machine", 24), ("busy", 0)])
def test_the_law_leaves_a_number_alone_after_some_calls(world, outcome, hours):
    world.lists(people=[person("447700900000")])
    calling = Rules(hours="lab", after_abandoned_s=72 * HOUR, after_machine_s=24 * HOUR)
    world.open(calling=calling, retry="lab")
    (call,) = world.promised(1)
    world.ended(call, outcome)
    world.at += hours * HOUR - 1
    assert hours == 0 or world.dialled() == []
    world.at += 121  # longer than any retry of the lab
    assert world.dialled() == ["447700900000"]


def test_an_agent_who_is_there_may_call_by_hand_whom_the_law_keeps_from_a_machine(world):
    world.lists(people=[person("447700900000")])
    world.open(calling=Rules(hours="lab", after_abandoned_s=72 * HOUR), retry="lab")
    (call,) = world.promised(1)
    world.ended(call, "abandoned")
    world.at += HOUR
    assert world.dialled() == []
    del world.inbox[:]
    order = Claim(
        campaign="spring", n=1, mode="manual", epoch=world.epoch, lead=call.lead, agent="Bo"
    )
    world.journal.execute(order, cause=0, index=0)
    world.journal.flush()
    assert any(isinstance(one, Intended) for one in world.inbox)
