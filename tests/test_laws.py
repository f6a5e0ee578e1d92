"""The profiles: every file's own test vectors, the calendars of the world, and only stricter."""

import math
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from dialer import almanac
from dialer.campaign import Campaign, lead_rules
from dialer.engine.compliance import Rules, open_until, opens_at
from dialer.engine.events import CampaignOpened
from dialer.engine.hours import HOURS, Hours
from dialer.errors import SettingsError, Unfit
from dialer.laws import LAWS, VECTORS
from dialer.leads.normalise import zones_of
from dialer.leads.rules import LeadRules
from dialer.ringing import let_alone_after_s
from dialer.world import Way
from models.drop_rates import of_ofcom, of_persons

ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
RATES = {"persons": lambda one: of_persons(one.drops, one.humans),
         "ofcom": lambda one: of_ofcom(one.drops, one.humans, one.machines)}  # fmt: skip


def rules(law: str) -> Rules:
    return lead_rules(Campaign(name="spring", lists=("people",), law=law)).calling


def is_open(place: str, rules: Rules, wall: str) -> bool:
    zone = ZoneInfo(place.split(" ")[1].split(",")[0])
    at = datetime.fromisoformat(wall).replace(tzinfo=zone).timestamp()
    return open_until(place, rules, at) > at


# ---- the files' own vectors ---------------------------------------------------------------------
@pytest.mark.parametrize("law", LAWS)
def test_what_a_profiles_file_says_of_its_hours_comes_out(law: str):
    assert VECTORS[law].hours
    said = [(one.place, one.at, one.open) for one in VECTORS[law].hours]
    assert said == [(place, at, is_open(place, rules(law), at)) for place, at, _ in said]


@pytest.mark.parametrize("law", [law for law in LAWS if VECTORS[law].drops])
def test_what_a_profiles_file_says_of_its_share_of_drops_comes_out(law: str):
    rate = RATES[LAWS[law].formula]
    assert [round(rate(one), 4) for one in VECTORS[law].drops] == [
        one.rate for one in VECTORS[law].drops
    ]


def test_the_uk_example_of_vicidial_is_64_44_per_cent():
    assert f"{100 * of_ofcom(29, 9, 7):.2f}" == "64.44"


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_leaving_machines_out_never_makes_a_rate_worse_and_none_leaves_it(drops, humans, machines):
    assert 0 <= of_ofcom(drops, humans, machines) <= max(of_persons(drops, humans), 0) + 1e-12
    assert of_ofcom(drops, humans, 0) == of_persons(drops, humans)


@pytest.mark.parametrize(("name", "law"), [("us", "us_ftc"), ("uk", "uk_ofcom"), ("cn", "cn_miit")])
def test_named_hours_are_those_of_the_law_that_bears_the_name(name: str, law: str):
    assert HOURS[name] == LAWS[law].hours


# ---- holidays -----------------------------------------------------------------------------------
COUNTRIES = sorted(set(holidays.list_supported_countries()) & SUPPORTED_REGIONS)


@given(
    region=st.sampled_from([one for one in COUNTRIES if zones_of(one)]),
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    data=st.data(),
)
def test_in_every_country_and_zone_its_holidays_are_closed_and_other_days_are_not(
    region, day, data
):
    zone = data.draw(st.sampled_from(sorted(zones_of(region))))
    known = holidays.country_holidays(region, years=[day.year], expand=False)
    if data.draw(st.booleans()) and known:
        day = data.draw(st.sampled_from(sorted(known)))
    always = Rules(hours=Hours(week=(((0, 1440),),) * 7), calendar="national")
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).timestamp()
    assert (open_until(f"{region} {zone}", always, noon) > noon) is (day not in known)


def test_a_number_in_one_of_two_zones_has_its_holiday_while_it_is_that_day_in_either():
    always = Rules(hours=Hours(week=(((0, 1440),),) * 7), holidays=(("US", "2026-12-25"),))
    place = "US America/New_York,America/Los_Angeles"
    began = datetime(2026, 12, 25, tzinfo=ZoneInfo("America/New_York")).timestamp()
    ended = datetime(2026, 12, 26, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()
    assert open_until(place, always, began - 3600) == began
    assert open_until(place, always, began) == began
    assert opens_at(place, always, began) == ended


def test_a_weekend_that_is_worked_in_china_has_the_hours_of_a_weekday():
    office = Rules(hours=Hours(week=((((540, 1080),),) * 5 + ((), ()))), calendar="national")
    china = holidays.country_holidays("CN", years=[2026], expand=False)
    worked = sorted(day for day in china.weekend_workdays if day.year == 2026)
    assert date(2026, 10, 10) in worked
    saturdays = [date(2026, 1, 3) + timedelta(days=7 * n) for n in range(52)]
    for day in (*worked, *saturdays):
        opens = is_open("CN Asia/Shanghai", office, f"{day} 17:59")
        assert opens is (day in worked), day
        assert not is_open("CN Asia/Shanghai", office, f"{day} 18:00")
    assert not is_open("CN Asia/Shanghai", office, "2026-10-07 12:00")  # paid for by the 10th


def test_a_country_without_a_calendar_has_ordinary_days():
    assert is_open("XK Europe/Belgrade", rules("strict"), "2026-12-24 12:00")


# ---- when it opens ------------------------------------------------------------------------------
@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    at=st.integers(1_767_225_600, 1_830_297_600),  # 2026 and 2027
    law=st.sampled_from(["us_ftc", "uk_ofcom", "au_acma", "strict"]),
)
def test_nobody_is_called_before_the_instant_that_is_told_and_then_everybody_may_be(zones, at, law):
    place, kept = f"AU {','.join(zones)}", rules(law)
    opens = opens_at(place, kept, at)
    if opens == math.inf:
        assert len(zones) == 2  # too far apart for both to be awake
        return
    assert opens >= at
    assert open_until(place, kept, opens) > opens
    step = max(60.0, (opens - at) / 40)
    inside = [at + step * k for k in range(41) if at + step * k < opens]
    assert all(open_until(place, kept, one) <= one for one in inside)


