"""Calls that one agent asks for by hand, or that are claimed for one, as callbacks are, and those
of whom an agent looks at first.

The lead goes through the same transaction of the journal as every other, the call through the same
governor. Meanwhile the agent is reserved, hears the call being made, and is joined at its answer.
"""

from dialer.engine.agent import Agent, is_asking
from dialer.engine.commands import Claim, DispositionSet, Order, Record
from dialer.engine.events import (
    CallWanted,
    DispositionCorrected,
    Event,
    Intended,
    Started,
)
from dialer.engine.floor import Floor
from dialer.engine.governor import Governor
from dialer.engine.state import Campaign, State

FROM = ("READY", "PAUSED", "PREVIEW")
"In which states an agent may ask for a call: an own wish interrupts a pause, a promise does not."


class ByHand:
    """Keeps no state of its own."""

    def __init__(self, state: State, order: Order, floor: Floor, governor: Governor) -> None:
        self.state, self.order = state, order
        self.floor, self.governor = floor, governor

    def on(self, event: Event) -> None:
        """Somebody is to be called in person; or a word about a call that is over is corrected."""
        match event:
            case CallWanted():
                self._call(event)
            case DispositionCorrected():
                self._correct(event)

    def _call(self, event: CallWanted) -> None:
        agent = self.state.agents.get(event.agent)
        campaign = self.state.campaigns.get(event.campaign)
        if agent is None or campaign is None or not agent.leg_up:
            return
        if agent.state not in FROM or self.governor.barred_by_hand(campaign, event.at):
            return
        is_shown = agent.state == "PREVIEW" and agent.lead == event.lead
        self.floor.reserve(agent, "", event.lead, event.campaign, event.at)
        self.claim(agent, campaign, "preview" if is_shown else "manual")

    def claim(self, agent: Agent, campaign: Campaign, mode: str) -> None:
        """Ask the journal for the agent's lead, or for one to look at."""
        self.order(
            Claim(
                agent.campaign, n=1, mode=mode, epoch=self.state.epoch,
                lead=agent.lead, agent=agent.agent, priced=campaign.spending.amount is not None,
                resting=self.governor.rests.of(campaign),
            )
        )  # fmt: skip

    def promised(self, intent: Intended) -> bool:
        """The journal has promised it; whether the agent still wants it."""
        agent = self.state.agents.get(intent.agent)
        if agent is None or agent.state != "RESERVED" or agent.call:
            return False
        agent.call = intent.call
        return True

    def refused(self, name: str, at: float) -> bool:
        """The journal has not; whether it has nobody at all for this agent to look at."""
        agent = self.state.agents.get(name)
        if agent is None or not self._asks(agent):
            return False
        has_nobody = agent.state == "PREVIEW"
        self.floor.free(agent, at)
        return has_nobody

    def let_go(self, campaign: str, at: float) -> None:
        """It is stopped: nobody looks at its leads any more."""
        for agent in list(self.state.agents.values()):
            if agent.state == "PREVIEW" and agent.campaign == campaign:
                self.floor.free(agent, at)

    def begin(self, event: Started) -> None:
        """A process before this one asked, and nobody will hear the answer."""
        for agent in list(self.state.agents.values()):
            self.floor.speak_for(agent, None)
            if self._asks(agent):
                self.floor.free(agent, event.at)

    @staticmethod
    def _asks(agent: Agent) -> bool:
        return (agent.state == "RESERVED" and not agent.call) or is_asking(agent)

    def _correct(self, event: DispositionCorrected) -> None:
        disposition = event.disposition.partition("@")[0]
        if event.callback_at is not None:
            disposition += f"@{event.callback_at:.0f}"
        self.order(
            Record(
                DispositionSet(
                    call=event.call, lead=event.lead, campaign=event.campaign, agent=event.agent,
                    disposition=disposition, callback_for=event.callback_for, at=event.at,
                )
            )
        )  # fmt: skip
