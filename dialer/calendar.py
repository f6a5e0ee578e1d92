"""What each day of a country is, and why: by the rules that are asked before every call.

found = calendar(rules, "CN", date(2026, 10, 1), date(2026, 10, 31), language="zh")
found[0].what, found[0].name, found[0].open      # 'holiday', '国庆节', ()
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.geodata.locale import LOCALE_DATA

from dialer import almanac
from dialer.engine.calendar import SWAPPING, Holiday, day_of, knows_worked_weekends, named
from dialer.engine.compliance import Days, HouseDay, Is, Rules
from dialer.errors import Misgiven
from dialer.hours import clock
from dialer.journal import house_days
from dialer.journal.house_days import Entry
from dialer.laws import LAWS
from dialer.leads.rules import Campaign
from dialer.settings import Settings

NONE = Holiday("", ())


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day there."""

    day: date
    what: Is
    "Empty: the hours are those of its weekday."
    open: tuple[str, ...]
    "When people may be called, on their own clock: `09:00-21:00`; nothing: not at all."
    name: str = ""
    "Of the public holiday, also where the law lets people be called on it."
    parts: tuple[str, ...] = ()
    "Parts of the country in which it is one, where it is not everywhere."
    note: str = ""
    "What people wrote of days that they set."
    entries: tuple[int, ...] = ()
    "Of days that people set: their numbers."


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose calendar, and of when; what is left out is the house's usual, and this month."""

    country: str = ""
    campaign: str = ""
    law: str = ""
    first: date | None = None
    last: date | None = None
    language: str = "en"


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a country, by the rules of a campaign or of a law."""

    country: str
    "ISO 3166."
    campaign: str
    "Empty: the rules are those of the law alone."
    law: str
    source: str
    "Where the law's figures come from."
    holidays: Literal["none", "national", "everywhere"]
    "Whose public holidays count: nobody's, the country's, those of any part of it."
    zone: str
    "The campaign's, or UTC: by whose clock today is. Hours are on the called person's clock."
    today: date
    first: date
    last: date
    days: list[Day]
    unknown_years: list[int]
    "Whose weekends that are worked in turn are in no calendar yet, in a country that has such."


def shown(settings: Settings, known: Mapping[str, Campaign], asked: Asked, at: float) -> Calendar:
    """The calendar of the campaign asked for, which is known; else that of a law.

    `Misgiven` says what was asked for that there is not.
    """
    one = known.get(asked.campaign)
    whose = {asked.campaign: one} if one else known
    law = (not one and asked.law) or usual_law(whose)
    country = (asked.country or usual_country(whose)).upper()
    _must_be_there(country, law)
    zone = one.opened.zone if one else "UTC"
    today = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
    first, last = _period(asked, today)
    entries = almanac.entries(settings.journal)
    rules = one.rules.calling if one else of_law(law, almanac.load(settings.holidays))
    rules = rules.with_days(house_days.days(entries))
    years = range(first.year, last.year + 1)
    return Calendar(
        country=country, campaign=asked.campaign if one else "", law=law,
        source=LAWS[law].source, holidays=rules.calendar, zone=zone, today=today, first=first,
        last=last, days=_days(rules, country, first, last, entries, asked.language),
        unknown_years=[
            year for year in years if country in SWAPPING and rules.calendar != "none"
            and not knows_worked_weekends(country, year)
        ],
    )  # fmt: skip


def _must_be_there(country: str, law: str) -> None:
    if country not in SUPPORTED_REGIONS:
        said = f"{country} is no country: write two letters, like CN"
        raise Misgiven(said, "no_country", country=country)
    if law not in LAWS:
        laws = ", ".join(LAWS)
        raise Misgiven(f"{law} is no law here: choose one of {laws}", "no_law", law=law, laws=laws)


def _period(asked: Asked, today: date) -> tuple[date, date]:
    first = asked.first or today.replace(day=1)
    almanac.must_be_a_row(first, asked.last or first)
    last = asked.last or (first.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    almanac.must_be_a_row(first, last)
    return first, last


def _days(
    rules: Rules, region: str, first: date, last: date, entries: Iterable[Entry], language: str
) -> list[Day]:
    days, anywhere = Days(region, rules), rules.calendar == "everywhere"
    mine = [one for one in entries if one.region in ("", region)]
    return [
        _day(days, region, day, anywhere, language, [one for one in mine if _has(one, day)])
        for day in _dates(first, last)
    ]


def _day(
    days: Days, region: str, day: date, anywhere: bool, language: str, set_: list[Entry]
) -> Day:
    what, spans = days.of(day)
    is_holiday = day_of(region, day, anywhere=anywhere) == "holiday"
    name, parts = named(region, day, anywhere=anywhere, language=language) if is_holiday else NONE
    return Day(
        day=day, what=what, name=name, parts=parts,
        open=tuple(f"{clock(opens)}-{clock(closes)}" for opens, closes in spans),
        note="; ".join(dict.fromkeys(one.note for one in set_ if one.note)),
        entries=tuple(one.entry for one in set_),
    )  # fmt: skip


def _has(one: Entry, day: date) -> bool:
    return one.first <= day <= one.last


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(n) for n in range((last - first).days + 1))


# ---- whose rules, and where ---------------------------------------------------------------------
def of_law(name: str, days: tuple[HouseDay, ...] = ()) -> Rules:
    """The rules of a campaign that says nothing but its law."""
    law = LAWS[name]
    return Rules(law=name, hours=law.hours, calendar=law.calendar, days=days)


def usual_law(known: Mapping[str, Campaign]) -> str:
    """That of most campaigns; `strict` where there is none."""
    laws = [one.rules.calling.law for one in known.values()]
    return _most([one for one in laws if one in LAWS]) or "strict"


def usual_country(known: Mapping[str, Campaign]) -> str:
    """That of most campaigns, ISO 3166; the United States where there is none."""
    return _most([one.opened.country.upper() for one in known.values()]) or "US"


def _most(names: list[str]) -> str:
    return next((name for name, _ in Counter(sorted(names)).most_common(1)), "")


def country_name(region: str, language: str) -> str:
    """What a country is called; its code where nobody knows.

    >>> country_name("CN", "zh"), country_name("GB", "en"), country_name("GB", "zh")
    ('中国', 'United Kingdom', '英国')
    """
    known: Mapping[str, str] = LOCALE_DATA.get(region, {})
    name = known.get(language) or known.get("en") or region
    return known.get(name[1:], region) if name.startswith("*") else name
