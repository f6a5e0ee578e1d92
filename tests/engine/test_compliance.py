"""Hours on the called person's own clock, in every zone and across every change of the clocks."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.timezone import time_zones_for_number

from dialer.engine.compliance import (
    MISSING,
    LeadFacts,
    NumberFacts,
    Rules,
    may_call,
    open_until,
    readiness,
)
from dialer.engine.hours import HOURS, Hours

replace = msgspec.structs.replace
FREE = LeadFacts()
LONDON = NumberFacts(place="GB Europe/London")
STRICT = Rules(hours="strict")
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and zone != "Etc/Unknown")


def at(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


MORNING = at("2026-09-21 10:00", "Europe/London")


# ---- each reason --------------------------------------------------------------------------------
def test_nothing_speaks_against_a_fresh_lead_on_a_monday_morning():
    assert may_call(FREE, LONDON, STRICT, MORNING) == ()


@pytest.mark.parametrize(
    ("lead", "number", "why"),
    [
        (LeadFacts(final=True), LONDON, "final"),
        (LeadFacts(open=True), LONDON, "open"),
        (LeadFacts(attempts=8), LONDON, "caps"),
        (FREE, replace(LONDON, open=True), "open"),
        (FREE, replace(LONDON, dead=True), "dead"),
        (FREE, replace(LONDON, blocked=True), "dnc"),
        (FREE, replace(LONDON, calls_today=3), "caps"),
        (FREE, NumberFacts(place="US America/New_York"), "hours"),
        (FREE, NumberFacts(place="XX "), "hours"),
    ],
)
def test_each_reason_alone_forbids_the_call(lead, number, why):
    assert may_call(lead, number, STRICT, MORNING) == (why,)


def test_all_reasons_are_told():
    number = replace(LONDON, dead=True, blocked=True, calls_today=9)
    night = at("2026-09-21 03:00", "Europe/London")
    assert may_call(FREE, number, STRICT, night) == ("dead", "dnc", "caps", "hours")


# ---- hours --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("07:59:59", False), ("08:00:00", True), ("20:59:59", True), ("21:00:00", False)],
)
def test_strict_hours_are_from_eight_to_twenty_one(clock, is_open):
    then = at(f"2026-09-21 {clock}", "Europe/London")
    assert (may_call(FREE, LONDON, STRICT, then) == ()) is is_open


def test_a_number_that_may_be_in_two_zones_is_called_when_it_is_day_in_both():
    place = "US America/New_York,America/Los_Angeles"
    hours = {
        hour
        for hour in range(24)
        if may_call(FREE, NumberFacts(place=place), STRICT, at(f"2026-09-21 {hour:02}:30")) == ()
    }
    assert hours == set(range(15, 24)) | {0}  # 08:00 in Los Angeles to 21:00 in New York


def test_who_may_be_anywhere_is_not_called_in_the_lab_while_a_closed_day_is_today_somewhere():
    days = (("XX", "2026-09-21", "closed"), ("CN", "2026-09-24", "closed"))
    lab, midnight = Rules(hours="lab", days=days), at("2026-09-20 10:00")
    assert open_until("XX ", lab, midnight - 3600) == midnight  # on Kiritimati the 21st begins
    for hour in range(0, 50):
        assert open_until("XX ", lab, midnight + 3600 * hour) == midnight + 3600 * hour
    assert open_until("XX ", lab, midnight + 3600 * 50) == math.inf
    assert open_until("XX ", lab, at("2026-09-24 12:00")) == math.inf


def test_a_number_that_may_be_anywhere_is_never_called_but_in_the_lab():
    anywhere = NumberFacts(place="XX ")
    for hour in range(24):
        then = MORNING + 3600 * hour
        assert may_call(FREE, anywhere, STRICT, then) == ("hours",)
        assert may_call(FREE, anywhere, Rules(hours="lab"), then) == ()


def test_holidays_close_the_day_where_they_are_kept():
    rules = Rules(hours="cn", holidays=(("CN", "2026-10-01"), ("", "2026-12-25")))
    shanghai = NumberFacts(place="CN Asia/Shanghai")
    noon = at("2026-10-01 12:00", "Asia/Shanghai")
    assert may_call(FREE, shanghai, rules, noon) == ("hours",)
    assert may_call(FREE, shanghai, rules, noon + 86400) == ()
    singapore = NumberFacts(place="SG Asia/Singapore")
    assert may_call(FREE, singapore, rules, noon) == ()
    assert may_call(FREE, singapore, rules, at("2026-12-25 12:00", "Asia/Singapore")) == ("hours",)


def test_a_holiday_may_have_hours_of_its_own():
    hours = Hours(week=HOURS["us"].week, holiday=((600, 720),))
    rules = Rules(hours=hours, holidays=(("GB", "2026-12-28"),))
    assert may_call(FREE, LONDON, rules, at("2026-12-28 11:00", "Europe/London")) == ()
    assert may_call(FREE, LONDON, rules, at("2026-12-28 13:00", "Europe/London")) == ("hours",)


def test_in_the_uk_preset_sundays_are_quiet_and_saturdays_short():
    rules = Rules(hours="uk")
    assert may_call(FREE, LONDON, rules, at("2026-09-19 17:59", "Europe/London")) == ()
    assert may_call(FREE, LONDON, rules, at("2026-09-19 18:00", "Europe/London")) == ("hours",)
    assert may_call(FREE, LONDON, rules, at("2026-09-20 12:00", "Europe/London")) == ("hours",)


def test_hours_that_meet_at_midnight_run_on():
    late = ((0, 120), (1200, 1440))
    rules = Rules(hours=Hours(week=(late,) * 7))
    evening = at("2026-09-21 23:00", "Europe/London")
    assert open_until("GB Europe/London", rules, evening) == evening + 3 * 3600


def test_the_lab_never_closes():
    assert open_until("GB Europe/London", Rules(hours="lab"), MORNING) == math.inf


# ---- the clocks change --------------------------------------------------------------------------
def edges(zone: str) -> list[float]:
    """Instants from 2020 to 2030 at which a zone's offset changes, to the second."""
    info = ZoneInfo(zone)

    def offset(when: datetime) -> timedelta | None:
        return when.astimezone(info).utcoffset()

    days = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7 * k) for k in range(574)]
    found = []
    for low, high in pairwise(days):
        if offset(low) == offset(high):
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        found.append(round(high.timestamp()))
    return found


