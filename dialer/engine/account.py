"""The ledger of abandonment: people who answered, and those for whom nobody was there.

One line per day of the campaign's own time zone, and the last day minute by minute; an account is
what of it a period counts. The cap binds counted facts plus the worst case of what is in flight;
nothing here is estimated.

>>> ledger = Ledger("UTC")
>>> ledger.count(at=10.0, person=True, abandoned=False)
>>> ledger.count(at=20.0, person=True, abandoned=True)
>>> ledger.today(30.0)
(2, 1)
>>> ledger.today(86_400.0 + 5.0)
(0, 0)
"""

from bisect import bisect_left, bisect_right, insort
from calendar import monthrange
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

DAYS = 30
MOST_HOURS = 24
MONTH, SUCCESSIVE, ROLLING = "month", f"{DAYS} days", f"last {DAYS} days"
MINUTE_S, HOUR_S = 60.0, 3600.0
_KEPT = MOST_HOURS * 60 + 1
"Minutes that any window may reach back."


class Period(NamedTuple):
    """Over what an account counts."""

    name: str
    window_s: float | None = None
    "Of the last hours: how long."

    @property
    def binds_always(self) -> bool:
        """The cap holds whenever somebody stops and counts, not at the day's close alone."""
        return self is not DAY

    @property
    def is_of_days(self) -> bool:
        """It is longer than a day."""
        return self.name in (MONTH, SUCCESSIVE, ROLLING)


DAY = Period("day")
PERIODS = (
    {"day": DAY}
    | {one: Period(one) for one in (MONTH, SUCCESSIVE, ROLLING)}
    | {f"{hours} h": Period(f"{hours} h", HOUR_S * hours) for hours in range(1, MOST_HOURS)}
)


def period(name: str) -> Period:
    """By its name: the day, the calendar month, successive periods of 30 days from the campaign's
    first on, the last 30 days, the last hours. `ValueError` for anything else.

    >>> period("day"), period("2 h").window_s, period("1 h").binds_always
    (Period(name='day', window_s=None), 7200.0, True)
    """
    if name not in PERIODS:
        names = ", ".join(repr(one) for one in PERIODS if not one.endswith(" h"))
        raise ValueError(f"{name!r}: must be {names}, or '1 h' to '23 h'")
    return PERIODS[name]


