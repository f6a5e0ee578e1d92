"""Words of the command line as amounts, currencies, zones and days; else what would be right."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dialer.errors import DialerError
from dialer.money.rating import ROUNDINGS, ZERO


def amount_of(what: str, word: str) -> Decimal:
    """An amount of money, of `what`."""
    try:
        value = Decimal(word)
    except InvalidOperation:
        raise DialerError(f"{what} {word!r} is not an amount: write 0.12") from None
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise DialerError(f"{what} {word!r} is not between 0 and 1000000")
    return value


def currency_of(word: str) -> str:
    """ISO 4217, in capitals."""
    if not (len(word) == 3 and word.isascii() and word.isalpha()):
        raise DialerError(f"currency {word!r}: three letters of ISO 4217, CNY or USD")
    return word.upper()


def zone_of(word: str) -> str:
    """A time zone there is."""
    if word not in available_timezones():
        raise DialerError(f"zone {word!r} is none: write Asia/Shanghai")
    return ZoneInfo(word).key


def rounding_of(word: str) -> Any:
    """How a price is rounded."""
    if word not in ROUNDINGS:
        raise DialerError(f"rounding {word!r}: allowed are {', '.join(ROUNDINGS)}")
    return word


def short_of(word: str) -> tuple[int, Decimal]:
    """`6:0.01`: the surcharge below so many seconds."""
    if not word:
        return 0, ZERO
    seconds, colon, fee = word.partition(":")
    if not (colon and seconds.isascii() and seconds.isdecimal()):
        raise DialerError(f"short {word!r}: write SECONDS:FEE, 6:0.01")
    return int(seconds), amount_of("short", fee)


def day_of(word: str) -> str:
    """ISO 8601; today where nothing is said."""
    try:
        day = date.fromisoformat(word) if word else datetime.now(UTC).date()
    except ValueError:
        raise DialerError(f"{word!r} is not a day: write 2026-01-31") from None
    return day.isoformat()
