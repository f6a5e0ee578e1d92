"""The outbox of the webhooks, on disk: what was not delivered is tried again after a restart."""

import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dialer.api.forms import OFFERED, Told
from dialer.api.trial import Addressee
from dialer.errors import JournalError
from dialer.journal import schemas, vault
from dialer.journal.database import closed_if_unfit, transaction

SCHEMA = Path(__file__).with_name("sql") / "outbox.sql"
VERSION = 1
WAITS_S = (10.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0)
"How long after each failed try the next one follows; after the last a letter is given up."
LETTERS_MAX = 10_000
"Letters that wait for one webhook; what comes then is lost, and counted."


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of what."""

    webhook: int
    url: str
    form: str
    kinds: tuple[str, ...]
    made_by: str
    made_at: float
    lost: int
    "What was given up, or found no room."
    waiting: int


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A letter whose turn it is."""

    letter: int
    url: str
    form: str
    secret: str
    told: Told
    tries: int


class Outbox:
    """Webhooks and their letters in one file. One thread at a time."""

    def __init__(self, home: Path) -> None:
        path = home / "webhooks.sqlite"
        path.touch(mode=0o600)
        self._vault = vault.made(vault.key_file(home / "journal.sqlite"))
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with closed_if_unfit(self._db):
            self._prepare(path)

    def _prepare(self, path: Path) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = schemas.version_of(self._db)
        if version > VERSION:
            raise JournalError(schemas.too_new(path, version, VERSION))
        self._db.executescript(SCHEMA.read_text())
        if not version:
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add(
        self, url: str, form: str, kinds: Iterable[str], secret: str, *, by: str, at: float
    ) -> int:
        """A new webhook; its number."""
        row = self._db.execute(
            "INSERT INTO webhooks (url, form, kinds, secret, made_by, made_at) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING webhook",
            (url, form, " ".join(kinds), self._vault.sealed(secret, "webhook"), by, at),
        ).fetchone()
        return int(row[0])

    def remove(self, webhook: int) -> bool:
        """End a webhook, with what waits for it; whether it was there."""
        done = self._db.execute("DELETE FROM webhooks WHERE webhook = ?", (webhook,))
        return done.rowcount == 1

    def webhooks(self) -> list[Webhook]:
        """All of them; no secrets."""
        rows = self._db.execute(
            "SELECT webhook, url, form, kinds, made_by, made_at, lost, "
            "(SELECT count(*) FROM letters l WHERE l.webhook = w.webhook) FROM webhooks w"
        )
        return [
            Webhook(webhook=w, url=url, form=form, kinds=tuple(kinds.split()), made_by=by,
                    made_at=at, lost=lost, waiting=n)
            for w, url, form, kinds, by, at, lost, n in rows
        ]  # fmt: skip

    def addressee(self, webhook: int) -> Addressee | None:
        """Whom a webhook tells, with its secret; none: there is no such webhook."""
        row = self._db.execute(
            "SELECT url, form, secret FROM webhooks WHERE webhook = ?", (webhook,)
        ).fetchone()
        return row and Addressee(
            webhook=webhook, url=row[0], form=row[1], secret=self._vault.opened(row[2], "webhook")
        )

    def post(self, kind: str, what: dict[str, object], at: float) -> int:
        """Something happened: a letter for each webhook that asks for it; how many."""
        if kind not in OFFERED:
            return 0
        asking = [one for one in self.webhooks() if kind in one.kinds]
        with transaction(self._db):
            for one in asking:
                self._post(one, Told(id=secrets.token_hex(8), kind=kind, what=what), at)
        return len(asking)

    def _post(self, one: Webhook, told: Told, at: float) -> None:
        if one.waiting >= LETTERS_MAX:
            self._lose(one.webhook)
            return
        self._db.execute(
            "INSERT INTO letters (webhook, told, due_at) VALUES (?, ?, ?)",
            (one.webhook, msgspec.json.encode(told).decode(), at),
        )

    def due(self, at: float, n: int = 20) -> list[Due]:
        """Letters whose turn it is, the oldest first."""
        rows = self._db.execute(
            "SELECT letter, url, form, secret, told, tries FROM letters JOIN webhooks "
            "USING (webhook) WHERE due_at <= ? ORDER BY due_at, letter LIMIT ?", (at, n),
        )  # fmt: skip
        return [
            Due(letter=letter, url=url, form=form, secret=self._vault.opened(secret, "webhook"),
                told=msgspec.json.decode(told, type=Told), tries=tries)
            for letter, url, form, secret, told, tries in rows
        ]  # fmt: skip

    def delivered(self, letter: int) -> None:
        """It was taken."""
        self._db.execute("DELETE FROM letters WHERE letter = ?", (letter,))

    def failed(self, letter: int, tries: int, at: float) -> None:
        """It was not: again later, or never."""
        if tries < len(WAITS_S):
            self._db.execute(
                "UPDATE letters SET tries = ?, due_at = ? WHERE letter = ?",
                (tries + 1, at + WAITS_S[tries], letter),
            )
            return
        with transaction(self._db):
            row = self._db.execute(
                "SELECT webhook FROM letters WHERE letter = ?", (letter,)
            ).fetchone()
            self.delivered(letter)
            if row:
                self._lose(row[0])

    def _lose(self, webhook: int) -> None:
        self._db.execute("UPDATE webhooks SET lost = lost + 1 WHERE webhook = ?", (webhook,))
