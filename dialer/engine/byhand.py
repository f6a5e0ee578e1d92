"""Calls that one agent asks for: by hand, or as a promised callback.

The lead goes through the same transaction of the journal as every other, the call through the same
governor. Meanwhile the agent is reserved, hears the call being made, and is joined at its answer.
"""

from dialer.engine.agent import BUSY, Agent, Callback
from dialer.engine.commands import Claim, DispositionSet, Record
from dialer.engine.events import (
    CallbackDue,
    CallWanted,
    DispositionCorrected,
    Event,
    Intended,
    Started,
)
from dialer.engine.floor import Floor, is_kept
from dialer.engine.governor import Governor
from dialer.engine.state import Campaign, Index, Order, State

FROM = ("READY", "PAUSED")
"In which states an agent may ask for a call: an own wish interrupts a pause, a promise does not."
STALE_S = 12.0
"A promise that has not been told again for so long was moved, dropped or kept by somebody else."
ALARM = "b"
"Before the agent's name: the time of a callback has come."


class ByHand:
    """Keeps no state of its own."""

    def __init__(
        self, state: State, index: Index, order: Order, floor: Floor, governor: Governor
    ) -> None:
        self.state, self.index, self.order = state, index, order
        self.floor, self.governor = floor, governor

    def on(self, event: Event) -> None:
        """Somebody is to be called in person; or a word about a call that is over is corrected."""
        match event:
            case CallWanted():
                self._call(event)
            case CallbackDue():
                self._remind(event)
            case DispositionCorrected():
                self._correct(event)

    def _call(self, event: CallWanted) -> None:
        agent = self.state.agents.get(event.agent)
        campaign = self.state.campaigns.get(event.campaign)
        if agent is None or campaign is None or not agent.leg_up:
            return
        if agent.state not in FROM or self.governor.barred_by_hand(campaign, event.at):
            return
        self.floor.reserve(agent, "", event.lead, event.campaign, event.at)
        self._claim(agent, campaign, "manual")

    def _claim(self, agent: Agent, campaign: Campaign, mode: str) -> None:
        self.order(
            Claim(
                agent.campaign, n=1, mode=mode, epoch=self.state.epoch,
                lead=agent.lead, agent=agent.agent, priced=campaign.spending.amount is not None,
                resting=self.governor.rests.of(campaign),
            )
        )  # fmt: skip

    # ---- promised to a person ----
    def _remind(self, event: CallbackDue) -> None:
        """The agent is kept for it from now on, or gets it before any other call."""
        agent = self.state.agents.get(event.agent)
        campaign = self.state.campaigns.get(event.campaign)
        if agent is None or campaign is None or not agent.leg_up:
            return
        known, due_at = agent.callback, event.due_at or event.at
        told = Callback(event.lead, event.campaign, due_at, event.at)
        if known is None or known.lead == told.lead or self._is_stale(known, event.at):
            agent.callback = told if agent.state in ("READY", *BUSY) else None
        if agent.state == "READY":
            self.keep(agent, event.at)
        elif is_kept(agent) and agent.callback is not None:
            agent.lead, agent.campaign = agent.callback.lead, agent.callback.campaign
            self._turn(agent, event.at)

    def keep(self, agent: Agent, at: float) -> None:
        """Nobody else gets this agent, who is free; where its time has come the call is made."""
        promised = agent.callback
        if promised is None or agent.state != "READY":
            return
        campaign = self.state.campaigns.get(promised.campaign)
        barred = campaign is None or self.governor.barred_by_hand(campaign, at)
        if barred or self._is_stale(promised, at):
            self.floor.offer(agent)
            return
        self.floor.reserve(agent, "", promised.lead, promised.campaign, at)
        self._turn(agent, at)

    def alarm(self, name: str, at: float) -> None:
        """The time of a callback has come."""
        agent = self.state.agents.get(name)
        if agent is not None and is_kept(agent):
            self._turn(agent, at)

    def _turn(self, agent: Agent, at: float) -> None:
        promised = agent.callback
        campaign = self.state.campaigns.get(agent.campaign)
        if promised is None or campaign is None or self._is_stale(promised, at):
            agent.callback = None
            self.floor.free(agent, at)
        elif promised.at > at:
            self.index.wake(ALARM + agent.agent, promised.at)
        else:
            agent.callback = None
            self.index.wake(ALARM + agent.agent, None)
            self._claim(agent, campaign, "callback")

    @staticmethod
    def _is_stale(promised: Callback, at: float) -> bool:
        return at > promised.told_at + STALE_S

    def promised(self, intent: Intended) -> bool:
        """The journal has promised it; whether the agent still wants it."""
        agent = self.state.agents.get(intent.agent)
        if agent is None or agent.state != "RESERVED" or agent.call:
            return False
        agent.call = intent.call
        return True

    def refused(self, name: str, at: float) -> None:
        """The journal has not."""
        agent = self.state.agents.get(name)
        if agent is not None and agent.state == "RESERVED" and not agent.call:
            self.floor.free(agent, at)

    def begin(self, event: Started) -> None:
        """A process before this one asked, and nobody will hear the answer."""
        for agent in list(self.state.agents.values()):
            agent.callback = None
            if self._asks(agent):
                self.floor.free(agent, event.at)

    @staticmethod
    def _asks(agent: Agent) -> bool:
        return agent.state == "RESERVED" and not agent.call

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
