"""Telling how many leads are left: after changes, and not more often than is worth it."""

from collections.abc import Callable

from dialer.engine.commands import Claim
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
        self.every_s = EVERY_S

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
        for campaign in self._store.open_campaigns():
            self._changed[campaign.opened.campaign] = None

    def claimed(self, order: Claim) -> None:
        """A claim is a sign that its campaign is open."""
        self._changed[order.campaign] = None

    def due(self, at: float) -> list[str]:
        """Campaigns to count now."""
        return [
            name
            for name in self._changed
            if at - self._counted_at.get(name, -self.every_s) >= self.every_s
        ]

    def counts(self, at: float, clock: Callable[[], float] = lambda: 0.0) -> list[Event]:
        """`LeadsCounted` for those that are due. Counting for long makes it rarer."""
        events: list[Event] = []
        began = clock()
        for name in self.due(at):
            self._changed.pop(name)
            self._counted_at[name] = at
            if campaign := self._store.campaign(name):
                events.append(self._ledger.counted(campaign, at))
        if events:
            self.every_s = max(EVERY_S, 20.0 * (clock() - began))
        return events
