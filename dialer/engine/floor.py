"""The agents: who is ready, and what becomes of each."""

from collections.abc import Callable
from typing import Any

from dialer.engine.agent import BUSY, WITH_CUSTOMER, Agent, Callback, Said, become, was
from dialer.engine.call import OUTSIDE
from dialer.engine.commands import (
    DispositionSet,
    DropAgent,
    GiveBack,
    Hold,
    Mute,
    Order,
    PlayGreeting,
    Record,
    Resume,
)
from dialer.engine.events import (
    AgentHungUp,
    Disposed,
    DispositionUndone,
    Event,
    GreetingWanted,
    HoldWanted,
    LoggedOut,
    MuteWanted,
    Paused,
    ResumeWanted,
    TransferWanted,
    WentReady,
)
from dialer.engine.index import Index
from dialer.engine.pacing.facts import Freed, TalkEnded
from dialer.engine.state import State

REDIAL_LEG_S = 3.0
"A leg that we took down ourselves is called again after this long."
UNDO_S = 6.0
"A disposition may be taken back for five seconds, and one more on the way."
HAS_A_CALL = ("TALKING", "HELD", "WRAP_UP")
"Who may hear a greeting again: nobody else's, and not that of a call which is not there yet."


class Floor:
    """Keeps the agents' table; says who is longest ready."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order
        self.lost: list[tuple[str, Agent]] = []
        "Calls whose agent went away in this turn: the engine finds them another."
        self.unheard: list[tuple[str, Agent]] = []
        "The same, of agents who have long been silent: the customer hears music."
        self.back: list[Agent] = []
        "Agents who can be reached again, and have a call by hand under way."
        self.enough: list[str] = []
        "Calls that their agent has ended in this turn."
        self.handed_over: list[tuple[TransferWanted, Agent]] = []
        "What calls their agent gives away."
        self.spoken_for: list[Agent] = []
        "Agents who are free, and have promised a call."
        self.unwanted: list[GiveBack] = []
        "Leads whose agent went away in this turn without a word about them."

    @property
    def has_news(self) -> bool:
        """Whether this turn left anything for the calls."""
        return bool(self.lost or self.unheard or self.back or self.enough or self.handed_over)

    # ---- what agents do ----
    def on(self, event: Event) -> None:
        """An event of an agent's. What does not fit the state is ignored: the desk may lag."""
        agent = self.state.agents.get(event.agent)  # type: ignore[attr-defined]
        if agent is not None:
            self._on(agent, event)
            if agent.state != "LOGGED_OUT":
                self.index.seat(agent)

    def _on(self, agent: Agent, event: Event) -> None:
        if act := ON_A_CALL.get(type(event)):
            if agent.call == event.call:  # type: ignore[attr-defined]
                act(self, agent, event)
            return
        match event:
            case WentReady():
                agent.wants = "ready"
                if agent.leg_up and agent.state in ("PAUSED", "WRAP_UP"):
                    self.free(agent, event.at)
            case Paused():
                agent.wants, agent.why = "pause", event.reason
                if agent.state in ("READY", "PAUSED", "WRAP_UP") or is_about_to_call(agent):
                    self.free(agent, event.at)
            case Disposed():
                self._dispose(agent, event)
            case DispositionUndone():
                self._undo(agent, event)
            case LoggedOut():
                self.log_out(agent, event.at)

    # ---- with a customer ----
    def _hang_up(self, agent: Agent, event: AgentHungUp) -> None:
        if agent.state in (*WITH_CUSTOMER, "RESERVED"):
            self.enough.append(event.call)

    def _play_greeting(self, agent: Agent, event: GreetingWanted) -> None:
        if agent.state in HAS_A_CALL:
            self.order(PlayGreeting(event.call, agent.agent))

    def _hold(self, agent: Agent, event: HoldWanted) -> None:
        if agent.state == "TALKING":
            self.order(Hold(event.call, agent.agent))

    def _resume(self, agent: Agent, event: ResumeWanted) -> None:
        if agent.state == "HELD" and agent.leg_up:
            self.order(Resume(event.call, agent.agent))

    def _mute(self, agent: Agent, event: MuteWanted) -> None:
        if agent.state in WITH_CUSTOMER:
            self.order(Mute(event.call, agent.agent, event.muted))

    def _transfer(self, agent: Agent, event: TransferWanted) -> None:
        somebody = event.to.startswith(OUTSIDE) or self.pool_named(event.to)
        if agent.state in WITH_CUSTOMER and somebody and event.to != agent.agent:
            self.handed_over.append((event, agent))

    def pool_named(self, to: str) -> str:
        """Whose queue a call goes to: a pool's, or that of an agent who is logged in."""
        if to.startswith("pool:"):
            name = to.removeprefix("pool:")
            pools = {campaign.opened.pool for campaign in self.state.campaigns.values()}
            return name if name in pools or name in self.state.pools else ""
        known = self.state.agents.get(to)
        return known.pool if known else ""

    def _dispose(self, agent: Agent, event: Disposed) -> None:
        if agent.call != event.call or agent.state not in HAS_A_CALL:
            return
        said = agent.said = Said(agent.call, agent.lead, agent.campaign, event.at)
        self.order(Record(word(said, agent.agent, event)))
        if agent.wants != "log_out":  # who goes after this call goes, whatever is said of it
            agent.wants = "ready" if event.then == "ready" else "pause"
        if agent.state in WITH_CUSTOMER:
            self.enough.append(event.call)
            agent.wrap_up_s = 0.0
        else:
            self.free(agent, event.at)

    def _undo(self, agent: Agent, event: DispositionUndone) -> None:
        """Back to the wrap-up, unless the next call has come."""
        said = agent.said
        if said is None or said.call != event.call or event.at > said.at + UNDO_S:
            return
        agent.said = None
        self.order(Record(word(said, agent.agent, event)))
        campaign = self.state.campaigns.get(said.campaign)
        wrap_up_s = campaign.opened.wrap_up_s if campaign else agent.wrap_up_s
        if agent.state in WITH_CUSTOMER and agent.call == said.call:
            agent.wrap_up_s = wrap_up_s
        elif agent.state in ("READY", "PAUSED", "PREVIEW"):
            self.become(agent, "WRAP_UP", event.at)
            agent.call, agent.lead, agent.campaign = said.call, said.lead, said.campaign
            self.index.wake("a" + agent.agent, event.at + wrap_up_s)

    # ---- what calls do to agents ----
    def reserve(self, agent: Agent, call: str, lead: str, campaign: str, at: float) -> None:
        """The agent gets this call."""
        self.become(agent, "RESERVED", at)
        agent.call, agent.lead, agent.campaign = call, lead, campaign

    def talk(self, agent: Agent, call: str, lead: str, campaign: str, at: float) -> None:
        """Customer and agent hear each other."""
        if agent.state in WITH_CUSTOMER:
            return
        if agent.state != "RESERVED":
            agent.leg_up = True
        agent.talk_since, agent.said = max(at, agent.since), None
        self.become(agent, "TALKING", at)
        agent.call, agent.lead, agent.campaign = call, lead, campaign

    def hold(self, agent: Agent, at: float, *, is_held: bool) -> None:
        """The customer waits, or is back."""
        state = "HELD" if is_held else "TALKING"
        if agent.state in WITH_CUSTOMER and agent.state != state:
            self.become(agent, state, at)

    def release(self, agent: Agent, at: float, *, wrap_up_s: float) -> None:
        """The call is over, or never reached the agent."""
        if agent.state == "RESERVED":
            agent.call, agent.recall = "", False
            self.free(agent, at)
        elif agent.state in WITH_CUSTOMER:
            agent.recall, agent.voice_lost_at = False, None
            self.become(agent, "WRAP_UP", at)
            self.index.wake("v" + agent.agent, None)
            self.index.wake("a" + agent.agent, at + min(wrap_up_s, agent.wrap_up_s))
            agent.wrap_up_s = wrap_up_s

    def bench(self, agent: Agent, at: float, reason: str) -> None:
        """Take the agent out: something is wrong with the leg."""
        agent.recall, agent.voice_lost_at = False, None
        if not self.fall_out(agent, at, reason):
            return
        agent.leg_up = False
        agent.leg_gone_at = agent.leg_gone_at or at
        self.index.seat(agent)
        self.order(DropAgent(agent.agent))
        self.index.wake("v" + agent.agent, None)
        self.index.wake("g" + agent.agent, at + REDIAL_LEG_S)

    def fall_out(self, agent: Agent, at: float, reason: str) -> bool:
        """The agent has no call any more and cannot take one: gone, or away for a while (true)."""
        if agent.wants == "log_out":
            self._leave(agent, at)
            return False
        self.become(agent, "PAUSED", at, reason)
        return True

    def alarm(self, name: str, at: float) -> None:
        """Wrap-up is over, or somebody was looked at for long enough."""
        agent = self.state.agents.get(name)
        if agent is None or agent.state not in ("WRAP_UP", "PREVIEW"):
            return
        if agent.state == "PREVIEW":
            agent.wants, agent.why = "pause", "preview"
        self.free(agent, at)

    def log_out(self, agent: Agent, at: float, reason: str = "") -> None:
        """The shift is over, after the call if there is one."""
        agent.wants, agent.why = "log_out", reason
        if agent.state in ("READY", "PAUSED", "WRAP_UP") or is_about_to_call(agent):
            self.free(agent, at)

    # ---- the table ----
    def become(self, agent: Agent, state: str, at: float, reason: str = "") -> None:
        """Change state; the interval that ends is recorded. News may be late, time is not."""
        at = max(at, agent.since)
        self.order(Record(was(agent, at)))
        if agent.state == "PREVIEW" and agent.lead and state != "RESERVED":
            self.unwanted.append(GiveBack(agent.lead, agent.offered_at))
        if agent.state in WITH_CUSTOMER and state not in WITH_CUSTOMER:
            self.index.news.append((agent.pool, TalkEnded(at=at, talk_s=at - agent.talk_since)))
        elif agent.state == "WRAP_UP":
            self.index.news.append((agent.pool, Freed(at=at, wrap_up_s=at - agent.since)))
            self.index.pool(agent.pool).turnover.add(at)
        if agent.state == "READY":
            self.index.pool(agent.pool).ready.pop(agent.agent, None)
        become(agent, state, at, reason)  # type: ignore[arg-type]
        if state not in BUSY:
            agent.call = agent.lead = agent.campaign = ""
        if state == "READY" and agent.callback is None:
            self.index.pool(agent.pool).ready[agent.agent] = at
        elif state == "READY":
            self.spoken_for.append(agent)
        elif state in ("PAUSED", "LOGGED_OUT"):
            agent.callback = None
        self.index.seat(agent)

    def speak_for(self, agent: Agent, callback: Callback | None) -> None:
        """Promise the agent's next call, or no longer; no pacer counts on who is spoken for."""
        agent.callback = callback
        self.index.seat(agent)

    def offer(self, agent: Agent) -> None:
        """Nothing is promised any more: anybody may have this agent, if free."""
        self.speak_for(agent, None)
        if agent.state == "READY":
            self.index.pool(agent.pool).ready[agent.agent] = agent.since

    def free(self, agent: Agent, at: float) -> None:
        """Nothing holds the agent: go where the agent wants to be."""
        if agent.wants == "log_out":
            self._leave(agent, at)
        elif agent.wants == "pause":
            self.become(agent, "PAUSED", at, agent.why)
        elif not agent.leg_up:
            self.become(agent, "PAUSED", at, "leg_lost")
        elif not agent.is_attended:
            self.become(agent, "PAUSED", at, "desk_lost")
        else:
            self.become(agent, "READY", at)

    def _leave(self, agent: Agent, at: float) -> None:
        self.become(agent, "LOGGED_OUT", at, agent.why)
        if agent.why:  # nobody asked for it: let it be seen
            self.order(Record(was(agent, at)))
        self.order(DropAgent(agent.agent))
        for alarm in "abdgsv":
            self.index.wake(alarm + agent.agent, None)
        del self.state.agents[agent.agent]
        self.index.unseat(agent)

    def supply(self, pool: str) -> int:
        """Agents who take calls now or will when they have finished."""
        return self.index.crew(pool).supply


