"""The journal as the loader sees it: read, never written, and nothing of a person in it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from dialer.engine import commands
from dialer.engine.commands import Fact
from dialer.engine.events import CampaignOpened
from dialer.journal import database

AT_ONCE = 2000


class Opened(NamedTuple):
    """A version of a campaign and the lists it dials."""

    campaign: CampaignOpened
    lists: tuple[str, ...]


class Lead(NamedTuple):
    """A lead as it stands now."""

    lead: str
    list: str
    place: str
    state: str
    why: str
    attempts: int
    callback: bool
    disposition: str
    due_at: float


class ListOf(NamedTuple):
    """A list and how many leads it has."""

    list: str
    added_at: float
    leads: int
    archived_at: float | None = None
    "Since when nobody is dialled from it; None: it is in use."


class Tail(Protocol):
    """What the loader reads. Facts are numbered; the rest is small and read whole."""

    @property
    def journal(self) -> str:
        """Which journal it is: another one has other facts under the same numbers."""

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq`, oldest first."""

    def last(self) -> int:
        """The newest fact's number."""

    def campaigns(self) -> list[Opened]:
        """Every version of every campaign. Read after the facts it knows all that they name."""

    def lists(self) -> list[ListOf]:
        """Every list."""

    def leads(self, ids: Iterable[str]) -> list[Lead]:
        """These leads, as they stand now."""

    def leads_after(self, lead: str, limit: int) -> list[Lead]:
        """The next leads in the order of their ids; the empty id begins anew."""


class _Rules(msgspec.Struct):
    lists: tuple[str, ...] = ()


_LEADS = """
SELECT l.lead, l.list, coalesce(p.name, ''), l.state, l.why, l.attempts, l.callback,
       l.disposition, l.due_at
FROM leads l LEFT JOIN places p ON p.place = l.place
"""


class SqliteTail:
    """The tail of a journal in SQLite. Readers do not disturb its writer (WAL)."""

    def __init__(self, path: Path) -> None:
        self._db = database.opened_to_read(path)
        [(self._journal,)] = self._db.execute("SELECT value FROM meta WHERE key = 'install'")

    @property
    def journal(self) -> str:
        """Which journal it is."""
        return str(self._journal)

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq`, oldest first."""
        # By pages: a cursor left open would keep the journal's WAL from being emptied.
        while page := self._db.execute(
            "SELECT seq, body FROM facts WHERE seq > ? ORDER BY seq LIMIT ?", (seq, AT_ONCE)
        ).fetchall():
            for seq, body in page:
                yield seq, commands.fact(body.encode())

    def last(self) -> int:
        """The newest fact's number."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()[0])

    def campaigns(self) -> list[Opened]:
        """Every version of every campaign."""
        rows = self._db.execute("SELECT opened, rules FROM campaigns ORDER BY since").fetchall()
        return [
            Opened(
                msgspec.json.decode(opened, type=CampaignOpened),
                msgspec.json.decode(rules, type=_Rules).lists,
            )
            for opened, rules in rows
        ]

    def lists(self) -> list[ListOf]:
        """Every list."""
        return [
            ListOf(*row)
            for row in self._db.execute(
                "SELECT l.list, l.added_at, coalesce(sum(c.n), 0), a.archived_at FROM lists l "
                "LEFT JOIN lead_counts c ON c.list = l.list "
                "LEFT JOIN archived a ON a.list = l.list GROUP BY l.list ORDER BY l.list"
            ).fetchall()
        ]

    def leads(self, ids: Iterable[str]) -> list[Lead]:
        """These leads, as they stand now."""
        keys = [int(id) for id in ids if id.isdecimal()]
        found: list[Lead] = []
        for begin in range(0, len(keys), 500):
            part = keys[begin : begin + 500]
            marks = ",".join("?" * len(part))
            found += self._rows(f"{_LEADS} WHERE l.lead IN ({marks})", part)
        return found

    def leads_after(self, lead: str, limit: int) -> list[Lead]:
        """The next leads in the order of their ids."""
        after = int(lead or 0)
        return self._rows(f"{_LEADS} WHERE l.lead > ? ORDER BY l.lead LIMIT ?", [after, limit])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _rows(self, sql: str, values: list[int]) -> list[Lead]:
        rows: list[tuple[Any, ...]] = self._db.execute(sql, values).fetchall()
        return [
            Lead(str(lead), list_, place, state, why, attempts, bool(callback), word, due_at)
            for lead, list_, place, state, why, attempts, callback, word, due_at in rows
        ]
