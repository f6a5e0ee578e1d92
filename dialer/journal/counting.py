"""Telling how many leads are left: after changes, and not more often than is worth it."""

import math
from collections.abc import Callable

from dialer.engine.events import CampaignOpened, CampaignResumed, CampaignStopped, Event
from dialer.journal.ledger import Ledger
from dialer.journal.store import Store

EVERY_S = 2.0
"Seconds between two counts."


class Counting:
    """Which campaigns are open, and whose count is out of date."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger
        self._counted_at: dict[str, float] = {}
        self._changed: dict[str, None] = {}
        self._leads_moved = False
        self._looked_at = -math.inf
        self._every_s = EVERY_S

    def heard(self, event: Event) -> None:
        """Some events open and close campaigns."""
        match event:
            case CampaignStopped():
                self._store.stop_campaign(event.campaign, stopped=True)
                self._changed.pop(event.campaign, None)
            case CampaignOpened() | CampaignResumed():
                self._store.stop_campaign(event.campaign, stopped=False)
                self._changed[event.campaign] = None

    def changed(self) -> None:
        """Leads moved: every open campaign's count is out of date."""
        self._leads_moved = True

    def is_due(self, at: float) -> bool:
        """Whether anything is to be counted now."""
        all_due = self._leads_moved and self._is_time(self._looked_at, at)
        return all_due or any(self._is_due(name, at) for name in self._changed)

    def _is_due(self, name: str, at: float) -> bool:
        return self._is_time(self._counted_at.get(name, -math.inf), at)

    def _is_time(self, last: float, at: float) -> bool:
        return not last <= at < last + self._every_s  # a clock put back does not stop the counting

    def counts(self, at: float, clock: Callable[[], float] = lambda: 0.0) -> list[Event]:
        """`LeadsCounted` for those that are due. Counting for long makes it rarer."""
        began = clock()
        if self._leads_moved and self._is_time(self._looked_at, at):
            self._leads_moved, self._looked_at = False, at
            for campaign in self._store.open_campaigns():
                self._changed[campaign.opened.campaign] = None
        events = [self._counted(name, at) for name in [*self._changed] if self._is_due(name, at)]
        if events:
            self._every_s = max(EVERY_S, 20.0 * (clock() - began))
        return [event for event in events if event]

    def _counted(self, name: str, at: float) -> Event | None:
        del self._changed[name]
        self._counted_at[name] = at
        campaign = self._store.campaign(name)
        return self._ledger.counted(campaign, at) if campaign else None
