"""What stands on do-not-call lists and white lists, as a claim asks it inside its transaction."""

import math
from collections.abc import Iterator

from dialer.engine.events import NumberBlocked
from dialer.journal.store import Store
from dialer.leads.blocking import forbidden
from dialer.leads.hopper import Lead


class Blocking:
    """Questions to the lists of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def binds(self, lead: Lead, campaign: str, at: float) -> bool:
        """Whether this campaign must not call the number that is the lead's next."""
        key = lead.numbers[lead.number].key
        return self._on_list(key, campaign, at) or self.in_range(
            key, lead.id, lead.number, campaign, at
        )

    def in_range(self, key: str, lead: str, pos: int, campaign: str, at: float) -> bool:
        """Whether a number of a lead lies where this campaign must not call."""
        return self.any_range() and self._in_range(key, self._store.number(lead, pos), campaign, at)

    def forbids(self, key: str, digits: str, campaign: str, at: float) -> bool:
        """Whether this campaign must not call a number, which need be no lead's."""
        return self._on_list(key, campaign, at) or self._in_range(key, digits, campaign, at)

    def anywhere(self, key: str, at: float) -> bool:
        """Whether any campaign must not call a number."""
        return any(at < until for until in self._store.blocks(key).values())

    def until(self, lead: Lead) -> dict[str, float]:
        """Of its numbers those that no campaign may call, each until when."""
        found: dict[str, float] = {}
        for number in lead.numbers:
            by = self._store.blocks(number.key)
            if not by:
                continue
            users = self._store.campaigns_of(lead.list)
            ends = [by[""]] if "" in by else []
            if users and users <= by.keys():
                ends.append(min(by[user] for user in users))
            if ends:
                found[number.key] = max(ends)
        return found

    def ringing(self, at: float) -> Iterator[NumberBlocked]:
        """Calls that are promised to numbers of a forbidden range."""
        promises = self._store.opened() if self.any_range() else []
        for promise in promises:
            one = promise.intended
            digits = self._store.number(one.lead, promise.pos)
            if self._in_range(one.number_key, digits, one.campaign, at):
                yield NumberBlocked(one.number_key, one.campaign, at=at)

    def _on_list(self, key: str, campaign: str, at: float) -> bool:
        by = self._store.blocks(key)
        return bool(by) and any(at < by.get(scope, -math.inf) for scope in ("", campaign))

    def any_range(self) -> bool:
        """Whether all numbers of some prefix must not be called."""
        return any(not one.allows for one in self._store.prefixes())

    def _in_range(self, key: str, digits: str, campaign: str, at: float) -> bool:
        if not forbidden(digits, self._store.prefixes(), campaign, at):
            return False
        let_through = self._store.allowed(key)
        return not any(at < let_through.get(scope, -math.inf) for scope in ("", campaign))
