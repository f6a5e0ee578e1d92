"""The days that the house sets itself: closed ones, weekends worked in turn. Nothing is removed: an
entry ends, and who said so stays on record."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from dialer.engine.compliance import DayKind, HouseDay


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One day, or a row of them."""

    entry: int = 0
    region: str = ""
    "ISO 3166; empty: everywhere."
    kind: DayKind
    first: date
    last: date
    note: str = ""
    "Why, for people: Spring Festival."
    added_by: str = ""
    added_at: float = 0.0
    removed_by: str = ""
    removed_at: float | None = None

    def dates(self) -> Iterator[date]:
        """Each of its days."""
        return (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))

    def holds(self, at: float) -> bool:
        """It was in force at that instant."""
        return self.added_at <= at and (self.removed_at is None or at < self.removed_at)


_KEEP = """
INSERT INTO house_days (region, kind, first, last, note, added_by, added_at)
VALUES (:region, :kind, :first, :last, :note, :added_by, :added_at)"""
_END = """
UPDATE house_days SET removed_by = ?, removed_at = ? WHERE entry = ? AND removed_at IS NULL"""


def keep(db: sqlite3.Connection, one: Entry) -> int:
    """Keep an entry; its number."""
    bound = msgspec.structs.asdict(one) | {"first": f"{one.first}", "last": f"{one.last}"}
    return int(db.execute(_KEEP, bound).lastrowid or 0)


def end(db: sqlite3.Connection, entry: int, by: str, at: float) -> bool:
    """An entry is over; whether it was in force."""
    return db.execute(_END, (by, at, entry)).rowcount == 1


def ever(db: sqlite3.Connection) -> list[Entry]:
    """All there were, those of the earliest days first."""
    rows = db.execute("SELECT * FROM house_days ORDER BY first, last, entry")
    names = Entry.__struct_fields__
    return [msgspec.convert(dict(zip(names, row, strict=True)), Entry) for row in rows]


def in_force(db: sqlite3.Connection) -> list[Entry]:
    """Those that nobody has ended."""
    return [one for one in ever(db) if one.removed_at is None]


def days(entries: Iterable[Entry]) -> tuple[HouseDay, ...]:
    """As a campaign's rules have them: see `compliance.Rules.days`.

    >>> days([Entry(region="CN", kind="closed", first=date(2027, 2, 5), last=date(2027, 2, 6))])
    (('CN', '2027-02-05', 'closed'), ('CN', '2027-02-06', 'closed'))
    """
    found = {(one.region, day.isoformat(), one.kind) for one in entries for day in one.dates()}
    return tuple(sorted(found))
