"""Every lead on the shelf where it belongs, by what is blocked and ruled now."""

from dialer.journal.blocking import Blocking
from dialer.journal.store import Store
from dialer.leads import hopper
from dialer.leads.hopper import Lead, replace
from dialer.leads.rules import Campaign


class Shelving:
    """Whoever changes a lead keeps it by this."""

    def __init__(self, store: Store, blocking: Blocking) -> None:
        self._store, self._blocking = store, blocking

    def settled(self, lead: Lead) -> Lead:
        """The lead on its shelf, by what is blocked now."""
        return hopper.settled(lead, self._blocking.until(lead))

    def keep(self, lead: Lead) -> None:
        """Put the lead where it stands now."""
        self._store.put(self.settled(lead))

    def reconsider(self, list: str, campaign: Campaign) -> None:
        """The rules changed: leads of a list that were out for a reason may be in again."""
        for id in self._store.stuck(list):
            self.keep(self.reconsidered(self._store.lead(id), campaign))

    def reconsidered(self, lead: Lead, campaign: Campaign) -> Lead:
        """The lead by a campaign's new rules."""
        if lead.final == "caps" and lead.attempts < campaign.rules.calling.attempts_per_lead:
            lead = replace(lead, final="")
        return self.settled(lead)
