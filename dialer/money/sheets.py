"""A carrier's price list -> rates: its columns by the names that carriers give them.

Every row becomes rates or is rejected with its line and a reason; a cell with several prefixes
(`86138; 86139; 8615-8617`) becomes one rate each.

>>> sheet = ["Name,Code,Rate,Increment", "Mobile,861380-861382,0.12,6/6"]
>>> found = read(Row(n, line.split(",")) for n, line in enumerate(sheet, 1))
>>> [(rate.prefix, str(rate.per_minute), rate.first_s, rate.increment_s) for rate in found.rates]
[('861380', '0.12', 6, 6), ('861381', '0.12', 6, 6), ('861382', '0.12', 6, 6)]
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import msgspec

from dialer.errors import ImportRefused, RowRefused, Value, called
from dialer.leads.text import Bad, Row
from dialer.money.cells import READ, band, blocks, prefixes
from dialer.money.rating import Rate, overlaps

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

NEEDED = ("prefix", "per_minute")
MOST_RATES = 500_000
"Of one list; a carrier's for the whole world has a tenth of it."
HEAD_WITHIN = 20
"The row that names the columns is one of the first so many."
_NAMES = {name: field for field, names in FIELDS.items() for name in names}


class Reject(msgspec.Struct, frozen=True):
    """A row that cannot be taken."""

    line: int
    reason: str
    "In English words, with the cell that is wrong."
    because: str = ""
    "Its name: `reason.<because>` of the catalogue says it in the reader's language."
    values: Mapping[str, Value] = {}
    "What fills the gaps of that text."

    @classmethod
    def of(cls, line: int, why: RowRefused) -> "Reject":
        """Of a row for what was wrong with it."""
        return cls(line, str(why), why.reason, why.values)


class Better(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody put right of how a list was understood."""

    head: int = 0
    "Line that names the columns; 0: the first row that names a prefix and a price; -1: none does."
    columns: tuple[str, ...] = ()
    "What each column is: a field, `-` for nothing, empty: by its name."


class Sheet(msgspec.Struct, frozen=True):
    """What a price list says: rows = rated + rejected."""

    rows: int
    rates: tuple[Rate, ...]
    rejects: tuple[Reject, ...]
    columns: Mapping[str, str]
    "Field -> the name that its column has in the file."


class Head(msgspec.Struct, frozen=True):
    """What each column of a list holds."""

    line: int
    "Of the row that names them; 0: none was found."
    names: tuple[str, ...]
    "As they stand in the file."
    fields: tuple[str, ...]
    "By column; empty: nothing that is known."

    @property
    def is_enough(self) -> bool:
        """Whether prefixes and prices are among them."""
        return set(NEEDED) <= set(self.fields)

    @property
    def columns(self) -> Mapping[str, int]:
        """Field -> its column."""
        return {field: at for at, field in enumerate(self.fields) if field}


def read(rows: Iterable[Row | Bad], better: Better | None = None) -> Sheet:
    """Read a list whose first row that names a prefix and a price is its header.

    `ImportRefused` where no row does, or where it is too long.
    """
    head, source = headed(iter(rows), better or Better())
    if not head.is_enough:
        raise headless()
    count, rates, rejects = 0, list[Rate](), list[Reject]()
    seen: dict[str, list[tuple[int, Rate]]] = {}
    for row in source:
        count += 1
        try:
            found = rates_of(row, head)
            _must_be_alone(found, row.line, seen)
        except RowRefused as wrong:
            rejects.append(Reject.of(row.line, wrong))
        else:
            rates += found
        if len(rates) > MOST_RATES or len(rejects) > MOST_RATES:
            raise _too_long(row.line)
    names = {field: head.names[at].strip() for field, at in head.columns.items()}
    return Sheet(count, tuple(rates), tuple(rejects), names)


def headed(source: Iterator[Row | Bad], better: Better) -> tuple[Head, Iterator[Row | Bad]]:
    """The header, as somebody put it right, and the rows after it; all rows if there is none."""
    first = list(islice(source, HEAD_WITHIN))
    for at, row in enumerate(first if better.head >= 0 else ()):
        if isinstance(row, Bad) or (better.head and row.line != better.head):
            continue
        found = _head(row, better)
        if better.head or found.is_enough:
            return found, chain(first[at + 1 :], source)
    width = max((len(row.cells) for row in first if isinstance(row, Row)), default=0)
    fields = _fields([""] * width, better.columns)
    return Head(0, ("",) * width, fields), chain(first, source)


