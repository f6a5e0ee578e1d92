"""Reading the journal, from any process, while the dialer writes it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from dialer.engine.commands import Fact, fact
from dialer.engine.events import Arrived, Event, Intended, decode
from dialer.journal import database, house_days, imports
from dialer.journal.house_days import Entry
from dialer.journal.imports import Import
from dialer.journal.sqlite_store.callers import arrived
from dialer.journal.sqlite_store.campaigns import campaign
from dialer.journal.sqlite_store.promises import intended
from dialer.leads.rules import Campaign

PAGE = 1000
"Rows per statement: a long reader would keep the write-ahead log from being folded in."


class Reader:
    """What is committed. Each question opens the file anew and lets go of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _connection(self) -> sqlite3.Connection:
        return database.opened_to_read(self.path)

    def _pages(self, table: str, seq: int) -> Iterator[tuple[int, str]]:
        sql = f"SELECT seq, body FROM {table} WHERE seq > ? ORDER BY seq LIMIT {PAGE}"
        with closing(self._connection()) as db:
            while rows := db.execute(sql, (seq,)).fetchall():
                yield from rows
                seq = rows[-1][0]

    def since(self, seq: int) -> Iterator[tuple[int, Event]]:
        """The events after `seq`, oldest first."""
        return ((number, decode(body.encode())) for number, body in self._pages("events", seq))

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq` (a numbering of their own), oldest first."""
        return ((number, fact(body.encode())) for number, body in self._pages("facts", seq))

    def last_fact(self) -> int:
        """The newest fact's number; 0 if there is none."""
        with closing(self._connection()) as db:
            return int(db.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()[0])

    def open_intents(self) -> list[Intended]:
        """Every promise that no CDR and no withdrawal has closed, oldest first."""
        sql = "SELECT body FROM intents WHERE closed_at IS NULL ORDER BY opened_at, call"
        with closing(self._connection()) as db:
            return [intended(row[0]) for row in db.execute(sql)]

    def open_arrivals(self) -> list[Arrived]:
        """Everybody who called us and whose call no CDR has closed, oldest first."""
        sql = "SELECT body FROM arrivals WHERE closed_at IS NULL ORDER BY at, call"
        with closing(self._connection()) as db:
            return [arrived(row[0]) for row in db.execute(sql)]

    def imports(self, name: str = "", n: int = 100) -> list[Import]:
        """The last imports into a list, or into any; the latest first."""
        with closing(self._connection()) as db:
            return imports.latest(db, n, name)

    def import_of(self, id: int) -> Import | None:
        """One import, if there is one of that id."""
        with closing(self._connection()) as db, suppress(KeyError):
            return imports.of_id(db, id)
        return None

    def house_days(self) -> list[Entry]:
        """What the house has set for days, those of the earliest days first."""
        with closing(self._connection()) as db:
            return house_days.in_force(db)

    def restore(self) -> tuple[int, bytes] | None:
        """The newest checkpoint."""
        sql = "SELECT seq, state FROM checkpoints ORDER BY seq DESC LIMIT 1"
        with closing(self._connection()) as db:
            row: tuple[int, bytes] | None = db.execute(sql).fetchone()
            return row

    def campaigns(self) -> list[Campaign]:
        """The version in force of every campaign, by name."""
        sql = "SELECT opened, rules, max(version) FROM campaigns GROUP BY campaign"
        with closing(self._connection()) as db:
            return [campaign(opened, rules) for opened, rules, _ in db.execute(sql)]
