"""A carrier's price list -> rates: its columns by the names that carriers give them.

Every row becomes rates or is rejected with its line and a reason; a cell with several prefixes
(`86138; 86139; 8615-8617`) becomes one rate each.

>>> sheet = ["Name,Code,Rate,Increment", "Mobile,861380-861382,0.12,6/6"]
>>> found = read(Row(n, line.split(",")) for n, line in enumerate(sheet, 1))
>>> [(rate.prefix, str(rate.per_minute), rate.first_s, rate.increment_s) for rate in found.rates]
[('861380', '0.12', 6, 6), ('861381', '0.12', 6, 6), ('861382', '0.12', 6, 6)]
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from dialer.errors import ImportRefused
from dialer.leads.text import Bad, Row
from dialer.money.rating import ALL_DAYS, DAY_MINUTES, Rate, overlaps

FIELDS: Mapping[str, tuple[str, ...]] = {
    "prefix": (
        *("prefix", "prefixes", "code", "codes", "dial_code", "dialprefix", "dial_prefix"),
        *("match_prefix", "area_code", "destination_code", "digits", "origination_digits"),
        *("前缀", "号段", "区号", "号码前缀", "被叫前缀"),
    ),
    "per_minute": (
        *("per_minute", "rate", "price", "rate_per_minute", "price_per_minute", "buyrate"),
        *("rate_cost", "rate_min", "price_min", "费率", "单价", "每分钟", "资费", "通话费"),
    ),
    "first_s": (
        *("first_s", "initial", "initial_block", "initial_increment", "initblock"),
        *("buyrateinitblock", "connect_increment", "rate_minimum", "min_duration", "first_block"),
        *("首段", "起始计费", "起步时长"),
    ),
    "increment_s": (
        *("increment_s", "increment", "billing_increment", "billing", "talk_increment"),
        *("rate_increment", "buyrateincrement", "billingblock", "next_increment"),
        *("计费单位", "计费周期", "计费步长"),
    ),
    "connect_fee": (
        *("connect_fee", "connection_fee", "setup_fee", "connectcharge", "connect_rate"),
        *("rate_surcharge", "surcharge", "接通费"),
    ),
    "minimum": ("minimum", "min_charge", "minimum_charge", "最低消费"),
    "maximum": ("maximum", "max_cost", "maximum_charge", "封顶"),
    "grace_s": ("grace_s", "grace", "grace_period", "rate_nocharge_time", "免费时长"),
    "free_s": ("free_s", "free_seconds", "免费秒数"),
    "short_s": ("short_s", "short_duration", "short_call_seconds", "短呼时长"),
    "short_fee": ("short_fee", "short_call_fee", "short_call_surcharge", "短呼附加费"),
    "early_fee": ("early_fee", "early_media_fee", "early_media_charge", "早期媒体费"),
    "valid_from": (
        *("valid_from", "effective", "effective_date", "effective_from", "date_start"),
        *("start_date", "生效日期", "生效时间"),
    ),
    "valid_to": (
        *("valid_to", "expires", "expiry", "expiry_date", "date_end", "end_date"),
        *("失效日期", "失效时间"),
    ),
    "days": ("days", "weekdays", "星期"),
    "hours": ("hours", "time_band", "band", "时段"),
    "description": (
        *("description", "destination", "destination_name", "name", "country", "rate_name"),
        *("目的地", "地区", "名称", "备注"),
    ),
}
"Field of a rate -> names that its column goes by: ours, those of FreeSWITCH's mod_lcr, A2Billing,"
"Kazoo, and those that carriers mail; small letters, spaces and dashes as `_`."

MOST_PREFIXES = 10_000
"That one cell may name."
LONGEST_PREFIX = 15
_NAMES = {name: field for field, names in FIELDS.items() for name in names}
_SPLIT = re.compile(r"[;,，、\s/|]+")
_RANGE = re.compile(r"(\d+)-(\d+)")
_BLOCKS = re.compile(r"(\d+)\s*[/+]\s*(\d+)")
_DECIMAL_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})")
_BAND = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")
_DAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}


class Reject(msgspec.Struct, frozen=True):
    """A row that is no rate."""

    line: int
    reason: str
    "In words, with the cell that is wrong."


class Sheet(msgspec.Struct, frozen=True):
    """What a price list says: rows = rated + rejected."""

    rows: int
    rates: tuple[Rate, ...]
    rejects: tuple[Reject, ...]
    columns: Mapping[str, str]
    "Field -> the name that its column has in the file."


def read(rows: Iterable[Row | Bad]) -> Sheet:
    """Read a list whose first row that names a prefix and a price is its header.

    `ImportRefused` where no row does.
    """
    source = iter(rows)
    columns, names, width = _header(source)
    count, rates, rejects = 0, list[Rate](), list[Reject]()
    seen: dict[str, list[tuple[int, Rate]]] = {}
    for row in source:
        count += 1
        try:
            found = _rates(row, columns, width)
            _must_be_alone(found, row.line, seen)
        except _Wrong as wrong:
            rejects.append(Reject(row.line, str(wrong)))
        else:
            rates += found
    return Sheet(count, tuple(rates), tuple(rejects), names)


def field_of(name: str) -> str:
    """The field that a column of this name holds; empty where nobody knows.

    >>> field_of(" Effective Date "), field_of("Rate/Min"), field_of("费率"), field_of("Colour")
    ('valid_from', 'per_minute', 'per_minute', '')
    """
    plain = re.sub(r"\(.*?\)|（.*?）", "", name.strip().strip("\ufeff").lower())
    return _NAMES.get("_".join(re.split(r"[\s\-_./]+", plain.strip())), "")


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
            raise _Wrong(f"prefix {cell[:40]!r}: more than {MOST_PREFIXES} prefixes")
        if not first:
            yield ""
            continue
        yield from (str(n).zfill(len(first)) for n in range(int(first), int(last) + 1))


class _Wrong(Exception):
    """A row cannot be read; `str()` is the reason."""


def _header(source: Iterator[Row | Bad]) -> tuple[dict[str, int], dict[str, str], int]:
    """Field -> column, field -> the column's name, and how many columns there are."""
    for row in source:
        if isinstance(row, Bad):
            continue
        columns: dict[str, int] = {}
        for at, cell in enumerate(row.cells):
            if (field := field_of(cell)) and field not in columns:
                columns[field] = at
        if {"prefix", "per_minute"} <= columns.keys():
            names = {field: row.cells[at].strip() for field, at in columns.items()}
            return columns, names, len(row.cells)
        if row.line > 20:
            break
    raise ImportRefused(
        "no header found: one of the first rows must name a column of prefixes "
        f"({', '.join(FIELDS['prefix'][:4])}, ...) and one of prices per minute "
        f"({', '.join(FIELDS['per_minute'][:4])}, ...)"
    )


