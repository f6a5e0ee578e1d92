"""Leads that an agent looks at before calling: mode `preview`.

Whoever is free, and not needed for calls that ring, is shown the lead whose turn it is. The agent
calls, or skips it; who does neither for long is on a break. In mode `manual` nobody is shown.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from dialer.engine.agent import Agent, is_asking
from dialer.engine.byhand import ByHand
from dialer.engine.events import LeadOffered, LeadSkipped
from dialer.engine.floor import Floor
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.promises import spare
from dialer.engine.state import Campaign, State

OF_AGENTS = frozenset({"manual", "preview"})
"In these modes agents place the calls; no pacer decides."
LOOK_S = 600.0
"Who has looked at a lead for so long is not there."


class Previews:
    """Keeps no state of its own: whom an agent looks at stands with the agent."""

    def __init__(
        self, state: State, index: Index, floor: Floor, governor: Governor, by_hand: ByHand
    ) -> None:
        self.state, self.index = state, index
        self.floor, self.governor, self.by_hand = floor, governor, by_hand

    def on(self, event: LeadOffered | LeadSkipped) -> None:
        """The journal has chosen somebody; or the agent would rather call somebody else."""
        agent = self.state.agents.get(event.agent)
        if agent is None:
            return
        if isinstance(event, LeadOffered):
            if is_asking(agent) and agent.campaign == event.campaign:
                agent.lead, agent.offered_at = event.lead, event.at
                self.index.wake("a" + agent.agent, event.at + LOOK_S)
        elif agent.state == "PREVIEW" and agent.lead == event.lead:
            agent.lead = ""  # put off: it is not to come again at once
            self.floor.free(agent, event.at)

    def turn(self, campaigns: Iterable[Campaign], at: float) -> None:
        """Show a lead to whoever can be spared."""
        for campaign in campaigns:
            opened = campaign.opened
            why = self.governor.barred(campaign, self.floor.supply(opened.pool), at)
            if not why and at < campaign.claim_again_at:
                why = campaign.refused
            campaign.bound, campaign.level = why, 0.0
            if why or opened.pacing != "preview":
                continue
            for agent in self._idle(campaign):
                self.floor.become(agent, "PREVIEW", at)
                agent.lead, agent.campaign = "", opened.campaign
                self.by_hand.claim(agent, campaign, "preview")

    def _idle(self, campaign: Campaign) -> Sequence[Agent]:
        """Who can be spared, longest ready first; no more than there are leads."""
        pool = campaign.opened.pool
        n = max(0, min(spare(self.state, self.index, pool), campaign.leads_now))
        return [self.state.agents[name] for name in islice(self.index.pool(pool).ready, n)]
