"""Who is logged in: a random token for the browser, its hash and its last use for us."""

import sqlite3
from typing import Literal

import msgspec

from dialer.access.database import transaction
from dialer.access.tokens import Chance, kept, token


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How long a session lasts."""

    idle_s: float = 1800.0
    "So long without a request; an open desk asks every few seconds."
    longest_s: float = 43200.0
    "So long in any case: a shift, with overtime."
    note_s: float = 60.0
    "A use is written down no more often than this: reading must not become writing."


USUAL = Terms()


Second = Literal["", "code", "provider"]
"What vouches for a session beside the password: a second factor; an identity provider instead."


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One log-in."""

    user: str
    source: str
    made_at: float
    seen_at: float
    second: Second = ""


class Sessions:
    """The sessions in one file."""

    def __init__(self, db: sqlite3.Connection, chance: Chance, terms: Terms) -> None:
        self._db, self._chance, self._terms = db, chance, terms

    def begin(self, user: str, source: str, at: float, second: Second = "") -> str:
        """The token of a new session: for the browser's cookie, and never again to be had."""
        new = token(self._chance)
        with transaction(self._db):
            self._db.execute(_OVER, self._bounds(at))
            self._db.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
                (kept(new), user, source, at, at, second),
            )
        return new

    def of(self, given: str, at: float) -> Session | None:
        """The session of a token, if it is one that still lasts."""
        row = self._db.execute(
            "SELECT user, source, made_at, seen_at, second FROM sessions WHERE token = ?",
            (kept(given),),
        ).fetchone()
        if row is None:
            return None
        user, source, made_at, seen_at, second = row
        if at - seen_at > self._terms.idle_s or at - made_at > self._terms.longest_s:
            return None
        if at - seen_at >= self._terms.note_s:
            self._db.execute("UPDATE sessions SET seen_at = ? WHERE token = ?", (at, kept(given)))
        return Session(user=user, source=source, made_at=made_at, seen_at=seen_at, second=second)

    def proven(self, given: str) -> None:
        """In this session a second factor was shown."""
        self._db.execute("UPDATE sessions SET second = 'code' WHERE token = ?", (kept(given),))

    def unproven(self, user: str) -> None:
        """The second factor that was shown in these sessions is none any more."""
        self._db.execute(
            "UPDATE sessions SET second = '' WHERE user = ? AND second = 'code'", (user,)
        )

    def end(self, given: str) -> bool:
        """Log out. Whether there was such a session."""
        return bool(
            self._db.execute("DELETE FROM sessions WHERE token = ?", (kept(given),)).rowcount
        )

    def end_all(self, user: str) -> int:
        """Log a user out everywhere; in the caller's transaction, if there is one."""
        return self._db.execute("DELETE FROM sessions WHERE user = ?", (user,)).rowcount

    def open_of(self, user: str, at: float) -> list[Session]:
        """Where a user is logged in, the latest first."""
        rows = self._db.execute(
            "SELECT user, source, made_at, seen_at FROM sessions "
            "WHERE user = ? AND seen_at >= ? AND made_at >= ? ORDER BY made_at DESC",
            (user, *self._bounds(at)),
        )
        return [Session(user=row[0], source=row[1], made_at=row[2], seen_at=row[3]) for row in rows]

    def _bounds(self, at: float) -> tuple[float, float]:
        return at - self._terms.idle_s, at - self._terms.longest_s


_OVER = "DELETE FROM sessions WHERE seen_at < ? OR made_at < ?"
