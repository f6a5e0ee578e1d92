"""Who is due, in every journal: who goes first, who waits for the hour, and how many there are."""

from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignStopped, LeadsCounted, Tick

from .worlds import NEW_YORK, people, person

HOUR = 3600.0


# ---- whose turn it is ---------------------------------------------------------------------------
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


def test_nobody_is_called_outside_the_hours_of_their_own_zone(world):
    world.lists(people=[person("12125550123", place=NEW_YORK), person("447700900000")])
    world.open(calling=Rules(hours="strict"))
    given, refused = world.claim(5)
    assert world.journal.number_of(given.call) == "447700900000"
    assert (refused.why, refused.given) == ("hours", 1)
    world.at += 4 * HOUR
    assert world.dialled() == ["12125550123"]


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
