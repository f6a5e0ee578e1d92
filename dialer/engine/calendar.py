"""What kind of day it is in a country: a public holiday, or a weekend that is worked in turn.

The days are those of the `holidays` package, which computes them; what it does not know yet (the
next year's make-up days of mainland China are announced in November) a house adds in a file.

>>> [day_of("CN", date(2026, 10, day)) for day in (1, 9, 10)]
['holiday', '', 'workday']
>>> monday = date(2026, 4, 6)  # Easter, but not in Scotland
>>> day_of("GB", monday), day_of("GB", monday, anywhere=True)
('', 'holiday')
>>> named("CN", date(2026, 10, 1)).name, named("CN", date(2026, 10, 1), language="zh").name
('National Day', '国庆节')
"""

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

Day = Literal["", "holiday", "workday"]

SWAPPING = ("CN", "HU", "TW", "VN", "UA", "RU")
"Countries that work a weekend now and then to make up for a day off."


@lru_cache(maxsize=8192)
def day_of(region: str, day: date, *, anywhere: bool = False) -> Day:
    """What the calendar says of a day; nothing of countries that it does not know.

    `anywhere`: a holiday of any part of the country is one, since nobody knows where a number is.
    """
    if region not in _known():
        return ""
    for _, calendar in _calendars(region, day.year, anywhere):
        if day in calendar:
            return "holiday"
    ((_, whole), *_) = _calendars(region, day.year, False)
    return "workday" if region in SWAPPING and day in whole.weekend_workdays else ""


class Holiday(NamedTuple):
    """What a public holiday is called, and where it is one."""

    name: str
    parts: tuple[str, ...]
    "Parts of the country, by their ISO 3166-2 code; none: the whole of it."


def named(region: str, day: date, *, anywhere: bool = False, language: str = "en") -> Holiday:
    """Of a holiday of `day_of`: its name, in a language that the calendar has, that one first."""
    (_, whole), *parts = _calendars(region, day.year, anywhere, language)
    if day in whole:
        return Holiday(whole[day], ())
    there = {part: calendar[day] for part, calendar in parts if day in calendar}
    return Holiday("; ".join(dict.fromkeys(there.values())), tuple(there))


def knows_worked_weekends(region: str, year: int) -> bool:
    """Whether the weekends that are worked in turn in a year are in the calendar already."""
    if region not in SWAPPING or region not in _known():
        return False
    ((_, whole), *_) = _calendars(region, year, False)
    return any(day.year == year for day in whole.weekend_workdays)


@cache
def _known() -> frozenset[str]:
    import holidays  # costs a tenth of a second and more: only who asks pays

    return frozenset(holidays.list_supported_countries(include_aliases=True))


@lru_cache(maxsize=256)
def _calendars(
    region: str, year: int, anywhere: bool, language: str = ""
) -> tuple[tuple[str, Any], ...]:
    return tuple(_made(region, year, anywhere, language))


def _made(region: str, year: int, anywhere: bool, language: str) -> Iterator[tuple[str, Any]]:
    import holidays

    whole = holidays.country_holidays(region, years=[year], expand=False)
    said = _spoken(whole, language)
    if said:
        whole = holidays.country_holidays(region, years=[year], expand=False, language=said)
    yield "", whole
    for part in whole.subdivisions if anywhere else ():
        yield (
            part,
            holidays.country_holidays(
                region, subdiv=part, years=[year], expand=False, language=said
            ),
        )


def _spoken(whole: Any, language: str) -> str | None:
    """The calendar's own name of a language; English for one that it has not; None: its own."""
    known: tuple[str, ...] = whole.supported_languages if language else ()
    wanted = (one for first in (language, "en") for one in known if one.startswith(first))
    return next(wanted, None)