def is_kept(agent: Agent) -> bool:
    """Chosen for a callback whose time has not come: no call is asked for yet."""
    return agent.state == "RESERVED" and not agent.call and agent.callback is not None


def is_about_to_call(agent: Agent) -> bool:
    """Somebody is chosen whom the agent shall call, and is not called yet."""
    return agent.state == "PREVIEW" or is_kept(agent)


def word(said: Said, agent: str, event: Disposed | DispositionUndone) -> DispositionSet:
    """The fact that an agent said so of a call; or, with no word, that it is taken back."""
    name, whom = "", ""
    if isinstance(event, Disposed):
        name, whom = event.disposition, event.callback_for
        if event.callback_at is not None:
            name = f"{name.partition('@')[0]}@{event.callback_at:.0f}"
    return DispositionSet(
        call=said.call, lead=said.lead, campaign=said.campaign, agent=agent,
        disposition=name, callback_for=whom, at=event.at,
    )  # fmt: skip


ON_A_CALL: dict[type[Event], Callable[[Floor, Agent, Any], None]] = {
    AgentHungUp: Floor._hang_up,
    GreetingWanted: Floor._play_greeting,
    HoldWanted: Floor._hold,
    ResumeWanted: Floor._resume,
    MuteWanted: Floor._mute,
    TransferWanted: Floor._transfer,
}
"What an agent may want of the call that the agent has."
