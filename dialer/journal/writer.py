"""The one thread that writes: everything queued goes into one transaction, in order.

A promise is reported after its commit or not at all. Where the disk is full or the file locked,
claims are refused at once; events, facts and withdrawals wait in memory until it takes them.
"""

import contextlib
import queue
import sqlite3
import threading
import time

from dialer.engine.commands import Cdr, Claim, Record, Withdraw
from dialer.engine.events import Event, Intended, Replaced, encode
from dialer.journal.callers import Callers
from dialer.journal.claims import Tariffs, refused
from dialer.journal.counting import Counting
from dialer.journal.database import transaction
from dialer.journal.lease import Lease
from dialer.journal.ledger import Ledger
from dialer.journal.notices import Notices
from dialer.journal.orders import Checkpoint, Ids, Kept, Order, Orders, Told, Welcome
from dialer.journal.spare import Spare
from dialer.journal.sqlite_store import SqliteStore
from dialer.journal.vault import Vault
from dialer.ports import Clock, Report
from dialer.settings.inbound import Inbound

Item = Kept | Order | Welcome | Checkpoint | threading.Event | None
"`threading.Event`: set once all before it is written. `None`: stop when all before is written."

POLL_S = 0.25
"How often an idle writer looks whether another process changed the file."
BEAT_S = 2.0
BATCH = 5000
RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)
FULL = "the disk is full: what happens is still written, nothing more is promised"


class _Fenced(Exception):
    """A newer epoch is in the file."""


