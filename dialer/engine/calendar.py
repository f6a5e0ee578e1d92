"""What kind of day it is in a country: a public holiday, or a weekend that is worked in turn.

The days are those of the `holidays` package, which computes them; what it does not know yet (the
next year's make-up days of mainland China are announced in November) a house adds in a file.

>>> [day_of("CN", date(2026, 10, day)) for day in (1, 9, 10)]
['holiday', '', 'workday']
>>> monday = date(2026, 4, 6)  # Easter, but not in Scotland
>>> day_of("GB", monday), day_of("GB", monday, anywhere=True)
('', 'holiday')
"""

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Any, Literal

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
    for calendar in _calendars(region, day.year, anywhere):
        if day in calendar:
            return "holiday"
    (whole, *_) = _calendars(region, day.year, False)
    return "workday" if region in SWAPPING and day in whole.weekend_workdays else ""


@cache
def _known() -> frozenset[str]:
    import holidays  # costs a tenth of a second and more: only who asks pays

    return frozenset(holidays.list_supported_countries(include_aliases=True))


@lru_cache(maxsize=256)
def _calendars(region: str, year: int, anywhere: bool) -> tuple[Any, ...]:
    return tuple(_made(region, year, anywhere))


def _made(region: str, year: int, anywhere: bool) -> Iterator[Any]:
    import holidays

    whole = holidays.country_holidays(region, years=[year], expand=False)
    yield whole
    for part in whole.subdivisions if anywhere else ():
        yield holidays.country_holidays(region, subdiv=part, years=[year], expand=False)
