"""A carrier's bill laid beside the journal's calls, by command and by page."""

import csv
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from dialer.engine.commands import Cdr
from dialer.errors import ImportRefused, Misgiven
from dialer.journal.numbers import Numbers
from dialer.journal.reader import Reader
from dialer.leads.rejects import harmless
from dialer.money import bill, files
from dialer.money.given import zone_of
from dialer.money.rating import ZERO
from dialer.money.sheets import Reject
from dialer.money.store import Money, file_in

MOST_TOLD = 200
"Differences, and lines that cannot be read, that a page shows one by one."
WITHIN_S = 90.0
"How far the clocks of a carrier and ours may be apart."


class Reconciled(NamedTuple):
    """A bill beside our calls, and the lines of it that could not be read."""

    found: bill.Compared
    rejects: list[Reject]
    currency: str
    "Of our own amounts; empty where the trunk has no deck."


def reconciled(
    home: Path, journal: Path, file: Path, *, trunk: str, zone: str, within_s: float = WITHIN_S
) -> Reconciled:
    """What differs. Our calls are those that a trunk answered between the first and last line."""
    place = zone_of(zone)
    theirs, rejects = files.read(file, lambda rows: bill.lines(rows, place))
    if not theirs:
        first = rejects[0] if rejects else None
        raise ImportRefused(
            f"no line of the bill can be read; line {first.line if first else 1}: "
            f"{first.reason if first else 'there is none'}", "bill_empty",
        )  # fmt: skip
    since, until = min(one.at for one in theirs), max(one.at for one in theirs)
    with Money(file_in(home)) as money:
        ours, currencies = _ours(money, journal, trunk, since - within_s, until + within_s)
        deck = money.uses().get(trunk)
        used = next((k.deck.currency for k in money.decks() if k.deck.name == deck), "")
    if len(currencies) > 1:
        raise Misgiven(
            f"our calls of those days are rated in {' and '.join(currencies)}: rate them again by "
            "one deck, then compare", "bill_currencies", currencies=", ".join(currencies),
        )  # fmt: skip
    found = bill.compared(ours, theirs, within_s=within_s)
    return Reconciled(found, rejects, currencies[0] if currencies else used)


class Kind(msgspec.Struct, frozen=True):
    """Differences of a kind."""

    count: int
    more: Decimal
    "How much more they charge than we reckoned, of all of them."


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One of them."""

    what: bill.What
    line: int
    "Of the bill; 0: it is not on it."
    call: str
    "Empty: we know of no such call."
    at: float
    more: Decimal


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A bill beside our calls, in sums; the first differences one by one."""

    currency: str
    matched: int
    theirs: int
    ours: int
    theirs_amount: Decimal
    ours_amount: Decimal
    kinds: dict[bill.What, Kind]
    differences: tuple[Difference, ...]
    rejected: int
    rejects: tuple[Reject, ...]


def told(of: Reconciled) -> Told:
    """As a page shows it."""
    found, kinds = of.found, dict[bill.What, Kind]()
    for one in found.differences:
        before = kinds.get(one.what, Kind(0, ZERO))
        kinds[one.what] = Kind(before.count + 1, before.more + one.more)
    return Told(
        currency=of.currency, matched=found.matched, theirs=found.theirs, ours=found.ours,
        theirs_amount=found.theirs_amount, ours_amount=found.ours_amount, kinds=kinds,
        differences=tuple(
            Difference(what=one.what, line=one.line, call=one.call, at=one.at, more=one.more)
            for one in found.differences[:MOST_TOLD]
        ),
        rejected=len(of.rejects), rejects=tuple(of.rejects[:MOST_TOLD]),
    )  # fmt: skip


def written(found: Reconciled, zone: str, into: IO[str]) -> None:
    """Every difference as a row of CSV, then what could not be read. Numbers are not among them."""
    out, clock = csv.writer(into), ZoneInfo(zone)
    out.writerow(("what", "line", "call", "answered_at", "more", "currency", "why"))
    for one in found.found.differences:
        at = datetime.fromtimestamp(one.at, clock).isoformat(timespec="seconds")
        out.writerow((one.what, one.line or "", one.call, at, one.more, found.currency, ""))
    for reject in found.rejects:
        out.writerow(("unread", reject.line, "", "", "", "", harmless(reject.reason)))


def _ours(
    money: Money, journal: Path, trunk: str, since: float, until: float
) -> tuple[list[bill.Ours], list[str]]:
    """Our calls, and the currencies that they are rated in."""
    cdrs = {
        fact.call: fact.answered_at
        for _, fact in Reader(journal).facts(0)
        if isinstance(fact, Cdr) and fact.direction == "out" and fact.trunk == trunk
        and fact.answered_at is not None and since <= fact.answered_at <= until
    }  # fmt: skip
    with closing(Numbers(journal)) as numbers:
        digits, costs = numbers.of(cdrs), money.newest_of(cdrs)
    ours = [
        bill.Ours(call, digits.get(call, ""), at, costs[call].billed_s, costs[call].amount or ZERO)
        if call in costs else bill.Ours(call, digits.get(call, ""), at, 0, ZERO)
        for call, at in cdrs.items()
    ]  # fmt: skip
    return ours, sorted({cost.currency for cost in costs.values() if cost.amount})
