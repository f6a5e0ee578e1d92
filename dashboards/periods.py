"""Periods, in the campaign's time zone: a day begins at its midnight."""

import time as wall
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = {"today": 1, "week": 7, "month": 30, "ever": None}
"Name -> how many days up to now."

MINUTES = {"today": 1, "week": 60, "month": 1440, "ever": 1440}
"How many minutes one point of a line stands for."

FINE_MINUTES = {"today": 1, "week": 15, "month": 60, "ever": 1440}
"The same where the most of each point is looked for."

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


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
