"""A carrier's price list on its way to become a version of a deck: looked at, then taken.

The command and the page do it by the same functions, so that what was seen is what is kept.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from dialer.errors import ImportRefused, Misgiven, RowRefused
from dialer.leads.text import Bad, Row
from dialer.money import files, given, sheets
from dialer.money.rating import Deck, Rate
from dialer.money.sheets import Better, Head, Reject
from dialer.money.shown import RateShown, shown
from dialer.money.store import Money, file_in
from dialer.money.versions import WHATS, Change, What, changes, in_force

FIRST_ROWS = 20
"Rows that a look shows as they stand."
MOST_TOLD = 200
"Refused rows, and changes of a kind, that a look tells one by one; it counts all of them."
CELL_MOST = 120
Word = Annotated[str, Meta(max_length=60)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to become of a list, in somebody's words."""

    deck: Word
    currency: Word
    zone: Word = "UTC"
    "Whose days and hours its rates mean."
    decimals: Annotated[int, Meta(ge=0, le=6)] = 4
    "Places of a call's price."
    rounding: Word = "half_up"
    short: Word = ""
    "Surcharge below so many seconds, `6:0.01`; empty: none."
    early_fee: Word = "0"
    "Of calls that nobody answered but had sound before."
    valid_from: Word = ""
    "First day of rows that name none, before which the version before counts; empty: always."
    skip_bad: bool = False
    "Take the rows that can be read."
    sheet: Word = ""
    "Of a workbook; empty: the first that has rows."
    head: Annotated[int, Meta(ge=-1, le=sheets.HEAD_WITHIN)] = 0
    columns: Annotated[tuple[Word, ...], Meta(max_length=200)] = ()
    "As `sheets.Better` has them."

    def terms(self) -> Deck:
        """The deck without its rates. `Misgiven` where a word is none."""
        short_s, short_fee = given.short_of(self.short)
        return Deck(
            name=given.deck_of(self.deck), currency=given.currency_of(self.currency), rates=(),
            zone=given.zone_of(self.zone), decimals=self.decimals,
            rounding=given.rounding_of(self.rounding), short_s=short_s, short_fee=short_fee,
            early_fee=given.amount_of("early fee", self.early_fee or "0"),
        )  # fmt: skip

    def day(self) -> date | None:
        """From when it counts."""
        word = self.valid_from
        return date.fromisoformat(given.day_of(word, 0.0)) if word else None


class RowSeen(msgspec.Struct, frozen=True):
    """A row as it stands, and what becomes of it."""

    line: int
    cells: tuple[str, ...]
    rates: int
    "Prefixes of it; 0: none, and `why` says why, or it stands above the header."
    rate: RateShown | None = None
    "Of the first of them."
    why: Reject | None = None


class Otherwise(msgspec.Struct, frozen=True):
    """What becomes of a prefix, at certain hours."""

    prefix: str
    before: RateShown | None
    after: RateShown | None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a list, or became of it."""

    deck: str
    version: int
    "The one it is the next to, or has become; 0: there is none before."
    head: Head
    first: tuple[RowSeen, ...]
    rows: int
    rates: int
    prefixes: int
    rejected: int
    rejects: tuple[Reject, ...]
    over: int
    "Rates whose last day is over: no call has them any more."
    ahead: int
    "Rates whose first day is still to come."
    counts: dict[What, int]
    "Changes against the version before, by kind."
    changes: dict[What, tuple[Otherwise, ...]]
    "The first of each."


def looked(home: Path, file: Path, wanted: Wanted, today: date) -> Look:
    """What would become of it; nothing is kept. `ImportRefused`, `Misgiven` say why not."""
    return _read(home, file, wanted, today)[0]


def taken(
    home: Path, file: Path, wanted: Wanted, *, at: float, today: date, by: str, origin: str
) -> Look:
    """Keep it as its deck's next version. A list with refused rows only where that is wanted."""
    look, deck = _read(home, file, wanted, today)
    if not look.head.is_enough:
        raise sheets.headless()
    if look.rejected and not wanted.skip_bad:
        raise ImportRefused(
            f"{look.rejected} rows cannot be read: nothing was kept", "rows_refused",
            rows=look.rejected,
        )  # fmt: skip
    if not look.rates:
        raise ImportRefused("no row has a price: nothing was kept", "no_prices")
    with Money(file_in(home)) as money:
        version = money.add_deck(deck, at=at, by=by, origin=origin, after=look.version)
    return replace(look, version=version)


