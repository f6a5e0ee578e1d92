"""One dialer at a time: a lock that dies with its process, an epoch that outlives it.

The lock says at once that a killed dialer is gone; the beat says it of one that hangs; the epoch,
checked in every transaction, makes sure that one which wakes up again changes nothing.
"""

import fcntl
import os
import sqlite3
from pathlib import Path

from dialer.errors import LeaseTaken

STALE_S = 10.0
"A holder whose last beat is older than this is taken for hung."


class Lease:
    """The right to write to one journal. Every epoch has a lock file of its own."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._file: int | None = None
        self.epoch = 0

    def take(self, db: sqlite3.Connection, holder: str, at: float, *, force: bool) -> int:
        """The next epoch, inside a transaction. Raises `LeaseTaken` while another one lives."""
        row = db.execute("SELECT epoch, holder, beat FROM lease").fetchone()
        if row and not force and at - row[2] < STALE_S and self._lives(row[0]):
            raise LeaseTaken(
                f"{row[1]} dials with this journal (last sign of life {at - row[2]:.0f} s ago): "
                "stop it, or take over by force"
            )
        self.drop()
        if row:
            self._lock(row[0]).unlink(missing_ok=True)
        self.epoch = (row[0] if row else 0) + 1
        self._file = self._locked(self.epoch)
        db.execute("INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?)", (self.epoch, holder, at))
        return self.epoch

    def is_held(self, db: sqlite3.Connection) -> bool:
        """Whether a process dials with this journal, be it hung."""
        row = db.execute("SELECT epoch FROM lease").fetchone()
        return bool(row and self._lives(row[0]))

    def _lives(self, epoch: int) -> bool:
        """Another process (or another journal object) still has the lock of that epoch."""
        if epoch == self.epoch and self._file is not None:
            return False
        if (file := self._locked(epoch)) is None:
            return True
        os.close(file)
        return False

    def _locked(self, epoch: int) -> int | None:
        """The lock of an epoch, if nobody has it. The kernel frees it when its holder dies."""
        file = os.open(self._lock(epoch), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return file

    def _lock(self, epoch: int) -> Path:
        return self._journal.with_name(f"{self._journal.name}.lock{epoch}")

    def holds(self, db: sqlite3.Connection) -> bool:
        """Nobody took a newer epoch."""
        row = db.execute("SELECT epoch FROM lease").fetchone()
        return bool(row and row[0] == self.epoch)

    def beat(self, db: sqlite3.Connection, at: float) -> None:
        """A sign of life."""
        db.execute("UPDATE lease SET beat = ? WHERE epoch = ?", (at, self.epoch))

    def drop(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._lock(self.epoch).unlink(missing_ok=True)
