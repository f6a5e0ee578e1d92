"""What every journal does, whatever it is made of."""

import pytest
from msgspec.structs import replace

from dialer.engine.commands import AgentWas, Claim
from dialer.engine.compliance import Rules
from dialer.engine.events import (
    Answered,
    CampaignStopped,
    Intended,
    LeadsCounted,
    NumberBlocked,
    Refused,
    Replaced,
    Ringing,
    Tick,
    Withdrawn,
)
from dialer.errors import JournalError, LeaseTaken
from dialer.journal.memory import MemoryJournal
from dialer.journal.sqlite import SqliteJournal
from dialer.journal.store import Consent
from dialer.leads.normalise import NewLead, Normal

from .worlds import MONDAY_10AM, NEW_YORK, World, cdr, people, person

HOUR = 3600.0
DAY = 86400.0


@pytest.fixture(params=["memory", "sqlite"])
def world(request, tmp_path):
    world = World(request.param, tmp_path)
    yield world
    world.close()


# ---- promises -----------------------------------------------------------------------------------
def test_a_claim_shows_no_number_that_rests_and_promises_nothing_when_all_do(world):
    world.lists(people=people(6))
    world.open(caller_ids=("4420", "4421", "4422"))
    given = world.claim(3, resting=("4421",))
    assert [one.caller_id for one in given] == ["4420", "4422", "4420"]
    [none] = world.claim(2, resting=("4420", "4421", "4422", "4499"))
    assert (none.given, none.why) == (0, "caller_ids")


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


def test_an_older_epoch_is_refused(world):
    world.lists(people=people(1))
    world.open()
    world.reopened()
    assert world.epoch == 2
    refused = Refused(campaign="spring", asked=1, given=0, why="epoch", at=world.at)
    assert world.claim(1, epoch=1) == [refused]
    assert len(world.promised(1)) == 1


def test_high_priority_goes_first_then_new_leads_then_those_tried_before(world):
    world.lists(
        people=[person("447700900001"), person("447700900002", priority=50), *people(1)],
    )
    world.open(retry="lab")
    (first,) = world.promised(1)
    assert world.journal.number_of(first.call) == "447700900002"
    world.ended(first, "busy")
    (second,) = world.promised(1)
    assert world.journal.number_of(second.call) == "447700900001"
    world.ended(second, "busy")
    world.at += 100
    assert world.dialled(3) == ["447700900002", "447700900000", "447700900001"]


def test_who_has_been_due_longest_goes_first(world):
    world.lists(people=people(2))
    world.open(retry="lab")
    first, second = world.promised(2)
    world.ended(second, "busy")
    world.at += 1
    world.ended(first, "busy")
    world.at += 60
    assert world.dialled(2) == ["447700900001", "447700900000"]


# ---- what keeps a call from being promised ------------------------------------------------------
def test_nobody_is_called_outside_the_hours_of_their_own_zone(world):
    world.lists(people=[person("12125550123", place=NEW_YORK), person("447700900000")])
    world.open(calling=Rules(hours="strict"))
    given, refused = world.claim(5)
    assert world.journal.number_of(given.call) == "447700900000"
    assert (refused.why, refused.given) == ("hours", 1)
    world.at += 4 * HOUR
    assert world.dialled() == ["12125550123"]


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


def test_a_block_that_ends_lets_its_lead_be_called_again_by_itself(world):
    world.lists(people=people(1))
    world.open()
    world.block("447700900000", expires_at=world.at + HOUR)
    assert [one.why for one in world.claim(1)] == ["dnc"]
    world.at += HOUR
    assert world.dialled() == ["447700900000"]


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


# ---- what comes of a call -----------------------------------------------------------------------
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


def test_a_number_that_ends_one_way_too_often_is_left_alone(world):
    world.lists(people=people(1))
    world.open(retry="lab", calling=Rules(hours="lab", calls_per_number_per_day=9))
    for _ in range(3):
        (call,) = world.promised(1)
        world.ended(call, "no_answer")
        world.at += HOUR
    assert [one.why for one in world.claim(1)] == ["caps"]


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


def test_a_lead_whose_numbers_are_all_dead_is_done(world):
    world.lists(people=[person("447700900001", "447700900002")])
    world.open()
    for _ in range(2):
        (call,) = world.promised(1)
        world.ended(call, "vacant")
    assert world.claim(1)[0].why == "no_leads"
    count = world.counted()
    assert (count.now, count.left) == (0, 0)


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


# ---- exactly one ending -------------------------------------------------------------------------
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


# ---- what is kept -------------------------------------------------------------------------------
def test_events_come_back_in_order_after_any_number(world):
    said = [Ringing(call="d1-0", at=1.0), Answered(call="d1-0", at=2.0), Tick(at=3.0)]
    seqs = [world.journal.append(event) for event in said]
    world.journal.flush()
    assert seqs == [1, 2, 3]
    assert list(world.journal.since(0)) == list(zip(seqs, said, strict=True))
    assert list(world.journal.since(2)) == [(3, said[2])]
    assert world.journal.durable == 3


def test_facts_have_a_numbering_of_their_own_and_are_kept_once(world):
    pause = AgentWas(agent="Bo", pool="main", state="PAUSED", from_at=1.0, to_at=2.0)
    seq = world.record(pause)
    world.record(pause, cause=seq)
    world.record(pause, cause=seq, index=1)
    assert list(world.journal.facts(0)) == [(1, pause), (2, pause)]
    assert list(world.journal.facts(1)) == [(2, pause)]


