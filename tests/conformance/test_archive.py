"""Lists that are put away, in both journals: nobody is dialled from them, and nothing is lost."""

import pytest

from dialer.engine.events import Refused
from dialer.leads.plan import read

from .worlds import people


def test_nobody_is_dialled_from_a_list_that_is_put_away_and_it_comes_back_as_it_was(world):
    world.lists(people=people(3), more=people(2, first=447_700_910_000))
    world.open(lists=("people", "more"))
    [first] = world.promised(1)
    world.archive("people")
    assert [one.list for one in world.promised(9)] == ["more", "more"]
    [none] = world.claim(1)
    assert isinstance(none, Refused)
    assert world.counted().left == 2  # being called, on the list that is left
    world.ended(first, "busy")  # a call that was up ends as every call
    world.bring_back("people")
    assert {one.list for one in world.promised(9)} == {"people"}


def test_a_plan_of_a_list_that_is_put_away_rests_with_it(world):
    world.lists(people=people(3), more=people(2, first=447_700_910_000))
    plans = (read("people: priority 9"), read("more: newest"))
    world.open(lists=("people", "more"), plans=plans)
    world.archive("people")
    assert [one.list for one in world.promised(9)] == ["more", "more"]


def test_opening_a_campaign_again_with_a_list_put_away_is_no_new_version(world):
    world.lists(people=people(1))
    before = world.open()
    world.archive("people")
    assert world.open().version == before.version


def test_only_the_first_who_puts_a_list_away_or_brings_it_back_has_done_so(world):
    world.lists(people=people(1))
    assert [world.journal.archive("people", by="ada") for _ in range(2)] == [True, False]
    assert [world.journal.bring_back("people") for _ in range(2)] == [True, False]


def test_a_list_that_is_not_there_cannot_be_put_away(world):
    for act in (world.journal.archive, world.journal.bring_back):
        with pytest.raises(KeyError, match="people"):
            act("people")
