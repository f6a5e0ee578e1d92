"""What calls cost: the decks in use, charges, and a number tried."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.api.exchanges import day_parts
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.asterisk.trunks import ways
from dialer.errors import DialerError
from dialer.money.charges import charge_of
from dialer.money.store import Charge, Kept, Kind, Money, file_in
from dialer.money.trial import Candidate, Trial, tried

Asking = Request[Visitor, Any, Any]
Word = Annotated[str, Meta(max_length=80)]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A price list as it was imported once."""

    version: int
    valid_from: date | None
    "From this day its list counts; null: always."
    rates: int
    imported_at: float
    imported_by: str
    origin: str
    "The file's name."


class DeckShown(msgspec.Struct, frozen=True, kw_only=True):
    """A deck: its terms are those of its newest version, which comes first."""

    name: str
    currency: str
    zone: str
    decimals: int
    rounding: str
    short_s: int
    short_fee: Decimal
    early_fee: Decimal
    prefixes: int
    "Of the newest version."
    trunks: tuple[str, ...]
    "Whose calls it rates."
    versions: tuple[Version, ...]


class TrunkShown(msgspec.Struct, frozen=True):
    """A trunk, and the deck that its calls are rated by."""

    name: str
    deck: str
    "Empty: none, so its calls have no price in any report."


class ChargeShown(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid by the month (trunk, number) or the hour (pool, agent)."""

    kind: Kind
    name: str
    amount: Decimal
    currency: str
    since: date


class Tariffs(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of what calls cost."""

    decks: tuple[DeckShown, ...]
    trunks: tuple[TrunkShown, ...]
    charges: tuple[ChargeShown, ...]
    currency: str
    "Of reports; empty: each amount stays in its own."


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which deck rates a trunk's calls from now on."""

    deck: Word
    "Empty: none."


class NewCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is paid from a day on."""

    kind: Kind
    name: Word = ""
    "Empty, of agents' hours: all pools that have none of their own."
    amount: Word
    currency: Word
    since: Word = ""
    "First day; empty: today."


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call thought of. The number stands in the body: addresses of pages are kept."""

    deck: Word
    number: Annotated[str, Meta(max_length=40)]
    seconds: Annotated[int, Meta(ge=0, le=86_400)] = 60
    version: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    at: Annotated[float, Meta(ge=0, le=4_000_000_000)] | None = None
    "When it is answered; null: now."


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """What it would cost, and every rate whose prefix the number begins with."""

    version: int
    currency: str
    zone: str
    amount: Decimal | None
    "Null: no rate is for it then."
    billed_s: int
    candidates: tuple[Candidate, ...]


@route("GET /api/v1/tariffs")
async def tariffs(house: Here) -> Tariffs:
    """Decks with their versions, trunks with and without one, charges."""
    return await in_thread(_all, house)


@route("PUT /api/v1/tariffs/trunks/{trunk}")
async def use(
    trunk: FromPath[str], data: JSONBody[Use], request: Asking, house: Here
) -> TrunkShown:
    """Those to come at once; earlier ones when they are rated again."""
    by, at = request.user.user.name, house.clock()

    def done() -> None:
        with Money(file_in(house.home)) as money:
            if trunk not in {*_trunks(house), *money.uses()}:
                raise Refused(404, f"There is no trunk {trunk}.", "trunk_unknown", trunk=trunk)
            money.use(trunk, data.deck, at=at, by=by)

    await in_thread(done)
    await house.note(request.user.actor, "tariff.edit", f"trunk:{trunk}", {"deck": data.deck})
    return TrunkShown(trunk, data.deck)


@route("POST /api/v1/tariffs/charges", status_code=201)
async def charge(data: JSONBody[NewCharge], request: Asking, house: Here) -> ChargeShown:
    """Nothing is written over: of a kind, name and day the one that was set last counts."""
    by, at = request.user.user.name, house.clock()
    made = charge_of(data.kind, data.name, data.amount, data.currency, data.since, now=at)

    def done() -> None:
        with Money(file_in(house.home)) as money:
            money.charge(made, at=at, by=by)

    await in_thread(done)
    after = {"amount": str(made.amount), "currency": made.currency, "since": day_parts(made.since)}
    await house.note(request.user.actor, "tariff.edit", f"charge:{made.kind}:{made.name}", after)
    return _charge(made)


@route("POST /api/v1/tariffs/price")
async def price(data: JSONBody[Number], house: Here) -> Priced:
    """What a call of so many seconds would cost, by which rate, and why by that one."""

    def done() -> Trial:
        with Money(file_in(house.home)) as money:
            return tried(
                money, deck=data.deck, number=data.number, seconds=data.seconds,
                at=house.clock() if data.at is None else data.at, version=data.version,
            )  # fmt: skip

    found = await in_thread(done)
    return Priced(
        version=found.version, currency=found.currency, zone=found.zone,
        amount=found.price.amount if found.price else None,
        billed_s=found.price.billed_s if found.price else 0, candidates=found.candidates,
    )  # fmt: skip


HANDLERS = (tariffs, use, charge, price)


def _all(house: House) -> Tariffs:
    with Money(file_in(house.home)) as money:
        uses, kept, charges = money.uses(), money.decks(), money.charges()
        names = dict.fromkeys(one.deck.name for one in kept)
        decks = tuple(
            _deck([one for one in kept if one.deck.name == name], uses, money) for name in names
        )
    trunks = sorted({*_trunks(house), *uses})
    return Tariffs(
        decks=decks, trunks=tuple(TrunkShown(one, uses.get(one, "")) for one in trunks),
        charges=tuple(map(_charge, charges)), currency=house.settings.reports.currency,
    )  # fmt: skip


def _deck(versions: list[Kept], uses: Mapping[str, str], money: Money) -> DeckShown:
    newest = versions[0].deck
    return DeckShown(
        name=newest.name, currency=newest.currency, zone=newest.zone, decimals=newest.decimals,
        rounding=newest.rounding, short_s=newest.short_s, short_fee=newest.short_fee,
        early_fee=newest.early_fee, prefixes=money.prefixes(newest.name, newest.version),
        trunks=tuple(trunk for trunk, deck in uses.items() if deck == newest.name),
        versions=tuple(
            Version(
                version=one.deck.version, valid_from=one.deck.valid_from, rates=one.rates,
                imported_at=one.imported_at, imported_by=one.imported_by, origin=one.origin,
            )
            for one in versions
        ),
    )  # fmt: skip


def _trunks(house: House) -> list[str]:
    try:
        return list(ways(house.settings))
    except DialerError:  # doctor says what is wrong with the file of trunks
        return []


def _charge(one: Charge) -> ChargeShown:
    return ChargeShown(
        kind=one.kind, name=one.name, amount=one.amount, currency=one.currency,
        since=date.fromisoformat(one.since),
    )  # fmt: skip
