"""The account that binds a campaign now: its own, or its group's."""

from collections.abc import Collection
from typing import NamedTuple

from dialer.engine.account import period
from dialer.engine.index import Index
from dialer.engine.state import Campaign, Pool, State


class Account(NamedTuple):
    """What an account counts now."""

    persons: int
    abandoned: int
    owed: int
    "Abandoned already, or at worst, and in no book yet."

    def left(self, cap: float) -> float:
        """Abandoned that it could still bear; below zero by so many it is beyond the cap.

        >>> round(Account(persons=1000, abandoned=20, owed=0).left(cap=0.03), 9)
        10.0
        """
        return cap * (self.persons + self.owed) - self.abandoned - self.owed


def own(state: State, index: Index, campaign: Campaign, at: float) -> Account:
    """The campaign's."""
    opened = campaign.opened
    persons, abandoned = campaign.ledger.account(period(opened.account), at)
    return Account(persons, abandoned, _owed(state, index, (opened.campaign,)))


def tightest(state: State, index: Index, campaign: Campaign, at: float) -> Account:
    """Its own, or its group's where that has less left: both must hold."""
    mine = own(state, index, campaign, at)
    if not campaign.opened.group:
        return mine
    shared = _of_group(state, index, campaign, at)
    return min(mine, shared, key=lambda one: one.left(campaign.opened.abandon_cap))


def _of_group(state: State, index: Index, campaign: Campaign, at: float) -> Account:
    """All its members' books, and what other pools of it have in flight, taken as lost."""
    over, group = period(campaign.opened.account), campaign.opened.group
    source = campaign.opened.source
    members = [
        one
        for one in state.campaigns.values()
        if (one.opened.group, one.opened.source) == (group, source)
    ]
    began = campaign.ledger.began(over, at)
    persons = abandoned = 0
    for one in members:
        ledger = one.ledger
        more = ledger.since(began, at) if over.is_of_days else ledger.account(over, at)
        persons, abandoned = persons + more[0], abandoned + more[1]
    owed = _owed(state, index, [one.opened.campaign for one in members])
    elsewhere = {one.opened.pool for one in members} - {campaign.opened.pool}
    return Account(persons, abandoned, owed + sum(_beyond(state, index, one) for one in elsewhere))


def _owed(state: State, index: Index, campaigns: Collection[str]) -> int:
    found = 0
    for pool in index.pools.values():
        if pool.owed:
            found += sum(state.calls[key].intent.campaign in campaigns for key in pool.owed)
    return found


def _beyond(state: State, index: Index, name: str) -> int:
    """Calls of a pool that would find nobody if all of them were answered now."""
    pool = index.pools.get(name) or Pool()
    claimed = sum(one.claimed for one in state.campaigns.values() if one.opened.pool == name)
    calls = (pool.pending, pool.ringing, pool.deciding, pool.waiting)
    return max(0, sum(map(len, calls)) + claimed - len(pool.ready))
