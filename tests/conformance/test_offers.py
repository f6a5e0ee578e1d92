"""Leads that an agent looks at before calling, in every journal."""

import pytest

from dialer.engine.commands import Claim, GiveBack
from dialer.engine.compliance import Rules
from dialer.engine.events import Intended, LeadOffered, Refused
from dialer.leads.plan import read

from .worlds import NEW_YORK, people, person

HALF_AN_HOUR = 1800.0


def offered(world, agent="anna"):
    """What is reported to an agent who wants to look at somebody."""
    del world.inbox[:]
    order = Claim("spring", 1, "preview", world.epoch, agent=agent)
    world.journal.execute(order, cause=0, index=0)
    world.journal.flush()
    (answer,) = (one for one in world.inbox if isinstance(one, LeadOffered | Refused | Intended))
    return answer


def test_the_lead_whose_turn_it_is_is_shown_and_given_to_nobody_else(world):
    world.lists(people=people(3))
    world.open()
    first, second = offered(world), offered(world, "ben")
    assert (first.agent, second.agent, first.campaign) == ("anna", "ben", "spring")
    assert first.lead != second.lead
    assert world.dialled(3) == ["447700900002"], "two are looked at"
    assert not world.journal.open_intents()[1:], "and nothing is promised for them"


def test_who_was_looked_at_is_called_when_the_agent_says_so(world):
    world.lists(people=people(1))
    world.open()
    shown = offered(world)
    world.at += 60
    call = world.asked(shown.lead, mode="preview")
    assert (call.mode, call.agent, call.lead) == ("preview", "anna", shown.lead)
    assert world.asked(shown.lead, "ben", "preview").why == "open", "one call to a number at a time"


def test_who_was_skipped_comes_again(world):
    world.lists(people=people(1))
    world.open()
    shown = offered(world)
    assert offered(world, "ben").why == "no_leads"
    world.at += HALF_AN_HOUR
    assert offered(world, "ben").lead == shown.lead


def test_nobody_is_shown_who_must_not_be_called(world):
    abroad = person("12125550123", place=NEW_YORK)
    world.lists(people=[abroad, person("447700900000"), person("447700900001")])
    world.open(calling=Rules(hours="strict"))
    world.block("447700900000")
    assert world.journal.number_of(world.asked(offered(world).lead).call) == "447700900001"
    assert offered(world).why == "hours"


def test_a_number_blocked_while_it_is_looked_at_is_not_called(world):
    world.lists(people=people(1))
    world.open()
    shown = offered(world)
    world.block("447700900000")
    refused = world.asked(shown.lead, mode="preview")
    assert (refused.why, refused.agent, refused.lead) == ("dnc", "anna", shown.lead)


@pytest.mark.parametrize("plan", ["people: newest", "people: where priority = 50"])
def test_orders_and_filters_hold_here_too(world, plan):
    world.lists(people=[person("447700900000"), person("447700900001", priority=50)])
    world.open(plans=(read(plan),))
    first = world.asked(offered(world).lead)
    assert world.journal.number_of(first.call) == "447700900001"
    left = offered(world)
    assert left.why == "no_leads" if "where" in plan else left.lead != first.lead


def given_back(world, lead, offered_at):
    world.journal.execute(GiveBack(lead, offered_at), cause=0, index=0)
    world.journal.flush()


@pytest.mark.parametrize("plan", ["people", "people: newest"])
def test_who_was_given_back_is_shown_to_the_next_at_once(world, plan):
    world.lists(people=people(1))
    world.open(plans=(read(plan),))
    shown = offered(world)
    world.at += 60
    assert offered(world, "ben").why == "no_leads"
    given_back(world, shown.lead, shown.at)
    again = offered(world, "ben")
    assert (again.lead, again.agent) == (shown.lead, "ben")


def test_giving_back_once_more_takes_nobody_from_whom_it_is_shown_to_now(world):
    world.lists(people=people(1))
    world.open()
    first = offered(world)
    world.at += 60
    given_back(world, first.lead, first.at)
    offered(world, "ben")
    given_back(world, first.lead, first.at)
    assert offered(world, "cleo").why == "no_leads"
