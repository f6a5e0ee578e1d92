"""Telling how many leads are left: after changes, and not more often than is worth it."""

import math
from collections.abc import Callable

from dialer.engine.events import (
    CampaignOpened,
    CampaignResumed,
    CampaignStopped,
    Event,
    LeadsCounted,
)
from dialer.journal.ledger import Ledger
from dialer.journal.promised import Promised
from dialer.journal.store import Store

EVERY_S = 2.0
"Seconds between two counts."
CALLBACKS_S = 5.0
"Agents are told of the callbacks that are due so often."
RESTING_S = 5.0
"Leads that rest come due by themselves: while some do, they are counted so often."


STEERING = frozenset((CampaignStopped, CampaignOpened, CampaignResumed))
NEVER = (math.inf, -math.inf)


class Counting:
    """Which campaigns are open, and whose count is out of date."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger, self._promised = store, ledger, Promised(store, ledger)
        self._counted_at: dict[str, float] = {}
        self._changed: dict[str, None] = {}
        self._resting: dict[str, LeadsCounted] = {}
        "Campaigns some of whose leads are not yet due, and what was told of them last."
        self._leads_moved = False
        self._looked_at = -math.inf
        self._reminded_at = -math.inf
        self._every_s = EVERY_S
        self._quiet = NEVER
        "From and until when nothing falls due, unless something changes."

    def heard(self, event: Event) -> None:
        """Some events open and close campaigns."""
        if type(event) not in STEERING:
            return
        self._quiet = NEVER
        match event:
            case CampaignStopped():
                self._store.stop_campaign(event.campaign, stopped=True)
                self._changed.pop(event.campaign, None)
                self._resting.pop(event.campaign, None)
            case CampaignOpened() | CampaignResumed():
                self._store.stop_campaign(event.campaign, stopped=False)
                self._changed[event.campaign] = None

    def changed(self) -> None:
        """Leads moved: every open campaign's count is out of date, and told when it is time."""
        if not self._leads_moved:
            self._leads_moved, looked_at = True, self._looked_at
            since, until = self._quiet
            self._quiet = max(since, looked_at), min(until, looked_at + self._every_s)

    def is_quiet(self, at: float) -> bool:
        """Nothing has changed, and nothing falls due yet."""
        since, until = self._quiet
        return since <= at < until

    def is_due(self, at: float) -> bool:
        """Whether anything is to be counted now."""
        all_due = self._leads_moved and self._is_time(self._looked_at, at)
        changed = any(self._is_due(name, at) for name in self._changed)
        if not self._reminded_at <= at < self._reminded_at + CALLBACKS_S:
            return True
        return all_due or changed or any(self._rested(name, at) for name in self._resting)

    def _is_due(self, name: str, at: float) -> bool:
        return self._is_time(self._counted_at.get(name, -math.inf), at)

    def _rested(self, name: str, at: float) -> bool:
        last = self._counted_at[name]
        return not last <= at < last + max(RESTING_S, self._every_s)

    def _is_time(self, last: float, at: float) -> bool:
        return not last <= at < last + self._every_s  # a clock put back does not stop the counting

    def counts(self, at: float, clock: Callable[[], float] = lambda: 0.0) -> list[Event]:
        """`LeadsCounted` for those that are due. Counting for long makes it rarer."""
        if self.is_quiet(at):
            return []
        reminders: list[Event] = []
        if not self._reminded_at <= at < self._reminded_at + CALLBACKS_S:
            self._reminded_at, reminders = at, [*self._promised.due(at)]
        began = clock()
        if self._leads_moved and self._is_time(self._looked_at, at):
            self._leads_moved, self._looked_at = False, at
            for campaign in self._store.open_campaigns():
                self._changed[campaign.opened.campaign] = None
        changed = [name for name in self._changed if self._is_due(name, at)]
        rested = [n for n in self._resting if n not in self._changed and self._rested(n, at)]
        events = [self._counted(name, at) for name in changed]
        events += [self._counted_again(name, at) for name in rested]
        if events:
            self._every_s = max(EVERY_S, 20.0 * (clock() - began))
        self._quiet = (at, self._next_at())
        return [event for event in (*events, *reminders) if event]

    def _next_at(self) -> float:
        """When something may fall due: not a moment later than `is_due` says so."""
        counted = self._counted_at
        moments = [counted.get(name, -math.inf) + self._every_s for name in self._changed]
        moments += [counted[name] + max(RESTING_S, self._every_s) for name in self._resting]
        if self._leads_moved:
            moments.append(self._looked_at + self._every_s)
        return min([self._reminded_at + CALLBACKS_S, *moments])

    def _counted(self, name: str, at: float) -> LeadsCounted | None:
        self._changed.pop(name, None)
        self._resting.pop(name, None)
        self._counted_at[name] = at
        campaign = self._store.campaign(name)
        counted = self._ledger.claims.counted(campaign, at) if campaign else None
        if counted and counted.now < counted.left:
            self._resting[name] = counted
        return counted

    def _counted_again(self, name: str, at: float) -> LeadsCounted | None:
        """Nothing but time has passed: told only if that changed something."""
        before = self._resting[name]
        counted = self._counted(name, at)
        same = counted and (counted.now, counted.left) == (before.now, before.left)
        return None if same else counted
