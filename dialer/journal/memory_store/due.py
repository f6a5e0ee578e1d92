"""Who is due, in dicts: where leads stand, and whose turn it is."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dialer.journal.memory_store.leads import MemoryLeads
from dialer.journal.memory_store.line import Line
from dialer.journal.store import Due, Key, Shelf, key_of
from dialer.leads.hopper import Lead
from dialer.leads.plan import Order


class MemoryDue(MemoryLeads):
    """Shelves and lines."""

    def shelves(self, lists: Iterable[str]) -> list[Shelf]:
        """Where the leads of some lists stand; empty shelves left out."""
        wanted = set(lists)
        return [Shelf(*s, n) for s, n in self._counts.items() if n and s[0] in wanted]

    def lines(self, lists: Iterable[str]) -> Mapping[Due, int]:
        """The lines of some lists, and how many open leads stand in each; empty ones left out."""
        lines = self._lines
        return {
            line.name: n
            for name in lists
            if name in lines
            for line in lines[name].values()
            if (n := len(line))
        }

    def left(self, lists: Iterable[str]) -> int:
        """How many leads of some lists are not done."""
        return sum([self._left[name] for name in set(lists)])

    def _line(self, of: Due) -> Line | None:
        return self._lines[of.list].get((of.place, of.rank)) if of.list in self._lines else None

    def front(self, line: Due, at: float, limit: int) -> list[tuple[float, int]]:
        """The first of a line that are due: (due_at, lead)."""
        found = self._line(line)
        return [] if found is None else found.front(at, limit)

    def resting(self, line: Due, at: float) -> int:
        """How many of a line are not yet due."""
        found = self._line(line)
        return 0 if found is None else found.resting(at)

    def line(
        self, list: str, places: Sequence[str], order: Order, at: float, after: Key | None,
        limit: int,
    ) -> Sequence[Key]:  # fmt: skip
        """The next leads of a list in an order, after a key: open, due, no callbacks."""
        there = set(places)
        keys = (
            key_of(order, lead)
            for lead in self._leads.values()
            if lead.list == list and lead.state == "open" and lead.place in there
            and lead.rank > 0 and lead.due_at <= at
        )  # fmt: skip
        return heapq.nsmallest(limit, (key for key in keys if after is None or key > after))

    def callbacks(self, line: Due, at: float, each: int) -> list[Lead]:
        """Those of a line that are due, longest due first: of each who shall call, the first."""
        found = self._line(line)
        taken = Counter[str]()
        leads = list[Lead]()
        for lead in (self._leads[str(id)] for id in (found.due(at) if found else ())):
            taken[lead.callback_for] += 1
            if taken[lead.callback_for] <= each:
                leads.append(lead)
        return leads

    def stuck(self, list: str) -> list[str]:
        """Leads that are done because of a block or a cap."""
        mine = (lead for lead in self._leads.values() if lead.list == list)
        return [lead.id for lead in mine if lead.state == "done" and lead.why in ("dnc", "caps")]
