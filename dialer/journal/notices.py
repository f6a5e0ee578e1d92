"""Whether another process changed the journal's file, and which numbers it blocked."""

import sqlite3

from dialer.engine.events import Event, NumberBlocked


class Notices:
    """Looks at SQLite's change counter: a read of shared memory, no query."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._version = 0
        self._block = 0
        self._to_see = (0, 0)

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

    def ranges(self) -> bool:
        """Others blocked whole ranges of numbers since."""
        sql = "SELECT 1 FROM dnc WHERE entry > ? AND prefix != '' AND allows = 0"
        return self._db.execute(sql, (self._block,)).fetchone() is not None

    def saw(self) -> None:
        """Read up to here, inside the transaction; `committed` makes it so."""
        last = self._db.execute("SELECT coalesce(max(entry), 0) FROM dnc").fetchone()[0]
        self._to_see = (self._now(), last)

    def committed(self) -> None:
        """The transaction went through: do not tell it again."""
        self._version, self._block = self._to_see

    def _now(self) -> int:
        version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
        return version
