"""Rates as people read them: every field, whatever the list left out."""

from datetime import date
from decimal import Decimal

import msgspec

from dialer.money.rating import ALL_DAYS, DAY_MINUTES, Rate


class RateShown(msgspec.Struct, frozen=True, kw_only=True):
    """A rate, whole."""

    prefix: str
    "`*`: every number."
    per_minute: Decimal
    first_s: int
    increment_s: int
    connect_fee: Decimal
    minimum: Decimal
    maximum: Decimal | None
    valid_from: date | None
    valid_to: date | None
    days: str
    "Weekdays, 1 is Monday; empty: all."
    hours: str
    "`08:00-20:00`; empty: all day."
    description: str


def shown(rate: Rate) -> RateShown:
    """A rate as it is shown.

    >>> night = Rate(prefix="", per_minute=Decimal("0.06"), from_minute=1200, to_minute=480)
    >>> shown(night).prefix, shown(night).hours, shown(night).days
    ('*', '20:00-08:00', '')
    """
    band = (rate.from_minute, rate.to_minute)
    return RateShown(
        prefix=rate.prefix or "*", per_minute=rate.per_minute, first_s=rate.first_s,
        increment_s=rate.increment_s, connect_fee=rate.connect_fee, minimum=rate.minimum,
        maximum=rate.maximum, valid_from=rate.valid_from, valid_to=rate.valid_to,
        days="" if rate.days == ALL_DAYS else rate.days,
        hours="" if band == (0, DAY_MINUTES) else "-".join(map(_clock, band)),
        description=rate.description,
    )  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
