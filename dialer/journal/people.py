"""Who is on the lists, for people to see: numbers masked, in full only when they are asked for.

Each question opens the file and lets go of it. Not for an event loop.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from dialer.journal import database, vault
from dialer.journal.book import Book
from dialer.journal.sqlite_store import SqliteStore
from dialer.leads.hopper import Lead
from dialer.leads.normalise import digits_of

_PAGE = """
SELECT lead FROM leads
WHERE list = :list AND lead > :after
  AND (:state = '' OR state = :state) AND (:why = '' OR why = :why)
ORDER BY lead LIMIT :n
"""


class People:
    """The leads of one journal. Before the dialer's first start there are none."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal

    def lead(self, lead: str) -> Lead | None:
        """A lead, if there is one."""
        is_id = lead.isdecimal() and lead.isascii() and len(lead) < 19
        if not (is_id and self._journal.exists()):
            return None
        with self._reading() as db:
            known = db.execute("SELECT 1 FROM leads WHERE lead = ?", (int(lead),)).fetchone()
            return SqliteStore(db, self._vault()).lead(lead) if known else None

    def on(
        self, name: str, *, state: str = "", why: str = "", after: int = 0, n: int = 100
    ) -> list[Lead]:
        """The leads of a list by their ids, so many after one."""
        bound = {"list": name, "after": after, "state": state, "why": why, "n": n}
        with self._reading() as db:
            store = SqliteStore(db, self._vault())
            return [store.lead(str(row[0])) for row in db.execute(_PAGE, bound).fetchall()]

    def having(self, number: str, country: str) -> list[Lead]:
        """The leads that have this number, on whichever lists."""
        digits = digits_of(number, country)
        if digits is None or not self._journal.exists():
            return []
        with self._reading() as db:
            store = SqliteStore(db, self._vault())
            return [store.lead(one) for one in store.leads_with(self._vault().key(digits))]

    def person(self, lead: str) -> Mapping[str, str]:
        """What the list said of a lead."""
        with Book(self._journal) as book:
            return book.person(lead)

    def digits_of(self, lead: str) -> list[str]:
        """A lead's numbers in full, for `access.numbers.reveal` and nobody else."""
        sql = "SELECT digits FROM numbers WHERE lead = ? ORDER BY pos"
        with self._reading() as db:
            rows = db.execute(sql, (int(lead),)).fetchall()
        return [self._vault().opened(row[0], "number") for row in rows]

    def _vault(self) -> vault.Vault:
        return vault.unlocked(vault.key_file(self._journal))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(database.opened_to_read(self._journal)) as db:
            yield db
