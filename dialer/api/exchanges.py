"""Rates of exchange: those that are known, one told by hand, a table of them."""

import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from dialer.api.house import Here, House, in_thread
from dialer.api.lists import received
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.errors import Misgiven
from dialer.money import exchange, files
from dialer.money.exchange import Exchange
from dialer.money.sheets import Reject
from dialer.money.store import Money, file_in

Asking = Request[Visitor, Any, Any]
Word = Annotated[str, Meta(max_length=80)]
LATEST = 200
"Rates of exchange that are told, those of the latest days."
TABLE_MAX = 5_000_000
"Bytes of a table of rates of exchange."


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rate of exchange: so much of `quote` is one of `base`."""

    day: Word
    base: Word
    quote: Word
    rate: Word
    source: Word = ""
    "Who published it; empty: who tells it."


class ExchangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A rate of exchange in force from a day on."""

    day: date
    base: str
    quote: str
    rate: Decimal
    source: str


class Imported(msgspec.Struct, frozen=True):
    """What became of a table of rates of exchange: all of it, or nothing."""

    kept: int
    rejects: tuple[Reject, ...]


@route("GET /api/v1/tariffs/exchange")
async def rates(house: Here) -> list[ExchangeShown]:
    """The latest of them, the newest day first."""

    def known() -> list[Exchange]:
        with Money(file_in(house.home)) as money:
            return money.exchange()

    found = sorted(await in_thread(known), key=lambda one: (one.base, one.quote))
    latest = sorted(found, key=lambda one: one.day, reverse=True)[:LATEST]
    return [_exchange(one) for one in latest]


@route("POST /api/v1/tariffs/exchange", status_code=201)
async def tell_rate(data: JSONBody[Told], request: Asking, house: Here) -> ExchangeShown:
    """One, by hand."""
    name = request.user.user.name
    one = exchange.told(data.day, data.base, data.quote, data.rate, data.source.strip() or name)
    after = {"base": one.base, "quote": one.quote, "rate": str(one.rate), "day": day_parts(one.day)}
    await _kept(house, request, [one], after)
    return _exchange(one)


@route("POST /api/v1/tariffs/exchange/import", request_max_body_size=TABLE_MAX)
async def import_rates(
    request: Asking,
    house: Here,
    source: Annotated[str, QueryParameter(max_length=80)] = "",
) -> Imported:
    """A table, which is the body: date, from, to, rate. If one row cannot be read, none is kept."""
    origin = source.strip() or request.user.user.name
    with tempfile.TemporaryDirectory(prefix="dialer-") as folder:
        file = await received(request, Path(folder) / "rates.csv")
        found, rejects = await in_thread(_table, file, origin)
    if rejects:
        return Imported(0, tuple(rejects[:LATEST]))
    await _kept(house, request, found, {"rates": len(found), "source": origin})
    return Imported(len(found), ())


HANDLERS = (rates, tell_rate, import_rates)


def day_parts(day: str | date | None) -> tuple[int, ...] | None:
    """For the audit log, which takes a day in figures for a number somebody is called by.

    >>> day_parts("2026-11-01")
    (2026, 11, 1)
    """
    found = date.fromisoformat(day) if isinstance(day, str) and day else day or None
    return (found.year, found.month, found.day) if isinstance(found, date) else None


def _exchange(one: Exchange) -> ExchangeShown:
    return ExchangeShown(
        day=date.fromisoformat(one.day), base=one.base, quote=one.quote, rate=one.rate,
        source=one.origin,
    )  # fmt: skip


def _table(file: Path, origin: str) -> tuple[list[Exchange], list[Reject]]:
    found, rejects = files.read(file, lambda rows: exchange.read(rows, origin))
    if not (found or rejects):
        raise Misgiven("the file has no rates", "no_rates")
    return found, rejects


async def _kept(
    house: House, request: Asking, found: list[Exchange], after: Mapping[str, object]
) -> None:
    by, at = request.user.user.name, house.clock()

    def done() -> None:
        with Money(file_in(house.home)) as money:
            money.add_exchange(found, at=at, by=by)

    await in_thread(done)
    await house.note(request.user.actor, "tariff.edit", "exchange", after)
