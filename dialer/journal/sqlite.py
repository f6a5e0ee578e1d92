"""The journal in one SQLite file: `synchronous=FULL`, one writer thread, group commit.

journal = SqliteJournal(Path("var/journal.sqlite"), inbox.put, clock)
epoch = journal.take_lease("host:1234", clock())
opened = journal.open_campaign(CampaignOpened(...), LeadRules(lists=("spring",)))
inbox.put(opened)
"""

import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from dialer.engine.commands import JournalCommand
from dialer.engine.events import CampaignOpened, Event
from dialer.errors import JournalError
from dialer.journal import database
from dialer.journal.book import Book
from dialer.journal.claims import Tariffs
from dialer.journal.house_days import Entry
from dialer.journal.intake import Added
from dialer.journal.lease import Lease
from dialer.journal.orders import Checkpoint, Kept, Order, Welcome
from dialer.journal.reader import Reader
from dialer.journal.spare import Spare
from dialer.journal.sqlite_store import SqliteStore
from dialer.journal.store import Block, Consent
from dialer.journal.writer import Writer
from dialer.leads.normalise import NewLead
from dialer.leads.rules import LeadRules
from dialer.ports import Caller, Clock, Report
from dialer.settings.inbound import Inbound

MOST_WAITING = 200_000
"Events that wait in memory for a disk that takes none; facts and withdrawals always wait."
BUSY_S = 1.0
"How long a commit waits for another process that writes."
CLOSE_S = 5.0
"How long `close` tries to write what is left."


