"""Callbacks whose time has come: told to agents, never to pacers, until somebody makes them.

So nobody whom a call was promised to is rung up with no agent there. Each is told again and again,
for whoever shall make it may only just have come, or become free.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dialer.engine.events import CallbackDue
from dialer.journal.hours import placeable_from, placeable_until
from dialer.journal.ledger import Ledger
from dialer.journal.store import Store
from dialer.leads.hopper import Lead, replace
from dialer.leads.rules import Campaign

AHEAD_S = 20.0
"So long before its time a callback is told, that its agent is kept for it."
ABSENT_S = 1800.0
"So long after its time, or after it might first be made, its agent counts as not there."
EACH = 20
"Callbacks of one agent, or of one team, that are told at once, of a list and a place."
TEAM = "team:"


class Promised:
    """Keeps no state of its own."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger

    def due(self, at: float) -> list[CallbackDue]:
        """Whom somebody has promised to call by now or in a moment, and nobody has called yet."""
        campaigns = self._store.open_campaigns()
        names = {one.opened.campaign for one in campaigns}
        told: dict[str, CallbackDue] = {}
        for campaign in map(self._ledger.claims.dialled, campaigns):
            for lead in self._waiting(campaign, at):
                if lead.id in told or not self._is_its(lead, campaign, names):
                    continue
                if event := self._told(lead, campaign, at):
                    told[lead.id] = event
        return sorted(told.values(), key=lambda one: one.due_at)

    def _waiting(self, campaign: Campaign, at: float) -> Iterator[Lead]:
        for line in self._store.lines(campaign.rules.lists):
            if line.rank == 0:
                yield from self._store.callbacks(line, at + AHEAD_S, EACH)

    def _is_its(self, lead: Lead, campaign: Campaign, names: set[str]) -> bool:
        """The campaign that promised it makes it; any that has the list where that one is over."""
        promise = self._store.promise(lead.disposed_call)
        whose = promise.intended.campaign if promise else ""
        return whose == campaign.opened.campaign or whose not in names

    def _told(self, lead: Lead, campaign: Campaign, at: float) -> CallbackDue | None:
        when = max(at, lead.next_at)
        if placeable_until(lead.place, campaign, when) <= when:
            return None
        whom = lead.callback_for
        if whom and self._is_absent(lead, campaign, at):
            if campaign.rules.absent == "move":
                zone = lead.place.partition(" ")[2].partition(",")[0] or campaign.opened.zone
                next_at = days_later(lead.next_at, at, zone)
                self._ledger.shelving.keep(replace(lead, next_at=next_at))
                return None
            whom = "" if campaign.rules.absent == "pool" else whom
        is_team = whom.startswith(TEAM)
        return CallbackDue(
            agent="" if is_team else whom,
            campaign=campaign.opened.campaign,
            lead=lead.id,
            due_at=lead.next_at,
            team=whom.removeprefix(TEAM) if is_team else "",
            at=at,
        )

    def _is_absent(self, lead: Lead, campaign: Campaign, at: float) -> bool:
        if at < lead.next_at + ABSENT_S:
            return False
        return at >= placeable_from(lead.place, campaign, lead.next_at) + ABSENT_S


def days_later(due_at: float, at: float, zone: str) -> float:
    """The same time on that zone's clocks, of the first day on which it is still to come.

    >>> days_later(1_792_832_400.0, 1_792_840_000.0, "Europe/Berlin") - 1_792_832_400.0 == 25 * 3600
    True
    """
    then = datetime.fromtimestamp(due_at, ZoneInfo(zone))
    while then.timestamp() <= at:
        then += timedelta(days=1)
    return then.timestamp()
