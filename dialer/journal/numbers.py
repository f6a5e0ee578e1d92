"""The numbers that calls went to, read beside the dialer: for whoever prices or reconciles them."""

from collections.abc import Iterable
from pathlib import Path

from dialer.errors import JournalError
from dialer.journal import database, vault

AT_ONCE = 500


class Numbers:
    """A journal's file, opened to read, and its key. Not to be shared by threads."""

    def __init__(self, path: Path) -> None:
        self._db = database.opened_to_read(path)
        try:
            self._vault = vault.unlocked(vault.key_file(path))
            meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
            self.journal = meta["install"]
            "Which journal it is: another one has other facts under the same numbers."
            if self._vault.key(self.journal) != meta["key_check"]:
                raise JournalError(f"{vault.key_file(path)} is not the key of {path}")
        except BaseException:
            self._db.close()
            raise

    def of(self, calls: Iterable[str]) -> dict[str, str]:
        """The digits that each call was for; calls that the journal does not know are left out."""
        wanted, found = list(calls), dict[str, str]()
        for begin in range(0, len(wanted), AT_ONCE):
            part = wanted[begin : begin + AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._db.execute(
                "SELECT call, digits FROM intents JOIN numbers USING (lead, pos) "
                f"WHERE call IN ({marks})", part,
            )  # fmt: skip
            found |= {call: self._vault.opened(digits, "number") for call, digits in rows}
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
