"""The agents: who is ready, and what becomes of each."""

from dialer.engine.agent import Agent, become, was
from dialer.engine.commands import CallAgent, DispositionSet, DropAgent, PlayGreeting, Record
from dialer.engine.events import (
    AgentHungUp,
    Disposed,
    Event,
    GreetingWanted,
    LegDown,
    LegUp,
    LoggedIn,
    LoggedOut,
    Paused,
    WentReady,
)
from dialer.engine.pacing.facts import Freed, TalkEnded
from dialer.engine.state import Index, Order, State

REDIAL_LEG_S = 3.0
"A lost leg is called again after this long."
HAS_A_CALL = ("TALKING", "WRAP_UP")
"Who may hear a greeting again: nobody else's, and not that of a call which is not there yet."


class Floor:
    """Keeps the agents' table; says who is longest ready."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order
        self.lost: list[tuple[str, Agent]] = []
        "Calls whose agent went away in this turn: the engine finds them another."
        self.enough: list[str] = []
        "Calls that their agent has ended in this turn."

    # ---- what agents do ----
    def on(self, event: Event) -> None:
        """An event of an agent's. What does not fit the state is ignored: the desk may lag."""
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
                agent.leg_up = True
                self.index.wake("a" + agent.agent, None)
                if agent.wants == "ready" and agent.state == "PAUSED":
                    self.become(agent, "READY", event.at)
            case LegDown():
                self._lose_leg(agent, event.at)
            case WentReady():
                agent.wants = "ready"
                if agent.leg_up and agent.state in ("PAUSED", "WRAP_UP"):
                    self._free(agent, event.at)
            case Paused():
                agent.wants, agent.why = "pause", event.reason
                if agent.state in ("READY", "PAUSED", "WRAP_UP"):
                    self._free(agent, event.at)
            case AgentHungUp():
                if agent.state == "TALKING" and agent.call == event.call:
                    self.enough.append(event.call)
            case GreetingWanted():
                if agent.state in HAS_A_CALL and agent.call == event.call:
                    self.order(PlayGreeting(event.call, agent.agent))
            case Disposed():
                self._dispose(agent, event)
            case LoggedOut():
                agent.wants = "log_out"
                if agent.state in ("READY", "PAUSED", "WRAP_UP"):
                    self._free(agent, event.at)

    def _log_in(self, event: LoggedIn) -> None:
        known = self.state.agents.get(event.agent)
        if known is not None:
            known.endpoint = event.endpoint
            return
        agent = Agent(event.agent, event.pool, event.endpoint, since=event.at)
        self.state.agents[event.agent] = agent
        self.index.seat(agent)
        self._call_leg(agent, event.at)

    def _call_leg(self, agent: Agent, at: float) -> None:
        agent.leg_called_at = at
        self.order(CallAgent(agent.agent, agent.endpoint))

    def _lose_leg(self, agent: Agent, at: float) -> None:
        agent.leg_up, agent.leg_down_at = False, at
        if agent.state in ("TALKING", "RESERVED"):
            self.lost.append((agent.call, agent))
            self.become(agent, "PAUSED", at, "leg_lost")
            agent.call = ""
        elif agent.state == "READY":
            self.become(agent, "PAUSED", at, "leg_lost")
        self.index.wake("a" + agent.agent, at + REDIAL_LEG_S)

    def _dispose(self, agent: Agent, event: Disposed) -> None:
        if agent.call != event.call or agent.state not in ("WRAP_UP", "TALKING"):
            return
        self._write(agent, event.disposition, event.at)
        agent.wants = "ready" if event.then == "ready" else "pause"
        if agent.state == "TALKING":
            self.enough.append(event.call)
            agent.wrap_up_s = 0.0
        else:
            self._free(agent, event.at)

    def _write(self, agent: Agent, disposition: str, at: float) -> None:
        self.order(
            Record(
                DispositionSet(
                    call=agent.call, lead=agent.lead, campaign=agent.campaign,
                    agent=agent.agent, disposition=disposition, at=at,
                )
            )
        )  # fmt: skip

    # ---- what calls do to agents ----
    def reserve(self, agent: Agent, call: str, lead: str, campaign: str, at: float) -> None:
        """The agent gets this call."""
        self.become(agent, "RESERVED", at)
        agent.call, agent.lead, agent.campaign = call, lead, campaign

    def talk(self, agent: Agent, call: str, lead: str, campaign: str, at: float) -> None:
        """Customer and agent hear each other."""
        if agent.state == "TALKING":
            return
        if agent.state != "RESERVED":
            agent.leg_up = True
        self.become(agent, "TALKING", at)
        agent.call, agent.lead, agent.campaign = call, lead, campaign

    def release(self, agent: Agent, at: float, *, wrap_up_s: float) -> None:
        """The call is over, or never reached the agent."""
        if agent.state == "RESERVED":
            agent.call = ""
            self._free(agent, at)
        elif agent.state == "TALKING":
            self.become(agent, "WRAP_UP", at)
            self.index.wake("a" + agent.agent, at + min(wrap_up_s, agent.wrap_up_s))
            agent.wrap_up_s = wrap_up_s

    def bench(self, agent: Agent, at: float, reason: str) -> None:
        """Take a reserved agent out: something is wrong with the leg."""
        agent.call = ""
        self.become(agent, "PAUSED", at, reason)
        agent.wants = "ready"
        agent.leg_up = False
        self.index.seat(agent)
        self.order(DropAgent(agent.agent))
        self.index.wake("a" + agent.agent, at + REDIAL_LEG_S)

    def alarm(self, name: str, at: float) -> None:
        """Wrap-up is over, or a lost leg is due to be called again."""
        agent = self.state.agents.get(name)
        if agent is None:
            return
        if agent.state == "WRAP_UP":
            self._free(agent, at)
        elif not agent.leg_up:
            self._call_leg(agent, at)
            self.index.wake("a" + name, at + 4 * REDIAL_LEG_S)

    # ---- the table ----
    def become(self, agent: Agent, state: str, at: float, reason: str = "") -> None:
        """Change state; the interval that ends is recorded. News may be late, time is not."""
        at = max(at, agent.since)
        self.order(Record(was(agent, at)))
        if agent.state == "TALKING":
            self.index.news.append((agent.pool, TalkEnded(at=at, talk_s=at - agent.since)))
        elif agent.state == "WRAP_UP":
            self.index.news.append((agent.pool, Freed(at=at, wrap_up_s=at - agent.since)))
        if agent.state == "READY":
            self.index.pool(agent.pool).ready.pop(agent.agent, None)
        become(agent, state, at, reason)  # type: ignore[arg-type]
        if state == "READY":
            self.index.pool(agent.pool).ready[agent.agent] = at
        self.index.seat(agent)

    def _free(self, agent: Agent, at: float) -> None:
        """Nothing holds the agent: go where the agent wants to be."""
        agent.call = agent.lead = agent.campaign = ""
        if agent.wants == "log_out":
            self.become(agent, "LOGGED_OUT", at)
            self.order(DropAgent(agent.agent))
            self.index.wake("a" + agent.agent, None)
            del self.state.agents[agent.agent]
            self.index.unseat(agent)
        elif agent.wants == "pause":
            self.become(agent, "PAUSED", at, agent.why)
        elif agent.leg_up:
            self.become(agent, "READY", at)
        else:
            self.become(agent, "PAUSED", at, "leg_lost")

    def supply(self, pool: str) -> int:
        """Agents who take calls now or will when they have finished."""
        return self.index.crew(pool).supply

    def legs_standing(self, up: tuple[str, ...], at: float) -> None:
        """After a reconcile: believe the switch about every leg."""
        for agent in list(self.state.agents.values()):
            if agent.agent in up:
                self.on(LegUp(agent.agent, at=at))
            elif agent.leg_up or agent.leg_called_at is None or at - agent.leg_called_at > 10.0:
                self.on(LegDown(agent.agent, at=at))
