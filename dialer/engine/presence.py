"""Whether an agent is there at all: the leg, the page and the voice, judged apart.

The leg is what customers are joined to. A page that nobody attends gets no new call, and its talk
goes on. A leg that stands and brings no voice is as good as none: after three seconds the customer
is told that somebody will be there at once, after ten another agent is.
"""

from dialer.engine.agent import WITH_CUSTOMER, Agent
from dialer.engine.call import is_by_hand
from dialer.engine.commands import Bridge, CallAgent, DropAgent, Hold, Order, Reassure
from dialer.engine.events import (
    DeskBack,
    DeskLost,
    Event,
    LegDown,
    LegUp,
    LegWanted,
    LoggedIn,
    Started,
    VoiceBack,
    VoiceLost,
)
from dialer.engine.floor import REDIAL_LEG_S, Floor, is_about_to_call
from dialer.engine.index import Index
from dialer.engine.state import State

SHIFT_S = 14 * 3600.0
"No shift is longer: whoever forgot to log out is logged out."
LEG_GONE_S = 900.0
"An agent whom nobody could reach for so long has gone."
DESK_GONE_S = 900.0
"And one whose page nobody attended for so long."
VOICE_S = 7.0
"After the three seconds that the switch waits before it tells."
RECALL_S = 10.0
"""The customer of a page's agent whose leg broke waits so long for the same agent; a call by hand,
which rings for nobody else, goes on for so long."""
RECALL_LEG_S = 1.0
"A page that was loaded again needs about this long to be reached."
STANDING_S = 10.0
"A leg that was called so lately need not stand yet."


