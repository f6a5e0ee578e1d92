"""Rates of exchange, day by day: so much of one currency is one of another.

A rate is in force from its day until the next one of its pair. Which of two opposite rates is
turned round where only one is told: `both_ways`. No rate is made up out of two others.

>>> sheet = ["date,from,to,rate", "2026-11-02,USD,CNY,7.12", "2026-11-02,USD,USD,1"]
>>> rates, rejects = read((Row(n, line.split(",")) for n, line in enumerate(sheet, 1)), "bank")
>>> [f"{one.day} {one.base} {one.rate} {one.quote} ({one.origin})" for one in rates]
['2026-11-02 USD 7.12 CNY (bank)']
>>> [(one.line, one.reason) for one in rejects]
[(3, 'from and to are both USD')]
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from dialer.errors import ImportRefused, RowRefused, called
from dialer.leads.text import Bad, Row
from dialer.money.currencies import code_of
from dialer.money.sheets import Reject

FIELDS: Mapping[str, tuple[str, ...]] = {
    "day": ("date", "day", "日期"),
    "base": ("from", "base", "源币种", "原币种"),
    "quote": ("to", "quote", "目标币种"),
    "rate": ("rate", "exchange_rate", "汇率"),
    "origin": ("source", "来源"),
}
"What a row says -> names that its column goes by. Only `origin` may be missing."
_NAMES = {name: field for field, names in FIELDS.items() for name in names}
_NEEDED = FIELDS.keys() - {"origin"}
PLACES = Decimal("1e-12")
"What a rate that was turned round is rounded to."
LEAST, MOST = Decimal("1e-9"), Decimal("1e9")


class Exchange(NamedTuple):
    """A rate of exchange, from a day on."""

    day: str
    "First day, ISO 8601."
    base: str
    quote: str
    rate: Decimal
    "So much of `quote` is one of `base`."
    origin: str
    "Who published it."


class Turned(NamedTuple):
    """A rate as it is used, told as it is or turned round."""

    exchange: Exchange
    turned: bool


def read(rows: Iterable[Row | Bad], origin: str) -> tuple[list[Exchange], list[Reject]]:
    """The rates of a file, and what cannot be read. `ImportRefused` without a header."""
    source = iter(rows)
    columns = _header(source)
    found, rejects = list[Exchange](), list[Reject]()
    lines: dict[tuple[str, str, str], int] = {}
    for row in source:
        try:
            one = _exchange(row, columns, origin)
            before = lines.setdefault((one.day, one.base, one.quote), row.line)
            if before != row.line:
                raise RowRefused(
                    f"{one.base} to {one.quote} on {one.day} is told in line {before}",
                    "rate_twice", base=one.base, quote=one.quote, day=one.day, line=before,
                )  # fmt: skip
        except RowRefused as why:
            rejects.append(Reject.of(row.line, why))
        else:
            found.append(one)
    return found, rejects


def both_ways(rates: Iterable[Exchange]) -> Iterator[Turned]:
    """Every rate, and its opposite where nobody told that one for the same day.

    >>> [told] = [Exchange("2026-11-02", "USD", "CNY", Decimal("7.12"), "bank")]
    >>> [(one.exchange.base, str(one.exchange.rate), one.turned) for one in both_ways([told])]
    [('USD', '7.12', False), ('CNY', '0.140449438202', True)]
    """
    told = {(one.day, one.base, one.quote): one for one in rates}
    for one in told.values():
        yield Turned(one, turned=False)
        if (one.day, one.quote, one.base) not in told:
            back = (1 / one.rate).quantize(PLACES)
            yield Turned(one._replace(base=one.quote, quote=one.base, rate=back), turned=True)


def _header(source: Iterator[Row | Bad]) -> dict[str, int]:
    first = next(source, None)
    cells = first.cells if isinstance(first, Row) else ()
    names = [_NAMES.get(cell.strip().strip("\ufeff").lower(), "") for cell in cells]
    columns = {field: at for at, field in reversed([*enumerate(names)]) if field}
    if not columns.keys() >= _NEEDED:
        raise ImportRefused(
            "no header found: the first row must name date, from, to and rate", "no_rate_columns"
        )
    return columns


def _exchange(row: Row | Bad, columns: Mapping[str, int], origin: str) -> Exchange:
    """One row. `RowRefused` says what is wrong with it."""
    if isinstance(row, Bad):
        raise RowRefused(row.reason, "row_broken", why=called("reject", row.reason))
    cells = {field: row.cells[at].strip() for field, at in columns.items() if at < len(row.cells)}
    for field in sorted(_NEEDED):
        if not cells.get(field):
            raise RowRefused(
                f"{FIELDS[field][0]} is empty", "cell_empty", field=called("tariff_field", field)
            )
    return told(cells["day"], cells["base"], cells["quote"], cells["rate"],
                cells.get("origin") or origin)  # fmt: skip


def told(day: str, base: str, quote: str, rate: str, origin: str) -> Exchange:
    """A rate in somebody's words. `RowRefused` says what is wrong with it.

    >>> told("2026-11-02", "usd", "CNY", "7.12", "bank").base
    'USD'
    """
    base, quote = _currency(base), _currency(quote)
    if base == quote:
        raise RowRefused(f"from and to are both {base}", "same_currency", given=base)
    return Exchange(_day(day), base, quote, _rate(rate), origin)


def _currency(cell: str) -> str:
    if (code := code_of(cell)) is None:
        raise RowRefused(
            f"{cell[:20]!r} is no currency: write three letters of ISO 4217, CNY", "no_currency",
            given=cell[:20],
        )  # fmt: skip
    return code


def _day(cell: str) -> str:
    try:
        return date.fromisoformat(cell.split("T")[0].split(" ")[0]).isoformat()
    except ValueError:
        raise RowRefused(
            f"{cell[:20]!r} is not a day: write 2026-01-31", "not_day", given=cell[:20]
        ) from None


def _rate(cell: str) -> Decimal:
    try:
        rate = Decimal(cell)
    except InvalidOperation:
        raise RowRefused(
            f"{cell[:20]!r} is not a rate: write 7.12", "not_rate", given=cell[:20]
        ) from None
    if not (rate.is_finite() and LEAST <= rate <= MOST):
        raise RowRefused(
            f"{cell[:20]!r} is not a rate between {LEAST} and {MOST}", "rate_beyond",
            given=cell[:20],
        )  # fmt: skip
    return rate
