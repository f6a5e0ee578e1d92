"""Words of a person as amounts, currencies, zones and days; else what would be right."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from dialer.errors import Misgiven
from dialer.money.currencies import code_of
from dialer.money.rating import ROUNDINGS, ZERO

NAME = re.compile(r"[^\s\x00-\x1f][^\x00-\x1f]{0,59}")
"Of a deck."
YEARS = (2000, 2100)
"Whoever writes a day of another year has mistyped it."


def amount_of(what: str, word: str) -> Decimal:
    """An amount of money, of `what`."""
    try:
        value = Decimal(word)
    except InvalidOperation:
        raise Misgiven(
            f"{what} {word!r} is not an amount: write 0.12", "not_amount", given=word[:40]
        ) from None
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise Misgiven(
            f"{what} {word!r} is not between 0 and 1000000", "amount_beyond", given=word[:40]
        )
    return value


def currency_of(word: str) -> str:
    """ISO 4217, in capitals."""
    if (code := code_of(word)) is None:
        raise Misgiven(
            f"currency {word!r}: three letters of ISO 4217, CNY or USD", "no_currency",
            given=word[:20],
        )  # fmt: skip
    return code


def zone_of(word: str) -> str:
    """A time zone there is."""
    if word not in available_timezones():
        raise Misgiven(f"zone {word!r} is none: write Asia/Shanghai", "no_zone", given=word[:40])
    return ZoneInfo(word).key


def rounding_of(word: str) -> Any:
    """How a price is rounded."""
    if word not in ROUNDINGS:
        raise Misgiven(f"rounding {word!r}: allowed are {', '.join(ROUNDINGS)}")
    return word


def short_of(word: str) -> tuple[int, Decimal]:
    """`6:0.01`: the surcharge below so many seconds."""
    if not word:
        return 0, ZERO
    seconds, colon, fee = word.partition(":")
    if not (colon and seconds.isascii() and seconds.isdecimal()):
        raise Misgiven(f"short {word!r}: write SECONDS:FEE, 6:0.01")
    return int(seconds), amount_of("short", fee)


def day_of(word: str, now: float) -> str:
    """ISO 8601; the day of `now` in UTC where nothing is said.

    >>> day_of("", 0.0), day_of("2026-01-31", 0.0)
    ('1970-01-01', '2026-01-31')
    """
    if not word:
        return datetime.fromtimestamp(now, UTC).date().isoformat()
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise Misgiven(
            f"{word!r} is not a day: write 2026-01-31", "not_day", given=word[:20]
        ) from None
    if not YEARS[0] <= day.year < YEARS[1]:
        raise Misgiven(
            f"{word} is in no year from {YEARS[0]} to {YEARS[1] - 1}", "day_far", given=word,
            first=str(YEARS[0]), last=str(YEARS[1] - 1),
        )  # fmt: skip
    return day.isoformat()


def deck_of(word: str) -> str:
    """The name of a deck."""
    if not NAME.fullmatch(word):
        raise Misgiven(
            f"{word[:60]!r} is no name of a deck: up to 60 letters, digits and signs", "deck_name"
        )
    return word


def digits_of(word: str) -> str:
    """A number with its country code, as rates are looked up.

    >>> digits_of("+86 138-0013 8000"), digits_of("0044 20")
    ('8613800138000', '4420')
    """
    digits = re.sub(r"[\s\-()+.]", "", word).removeprefix("00")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 20):
        raise Misgiven("the number is not made of digits, country code first", "not_digits")
    return digits