def test_a_number_that_may_be_anywhere_never_opens_but_in_the_lab():
    assert opens_at("XX ", rules("us_ftc"), 0.0) == math.inf
    assert opens_at("XX ", rules("lab"), 5.0) == 5.0


# ---- only stricter ------------------------------------------------------------------------------
def written(folder: Path, text: str) -> Path:
    file = folder / "days.toml"
    file.write_text(text)
    return file


def test_the_house_closes_days_and_tells_of_worked_weekends(tmp_path: Path):
    days = almanac.load(written(
        tmp_path,
        '[CN]\nworkdays = ["2027-02-14"]\nclosed = [2027-02-11]\n'
        '[everywhere]\nclosed = ["2026-12-31"]',
    ))  # fmt: skip
    office = LeadRules(
        lists=("people",),
        calling=Rules(hours=Hours(week=((((540, 1080),),) * 5 + ((), ()))), calendar="national"),
    )
    kept = almanac.applied(office, days).calling
    assert is_open("CN Asia/Shanghai", kept, "2027-02-14 12:00")
    assert not is_open("CN Asia/Shanghai", office.calling, "2027-02-14 12:00")
    assert not is_open("CN Asia/Shanghai", kept, "2027-02-11 12:00")
    assert not is_open("GB Europe/London", kept, "2026-12-31 12:00")
    assert is_open("GB Europe/London", kept, "2026-12-30 12:00")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[GB]\nworkdays = ["2026-12-26"]', "anything else would be looser than the law"),
        ('[CN]\nworkdays = ["2026-10-01"]', "2026-10-01: must be a Saturday or Sunday"),
        ('[cn]\nclosed = ["2026-10-01"]', "must be an ISO 3166 code"),
        ('[CN]\nclosed = ["Christmas"]', "days.toml: Invalid"),
        ('[CN]\nopen = ["2026-12-25"]', "unknown field `open`"),
    ],
)
def test_a_day_that_would_loosen_a_law_or_is_none_is_refused(tmp_path: Path, text, complaint):
    with pytest.raises(SettingsError, match=complaint):
        almanac.load(written(tmp_path, text))


def test_a_trunk_that_gives_up_before_the_law_does_is_no_way_to_people():
    opened = CampaignOpened(
        at=0.0, campaign="spring", pool="main", version=1, trunk="sip1", ring_timeout_s=30.0,
        caller_ids=("4420",),
    )  # fmt: skip
    kept = Rules(
        law="us_ftc", hours="us", dnc="own", seller="ACME", safe_harbour="a.wav", ring_least_s=15.0
    )
    with pytest.raises(Unfit, match=r"rings for 10 s on trunk `sip1`; law `us_ftc` asks for 15 s"):
        Way(source="live", ring_timeout_s=10.0).admitted(opened, kept)
    assert Way(source="live", ring_timeout_s=20.0).admitted(opened, kept).ring_timeout_s == 20.0


@pytest.mark.parametrize(
    ("trunk_s", "least_s", "after_s"),
    [(60.0, 20.0, 20.0), (25.0, 20.0, 20.0), (20.0, 20.0, None), (18.0, 20.0, None),
     (18.0, 0.0, None)],
)  # fmt: skip
def test_where_a_trunk_gives_up_sooner_nothing_is_let_alone(
    trunk_s: float, least_s: float, after_s: float | None
):
    opened = CampaignOpened(
        at=0.0, campaign="spring", pool="main", version=1, trunk="lab", ring_timeout_s=30.0,
        ring_least_s=least_s,
    )  # fmt: skip
    admitted = Way(source="lab", ring_timeout_s=trunk_s).admitted(opened, Rules(hours="lab"))
    assert admitted.ring_timeout_s == min(trunk_s, 30.0)
    assert let_alone_after_s(admitted.ring_timeout_s, admitted.ring_least_s) == after_s
