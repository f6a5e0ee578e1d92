"""Whether another process changed the journal's file: numbers that it blocked, days that it set."""

import sqlite3
from collections.abc import Iterator

from dialer.engine.events import DaysSet, Event, NumberBlocked
from dialer.journal import house_days
from dialer.journal.house_days import Entry


class Notices:
    """Looks at SQLite's change counter: a read of shared memory, no query."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._version = 0
        self._block = 0
        self._days: dict[int, Entry] = {}
        self._to_see = (0, 0, self._days)

    def begin(self) -> None:
        """What is there now is known."""
        self.saw()
        self.committed()

    def changed(self) -> bool:
        """Another connection has committed since."""
        return self._now() != self._version

    def blocked(self, at: float) -> list[Event]:
        """Numbers that others put on a do-not-call list since."""
        sql = (
            "SELECT DISTINCT key, campaign FROM dnc WHERE entry > ? AND removed_at IS NULL"
            " AND prefix = '' AND allows = 0 ORDER BY entry"
        )
        rows = self._db.execute(sql, (self._block,)).fetchall()
        return [NumberBlocked(row[0], row[1], at=at) for row in rows]

    def days(self, at: float) -> Iterator[Event]:
        """What others set for days since."""
        changed = (one for entry, one in self._entries().items() if self._days.get(entry) != one)
        yield from (days_set(one, at) for one in changed)

    def ranges(self) -> bool:
        """Others blocked whole ranges of numbers since."""
        sql = "SELECT 1 FROM dnc WHERE entry > ? AND prefix != '' AND allows = 0"
        return self._db.execute(sql, (self._block,)).fetchone() is not None

    def saw(self) -> None:
        """Read up to here, inside the transaction; `committed` makes it so."""
        last = self._db.execute("SELECT coalesce(max(entry), 0) FROM dnc").fetchone()[0]
        days = self._entries() if self.changed() else self._days
        self._to_see = (self._now(), last, days)

    def committed(self) -> None:
        """The transaction went through: do not tell it again."""
        self._version, self._block, self._days = self._to_see

    def _entries(self) -> dict[int, Entry]:
        return {one.entry: one for one in house_days.ever(self._db)}

    def _now(self) -> int:
        version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
        return version


def days_set(one: Entry, at: float) -> DaysSet:
    """The event of an entry that is new, or over."""
    return DaysSet(
        at=at, kind=one.kind, first=f"{one.first}", last=f"{one.last}", region=one.region,
        ended=one.removed_at is not None, user=one.removed_by or one.added_by,
    )  # fmt: skip