class Writer(threading.Thread):
    """Owns the connection that writes."""

    def __init__(
        self,
        db: sqlite3.Connection,
        store: SqliteStore,
        lease: Lease,
        spare: Spare,
        clock: Clock,
        report: Report,
        vault: Vault,
        house: Inbound,
        tariffs: Tariffs | None = None,
    ) -> None:
        super().__init__(name="journal", daemon=True)
        self.inbox: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.ledger = Ledger(store, tariffs)
        self.numbers: dict[str, str] = {}
        self.durable = 0
        self.commit_s = 0.0
        self.fenced = False
        self.discarded = 0
        "Items thrown away because a bug of ours stopped the writing."
        self.give_up = False
        self._db, self._store, self._lease, self._spare = db, store, lease, spare
        self._clock, self._report = clock, report
        self._counting = Counting(store, self.ledger)
        callers = Callers(store, vault, self.ledger, house)
        self._orders = Orders(self.ledger, callers, self._counting, clock)
        self.told = Told()
        self._notices = Notices(db)
        self._pending: list[Item] = []
        self._error = ""
        self._failures = 0
        self._retry_at = self._restock_at = 0.0
        self._doubtful: list[str] = []
        self._beat_at = 0.0

    def begin(self, install: str, epoch: int, seq: int) -> None:
        """Start writing, in a new epoch."""
        self._orders.ids, self._orders.epoch = Ids(install, epoch), epoch
        self.durable = seq
        self._notices.begin()
        self._counting.changed()
        self.start()

    @property
    def trouble(self) -> str:
        """Why nothing is promised at the moment; empty when all is well."""
        return self._error or (FULL if self._spare.spent else "")

    @property
    def waiting(self) -> int:
        """How much is not yet written."""
        return self.inbox.qsize() + len(self._pending)

    @property
    def left(self) -> int:
        """How many events and orders will never be written, once the thread has ended."""
        waits = [one for one in self._pending if isinstance(one, Kept | Order | Checkpoint)]
        return 0 if self.fenced else len(waits) + self.discarded

    # ---- the thread -----------------------------------------------------------------------------
    def run(self) -> None:
        """Write until told to stop."""
        try:
            while self._turn():
                pass
        except BaseException as bug:
            self._error = f"the writer stopped: {bug!r}"
            self._refuse_for_ever()
            raise

    def _refuse_for_ever(self) -> None:
        """A bug of ours: calls that are up go on, none is promised, until somebody restarts us."""
        while not self.give_up:
            self._discard("journal")
            self._fetch()

    def _turn(self) -> bool:
        self._fetch()
        self._restock()
        if self._failures or self._spare.spent:
            self._refuse("journal")
        if self.fenced:
            self._discard("epoch")
        if time.monotonic() < self._retry_at:
            return not self.give_up
        try:
            if self._is_due():
                return self._settle(self._written())
        except _Fenced:
            self._stand_down()
        except sqlite3.DatabaseError as error:
            self._stall(error)
        return not self.give_up

    def _restock(self) -> None:
        """Once a second, see whether there is room again for the day the disk is full."""
        if not self._spare.spent or time.monotonic() < self._restock_at:
            return
        self._restock_at = time.monotonic() + 1.0
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._spare.restock()

    def _fetch(self) -> None:
        rest = self._retry_at - time.monotonic() if self._failures else 0.0
        wait = POLL_S if not self._pending else min(POLL_S, max(0.0, rest))
        with contextlib.suppress(queue.Empty):
            self._pending.append(self.inbox.get(timeout=wait) if wait else self.inbox.get_nowait())
            while len(self._pending) < BATCH:
                self._pending.append(self.inbox.get_nowait())

    def _is_due(self) -> bool:
        if self.fenced:
            return False
        at = self._clock()
        return bool(
            self._pending
            or self._failures
            or self._notices.changed()
            or self._counting.is_due(at)
            or at - self._beat_at >= BEAT_S
        )

    def _written(self) -> list[Event]:
        """One transaction; what to report once it is committed."""
        began = time.monotonic()
        self._orders.ids.issued.clear()
        with transaction(self._db):
            if not self._lease.holds(self._db):
                raise _Fenced
            reports = self._noticed()
            self._take_back()
            for item in self._pending:
                if isinstance(item, Order | Welcome):
                    reports += self._orders.done(item)
            self._keep_events()
            reports += self._counting.counts(self._clock(), time.monotonic)
            self._beat()
            promised = [one.call for one in reports if isinstance(one, Intended)]
            numbers = {call: self._store.digits(call) for call in promised}
            self._notices.saw()
        self.numbers.update(numbers)
        self.commit_s = time.monotonic() - began
        return reports

    def _noticed(self) -> list[Event]:
        if not self._notices.changed():
            return []
        self._store.forget()
        self.ledger.plans.renewed()
        self._counting.changed()
        at = self._clock()
        ringing = self.ledger.blocking.ringing(at) if self._notices.ranges() else ()
        return [*self._notices.days(at), *self._notices.blocked(at), *ringing]

    def _take_back(self) -> None:
        """A commit that failed may have reached the disk all the same; nobody heard of it."""
        for call in self._doubtful:
            self.ledger.endings.withdraw(Withdraw(call=call, why="doubtful"), self._clock())

    def _keep_events(self) -> None:
        rows = [
            (item.seq, item.event.at, encode(item.event).decode())
            for item in self._pending
            if isinstance(item, Kept)
        ]
        sql = "INSERT OR IGNORE INTO events" if self._failures else "INSERT INTO events"
        self._db.executemany(f"{sql} VALUES (?, ?, ?)", rows)
        for item in self._pending:
            if isinstance(item, Kept):
                self._counting.heard(item.event)
            elif isinstance(item, Checkpoint):
                row = (item.seq, item.state)
                self._db.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)", row)
                self._db.execute(
                    "DELETE FROM checkpoints WHERE seq NOT IN"
                    " (SELECT seq FROM checkpoints ORDER BY seq DESC LIMIT 2)"
                )

    def _beat(self) -> None:
        at = self._clock()
        if at - self._beat_at >= BEAT_S or at < self._beat_at:
            self._lease.beat(self._db, at)
            self._beat_at = at

    # ---- after it -------------------------------------------------------------------------------
    def _settle(self, reports: list[Event]) -> bool:
        """It is committed: tell, and forget numbers of calls that are over. False: stop."""
        self._notices.committed()
        done, self._pending = self._pending, []
        self._error, self._failures, self._retry_at = "", 0, 0.0
        self._doubtful.clear()
        self.durable = max([self.durable, *(i.seq for i in done if isinstance(i, Kept))])
        for event in reports:
            self._report(event)
        for item in done:
            self.told.settle(item)
            match item:
                case Order(command=Record(fact=Cdr() as ended)):
                    self.numbers.pop(ended.call, None)
                case Order(command=Withdraw() as withdrawn):
                    self.numbers.pop(withdrawn.call, None)
                case threading.Event():
                    item.set()
        return None not in done

    def _stall(self, error: sqlite3.DatabaseError) -> None:
        """No commit: refuse claims now, try the rest again soon."""
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise error
        self._error = str(error)
        self._store.forget()
        self.ledger.plans.forget()
        self._counting.changed()  # what was counted is not told
        self._doubtful += self._orders.ids.issued
        if not self._spare.spend():
            self._retry_at = time.monotonic() + RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        self._refuse("journal")

    def _refuse(self, why: str) -> None:
        rest: list[Item] = []
        for item in self._pending:
            if isinstance(item, Order) and isinstance(item.command, Claim):
                self._report(refused(item.command, 0, why, self._clock()))
            else:
                rest.append(item)
        self._pending = rest

    def _stand_down(self) -> None:
        """Another dialer owns the journal: what this one still says is no longer the truth."""
        self.fenced = True
        self._error = "another dialer took this journal over"
        self._report(Replaced(at=self._clock()))
        self._discard("epoch")

    def _discard(self, why: str) -> None:
        self._refuse(why)
        for item in self._pending:
            if isinstance(item, threading.Event):
                item.set()
            elif item is not None:
                self.discarded += 1
        self.give_up = self.give_up or None in self._pending
        self._pending = []