def _rates(row: Row | Bad, columns: Mapping[str, int], width: int) -> list[Rate]:
    if isinstance(row, Bad):
        raise _Wrong(f"{row.reason}: {row.text[:40]!r}")
    if any(cell.strip() for cell in row.cells[width:]):
        raise _Wrong(
            f"more cells than the header names: is {row.cells[width]!r} part of an amount?"
        )
    cells = {
        field: row.cells[at].strip()
        for field, at in columns.items()
        if at < len(row.cells) and row.cells[at].strip()
    }
    if "prefix" not in cells:
        raise _Wrong("prefix is empty: write `*` for every number")
    if "per_minute" not in cells:
        raise _Wrong("the price per minute is empty")
    given: dict[str, Any] = {
        field: _READ[field](field, cell)
        for field, cell in cells.items()
        if field in _READ and field != "increment_s"
    }
    if "increment_s" in cells:
        given = _blocks(cells["increment_s"]) | given
    if "hours" in cells:
        given |= _band(cells["hours"])
    if ("short_s" in given) != ("short_fee" in given):
        raise _Wrong("a surcharge needs both: short_s, below how many seconds, and short_fee")
    if given.get("increment_s", 60) < 1:
        raise _Wrong("increment_s must be at least 1 second")
    if (since := given.get("valid_from")) and (last := given.get("valid_to")) and last < since:
        raise _Wrong(f"valid_to {last} is before valid_from {since}")
    return [Rate(prefix=prefix, **given) for prefix in prefixes(cells["prefix"])]


