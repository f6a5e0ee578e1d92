"""Promises of calls, and facts, in SQLite."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dialer.engine.commands import Fact
from dialer.engine.events import Intended, encode
from dialer.journal.sqlite_store.connected import Connected
from dialer.journal.store import Promise

_intended = msgspec.json.Decoder(Intended)
_json = msgspec.json.Encoder()


class SqlitePromises(Connected):
    """Intents, open and closed, and what was told of their calls."""

    def open(self, promise: Promise) -> None:
        """Write an intent."""
        one = promise.intended
        self._db.execute(
            "INSERT INTO intents (call, lead, pos, number_key, campaign, epoch, opened_at, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.call, int(one.lead), promise.pos, one.number_key, one.campaign),
                *(one.epoch, one.at, encode(one).decode()),
            ),
        )

    def promise(self, call: str) -> Promise | None:
        """An intent, open or closed."""
        row = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents WHERE call = ?", (call,)
        ).fetchone()
        return row and _promise(row)

    def opened(self) -> list[Promise]:
        """The open intents, oldest first."""
        sql = "SELECT body, pos FROM intents WHERE closed_at IS NULL ORDER BY opened_at, call"
        return [Promise(intended=intended(row[0]), pos=row[1]) for row in self._db.execute(sql)]

    def close(self, call: str, how: str, at: float, *, counted: bool, agent: str = "") -> None:
        """End an intent."""
        self._db.execute(
            "UPDATE intents SET closed_at = ?, closed_how = ?, counted = ?, agent = ?"
            " WHERE call = ?",
            (at, how, counted, agent, call),
        )

    def is_open(self, key: str) -> bool:
        """An intent for this number is open."""
        sql = "SELECT 1 FROM intents WHERE number_key = ? AND closed_at IS NULL"
        return self._db.execute(sql, (key,)).fetchone() is not None

    def calls_since(self, key: str, at: float) -> list[float]:
        """When calls to a number that count were promised after `at`, oldest first."""
        rows = self._db.execute(
            "SELECT opened_at FROM intents WHERE number_key = ? AND opened_at > ? AND counted = 1"
            " ORDER BY opened_at",
            (key, at),
        )
        return [row[0] for row in rows]

    def of_list(self, campaign: str, list: str) -> Iterable[Promise]:
        """A campaign's promises to leads of a list that were not withdrawn."""
        rows = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents JOIN leads USING (lead)"
            " WHERE campaign = ? AND list = ? AND closed_how != 'withdrawn'",
            (campaign, list),
        )
        return [_promise(row) for row in rows.fetchall()]

    def lately(self, limit: int) -> Sequence[Promise]:
        """The latest promises that became attempts and are over, oldest first."""
        rows = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents JOIN leads USING (lead)"
            " WHERE closed_at IS NOT NULL AND counted = 1 AND closed_how != 'withdrawn'"
            " ORDER BY opened_at DESC, intents.call DESC LIMIT ?",
            (limit,),
        )
        return [_promise(row) for row in rows.fetchall()[::-1]]

    def has_fact(self, cause: int, index: int) -> bool:
        """This command of this event was carried out."""
        sql = "SELECT 1 FROM facts WHERE cause = ? AND idx = ?"
        return self._db.execute(sql, (cause, index)).fetchone() is not None

    def keep_fact(self, fact: Fact, cause: int, index: int) -> None:
        """Write a fact."""
        self._db.execute(
            "INSERT INTO facts (kind, cause, idx, body) VALUES (?, ?, ?, ?)",
            (type(fact).__name__, cause, index, _json.encode(fact).decode()),
        )


def _promise(row: tuple[Any, ...]) -> Promise:
    return Promise(intended=intended(row[0]), pos=row[1], closed_how=row[2], closed_at=row[3])


def intended(body: str) -> Intended:
    """An intent from its JSON."""
    return _intended.decode(body)