def first_rows(file: Path, wanted: Wanted) -> tuple[Head, tuple[RowSeen, ...]]:
    """How a list begins, and how each of these rows is understood."""

    def understood(rows: Iterator[Row | Bad]) -> list[Row | Bad]:
        first = list(islice(rows, FIRST_ROWS))
        if not sheets.headed(iter(first), _better(wanted))[0].is_enough:
            raise sheets.headless()  # so that another encoding is tried
        return first

    try:
        rows = files.read(file, understood, wanted.sheet, sheets.MOST_RATES)
    except ImportRefused as why:
        if why.reason != sheets.headless().reason:
            raise
        rows = files.read(file, lambda found: list(islice(found, FIRST_ROWS)), wanted.sheet)
    head, _ = sheets.headed(iter(rows), _better(wanted))
    short = tuple(name[:CELL_MOST] for name in head.names)
    return replace(head, names=short), tuple(_seen(row, head) for row in rows)


def _read(home: Path, file: Path, wanted: Wanted, today: date) -> tuple[Look, Deck]:
    terms, day = wanted.terms(), wanted.day()
    head, first = first_rows(file, wanted)
    before = _before(home, terms)
    if head.is_enough:
        sheet = files.read(file, lambda rows: sheets.read(rows, _better(wanted)), wanted.sheet)
    else:
        sheet = sheets.Sheet(0, (), (), {})
    new = replace(terms, rates=sheet.rates)
    deck = in_force(new, before, day)
    if len(deck.rates) > sheets.MOST_RATES:
        raise ImportRefused(
            f"with those of the version before that count until {day} these are more than "
            f"{sheets.MOST_RATES} rates: leave the day empty", "deck_too_long",
            most=sheets.MOST_RATES,
        )  # fmt: skip
    told = list(changes(before, new)) if before else []
    return Look(
        deck=deck.name, version=before.version if before else 0, head=head, first=first,
        rows=sheet.rows, rates=len(sheet.rates), prefixes=len({r.prefix for r in sheet.rates}),
        rejected=len(sheet.rejects), rejects=sheet.rejects[:MOST_TOLD],
        over=sum(one.valid_to is not None and one.valid_to < today for one in sheet.rates),
        ahead=sum(_begins(one, day) > today for one in sheet.rates),
        counts={what: sum(one.what == what for one in told) for what in WHATS},
        changes={what: tuple(_some(told, what)) for what in WHATS},
    ), deck  # fmt: skip


def _before(home: Path, terms: Deck) -> Deck | None:
    if not file_in(home).exists():
        return None
    with Money(file_in(home)) as money:
        before = money.deck(terms.name) if money.newest(terms.name) else None
    if before is not None and before.currency != terms.currency:
        raise Misgiven(
            f"deck `{before.name}` is in {before.currency}: a list in {terms.currency} needs a "
            "deck of another name", "deck_currency", deck=before.name, currency=before.currency,
        )  # fmt: skip
    return before


def _better(wanted: Wanted) -> Better:
    return Better(head=wanted.head, columns=wanted.columns)


def _begins(rate: Rate, day: date | None) -> date:
    return rate.valid_from or day or date.min


def _some(told: Sequence[Change], what: What) -> Iterator[Otherwise]:
    for one in islice((one for one in told if one.what == what), MOST_TOLD):
        before, after = (shown(rate) if rate else None for rate in (one.before, one.after))
        yield Otherwise(one.prefix or "*", before, after)


def _seen(row: Row | Bad, head: Head) -> RowSeen:
    raw = row.cells if isinstance(row, Row) else [row.text]
    cells = tuple(cell[:CELL_MOST] for cell in raw)
    if not head.is_enough or row.line <= head.line:
        return RowSeen(row.line, cells, 0)
    try:
        found = sheets.rates_of(row, head)
    except RowRefused as why:
        return RowSeen(row.line, cells, 0, why=Reject.of(row.line, why))
    return RowSeen(row.line, cells, len(found), shown(found[0]) if found else None)
