"""Whom an identity provider knows our users as: its `subject` never changes, names do."""

import sqlite3

from dialer.access.actor import Actor
from dialer.access.audit import Audit
from dialer.access.database import transaction
from dialer.errors import AccessError


class Links:
    """The ties in one file; a user has at most one to each provider."""

    def __init__(self, db: sqlite3.Connection, audit: Audit) -> None:
        self._db, self._audit = db, audit

    def user(self, issuer: str, subject: str) -> str | None:
        """Who that is here."""
        row = self._db.execute(
            "SELECT user FROM links WHERE issuer = ? AND subject = ?", (issuer, subject)
        ).fetchone()
        return row[0] if row else None

    def tie(self, by: Actor, user: str, issuer: str, subject: str, *, at: float) -> None:
        """From now on that one is this user, and no other is."""
        with transaction(self._db):
            if (other := self.user(issuer, subject)) not in (None, user):
                said = f"the provider's {subject} is the user {other} already"
                raise AccessError(said, "link_taken", user=other)
            self._db.execute("DELETE FROM links WHERE issuer = ? AND user = ?", (issuer, user))
            self._db.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (issuer, subject, user, at))
            told = {"issuer": issuer, "subject": subject}
            self._audit.append(by, "user.link", f"user:{user}", at=at, after=told)
