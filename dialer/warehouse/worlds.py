"""Which world a row belongs to: live, lab or sim. Each has a file of its own."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from dialer.engine.commands import AgentWas, Cdr, Decided, Fact
from dialer.warehouse.rows import told_at
from dialer.warehouse.tail import Opened

Since = tuple[float, str]
"From that instant on, which world."


class Worlds:
    """Learnt from the campaigns: a CDR names its source, everything else its campaign or pool.

    A campaign that has called the lab may call people later; what was told before stays where it
    is, also when a file is made anew.
    """

    def __init__(self) -> None:
        self._of_campaign: dict[str, list[Since]] = {}
        self._of_pool: dict[str, list[Since]] = {}
        self._known: dict[str, None] = {}
        self._of_list: dict[str, set[str]] = {}

    def learn(self, campaigns: Iterable[Opened]) -> None:
        """Take in every version of every campaign, in the order in which they were opened."""
        of_campaign = defaultdict[str, list[Since]](list)
        of_pool = defaultdict[str, list[Since]](list)
        for opened, lists in sorted(campaigns, key=lambda one: one.campaign.at):
            since = (opened.at, opened.source)
            of_campaign[opened.campaign].append(since)
            of_pool[opened.pool].append(since)
            self._known[opened.source] = None
            for name in lists:
                self._of_list.setdefault(name, set()).add(opened.source)
        self._of_campaign, self._of_pool = dict(of_campaign), dict(of_pool)

    @property
    def known(self) -> tuple[str, ...]:
        """The worlds that some campaign has named; the first one first."""
        return tuple(self._known)

    def of(self, fact: Fact) -> str | None:
        """The world of a fact; None while nobody can tell."""
        if isinstance(fact, Cdr):
            return fact.source
        told = self._of_campaign.get(fact.campaign)
        if told is None and isinstance(fact, AgentWas | Decided):
            told = self._of_pool.get(fact.pool)
        world = _then(told, told_at(fact)) if told else None
        # An agent who logged in before any campaign of the pool: a journal has one world, nearly
        # always.
        return world or next(iter(self.known), None)

    def of_list(self, name: str) -> frozenset[str]:
        """The worlds that dial a list."""
        return frozenset(self._of_list.get(name, ()))


def _then(told: Sequence[Since], at: float) -> str:
    """Which it was at that instant; the first one before all.

    >>> [_then([(5.0, "lab"), (9.0, "live")], at) for at in (1.0, 7.0, 9.0)]
    ['lab', 'lab', 'live']
    """
    return told[max(0, bisect_right([since for since, _ in told], at) - 1)][1]
