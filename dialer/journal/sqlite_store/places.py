"""Countries and zones, which many leads share: a number stands for each."""

import sqlite3

from dialer.journal.sqlite_store.connected import Connected
from dialer.journal.vault import Vault


class SqlitePlaces(Connected):
    """Place and number, both ways."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        super().__init__(db, vault)
        self._names: dict[int, str] = {}
        self._places: dict[str, int] = {}

    def forget(self) -> None:
        """Read afresh."""
        super().forget()
        self._names.clear()
        self._places.clear()

    def place(self, name: str) -> int:
        """The id of a place, made where there is none."""
        if name not in self._places:
            known = "SELECT place FROM places WHERE name = ?"
            if self._db.execute(known, (name,)).fetchone() is None:
                self._db.execute("INSERT INTO places (name) VALUES (?)", (name,))
            self._places[name] = self._db.execute(known, (name,)).fetchone()[0]
        return self._places[name]

    def place_name(self, id: int) -> str:
        """Country and zones."""
        if id not in self._names:
            row = self._db.execute("SELECT name FROM places WHERE place = ?", (id,)).fetchone()
            self._names[id] = row[0]
        return self._names[id]
