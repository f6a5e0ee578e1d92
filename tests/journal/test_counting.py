"""When leads are counted: what is called quiet must never be due."""

from random import Random

import pytest

from dialer.engine.compliance import Rules
from dialer.journal.counting import Counting
from dialer.journal.ledger import Ledger
from dialer.journal.memory_store import MemoryStore
from dialer.leads.hopper import Lead
from dialer.leads.rules import Campaign, LeadRules
from sim.scenario import scenario
from sim.world import campaign


def counting() -> Counting:
    """One open campaign, some of whose leads rest."""
    store = MemoryStore()
    rules = LeadRules(lists=("town",), calling=Rules(hours="lab"))
    store.keep_campaign(Campaign(opened=campaign(scenario("lab"), 0.0), rules=rules), 0.0)
    for due_at in (0.0, 1e9):
        lead = Lead(id="", list="town", numbers=(), place="US UTC", rank=1, due_at=due_at)
        store.add(lead, (), {})
    return Counting(store, Ledger(store))


@pytest.mark.parametrize("seed", range(200))
def test_what_is_quiet_is_not_due_whatever_changes_and_wherever_the_clock_is_put(seed):
    rng, one, at, quiet = Random(seed), counting(), 1000.0, 0
    for _ in range(100):
        at += rng.choice((0.0, 0.3, 0.3, 1.0, 1.0, 2.5, 6.0, -3.0, -40.0))
        if rng.random() < 0.4:
            one.changed()
        if one.is_quiet(at):
            quiet += 1
            assert not one.is_due(at)
        elif rng.random() < 0.8:
            one.counts(at)
    assert quiet


def test_leads_that_move_are_counted_when_it_is_time_and_not_before():
    one = counting()
    one.changed()
    assert [event.left for event in one.counts(1000.0)] == [2]
    one.changed()
    assert one.is_quiet(1001.9)
    assert not one.is_quiet(1002.0)
    assert [event.left for event in one.counts(1002.0)] == [2]
