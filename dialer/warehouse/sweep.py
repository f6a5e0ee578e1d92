"""Which leads to look at again: those that were called, those that are new, and in turn all."""

from collections.abc import Iterable
from typing import NamedTuple

from dialer.engine.commands import Cdr, DispositionSet
from dialer.warehouse.live import Numbered
from dialer.warehouse.tail import Lead, ListOf, Tail


class Seen(NamedTuple):
    """How far the leads have been looked at."""

    newest: str = ""
    swept: str = ""
    next_at: float = 0.0


class Sweep:
    """A journal tells of calls, not of leads; but whatever changes one is found by and by."""

    def __init__(self, at_once: int, every_s: float) -> None:
        self._at_once = at_once
        self._every_s = every_s
        self._seen = Seen()
        self._then: Seen | None = None

    def look(
        self, tail: Tail, facts: Iterable[Numbered], now: float
    ) -> tuple[list[Lead], list[ListOf]]:
        """Leads and lists to be merged now. Ask again if they could not be written."""
        called = {fact.lead for _, fact in facts if isinstance(fact, Cdr | DispositionSet)}
        new = tail.leads_after(self._seen.newest, self._at_once)
        ahead_s = self._seen.next_at - now
        due = not 0 < ahead_s <= self._every_s  # farther ahead: the clock was put back
        old = tail.leads_after(self._seen.swept, self._at_once) if due else []
        self._then = Seen(
            newest=new[-1].lead if new else self._seen.newest,
            swept=(old[-1].lead if len(old) == self._at_once else "") if due else self._seen.swept,
            next_at=now + self._every_s if due else self._seen.next_at,
        )
        found = {lead.lead: lead for lead in [*old, *new, *tail.leads(sorted(called))]}
        return list(found.values()), tail.lists() if due or new else []

    def done(self) -> None:
        """They were written."""
        self._seen, self._then = self._then or self._seen, None

    def forget(self) -> None:
        """Look at all of them anew."""
        self._seen, self._then = Seen(), None
