"""A crash between any two steps of the journal without a disk."""

import pytest

from dialer.engine.commands import Claim, Record
from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignOpened, Intended, LeadsCounted, Refused, Tick
from dialer.journal.memory import MemoryJournal
from dialer.leads.rules import LeadRules
from tests.conformance.worlds import cdr, people


@pytest.fixture
def inbox():
    return []


@pytest.fixture
def journal(inbox):
    """Nothing is committed but by hand; one campaign, three leads."""
    journal = MemoryJournal(inbox.append, lambda: 100.0, leads={"people": people(3)}, by_hand=True)
    opened = CampaignOpened(at=100.0, campaign="spring", pool="main", version=0)
    rules = LeadRules(lists=("people",), calling=Rules(hours="lab"))
    journal.open_campaign(opened, rules)
    journal.take_lease("twin", 100.0)
    return journal


def claim(journal, n=1):
    order = Claim(campaign="spring", n=n, mode="ratio", epoch=journal.epoch)
    journal.execute(order, cause=0, index=0)


def promised(inbox):
    return [event for event in inbox if isinstance(event, Intended)]


def test_before_the_commit_a_claim_has_promised_nothing(journal, inbox):
    claim(journal)
    after = journal.reopened(inbox.append)
    assert (after.open_intents(), inbox) == ([], [])


def test_after_the_commit_the_promise_stands_though_nobody_heard_of_it(journal, inbox):
    claim(journal)
    journal.commit()
    assert promised(inbox) == []
    after = journal.reopened(inbox.append)
    assert [call.lead for call in after.open_intents()] == ["1"]
    after.take_lease("twin", 100.0)
    claim(after, 3)
    after.commit()
    after.deliver()
    assert [call.lead for call in promised(inbox)] == ["2", "3"]


def test_what_is_delivered_was_committed(journal, inbox):
    claim(journal, 2)
    journal.commit()
    journal.deliver()
    assert promised(inbox) == journal.open_intents()
    assert LeadsCounted(campaign="spring", now=1, left=3, at=100.0) in inbox


def test_events_and_facts_that_were_not_committed_are_gone_and_their_numbers_used_again(
    journal, inbox
):
    claim(journal)
    journal.flush()
    (call,) = promised(inbox)
    kept = journal.append(Tick(at=1.0))
    journal.commit()
    lost = journal.append(Tick(at=2.0))
    journal.execute(Record(fact=cdr(call, "busy", 2.0)), cause=lost, index=0)
    after = journal.reopened(inbox.append)
    assert list(after.since(0)) == [(kept, Tick(at=1.0))]
    assert (list(after.facts(0)), after.open_intents()) == ([], [call])
    after.take_lease("twin", 100.0)
    assert after.append(Tick(at=3.0)) == lost


def test_a_replay_records_nothing_twice(journal, inbox):
    claim(journal)
    journal.flush()
    (call,) = promised(inbox)
    seq = journal.append(Tick(at=1.0))
    order = Record(fact=cdr(call, "busy", 1.0))
    journal.execute(order, cause=seq, index=0)
    journal.commit()
    after = journal.reopened(inbox.append)
    after.take_lease("twin", 100.0)
    after.execute(order, cause=seq, index=0)
    after.commit()
    assert len(list(after.facts(0))) == 1
    assert after.doubles == 0


def test_a_full_disk_keeps_everything_waiting_but_claims(journal, inbox):
    journal.trouble = "database or disk is full"
    seq = journal.append(Tick(at=1.0))
    claim(journal)
    journal.flush()
    assert inbox == [Refused(campaign="spring", asked=1, given=0, why="journal", at=100.0)]
    assert journal.durable == 0
    journal.trouble = ""
    journal.flush()
    assert journal.durable == seq


def test_the_same_story_gives_the_same_ids_and_keys(inbox):
    def story():
        told = []
        journal = MemoryJournal(told.append, lambda: 5.0, leads={"people": people(2)})
        opened = CampaignOpened(at=5.0, campaign="spring", pool="main", version=0)
        journal.open_campaign(opened, LeadRules(lists=("people",), calling=Rules(hours="lab")))
        journal.take_lease("twin", 5.0)
        claim(journal, 5)
        return told

    assert story() == story()
