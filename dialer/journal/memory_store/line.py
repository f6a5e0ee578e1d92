"""One line of leads in memory: who is due, and who rests."""

import heapq
import math

from dialer.journal.store import Due


class Line:
    """Leads of one list, place and rank: those that are due, and those that rest.

    Both in heaps, longest due first. Entries of leads that have gone stay behind and are passed
    over; whoever comes back at the same due time has two, side by side.
    """

    def __init__(self, name: Due) -> None:
        self.name = name
        self._due_at: dict[int, float] = {}
        self._rest: list[tuple[float, int]] = []
        self._ready: list[tuple[float, int]] = []
        self._ready_up_to = 0.0
        "Whoever is due by then is in `_ready`: at first those who never had to wait."
        self._resting = 0

    def __len__(self) -> int:
        return len(self._due_at)

    def join(self, due_at: float, lead: int) -> None:
        """A lead takes its place."""
        self._due_at[lead] = due_at
        if due_at <= self._ready_up_to:
            heapq.heappush(self._ready, (due_at, lead))
        else:
            heapq.heappush(self._rest, (due_at, lead))
            self._resting += 1

    def leave(self, lead: int) -> None:
        """It goes."""
        self._resting -= self._due_at.pop(lead) > self._ready_up_to

    def due(self, at: float) -> list[int]:
        """All that are due, longest due first."""
        if self._resting == len(self._due_at) and self._rests_until() > at:
            return []
        found = sorted((due_at, lead) for lead, due_at in self._due_at.items() if due_at <= at)
        return [lead for _, lead in found]

    def resting(self, at: float) -> int:
        """How many are not yet due."""
        while self._rests_until() <= at:
            entry = heapq.heappop(self._rest)
            if entry not in self._ready[-1:]:
                self._ready.append(entry)  # nobody in this heap is due later
                self._resting -= 1
        self._ready_up_to = max(self._ready_up_to, at)
        return self._resting

    def _rests_until(self) -> float:
        """When the first of those that rest is due."""
        rest, due_at = self._rest, self._due_at
        while rest and due_at.get(rest[0][1]) != rest[0][0]:
            heapq.heappop(rest)
        return rest[0][0] if rest else math.inf

    def front(self, at: float, limit: int) -> list[tuple[float, int]]:
        """The first that are due, longest due first."""
        self.resting(at)
        first = self._first(at)
        if first is None or limit == 1:
            return [] if first is None else [first]
        found: list[tuple[float, int]] = []
        while len(found) < limit and (entry := self._first(at)):
            heapq.heappop(self._ready)
            if entry not in found[-1:]:
                found.append(entry)
        for entry in found:
            heapq.heappush(self._ready, entry)
        return found

    def _first(self, at: float) -> tuple[float, int] | None:
        """Without the entries of leads that have gone."""
        ready, due_at = self._ready, self._due_at
        while ready and ready[0][0] <= at:
            entry = ready[0]
            if due_at.get(entry[1]) == entry[0]:
                return entry
            heapq.heappop(ready)
        return None
