"""Cells of a price list: prefixes, amounts, seconds, days, hours; else what is wrong with one."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from dialer.errors import RowRefused, called
from dialer.money.rating import ALL_DAYS, DAY_MINUTES

MOST_PREFIXES = 10_000
"That one cell may name."
LONGEST_PREFIX = 15
SHOWN = 40
"Characters of a cell that a reason repeats."
_SPLIT = re.compile(r"[;,，、\s/|]+")
_RANGE = re.compile(r"(\d+)-(\d+)")
_BLOCKS = re.compile(r"(\d+)\s*[/+]\s*(\d+)")
_DECIMAL_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})")
_BAND = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")
_DAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}


def prefixes(cell: str) -> Iterator[str]:
    """The prefixes that a cell names, ranges written out.

    >>> list(prefixes("+86138; 0086139; 8615-8617"))
    ['86138', '86139', '8615', '8616', '8617']
    """
    count = 0
    for word in filter(None, _SPLIT.split(re.sub(r"\s*-\s*", "-", cell.strip()))):
        first, last = _range(word)
        count += int(last or "0") - int(first or "0") + 1
        if count > MOST_PREFIXES:
            raise RowRefused(
                f"prefix {cell[:SHOWN]!r}: more than {MOST_PREFIXES} prefixes", "cell_prefixes",
                cell=cell[:SHOWN], most=MOST_PREFIXES,
            )  # fmt: skip
        if not first:
            yield ""
            continue
        yield from (str(n).zfill(len(first)) for n in range(int(first), int(last) + 1))


def _range(word: str) -> tuple[str, str]:
    word = word.strip("'\"")
    if word == "*":
        return "", ""
    if both := _RANGE.fullmatch(word.replace("+", "")):
        first, last = both.groups()
        if len(first) != len(last) or int(first) > int(last):
            raise RowRefused(
                f"prefix {word!r}: a range goes from a lower to a higher, equally long",
                "cell_range", cell=word[:SHOWN],
            )  # fmt: skip
    else:
        first = last = word.removeprefix("+")
    if first.startswith("00"):
        first, last = first[2:], last[2:]
    if not (first.isascii() and first.isdecimal() and len(first) <= LONGEST_PREFIX):
        raise RowRefused(
            f"prefix {word!r} is not made of digits, country code first", "cell_prefix",
            cell=word[:SHOWN],
        )  # fmt: skip
    return first, last


def _money(field: str, cell: str) -> Decimal:
    plain = cell.lstrip("¥￥$€£ ")
    if _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise RowRefused(
            f"{field} {cell!r} is not an amount: write 0.12", "cell_amount",
            field=called("tariff_field", field), cell=cell[:SHOWN],
        ) from None  # fmt: skip
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise RowRefused(
            f"{field} {cell!r} is not between 0 and 1000000", "cell_beyond",
            field=called("tariff_field", field), cell=cell[:SHOWN],
        )  # fmt: skip
    return value


def _seconds(field: str, cell: str) -> int:
    plain = cell.lower().removesuffix("seconds").removesuffix("sec").removesuffix("s").strip()
    if plain.endswith(".0"):  # what spreadsheets make of whole numbers
        plain = plain[:-2]
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 9 and int(plain) <= 86_400):
        raise RowRefused(
            f"{field} {cell!r} is not a number of seconds", "cell_seconds",
            field=called("tariff_field", field), cell=cell[:SHOWN],
        )  # fmt: skip
    return int(plain)


def blocks(cell: str) -> dict[str, int]:
    """How a call is billed: `30/6`, or one number for both.

    >>> blocks("30/6"), blocks("6 s")
    ({'first_s': 30, 'increment_s': 6}, {'first_s': 6, 'increment_s': 6})
    """
    if both := _BLOCKS.fullmatch(cell):
        first, increment = map(int, both.groups())
        return {"first_s": first, "increment_s": increment}
    seconds = _seconds("increment_s", cell)
    return {"first_s": seconds, "increment_s": seconds}


def _date(field: str, cell: str) -> date:
    plain = cell.split("T")[0].split(" ")[0]
    plain = plain.replace("年", "-").replace("月", "-").rstrip("日")
    parts = re.split(r"[-/.]", plain)
    try:
        if len(parts) == 1 and len(plain) == 8:
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        year, month, day = map(int, parts)
        if len(parts[0]) != 4:
            if "." not in plain:
                raise ValueError  # 01/02/2026 is two days: nobody knows which
            year, day = day, year
        return date(year, month, day)
    except ValueError:
        raise RowRefused(
            f"{field} {cell!r} is not a day: write 2026-01-31", "cell_day",
            field=called("tariff_field", field), cell=cell[:SHOWN],
        ) from None  # fmt: skip


def _days(field: str, cell: str) -> str:
    plain = cell.lower().replace(" ", "")
    if re.fullmatch("[1-7]+", plain):
        return "".join(sorted(set(plain)))
    found: set[int] = set()
    for word in plain.split(","):
        ends = [_DAYS.get(end[:3]) for end in word.split("-")]
        if not 1 <= len(ends) <= 2 or None in ends:
            raise RowRefused(
                f"{field} {cell!r} are no weekdays: write 12345 or mon-fri", "cell_weekdays",
                cell=cell[:SHOWN],
            )  # fmt: skip
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {(first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1)}
    return "".join(map(str, sorted(found))) or ALL_DAYS


def band(cell: str) -> dict[str, int]:
    """Hours of the day.

    >>> band("20:00-08:00")
    {'from_minute': 1200, 'to_minute': 480}
    """
    match = _BAND.fullmatch(cell)
    h1, m1, h2, m2 = map(int, match.groups()) if match else (0, 0, 0, 0)
    first, last = h1 * 60 + m1, h2 * 60 + m2
    if first >= DAY_MINUTES or last > DAY_MINUTES or first == last:
        raise RowRefused(
            f"hours {cell!r} are no band: write 08:00-20:00", "cell_hours", cell=cell[:SHOWN]
        )
    return {"from_minute": first, "to_minute": last or DAY_MINUTES}


def _text(field: str, cell: str) -> str:
    return cell[:200]


READ: Mapping[str, Callable[[str, str], Any]] = {
    "per_minute": _money,
    "first_s": _seconds,
    "connect_fee": _money,
    "minimum": _money,
    "maximum": _money,
    "grace_s": _seconds,
    "free_s": _seconds,
    "short_s": _seconds,
    "short_fee": _money,
    "early_fee": _money,
    "valid_from": _date,
    "valid_to": _date,
    "days": _days,
    "description": _text,
}
"Field of a rate -> how its cell is read."
