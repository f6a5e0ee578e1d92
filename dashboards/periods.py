"""Periods, in the campaign's time zone: a day begins at its midnight."""

import time as wall
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS = {"today": 1, "week": 7, "month": 30, "ever": None}
"Name -> how many days up to now."

FREE = "free"
"The name of a period whose first and last day are chosen."

LONGEST_DAYS = 366
"No chosen period is longer."

MINUTES = {"today": 1, "week": 60, "month": 1440, "ever": 1440}
"How many minutes one point of a line stands for."

FINE_MINUTES = {"today": 1, "week": 15, "month": 60, "ever": 1440}
"The same where the most of each point is looked for."

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


class Days(NamedTuple):
    """A chosen period: its first and its last day, or what was chosen of them so far."""

    first: date | None
    last: date | None

    @property
    def wrong(self) -> str:
        """What is wrong with it, as a word; empty if nothing is.

        >>> Days(date(2026, 11, 2), date(2026, 11, 1)).wrong, Days(date(2026, 11, 2), None).wrong
        ('backwards', 'missing')
        """
        if self.first is None or self.last is None:
            return "missing"
        if self.last < self.first:
            return "backwards"
        return "long" if self.last - self.first >= timedelta(days=LONGEST_DAYS) else ""

    @property
    def said(self) -> str:
        """It, as it is read; one day stands once.

        >>> Days(date(2026, 11, 1), date(2026, 11, 2)).said
        '2026-11-01 – 2026-11-02'
        """
        return " – ".join(dict.fromkeys(f"{one}" for one in self))

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """From the first day's midnight to the one that ends the last."""
        assert self.first is not None
        assert self.last is not None
        clock, after = ZoneInfo(zone), self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), clock), datetime.combine(after, time(), clock)

    @property
    def as_long_as(self) -> str:
        """The shortest of the named periods that is no shorter.

        >>> Days(date(2026, 11, 1), date(2026, 11, 2)).as_long_as
        'week'
        """
        assert self.first is not None
        assert self.last is not None
        many = (self.last - self.first).days + 1
        return next(name for name, days in DAYS.items() if days is None or many <= days)


def now() -> float:
    """The board's clock: seconds since 1970."""
    return wall.time()


def bounds(period: str, zone: str, at: float) -> tuple[datetime, datetime]:
    """Since and until. The end is open: what happens next belongs to it.

    >>> since, _ = bounds("today", "Asia/Shanghai", 1795453200.0)
    >>> since.isoformat()
    '2026-11-24T00:00:00+08:00'
    """
    days = DAYS[period]
    if days is None:
        return EVER
    today = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
    first = datetime.combine(today - timedelta(days=days - 1), time(), ZoneInfo(zone))
    return first, EVER[1]


def clock(at: float, zone: str) -> str:
    """An instant as a clock on the wall shows it.

    >>> clock(1795453200.0, "America/New_York")
    '12:00:00'
    """
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%H:%M:%S")