class Ledger(msgspec.Struct):
    """Persons and abandoned per day; of the last day also when."""

    zone: str
    days: dict[str, tuple[int, int]] = {}
    day: str = ""
    day_ends_at: float = 0.0
    day_began_at: float = 0.0
    minutes: list[int] = []
    "Minutes since 1970 in which people answered, in their order,"
    people: list[int] = []
    "and how many in each."
    gone: list[float] = []
    "When somebody was abandoned."

    def count(self, *, at: float, person: bool, abandoned: bool) -> None:
        """Book one call that ended."""
        if not person:
            return
        self._turn_page(at)
        persons, dropped = self.days.get(self.day, (0, 0))
        self.days[self.day] = (persons + 1, dropped + abandoned)
        minute = int(at // MINUTE_S)
        if not self.minutes or self.minutes[-1] < minute:
            self.minutes.append(minute)
            self.people.append(0)
            self._forget(minute)
        self.people[self._place(minute)] += 1
        if abandoned:
            insort(self.gone, at)

    def today(self, at: float) -> tuple[int, int]:
        """Persons, abandoned of the day that `at` falls on."""
        return self.days.get(self.day_of(at), (0, 0))

    def day_of(self, at: float) -> str:
        """The day that `at` falls on, ISO 8601."""
        if not self.day_began_at <= at < self.day_ends_at:
            self._turn_page(at)
        return self.day

    def account(self, over: Period, at: float) -> tuple[int, int]:
        """Persons, abandoned of the period that `at` falls in."""
        if over is DAY:
            return self.today(at)
        if over.window_s is not None:
            return self.last(over.window_s, at)
        return self.since(self.began(over, at), at)

    def last(self, window_s: float, at: float) -> tuple[int, int]:
        """Of the last seconds. The minute that the window cuts counts for nobody who was served.

        >>> ledger = Ledger("UTC")
        >>> for at in (30.0, 90.0, 100.0):
        ...     ledger.count(at=at, person=True, abandoned=at == 30.0)
        >>> ledger.last(3600.0, 3620.0), ledger.last(3600.0, 3640.0)
        ((2, 1), (2, 0))
        """
        persons = sum(self.people[bisect_left(self.minutes, (at - window_s) / MINUTE_S) :])
        abandoned = len(self.gone) - bisect_right(self.gone, at - window_s)
        return max(persons, abandoned), abandoned

    def began(self, over: Period, at: float) -> str:
        """The first day of the period of days that `at` falls in.

        Of successive ones the first begins with the first day in the books.

        >>> ledger = Ledger("UTC", days={"2026-01-02": (9, 0)})
        >>> [ledger.began(period(name), 1767225600.0 + 86400.0 * 31)
        ...  for name in ("month", "30 days", "last 30 days")]
        ['2026-02-01', '2026-02-01', '2026-01-03']
        """
        self._turn_page(at)
        return _began(over, min(self.days, default=self.day), self.day)

    def since(self, day: str, at: float) -> tuple[int, int]:
        """Persons, abandoned from that day on."""
        self._turn_page(at)
        kept = [line for name, line in self.days.items() if name >= day]
        return sum(p for p, _ in kept), sum(d for _, d in kept)

    def days_after(self, over: Period, at: float) -> int:
        """Over how many days after today what was saved may be spent.

        >>> ledger = Ledger("UTC")
        >>> [ledger.days_after(period(name), 0.0)
        ...  for name in ("day", "month", "30 days", "last 30 days")]
        [0, 30, 29, 29]
        """
        if not over.is_of_days:
            return 0
        began = datetime.fromisoformat(self.began(over, at))
        gone = (datetime.fromisoformat(self.day) - began).days
        if over.name == ROLLING:
            return DAYS - 1
        lasts = monthrange(began.year, began.month)[1] if over.name == MONTH else DAYS
        return lasts - 1 - gone

    def closes_at(self, at: float, closes_min: tuple[int, ...]) -> float:
        """When no more people will come into this day's line: the calling hours end, or the day.

        >>> Ledger("UTC").closes_at(3600.0, (1260,) * 7) / 3600.0, Ledger("UTC").closes_at(0.0, ())
        (21.0, 86400.0)
        """
        self._turn_page(at)
        return _closes_at(self.zone, self.day_began_at, self.day_ends_at, closes_min)

    def move(self, zone: str) -> None:
        """Count by the days of another zone from now on: its day has already begun.

        >>> ledger = Ledger("UTC")
        >>> ledger.count(at=3600.0, person=True, abandoned=True)
        >>> ledger.move("America/New_York")
        >>> ledger.days, ledger.today(7200.0)
        ({'1969-12-31': (1, 1)}, (1, 1))
        """
        if zone == self.zone:
            return
        for minute, persons in zip(self.minutes, self.people, strict=True):
            self._carry_over(minute * MINUTE_S, zone, persons, 0)
        for at in self.gone:
            self._carry_over(at, zone, 0, 1)
        self.zone, self.day_began_at, self.day_ends_at = zone, 0.0, 0.0

    def _carry_over(self, at: float, zone: str, persons: int, abandoned: int) -> None:
        before, after = (_midnight(one, at).date().isoformat() for one in (self.zone, zone))
        for day, sign in ((before, -1), (after, 1)):
            known = self.days.pop(day, (0, 0))
            line = (known[0] + sign * persons, known[1] + sign * abandoned)
            if line != (0, 0):
                self.days[day] = line

    def _turn_page(self, at: float) -> None:
        if self.day_began_at <= at < self.day_ends_at:
            return
        midnight = _midnight(self.zone, at)
        self.day = midnight.date().isoformat()
        self.day_began_at = midnight.timestamp()
        self.day_ends_at = (midnight + timedelta(days=1)).timestamp()

    def _place(self, minute: int) -> int:
        """Where that minute stands: the last, unless a clock was set back."""
        if self.minutes[-1] == minute:
            return -1
        place = bisect_left(self.minutes, minute)
        if self.minutes[place] != minute:
            self.minutes.insert(place, minute)
            self.people.insert(place, 0)
        return place

    def _forget(self, minute: int) -> None:
        """What no window reaches any more; now and then, not each minute."""
        if minute - self.minutes[0] < 2 * _KEPT:
            return
        kept = bisect_left(self.minutes, minute - _KEPT)
        del self.minutes[:kept], self.people[:kept]
        del self.gone[: bisect_left(self.gone, self.minutes[0] * MINUTE_S)]


def _midnight(zone: str, at: float) -> datetime:
    """With which the day began that `at` falls on."""
    moment = datetime.fromtimestamp(at, ZoneInfo(zone))
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@lru_cache(maxsize=64)
def _began(over: Period, first: str, today: str) -> str:
    day = datetime.fromisoformat(today)
    if over.name == MONTH:
        return day.replace(day=1).date().isoformat()
    if over.name == ROLLING:
        return (day - timedelta(days=DAYS - 1)).date().isoformat()
    begins = datetime.fromisoformat(first)
    gone = (day - begins).days // DAYS * DAYS
    return (begins + timedelta(days=gone)).date().isoformat()


@lru_cache(maxsize=64)
def _closes_at(zone: str, begins_at: float, ends_at: float, closes_min: tuple[int, ...]) -> float:
    if not closes_min:
        return ends_at
    midnight = datetime.fromtimestamp(begins_at, ZoneInfo(zone))
    closes = midnight + timedelta(minutes=closes_min[midnight.weekday()])
    return min(ends_at, closes.timestamp())
