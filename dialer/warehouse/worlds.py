"""Which world a row belongs to: live, lab or sim. Each has a file of its own."""

from collections.abc import Iterable

from dialer.engine.commands import AgentWas, Cdr, Decided, Fact
from dialer.warehouse.tail import Opened


class Worlds:
    """Learnt from the campaigns: a CDR names its source, everything else its campaign or pool."""

    def __init__(self) -> None:
        self._of_campaign: dict[str, str] = {}
        self._of_pool: dict[str, str] = {}
        self._of_list: dict[str, set[str]] = {}

    def learn(self, campaigns: Iterable[Opened]) -> None:
        """Take in every version of every campaign, in the order in which they were opened."""
        for opened, lists in campaigns:
            self._of_campaign[opened.campaign] = opened.source
            self._of_pool[opened.pool] = opened.source
            for name in lists:
                self._of_list.setdefault(name, set()).add(opened.source)

    @property
    def known(self) -> tuple[str, ...]:
        """The worlds that some campaign has named; the first one first."""
        return tuple(dict.fromkeys(self._of_campaign.values()))

    def of(self, fact: Fact) -> str | None:
        """The world of a fact; None while nobody can tell."""
        if isinstance(fact, Cdr):
            return fact.source
        world = self._of_campaign.get(fact.campaign)
        if world is None and isinstance(fact, AgentWas | Decided):
            world = self._of_pool.get(fact.pool)
        # An agent who logged in before any campaign of the pool: a journal has one world, nearly
        # always.
        return world or next(iter(self.known), None)

    def of_list(self, name: str) -> frozenset[str]:
        """The worlds that dial a list."""
        return frozenset(self._of_list.get(name, ()))
