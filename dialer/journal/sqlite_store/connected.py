"""What every part of the store in SQLite has: a connection, and the vault of its file."""

import sqlite3

from dialer.journal.vault import Vault


class Connected:
    """It opens no transaction: whoever calls it has one open."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        self._db, self._vault = db, vault

    def forget(self) -> None:
        """Something else wrote to the file, or our transaction failed: read afresh."""