class SqliteJournal(Reader):
    """See `dialer.ports.Journal`. `append`, `execute` and `checkpoint` from one thread only."""

    def __init__(
        self, path: Path, report: Report, clock: Clock, house: Inbound | None = None,
        tariffs: Tariffs | None = None,
    ) -> None:  # fmt: skip
        super().__init__(path)
        self._clock = clock
        self._lease = Lease(path)
        self._seq = 0
        self.lost = 0
        "Events that found no room to wait while the disk took none."
        spare = Spare(path)
        self._db, vault = database.unlocked(path, busy_s=BUSY_S)
        self._db.execute(f"PRAGMA cache_size = -{database.DIALER_CACHE_KB}")
        store = SqliteStore(self._db, vault)
        house = house or Inbound()
        self._writer = Writer(
            self._db, store, self._lease, spare, clock, report, vault, house, tariffs
        )
        self.install = self._meta("install")
        self._eye = database.opened_to_read(path)  # the writer's may be waiting for the disk

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0])

    # ---- who writes -----------------------------------------------------------------------------
    def take_lease(self, holder: str, at: float, *, force: bool = False) -> int:
        """Become the journal's one dialer; the epoch. Raises `LeaseTaken` while another lives."""
        if self._lease.epoch:
            raise JournalError("this journal object has had its lease: open another one")
        with database.transaction(self._db):
            epoch = self._lease.take(self._db, holder, at, force=force)
            sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
            self._seq = self._db.execute(sql).fetchone()[0]
        self._writer.begin(self.install, epoch, self._seq)
        return epoch

    @property
    def epoch(self) -> int:
        """The lease that this journal holds; 0 before `take_lease`."""
        return self._lease.epoch

    def is_owner(self) -> bool:
        """No other dialer has taken the journal over: to be asked just before a call is placed.

        One that slept for a while may not know it yet, and still hold promises.
        """
        try:
            return not self._writer.fenced and self._lease.holds(self._eye)
        except sqlite3.Error:
            return False  # who cannot know does not dial

    # ---- the port -------------------------------------------------------------------------------
    @property
    def durable(self) -> int:
        """The last committed sequence number."""
        return self._writer.durable

    def append(self, event: Event) -> int:
        """Keep an event; its sequence number."""
        self._owned()
        self._seq += 1
        if self._writer.trouble and self._writer.waiting >= MOST_WAITING:
            self.lost += 1
        else:
            self._writer.inbox.put(Kept(self._seq, event))
        return self._seq

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """Carry out an order; the answer is reported after its commit."""
        self._owned()
        self._writer.inbox.put(Order(command, cause, index))

    def checkpoint(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after event `seq`."""
        self._owned()
        self._writer.inbox.put(Checkpoint(seq, state))

    def welcome(self, caller: Caller) -> None:
        """Look up who calls -> Arrived."""
        self._owned()
        self._writer.inbox.put(Welcome(caller))

    def is_welcome(self, call: str) -> bool:
        """The arrival is on disk and reported."""
        return call in self._writer.told.welcomed

    def has_opted_out(self, call: str) -> bool:
        """The wish not to be called any more is on disk and reported."""
        return call in self._writer.told.opted_out

    def number_of(self, call: str) -> str:
        """The number to dial. `KeyError` before the promise and after the call."""
        return self._writer.numbers[call]

    def _owned(self) -> None:
        if not self._lease.epoch:
            raise JournalError("take_lease first: without it nothing may be written")
        if not self._writer.is_alive():
            raise JournalError("the journal is closed")

    # ---- how it is ------------------------------------------------------------------------------
    @property
    def trouble(self) -> str:
        """Why nothing can be written at the moment; empty when all is well."""
        return self._writer.trouble

    @property
    def waiting(self) -> int:
        """How many events and orders are not yet written."""
        return self._writer.waiting

    @property
    def commit_s(self) -> float:
        """How long the last transaction took."""
        return self._writer.commit_s

    @property
    def doubles(self) -> int:
        """CDRs of calls that had one already: ignored."""
        return self._writer.ledger.endings.doubles

    @property
    def strays(self) -> int:
        """CDRs of calls that were never promised, or were withdrawn."""
        return self._writer.ledger.endings.strays

    def flush(self, timeout_s: float = 10.0) -> None:
        """Wait until everything given so far is committed and reported."""
        self._owned()
        written = threading.Event()
        self._writer.inbox.put(written)
        if not written.wait(timeout_s):
            raise JournalError(f"nothing is written: {self.trouble or 'the disk is too slow'}")

    def close(self) -> None:
        """Write what is left and let go of the lease."""
        writer = self._writer
        if writer.is_alive():
            writer.inbox.put(None)
            writer.join(CLOSE_S)
            writer.give_up = True
            writer.join()
        self._db.close()
        self._eye.close()
        self._lease.drop()
        if left := writer.left:
            raise JournalError(f"{left} events and orders could not be written: {writer.trouble}")

    # ---- entered data ---------------------------------------------------------------------------
    def open_campaign(self, opened: CampaignOpened, rules: LeadRules) -> CampaignOpened:
        """Put a campaign in force; the event to report, with its version."""
        with Book(self.path) as book:
            return book.open_campaign(opened, rules)

    def add_leads(self, list: str, leads: Iterable[NewLead]) -> Added:
        """Add leads to a list."""
        with Book(self.path) as book:
            return book.add_leads(list, leads, at=self._clock())

    def archive(self, list: str, *, by: str = "") -> bool:
        """Put a list away; whether it was not."""
        with Book(self.path) as book:
            return book.archive(list, by=by, at=self._clock())

    def bring_back(self, list: str) -> bool:
        """Dial a list again; whether it was put away."""
        with Book(self.path) as book:
            return book.bring_back(list)

    def keep_days(self, one: Entry) -> int:
        """Close days, or work a weekend in turn; the entry's number."""
        with Book(self.path) as book:
            return book.keep_days(one)

    def end_days(self, entry: int, *, by: str) -> bool:
        """They are days like any others again; whether the entry was in force."""
        with Book(self.path) as book:
            return book.end_days(entry, by=by, at=self._clock())

    def agree(self, digits: Iterable[str], consent: Consent) -> int:
        """Keep that the people at these numbers agreed; how many there are."""
        with Book(self.path) as book:
            return book.agree(digits, consent)

    def block(self, digits: Iterable[str], block: Block, prefixes: Iterable[str] = ()) -> int:
        """Put numbers, and all of some prefixes, on a list; how many were not on it."""
        with Book(self.path) as book:
            return book.block(digits, block, prefixes)

    def unblock(self, digits: str, *, by: str, at: float, campaign: str = "") -> bool:
        """Take a number off a list; whether it was there."""
        with Book(self.path) as book:
            return book.unblock(digits, by=by, at=at, campaign=campaign)