def _must_be_alone(found: list[Rate], line: int, seen: dict[str, list[tuple[int, Rate]]]) -> None:
    for n, rate in enumerate(found):
        before = [*seen.get(rate.prefix, ()), *((line, one) for one in found[:n])]
        for other, known in before:
            if overlaps(rate, known):
                raise _Wrong(f"prefix {rate.prefix!r} has a rate for the same time in line {other}")
    for rate in found:
        seen.setdefault(rate.prefix, []).append((line, rate))


def _range(word: str) -> tuple[str, str]:
    word = word.strip("'\"")
    if word == "*":
        return "", ""
    if both := _RANGE.fullmatch(word.replace("+", "")):
        first, last = both.groups()
        if len(first) != len(last) or int(first) > int(last):
            raise _Wrong(f"prefix {word!r}: a range goes from a lower to a higher, equally long")
    else:
        first = last = word.removeprefix("+")
    if first.startswith("00"):
        first, last = first[2:], last[2:]
    if not (first.isascii() and first.isdecimal() and len(first) <= LONGEST_PREFIX):
        raise _Wrong(f"prefix {word!r} is not made of digits, country code first")
    return first, last


def _money(field: str, cell: str) -> Decimal:
    plain = cell.lstrip("¥￥$€£ ")
    if _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise _Wrong(f"{field} {cell!r} is not an amount: write 0.12") from None
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise _Wrong(f"{field} {cell!r} is not between 0 and 1000000")
    return value


def _seconds(field: str, cell: str) -> int:
    plain = cell.lower().removesuffix("seconds").removesuffix("sec").removesuffix("s").strip()
    if plain.endswith(".0"):  # what spreadsheets make of whole numbers
        plain = plain[:-2]
    if not (plain.isascii() and plain.isdecimal() and int(plain) <= 86_400):
        raise _Wrong(f"{field} {cell!r} is not a number of seconds")
    return int(plain)


def _blocks(cell: str) -> dict[str, int]:
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
        raise _Wrong(f"{field} {cell!r} is not a day: write 2026-01-31") from None


def _days(field: str, cell: str) -> str:
    plain = cell.lower().replace(" ", "")
    if re.fullmatch("[1-7]+", plain):
        return "".join(sorted(set(plain)))
    found: set[int] = set()
    for word in plain.split(","):
        ends = [_DAYS.get(end[:3]) for end in word.split("-")]
        if not 1 <= len(ends) <= 2 or None in ends:
            raise _Wrong(f"{field} {cell!r} are no weekdays: write 12345 or mon-fri")
        first, last = ends[0] or 0, ends[-1] or 0
        found |= {(first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1)}
    return "".join(map(str, sorted(found))) or ALL_DAYS


def _band(cell: str) -> dict[str, int]:
    match = _BAND.fullmatch(cell)
    if not match:
        raise _Wrong(f"hours {cell!r} are no band: write 08:00-20:00")
    h1, m1, h2, m2 = map(int, match.groups())
    first, last = h1 * 60 + m1, h2 * 60 + m2
    if first >= DAY_MINUTES or last > DAY_MINUTES or first == last:
        raise _Wrong(f"hours {cell!r} are no band: write 08:00-20:00")
    return {"from_minute": first, "to_minute": last or DAY_MINUTES}


def _text(field: str, cell: str) -> str:
    return cell[:200]


_READ: Mapping[str, Callable[[str, str], Any]] = {
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