def test_a_new_process_finds_events_facts_promises_and_checkpoint(world):
    world.lists(people=people(3))
    world.open()
    first, second = world.promised(2)
    world.ended(first, "busy")
    seq = world.journal.append(Tick(at=world.at))
    world.journal.checkpoint(seq, b"state")
    world.journal.flush()
    before = list(world.journal.since(0)), list(world.journal.facts(0))
    world.reopened()
    assert (list(world.journal.since(0)), list(world.journal.facts(0))) == before
    assert world.journal.open_intents() == [second]
    assert world.journal.restore() == (seq, b"state")
    assert world.journal.append(Tick(at=world.at)) == seq + 1
    world.ended(second, "busy")
    assert world.journal.open_intents() == []
    assert world.dialled(5) == ["447700900002"]


def test_only_the_newest_checkpoint_counts(world):
    assert world.journal.restore() is None
    for _ in range(4):
        seq = world.journal.append(Tick(at=world.at))
        world.journal.checkpoint(seq, str(seq).encode())
    world.journal.flush()
    assert world.journal.restore() == (4, b"4")


def test_a_campaign_opened_again_keeps_its_version_until_its_rules_change(world):
    world.lists(people=people(1))
    assert world.open(retry="lab").version == 1
    world.at += 100
    assert world.open(retry="lab").version == 1
    assert world.open(retry="standard").version == 2
    assert world.open(retry="standard", lines=9).version == 3
    assert world.promised(1)[0].version == 3


# ---- counting -----------------------------------------------------------------------------------
def test_leads_are_counted_at_once_when_a_campaign_opens_and_then_every_two_seconds(world):
    world.lists(people=people(10))
    world.open()
    world.journal.flush()
    count = LeadsCounted(campaign="spring", now=10, left=10, at=world.at)
    assert [one for one in world.inbox if isinstance(one, LeadsCounted)] == [count]
    world.promised(3)
    world.at += 1
    world.promised(3)
    assert not [one for one in world.inbox if isinstance(one, LeadsCounted)]
    assert world.counted() == LeadsCounted(campaign="spring", now=4, left=10, at=world.at)


def test_resting_leads_are_left_but_not_now(world):
    world.lists(people=[*people(3), person("12125550123", place=NEW_YORK)])
    world.open(calling=Rules(hours="strict"))
    busy, vacant, _ = world.promised(3)
    world.ended(busy, "busy")
    world.ended(vacant, "vacant")
    count = world.counted()
    assert (count.now, count.left) == (0, 3)


def test_leads_that_come_due_while_nothing_else_happens_are_counted_again(world):
    world.lists(people=people(2))
    world.open(retry="lab")
    for call in world.promised(2):
        world.ended(call, "no_answer")
    assert world.counted().now == 0
    del world.inbox[:]
    for _ in range(20):
        world.at += 3
        world.journal.append(Tick(at=world.at))
        world.journal.flush()
    assert [one.now for one in world.inbox if isinstance(one, LeadsCounted)] == [2]


def test_a_stopped_campaign_is_not_counted(world):
    world.lists(people=people(3))
    world.open()
    world.promised(1)
    world.journal.append(CampaignStopped(campaign="spring", at=world.at))
    world.at += 10
    del world.inbox[:]
    world.journal.append(Tick(at=world.at))
    world.journal.flush()
    assert world.inbox == []


# ---- one dialer ---------------------------------------------------------------------------------
def test_a_second_dialer_is_refused_while_the_first_lives_unless_it_uses_force(world):
    world.lists(people=people(2))
    world.open()
    inbox: list = []
    if world.kind == "memory":
        memory = world.journal._memory
        second = MemoryJournal(inbox.append, world.clock, memory=memory)
    else:
        second = SqliteJournal(world.path, inbox.append, world.clock)
    with pytest.raises(LeaseTaken, match="first dials with this journal"):
        second.take_lease("second", world.at)
    del world.inbox[:]
    assert second.take_lease("second", world.at, force=True) == 2
    order = Claim(campaign="spring", n=1, mode="progressive", epoch=world.epoch)
    world.journal.execute(order, cause=0, index=0)
    world.journal.flush()
    refused = Refused(campaign="spring", asked=1, given=0, why="epoch", at=world.at)
    # the first may have seen it by itself before
    assert sorted(world.inbox, key=repr) == [refused, Replaced(at=world.at)]
    assert world.claim(1) == [refused]
    order = Claim(campaign="spring", n=1, mode="progressive", epoch=2)
    second.execute(order, cause=0, index=0)
    second.flush()
    assert [one.epoch for one in inbox if isinstance(one, Intended)] == [2]
    second.close()


def test_without_a_lease_nothing_is_written(world, tmp_path):
    if world.kind == "memory":
        journal = MemoryJournal(world.inbox.append, world.clock)
    else:
        journal = SqliteJournal(tmp_path / "other.sqlite", world.inbox.append, world.clock)
    with pytest.raises(JournalError, match="take_lease first"):
        journal.append(Tick(at=0.0))
    journal.close()


# ---- what a law asks for after a call -----------------------------------------------------------
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