def is_open_by_the_wall(zone: str, hours: Hours, then: float) -> bool:
    wall = datetime.fromtimestamp(then, ZoneInfo(zone))
    seconds = 3600 * wall.hour + 60 * wall.minute + wall.second
    return any(60 * a <= seconds < 60 * b for a, b in hours.week[wall.weekday()])


NIGHT = Hours(week=(((30, 90), (100, 185)),) * 7)
"Hours in the middle of the night, where clocks are changed."


@pytest.mark.parametrize("zones", [ZONES[k::8] for k in range(8)], ids=lambda zones: zones[0])
def test_around_every_change_of_the_clocks_the_wall_clock_decides(zones):
    changes = [(zone, edge) for zone in zones for edge in edges(zone)]
    assert changes
    for zone, edge in changes:
        for hours in (NIGHT, HOURS["strict"]):
            for then in (edge - 3600, edge - 1, edge, edge + 1, edge + 3599, edge + 3600):
                says = open_until(f"XX {zone}", Rules(hours=hours), then) > then
                assert says == is_open_by_the_wall(zone, hours, then), (zone, then)


@given(
    zone=st.sampled_from(ZONES),
    edge=st.integers(0, 5),
    before_s=st.integers(-90_000, 90_000),
    hours=st.sampled_from([NIGHT, HOURS["strict"], HOURS["uk"]]),
)
def test_it_stays_open_until_the_instant_that_was_told_and_closes_then(zone, edge, before_s, hours):
    changes = edges(zone) or [round(MORNING)]
    then = changes[edge % len(changes)] - before_s
    until = open_until(f"XX {zone}", Rules(hours=hours), then)
    if until == then:
        assert not is_open_by_the_wall(zone, hours, then)
        return
    assert not is_open_by_the_wall(zone, hours, until)
    step = max(1.0, (until - then) / 50)
    inside = [then + step * k for k in range(50) if then + step * k < until]
    assert all(is_open_by_the_wall(zone, hours, one) for one in [*inside, until - 1])


def test_a_day_has_thirteen_open_hours_even_when_it_has_twenty_three_or_twenty_five():
    for day in ("2026-03-29", "2026-10-25", "2026-06-01"):
        opens = at(f"{day} 08:00", "Europe/London")
        assert open_until("GB Europe/London", STRICT, opens) - opens == 13 * 3600


def test_every_zone_that_a_number_can_have_is_known_here():
    seen = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number(region)
        seen |= set(time_zones_for_number(number)) - {"Etc/Unknown"}
    assert len(seen) > 150
    for zone in seen:
        assert open_until(f"XX {zone}", Rules(hours="lab"), MORNING) == math.inf


# ---- readiness ----------------------------------------------------------------------------------
READY = Rules(hours="us", dnc="own list", seller="ACME Ltd", safe_harbour="/sounds/acme.wav")


def test_a_live_campaign_with_everything_lacks_nothing():
    assert readiness("live", READY, ("4420",)) == []


@pytest.mark.parametrize(
    ("rules", "callers", "missing"),
    [
        (replace(READY, hours="lab"), ("4420",), "hours"),
        (replace(READY, hours=Hours(week=(((0, 720), (720, 1440)),) * 7)), ("4420",), "hours"),
        (replace(READY, dnc=""), ("4420",), "dnc"),
        (replace(READY, calls_per_number_per_day=0), ("4420",), "calls_per_number_per_day"),
        (replace(READY, calls_per_number_per_day=99), ("4420",), "calls_per_number_per_day"),
        (READY, (), "caller_id"),
        (replace(READY, seller=" "), ("4420",), "seller"),
        (replace(READY, safe_harbour=""), ("4420",), "safe_harbour"),
    ],
)
def test_each_missing_thing_is_named_and_explained(rules, callers, missing):
    assert readiness("live", rules, callers) == [missing]
    assert MISSING[missing]


def test_a_lab_campaign_needs_nothing():
    assert readiness("lab", Rules(hours="lab"), ()) == []