def field_of(name: str) -> str:
    """The field that a column of this name holds; empty where nobody knows.

    >>> field_of(" Effective Date "), field_of("Rate/Min"), field_of("费率"), field_of("Colour")
    ('valid_from', 'per_minute', 'per_minute', '')
    """
    plain = re.sub(r"\(.*?\)|（.*?）", "", name.strip().strip("\ufeff").lower())
    return _NAMES.get("_".join(re.split(r"[\s\-_./]+", plain.strip())), "")


def rates_of(row: Row | Bad, head: Head) -> list[Rate]:
    """The rates of a row. `RowRefused` says what is wrong with it."""
    if isinstance(row, Bad):
        raise RowRefused(
            f"{row.reason}: {row.text[:40]!r}", "row_broken", why=called("reject", row.reason)
        )
    if any(cell.strip() for cell in row.cells[len(head.fields) :]):
        cell = row.cells[len(head.fields)]
        raise RowRefused(
            f"more cells than the header names: is {cell!r} part of an amount?", "row_long",
            cell=cell[:40],
        )  # fmt: skip
    cells = {
        field: row.cells[at].strip()
        for field, at in head.columns.items()
        if at < len(row.cells) and row.cells[at].strip()
    }
    if "prefix" not in cells:
        raise RowRefused("prefix is empty: write `*` for every number", "row_no_prefix")
    if "per_minute" not in cells:
        raise RowRefused("the price per minute is empty", "row_no_price")
    given = _given(cells)
    return [Rate(prefix=prefix, **given) for prefix in prefixes(cells["prefix"])]


def _given(cells: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        field: READ[field](field, cell)
        for field, cell in cells.items()
        if field in READ and field != "increment_s"
    }
    if "increment_s" in cells:
        given = blocks(cells["increment_s"]) | given
    if "hours" in cells:
        given |= band(cells["hours"])
    if ("short_s" in given) != ("short_fee" in given):
        raise RowRefused(
            "a surcharge needs both: short_s, below how many seconds, and short_fee", "row_short"
        )
    if given.get("increment_s", 60) < 1:
        raise RowRefused("increment_s must be at least 1 second", "row_increment")
    if (since := given.get("valid_from")) and (last := given.get("valid_to")) and last < since:
        raise RowRefused(
            f"valid_to {last} is before valid_from {since}", "row_days", first=f"{since}",
            last=f"{last}",
        )  # fmt: skip
    return given


def _head(row: Row, better: Better) -> Head:
    return Head(row.line, tuple(row.cells), _fields(row.cells, better.columns))


def _fields(names: list[str], better: tuple[str, ...]) -> tuple[str, ...]:
    """What somebody said of a column goes before its name; of two alike the first counts."""
    told = [better[at] if at < len(better) else "" for at in range(len(names))]
    known: list[str] = []
    for at, name in enumerate(names):
        field = told[at] if told[at] in FIELDS else "" if told[at] else field_of(name)
        is_taken = field in known or (not told[at] and field in told)
        known.append("" if is_taken else field)
    return tuple(known)


def headless() -> ImportRefused:
    """No row names what is needed."""
    known = {field: ", ".join(FIELDS[field][:4]) for field in NEEDED}
    return ImportRefused(
        "no header found: one of the first rows must name a column of prefixes "
        f"({known['prefix']}, ...) and one of prices per minute ({known['per_minute']}, ...)",
        "no_price_columns",
    )  # fmt: skip


def _too_long(line: int) -> ImportRefused:
    return ImportRefused(
        f"more than {MOST_RATES} prices up to line {line}: make several decks of the list, by "
        "country", "list_too_long", most=MOST_RATES, line=line,
    )  # fmt: skip


def _must_be_alone(found: list[Rate], line: int, seen: dict[str, list[tuple[int, Rate]]]) -> None:
    for n, rate in enumerate(found):
        before = [*seen.get(rate.prefix, ()), *((line, one) for one in found[:n])]
        for other, known in before:
            if overlaps(rate, known):
                raise RowRefused(
                    f"prefix {rate.prefix!r} has a rate for the same time in line {other}",
                    "row_twice", prefix=rate.prefix or "*", line=other,
                )  # fmt: skip
    for rate in found:
        seen.setdefault(rate.prefix, []).append((line, rate))
