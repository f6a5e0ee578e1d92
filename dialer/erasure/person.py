"""Who is behind a number: his leads, his other numbers, his calls, what the lists said of him."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from dialer.errors import ErasureRefused
from dialer.journal import database, vault
from dialer.leads.normalise import masked

MOST_LEADS = 50
"More leads than that share a switchboard, not a person."
NAMES = ("name", "first_name", "last_name")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """All that the journal knows him by. Holds numbers in full: never written anywhere as it is."""

    numbers: tuple[str, ...]
    "Digits: the one asked for, and those of the leads that have it."
    keys: tuple[str, ...]
    "The keyed hashes of all his numbers, also of such as are erased already."
    leads: tuple[int, ...]
    calls: tuple[str, ...]
    "To him and from him, the oldest first."
    under_way: tuple[str, ...]
    "Those of them that are not over."
    last_at: float
    "When the last of them was over."
    fields: tuple[Mapping[str, str], ...]
    "What the list said, of each lead."
    masks: tuple[str, ...]

    @property
    def addresses(self) -> list[str]:
        """Values that are his alone: whatever has an `@`."""
        return sorted({v for one in self.fields for v in one.values() if "@" in v and len(v) > 5})

    @property
    def names(self) -> list[str]:
        """What he is called, where that is longer than a syllable or two."""
        found = {one.get("name", "") for one in self.fields}
        found |= {f"{one.get('first_name', '')} {one.get('last_name', '')}" for one in self.fields}
        return sorted(name for name in map(str.strip, found) if len(name.encode()) >= 6)


def person(journal: Path, digits: str) -> Person:
    """The person behind a number, as the journal has him now."""
    with closing(database.opened_to_read(journal)) as db:
        return of(db, vault.unlocked(vault.key_file(journal)), digits)


def of(db: sqlite3.Connection, known: vault.Vault, digits: str) -> Person:
    """The same, on a connection that is open.

    A lead is a person: its other numbers are his, and other leads with one of them are he again.
    """
    keys, leads, before = {known.key(digits): digits}, set[int](), -1
    while len(leads) > before:
        before = len(leads)
        leads |= {row[0] for row in _in(db, "SELECT lead FROM numbers WHERE key IN ({})", [*keys])}
        if len(leads) > MOST_LEADS:
            raise ErasureRefused(
                f"that number leads to more than {MOST_LEADS} leads: it is nobody's own",
                "nobodys_own",
                most=MOST_LEADS,
            )
        sql = "SELECT key, digits FROM numbers WHERE lead IN ({})"
        for key, sealed in _in(db, sql, [*leads]):
            keys[key] = known.opened(sealed, "number") or keys.get(key, "")
    calls = _calls(db, [*keys])
    rows = _in(db, "SELECT person FROM leads WHERE lead IN ({}) ORDER BY lead", [*leads])
    masks = {
        str(row[0])
        for table in ("numbers", "dnc", "consents")
        for row in _in(db, f"SELECT masked FROM {table} WHERE key IN ({{}})", [*keys])
    }
    numbers = tuple(filter(None, keys.values()))
    masks |= set(map(masked, numbers))
    return Person(
        numbers=numbers, keys=tuple(keys), leads=tuple(sorted(leads)),
        calls=tuple(call for call, *_ in calls),
        under_way=tuple(call for call, _, closed_at in calls if closed_at is None),
        last_at=max((closed_at or 0.0 for *_, closed_at in calls), default=0.0),
        masks=tuple(sorted(masks)),
        fields=tuple(
            msgspec.json.decode(known.opened(row[0], "person"), type=dict[str, str])
            for row in rows if row[0]
        ),
    )  # fmt: skip


def _calls(db: sqlite3.Connection, keys: Sequence[str]) -> list[tuple[str, float, float | None]]:
    """Call, when it began, when it was over."""
    sql = "SELECT call, opened_at, closed_at FROM intents WHERE number_key IN ({})"
    found = _in(db, sql, keys)
    sql = "SELECT call, at, closed_at FROM arrivals WHERE number_key IN ({})"
    return sorted(found + _in(db, sql, keys), key=lambda row: (row[1], row[0]))


def _in(db: sqlite3.Connection, sql: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
    return db.execute(sql.format(", ".join("?" * len(values))), values).fetchall()