class Presence:
    """Keeps no state of its own; what follows for the agent is the floor's."""

    def __init__(self, state: State, index: Index, order: Order, floor: Floor) -> None:
        self.state, self.index, self.order, self.floor = state, index, order, floor

    def on(self, event: Event) -> None:
        """News of an agent's leg, page or voice."""
        if isinstance(event, LoggedIn):
            self._log_in(event)
            return
        agent = self.state.agents.get(event.agent)  # type: ignore[attr-defined]
        if agent is not None:
            self._on(agent, event)
            if agent.state != "LOGGED_OUT":
                self.index.seat(agent)
        elif isinstance(event, LegUp):  # the agent left while it was being called
            self.order(DropAgent(event.agent))

    def _on(self, agent: Agent, event: Event) -> None:
        match event:
            case LegUp():
                self._leg_up(agent, event.at)
            case LegDown():
                self._lose_leg(agent, event.at)
            case LegWanted() if agent.leg_up:
                self._recall(agent, event.at)
            case DeskLost(desk=desk) if desk == agent.desk:
                self._lose_desk(agent, event.at)
            case DeskBack(desk=desk) if desk == agent.desk:
                self._attend(agent, event.at)
            case VoiceLost() if agent.leg_up and agent.voice_lost_at is None:
                self._lose_voice(agent, event.at)
            case VoiceBack() if agent.leg_up:
                agent.voice_lost_at = None
                self.index.wake("v" + agent.agent, None)

    def _log_in(self, event: LoggedIn) -> None:
        known = self.state.agents.get(event.agent)
        if known is not None:
            self._sit_down(known, event)
            self.index.seat(known)
            return
        agent = Agent(event.agent, event.pool, event.endpoint, since=event.at, desk=event.desk)
        agent.teams = event.teams
        agent.desk_lost_at = event.at if event.desk else None  # until somebody attends it
        agent.leg_gone_at = event.at
        self.state.agents[event.agent] = agent
        self.index.seat(agent)
        self.index.wake("s" + event.agent, event.at + SHIFT_S)
        self._call_leg(agent, event.at)

    def _sit_down(self, agent: Agent, event: LoggedIn) -> None:
        """At another desk, or with another telephone: the new one wins."""
        agent.teams = event.teams
        if event.desk != agent.desk:
            agent.desk, agent.desk_lost_at = event.desk, None
            self.index.wake("d" + agent.agent, None)
            if event.desk:
                self._lose_desk(agent, event.at)
        moved, agent.endpoint = event.endpoint != agent.endpoint, event.endpoint
        if moved and agent.leg_up:
            self._recall(agent, event.at)

    # ---- the page ----
    def begin(self, event: Started) -> None:
        """Nobody has told the new process that he attends a page."""
        for agent in self.state.agents.values():
            if agent.desk:
                self._lose_desk(agent, event.at)
                self.index.seat(agent)

    def _lose_desk(self, agent: Agent, at: float) -> None:
        agent.desk_lost_at = agent.desk_lost_at or at
        self.index.wake("d" + agent.agent, agent.desk_lost_at + DESK_GONE_S)
        if agent.state == "READY":
            self.floor.become(agent, "PAUSED", at, "desk_lost")
        elif is_about_to_call(agent):
            self.floor.free(agent, at)

    def _attend(self, agent: Agent, at: float) -> None:
        agent.desk_lost_at = None
        self.index.wake("d" + agent.agent, None)
        self._come_back(agent, at)

    def _come_back(self, agent: Agent, at: float) -> None:
        """What kept a willing agent away is over."""
        is_there = agent.leg_up and agent.is_attended
        if agent.state == "PAUSED" and agent.wants == "ready" and is_there:
            self.floor.become(agent, "READY", at)

    # ---- the leg ----
    def _call_leg(self, agent: Agent, at: float) -> None:
        agent.leg_called_at = at
        self.order(CallAgent(agent.agent, agent.endpoint))

    def _recall(self, agent: Agent, at: float) -> None:
        """Take the leg down and call it anew; a customer hears music meanwhile."""
        self._keep_customer(agent)
        self.order(DropAgent(agent.agent))

    def _keep_customer(self, agent: Agent) -> None:
        """The hold is ours, not the agent's: it ends when the leg is back."""
        agent.recall, agent.talks_on = True, agent.state == "TALKING"
        if agent.talks_on:
            self.order(Hold(agent.call, agent.agent))

    def _leg_up(self, agent: Agent, at: float) -> None:
        agent.leg_up, agent.leg_gone_at = True, None
        for alarm in "gv":
            self.index.wake(alarm + agent.agent, None)
        if agent.recall and agent.talks_on and agent.state in WITH_CUSTOMER:
            self.order(Bridge(agent.call, agent.agent))
        elif agent.recall and agent.state == "RESERVED":
            self.floor.back.append(agent)
        agent.recall, agent.voice_lost_at = False, None
        self._come_back(agent, at)

    def _lose_leg(self, agent: Agent, at: float) -> None:
        """It is gone. A page is called back at once, a phone after a while."""
        agent.leg_up, agent.leg_down_at = False, at
        agent.leg_gone_at = agent.leg_gone_at or at
        again_s = RECALL_LEG_S if agent.desk or agent.recall else REDIAL_LEG_S
        self.index.wake("g" + agent.agent, at + again_s)
        if is_about_to_call(agent):
            self.floor.free(agent, at)
            return
        if self._is_waited_for(agent) and (agent.desk or agent.recall):
            if not agent.recall or (agent.state == "TALKING" and not agent.talks_on):
                self._keep_customer(agent)
            self.index.wake("v" + agent.agent, at + RECALL_S)
            return
        agent.recall = False
        if agent.state in (*WITH_CUSTOMER, "RESERVED"):
            self._give_up_call(agent, at)
        elif agent.state == "READY":
            self.floor.become(agent, "PAUSED", at, "leg_lost")

    def _is_waited_for(self, agent: Agent) -> bool:
        """The call is this agent's: a customer who talked, or whoever was called by hand."""
        if agent.state == "RESERVED" and agent.call:
            call = self.state.calls.get(agent.call)
            return call is not None and is_by_hand(call)
        return agent.state in (*WITH_CUSTOMER, "RESERVED")

    def _give_up_call(self, agent: Agent, at: float) -> None:
        self.floor.lost.append((agent.call, agent))
        agent.recall = False
        self.floor.fall_out(agent, at, "leg_lost")

    def legs_standing(self, up: tuple[str, ...], at: float) -> None:
        """After a reconcile: believe the switch about every leg."""
        for agent in list(self.state.agents.values()):
            called_at = agent.leg_called_at
            if agent.agent in up:
                self.on(LegUp(agent.agent, at=at))
            elif agent.leg_up or called_at is None or at - called_at > STANDING_S:
                self.on(LegDown(agent.agent, at=at))
            elif "g" + agent.agent not in self.state.alarms:  # that it failed may be lost news
                self.index.wake("g" + agent.agent, called_at + STANDING_S)

    # ---- the voice ----
    def _lose_voice(self, agent: Agent, at: float) -> None:
        if agent.state == "TALKING":
            agent.voice_lost_at = at
            self.order(Reassure(agent.call, agent.agent))
            self.index.wake("v" + agent.agent, at + VOICE_S)
        elif agent.state == "READY" or is_about_to_call(agent):
            self.floor.bench(agent, at, "voice_lost")

    # ---- time ----
    def alarm(self, kind: str, name: str, at: float) -> None:
        """A patience is at its end: `d`esk, le`g`, `s`hift, `v`oice."""
        agent = self.state.agents.get(name)
        if agent is None:
            return
        match kind:
            case "d":
                self.floor.log_out(agent, at, "desk_lost")
            case "s":
                self.floor.log_out(agent, at, "shift")
            case "g" if not agent.leg_up:
                self._try_leg(agent, at)
            case "v" if agent.state in WITH_CUSTOMER:
                self._replace(agent, at)
            case "v" if agent.state == "RESERVED":
                self._give_up_call(agent, at)

    def _try_leg(self, agent: Agent, at: float) -> None:
        if agent.leg_gone_at is not None and at - agent.leg_gone_at > LEG_GONE_S:
            self.floor.log_out(agent, at, "leg_lost")
            return
        self._call_leg(agent, at)
        again_s = 2 * RECALL_LEG_S if agent.recall else 4 * REDIAL_LEG_S
        self.index.wake("g" + agent.agent, at + again_s)

    def _replace(self, agent: Agent, at: float) -> None:
        """The customer has waited long enough for this agent."""
        self.floor.unheard.append((agent.call, agent))
        self.floor.bench(agent, at, "voice_lost" if agent.leg_up else "leg_lost")
