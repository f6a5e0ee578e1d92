"""Room kept free for the day the disk is full: calls that are up still get their CDRs."""

import os
from pathlib import Path

SIZE = 8 * 1024 * 1024
"Enough for some ten thousand events after the last promise."


class Spare:
    """A file of zeros beside the journal, deleted when nothing else is left.

    Made before the journal is opened: to open one takes room, too, and so does the rest of a start.
    """

    def __init__(self, journal: Path, size: int = SIZE) -> None:
        self._path = journal.with_name(journal.name + ".spare")
        self._size = size
        self.spent = False
        if self._path.exists() and self._free() < size:
            self.spend()
        else:
            self.spent = not self.restock()

    def _free(self) -> int:
        try:
            disk = os.statvfs(self._path.parent)
        except OSError:
            return 0
        return disk.f_bavail * disk.f_frsize

    def restock(self) -> bool:
        """Set the room aside (again); whether there was so much, and some more beside it."""
        if not self._path.exists() and self._free() < self._size + self._size // 4:
            return False
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        try:
            os.posix_fallocate(file, 0, self._size)
        except OSError:
            self._path.unlink(missing_ok=True)
            return False
        finally:
            os.close(file)
        self.spent = False
        return True

    def spend(self) -> bool:
        """Give the room back to the disk; whether there was any."""
        if self.spent:
            return False
        self._path.unlink(missing_ok=True)
        self.spent = True
        return True
