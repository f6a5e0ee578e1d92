"""Who is due, in SQLite: where leads stand, and whose turn it is."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dialer.journal.sqlite_store.leads import SqliteLeads
from dialer.journal.store import Due, Key, Shelf
from dialer.leads.hopper import Lead
from dialer.leads.plan import Order

_FRONT = """
    SELECT due_at, lead FROM leads
    WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at <= ?
    ORDER BY due_at, lead LIMIT ?"""
_RESTING = """
    SELECT count(*) FROM leads
    WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at > ?"""
_LINE = """
    SELECT first, second, lead FROM (
        SELECT {keys}, lead FROM leads
        WHERE list = ? AND place IN ({places}) AND rank > 0 AND state = 'open' AND due_at <= ?)
    WHERE (first, second, lead) > (?, ?, ?) ORDER BY first, second, lead LIMIT ?"""
_KEYS: Mapping[Order, str] = {
    "new first": "rank AS first, due_at AS second",
    "best chance": "rank AS first, due_at AS second",
    "rank": "(rank + 1) / 2 AS first, due_at AS second",
    "oldest": "0 AS first, 0 AS second",
    "newest": "-lead AS first, 0 AS second",
    "random": "lead * 2654435761 % 4294967291 AS first, 0 AS second",
}
_FIRST = Key(-math.inf, -math.inf, -1)
_CALLBACKS = """
    SELECT lead FROM (
        SELECT lead, due_at,
               row_number() OVER (PARTITION BY callback_for ORDER BY due_at, lead) AS nth
        FROM leads
        WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at <= ?)
    WHERE nth <= ? ORDER BY due_at, lead"""


class SqliteDue(SqliteLeads):
    """Shelves and lines."""

    def shelves(self, lists: Iterable[str]) -> list[Shelf]:
        """Where the leads of some lists stand; empty shelves left out."""
        found = []
        for name in lists:
            rows = self._db.execute(
                "SELECT state, why, place, rank, n FROM lead_counts WHERE list = ? AND n > 0",
                (name,),
            )
            found += [Shelf(name, r[0], r[1], self.place_name(r[2]), r[3], r[4]) for r in rows]
        return found

    def lines(self, lists: Iterable[str]) -> Mapping[Due, int]:
        """The lines of some lists, and how many open leads stand in each; empty ones left out."""
        found = Counter[Due]()
        for shelf in self.shelves(lists):
            if shelf.state == "open":
                found[Due(shelf.list, shelf.place, shelf.rank)] += shelf.n
        return found

    def left(self, lists: Iterable[str]) -> int:
        """How many leads of some lists are not done."""
        return sum(shelf.n for shelf in self.shelves(lists) if shelf.state != "done")

    def front(self, line: Due, at: float, limit: int) -> list[tuple[float, int]]:
        """The first of a line that are due: (due_at, lead)."""
        where = (line.list, self.place(line.place), line.rank, at, limit)
        return self._db.execute(_FRONT, where).fetchall()

    def resting(self, line: Due, at: float) -> int:
        """How many of a line are not yet due."""
        where = (line.list, self.place(line.place), line.rank, at)
        return int(self._db.execute(_RESTING, where).fetchone()[0])

    def line(
        self, list: str, places: Sequence[str], order: Order, at: float, after: Key | None,
        limit: int,
    ) -> Sequence[Key]:  # fmt: skip
        """The next leads of a list in an order, after a key: open, due, no callbacks."""
        bound = (list, *map(self.place, places), at, *(after or _FIRST), limit)
        sql = _LINE.format(keys=_KEYS[order], places=", ".join("?" * len(places)))
        return [Key(*row) for row in self._db.execute(sql, bound)]

    def callbacks(self, line: Due, at: float, each: int) -> list[Lead]:
        """Those of a line that are due, longest due first: of each who shall call, the first."""
        where = (line.list, self.place(line.place), line.rank, at, each)
        return [self.lead(str(id)) for (id,) in self._db.execute(_CALLBACKS, where).fetchall()]

    def stuck(self, list: str) -> list[str]:
        """Leads that are done because of a block or a cap."""
        sql = (
            "SELECT lead FROM leads WHERE list = ? AND state = 'done' AND why IN ('dnc', 'caps')"
            " ORDER BY lead"
        )
        return [str(row[0]) for row in self._db.execute(sql, (list,)).fetchall()]
