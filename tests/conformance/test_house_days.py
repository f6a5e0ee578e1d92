"""Days that the house closes, and weekends that it works in turn, in every journal."""

from datetime import date

from dialer.engine.compliance import Rules
from dialer.engine.events import DaysSet
from dialer.journal.house_days import Entry

from .worlds import NEW_YORK, people

DAY = 86400.0
MONDAY, SATURDAY = date(2026, 9, 21), date(2026, 9, 26)
OFFICE = Rules(hours="uk", calendar="national")


def closed(region: str = "GB", first: date = MONDAY, last: date = MONDAY) -> Entry:
    return Entry(region=region, kind="closed", first=first, last=last, added_by="eva")


def test_a_day_that_is_closed_while_a_campaign_dials_is_closed_at_once_and_the_next_is_not(world):
    world.lists(people=people(2))
    world.open(calling=OFFICE)
    assert world.dialled() == ["447700900000"]
    world.journal.keep_days(closed())
    world.journal.flush()
    [told] = [one for one in world.heard if isinstance(one, DaysSet)]
    assert (told.region, told.first, told.last, told.ended, told.user) == (
        "GB", "2026-09-21", "2026-09-21", False, "eva",
    )  # fmt: skip
    assert [one.why for one in world.claim(1)] == ["hours"]
    world.at += DAY
    assert world.dialled() == ["447700900001"]


def test_what_is_taken_away_is_a_day_like_any_other_and_its_end_is_told_once(world):
    world.lists(people=people(1))
    world.open(calling=OFFICE)
    entry = world.journal.keep_days(closed())
    assert world.claim(1)[-1].why == "hours"
    assert [world.journal.end_days(entry, by="ada") for _ in range(2)] == [True, False]
    assert world.dialled() == ["447700900000"]
    world.journal.flush()
    told = [(one.ended, one.user) for one in world.heard if isinstance(one, DaysSet)]
    assert told == [(False, "eva"), (True, "ada")]


def test_a_country_is_closed_by_itself_and_a_row_of_days_from_its_first_to_its_last(world):
    world.at += 5 * 3600  # ten in New York, three in the afternoon in London
    american = people(1, 12_125_550_123, NEW_YORK)
    world.lists(people=[*people(2), *american])
    world.open(calling=OFFICE)
    world.journal.keep_days(closed("US", MONDAY, date(2026, 9, 23)))
    assert world.dialled(5) == ["447700900000", "447700900001"]
    world.at += 2 * DAY
    assert world.claim(1)[-1].why == "hours"
    world.at += DAY
    assert world.dialled(5) == ["12125550123"]


def test_a_weekend_that_is_worked_in_turn_has_the_hours_of_a_weekday(world):
    week = Rules(hours="uk", calendar="national")
    world.lists(people=people(1, 8_613_800_138_000, "CN Asia/Shanghai"))
    world.open(calling=week)
    world.at += 6 * DAY - 2 * 3600  # Sunday the 27th, 16:00 in Shanghai
    assert world.claim(1)[-1].why == "hours"
    sunday = date(2026, 9, 27)
    world.journal.keep_days(Entry(region="CN", kind="workday", first=sunday, last=sunday))
    assert world.dialled() == ["8613800138000"]


def test_days_of_the_house_outlast_the_process_and_are_not_told_again(world):
    world.lists(people=people(1))
    world.open(calling=OFFICE)
    world.journal.keep_days(closed())
    world.journal.flush()
    world.reopened()
    world.heard.clear()
    assert world.claim(1)[-1].why == "hours"
    assert [one for one in world.heard if isinstance(one, DaysSet)] == []


def test_whoever_calls_but_himself_is_not_bound_by_them(world):
    world.lists(people=people(1))
    world.open(calling=Rules(hours="uk", alone=True))
    world.journal.keep_days(closed())
    assert world.dialled() == ["447700900000"]
