"""Who is on the lists, for people to see: numbers masked, in full only when they are asked for.

Each question opens the file and lets go of it. Not for an event loop.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from dialer.journal import callbacks, consents, database, vault
from dialer.journal.callbacks import Callback, Promised
from dialer.journal.consents import Agreed
from dialer.journal.sqlite_store import SqliteStore
from dialer.leads.hopper import Lead
from dialer.leads.normalise import digits_of

_PAGE = """
SELECT lead FROM leads
WHERE list = :list AND lead > :after
  AND (:state = '' OR state = :state) AND (:why = '' OR why = :why)
ORDER BY lead LIMIT :n
"""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote about a lead."""

    note: int
    at: float
    author: str
    text: str


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
        with self._reading() as db:
            row = db.execute("SELECT person FROM leads WHERE lead = ?", (int(lead),)).fetchone()
        if not (row and row[0]):
            return {}
        told: dict[str, str] = msgspec.json.decode(self._vault().opened(row[0], "person"))
        return told

    def notes(self, lead: str) -> list[Note]:
        """What was written about a lead, oldest first."""
        sql = "SELECT note, at, author, text FROM notes WHERE lead = ? ORDER BY note"
        with self._reading() as db:
            rows = db.execute(sql, (int(lead),)).fetchall()
        read = self._vault().opened
        return [Note(note=r[0], at=r[1], author=r[2], text=read(r[3], "note")) for r in rows]

    def callback(self, lead: str) -> Callback | None:
        """What is promised to this lead, if anything is."""
        if self.lead(lead) is None:
            return None
        with self._reading() as db:
            return callbacks.of(db, int(lead))

    def callbacks(
        self, sees: Callable[[Callback], bool], *, since: float, until: float, n: int
    ) -> list[Promised]:
        """What is promised for a time, the earliest first, as far as it is seen."""
        if not self._journal.exists():
            return []
        with self._reading() as db:
            return callbacks.promised(db, self._vault(), sees, since=since, until=until, n=n)

    def consents(self, *, before: int = 2**62, n: int = 100) -> list[Agreed]:
        """The consents that were recorded last, before that one."""
        if not self._journal.exists():
            return []
        with self._reading() as db:
            return consents.latest(db, self._vault(), before=before, n=n)

    def consents_of(self, digits: str) -> list[Agreed]:
        """All consents of one number."""
        if not self._journal.exists():
            return []
        with self._reading() as db:
            return consents.of(db, self._vault(), self._vault().key(digits))

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
