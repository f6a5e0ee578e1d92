"""Lists with priorities, weights, orders, quotas and filters: in both journals, call by call."""

from collections import Counter
from itertools import pairwise

import msgspec
import pytest

from dialer.leads.plan import read

from .worlds import LONDON, NEW_YORK, people, person

DAY = 86400.0


def opened(world, *said, **more):
    plans = tuple(map(read, said))
    world.open(lists=tuple(one.list for one in plans), plans=plans, **more)


def lists_of(calls):
    return [call.list for call in calls]


def far(digits):
    return digits.removeprefix("4477009000")


def test_a_list_of_higher_priority_goes_first(world):
    world.lists(cold=people(2), hot=people(2, first=447_711_900_000))
    opened(world, "cold", "hot: priority 5")
    assert lists_of(world.promised(4)) == ["hot", "hot", "cold", "cold"]


def test_lists_share_the_calls_by_their_weights_as_long_as_both_have_leads(world):
    world.lists(a=people(40), b=people(40, first=447_711_900_000))
    opened(world, "a: weight 3", "b")
    first = lists_of([call for _ in range(8) for call in world.promised(2)])
    assert Counter(first) == {"a": 12, "b": 4}
    assert "bbb" not in "".join(first)
    assert Counter(lists_of(world.promised(64))) == {"a": 28, "b": 36}


def test_a_list_that_was_empty_does_not_take_all_turns_when_it_has_leads_again(world):
    world.lists(a=people(60), b=people(1, first=447_711_900_000))
    opened(world, "a", "b")
    world.promised(31)
    world.lists(b=people(20, first=447_722_900_000))
    assert Counter(lists_of(world.promised(10))) == {"a": 5, "b": 5}


@pytest.mark.parametrize(("order", "called"), [
    ("new first", ["01", "02", "00", "03"]), ("rank", ["01", "00", "02", "03"]),
    ("oldest", ["00", "01", "02", "03"]), ("newest", ["03", "02", "01", "00"]),
])  # fmt: skip
def test_each_order_says_who_is_next(world, order, called):
    world.lists(people=[
        person("447700900000", priority=10), person("447700900001", priority=20),
        person("447700900002", priority=10), person("447700900003"),
    ])  # fmt: skip
    world.open("past", retry="lab")
    world.ended(next(c for c in world.promised(4, "past") if c.lead == "1"), "busy")
    for call in world.journal.open_intents():
        world.withdraw(call)
    world.at += DAY
    opened(world, f"people: {order}")
    waited = {"rank": ["01", "02", "00", "03"]}.get(order, called)
    assert [far(one) for one in world.dialled(9)] == waited


def test_a_random_order_is_everybodys_and_the_same_after_a_restart(world):
    world.lists(people=people(30))
    opened(world, "people: random")
    first = world.dialled(10)
    world.reopened()
    rest = world.dialled(30)
    assert sorted(first + rest) == [str(447_700_900_000 + n) for n in range(30)]
    assert sum(int(b) < int(a) for a, b in pairwise(first + rest)) > 8


def test_where_more_people_answer_is_called_first(world):
    places = [LONDON, NEW_YORK]
    world.lists(past=[
        person(f"4477119000{n:02}", place=places[n % 2]) for n in range(40)
    ], people=[person(f"4477009000{n:02}", place=places[n % 2]) for n in range(10)])  # fmt: skip
    world.open("past", lists=("past",))
    for call in world.promised(40, "past"):
        world.ended(call, "connected" if call.region == "US" else "no_answer")
    opened(world, "people: best chance")
    assert [call.region for call in world.promised(10)] == ["US"] * 5 + ["GB"] * 5


def test_a_quota_of_calls_ends_a_list_and_a_day_later_it_goes_on(world):
    world.lists(a=people(9), b=people(9, first=447_711_900_000))
    opened(world, "a: priority 5, at most 3 calls a day", "b")
    assert lists_of(world.promised(5)) == ["a", "a", "a", "b", "b"]
    assert world.counted().now == 7
    world.at += DAY
    assert lists_of(world.promised(5)) == ["a", "a", "a", "b", "b"]


def test_what_was_taken_back_does_not_count_and_a_restart_counts_the_same(world):
    world.lists(people=people(9))
    opened(world, "people: at most 4 calls")
    one, two, three = world.promised(3)
    world.withdraw(one)
    world.ended(two, "no_answer")
    world.ended(three, "congestion")
    world.reopened()
    assert len(world.promised(9)) == 3
    assert world.claim(1)[0].given == 0


def test_a_quota_of_sales_is_full_when_they_are_made_and_open_when_one_is_undone(world):
    world.lists(people=people(9))
    opened(world, "people: at most 2 sale")
    for call in world.promised(2):
        world.ended(call, "connected")
        world.said(call, "sale")
    assert world.promised(1) == []
    world.said(call, "not_interested")
    world.at += 20
    assert len(world.promised(1)) == 1


def test_a_quota_for_each_value_of_a_field_passes_over_those_who_are_enough(world):
    world.lists(people=[*people(3), *people(3, first=12_125_550_100, place=NEW_YORK)])
    opened(world, "people: at most 2 calls per region")
    assert Counter(call.region for call in world.promised(9)) == {"GB": 2, "US": 2}


def test_only_whom_the_filter_means_is_called_by_columns_of_the_list_too(world):
    world.lists(people=[
        msgspec.structs.replace(person(f"4477009000{n:02}"), person={"plan": plan, "until": until})
        for n, (plan, until) in enumerate([
            ("gold", "2026-10-01"), ("Gold", "2027-01-01"), ("silver", "2026-10-01"), ("gold", ""),
        ])
    ])  # fmt: skip
    opened(world, "people: where plan = gold and until <= today + 30")
    assert [far(one) for one in world.dialled(9)] == ["00"]
    assert world.claim(1)[0].why == "no_leads"
    assert world.counted().now == 0


def test_a_long_list_of_which_few_pass_is_read_on_from_claim_to_claim(world):
    world.lists(people=people(1500))
    opened(world, "people: where name = ada and number_attempts = 0 and attempts < 1")
    assert len(world.dialled(600)) == 600
    assert len(world.dialled(2000)) == 900


def test_who_was_promised_a_call_back_is_called_beyond_filter_and_quota(world):
    world.lists(people=people(2))
    opened(world, "people: at most 1 calls, where attempts = 0")
    (call,) = world.promised(2)
    world.ended(call, "connected")
    world.said(call, "callback")
    world.at += 60
    assert world.promised(2) == []
    assert [one.lead for one in world.told()] == [call.lead]
