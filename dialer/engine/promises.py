"""Callbacks: who makes each, and when. Nobody is called back before an agent is there for it.

One that an agent promised in person is that agent's: kept from a little before, or spoken for
while another call lasts. One of a team, or of nobody in particular, is whoever's can be spared.
Calls that ring count on those who are free, so it waits until more are free than calls may need;
meanwhile an agent who will be free is spoken for or, where nobody is busy, one who is: no pacer
counts on that agent any more.
"""

from dialer.engine.agent import BUSY, WITH_CUSTOMER, Agent, Callback
from dialer.engine.byhand import ByHand
from dialer.engine.events import CallbackDue
from dialer.engine.floor import Floor, is_kept
from dialer.engine.governor import Governor
from dialer.engine.index import Index
from dialer.engine.state import Campaign, State

STALE_S = 12.0
"A promise that has not been told again for so long was moved, dropped or kept by somebody else."
LATE_S = 300.0
"So long after its time whoever is free makes it, whatever rings."
AHEAD = frozenset({"predictive"})
"Modes that place calls for agents who still talk."
ALARM = "b"
"Before the agent's name: the time of a callback has come."


class Promises:
    """Keeps no state of its own: what is promised stands with the agent who shall make it."""

    def __init__(
        self, state: State, index: Index, floor: Floor, governor: Governor, by_hand: ByHand
    ) -> None:
        self.state, self.index = state, index
        self.floor, self.governor, self.by_hand = floor, governor, by_hand

    def on(self, event: CallbackDue) -> None:
        """The agent is kept for it from now on, or gets it before any other call."""
        campaign = self.state.campaigns.get(event.campaign)
        if campaign is None:
            return
        told = Callback(event.lead, event.campaign, event.due_at or event.at, event.at)
        if not event.agent:
            self._share(told, event.team, campaign)
        elif (agent := self.state.agents.get(event.agent)) and agent.leg_up:
            self._tell(agent, told)

    def _tell(self, agent: Agent, told: Callback) -> None:
        """Its agent is there."""
        at, known = told.told_at, agent.callback
        if known is None or known.lead == told.lead or self._is_stale(known, at):
            self.floor.speak_for(agent, told if agent.state in ("READY", *BUSY) else None)
        if agent.state == "READY":
            self.keep(agent, at)
        elif is_kept(agent) and agent.callback is not None:
            agent.lead, agent.campaign = agent.callback.lead, agent.callback.campaign
            self._turn(agent, at)

    # ---- nobody's in particular ----
    def _share(self, told: Callback, team: str, campaign: Campaign) -> None:
        """Who can be spared makes it, now or next; nobody yet, where nobody can."""
        at, pool, agents = told.told_at, campaign.opened.pool, self.state.agents.values()
        if told.at > at or any(self._makes(agent, told.lead) for agent in agents):
            return
        if self.governor.barred(campaign, self.floor.supply(pool), at):
            return
        holder = next((a for a in agents if a.callback and a.callback.lead == told.lead), None)
        crew = [a for a in agents if a is holder or (a.pool == pool and self._could(a, team))]
        free = [a for a in crew if a.state == "READY"]
        free.sort(key=lambda agent: (agent is not holder, agent.since, agent.agent))
        can_spare = spare(self.state, self.index, pool) > 0
        is_now = free and (at >= told.at + LATE_S or can_spare)
        taker = free[0] if is_now else self._next(crew, holder, campaign) or next(iter(free), None)
        if holder is not None and holder is not taker:
            self.floor.speak_for(holder, None)
        if taker is None:
            return
        self.floor.speak_for(taker, told)
        if is_now:
            self.keep(taker, at)
        elif taker.state == "READY":
            self.index.wake(ALARM + taker.agent, at + STALE_S + 1.0)

    @staticmethod
    def _next(crew: list[Agent], holder: Agent | None, campaign: Campaign) -> Agent | None:
        """Who will be free for it: who wraps up, unless calls ring already for those; else who
        began to talk last."""
        is_awaited = campaign.opened.pacing in AHEAD
        busy = [a for a in crew if a.state in WITH_CUSTOMER or a.state == "WRAP_UP"]
        if holder in busy and (is_awaited or holder.state == "WRAP_UP"):
            return holder
        wrapping = [a for a in busy if a.state == "WRAP_UP" and not is_awaited]
        if wrapping:
            return min(wrapping, key=lambda agent: (agent.since, agent.agent))
        talking = [a for a in busy if a.state in WITH_CUSTOMER and holder in (None, a)]
        return max(talking, key=lambda agent: (agent.talk_since, agent.agent), default=None)

    @staticmethod
    def _makes(agent: Agent, lead: str) -> bool:
        """Just now: it is claimed, or the call is out."""
        return agent.lead == lead and agent.state == "RESERVED" and agent.callback is None

    @staticmethod
    def _could(agent: Agent, team: str) -> bool:
        works = agent.leg_up and agent.is_attended and agent.wants == "ready"
        return works and agent.callback is None and (not team or team in agent.teams)

    # ---- when it is made ----
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
        """The time of a callback has come, or it has not been told again for long."""
        agent = self.state.agents.get(name)
        if agent is None or agent.callback is None:
            return
        if is_kept(agent):
            self._turn(agent, at)
        elif agent.state == "READY" and self._is_stale(agent.callback, at):
            self.floor.speak_for(agent, None)

    def _turn(self, agent: Agent, at: float) -> None:
        promised = agent.callback
        campaign = self.state.campaigns.get(agent.campaign)
        if promised is None or campaign is None or self._is_stale(promised, at):
            self.floor.speak_for(agent, None)
            self.floor.free(agent, at)
        elif promised.at > at:
            self.index.wake(ALARM + agent.agent, promised.at)
        else:
            self.floor.speak_for(agent, None)
            self.index.wake(ALARM + agent.agent, None)
            self.by_hand.claim(agent, campaign, "callback")

    @staticmethod
    def _is_stale(promised: Callback, at: float) -> bool:
        return at > promised.told_at + STALE_S


def spare(state: State, index: Index, pool: str) -> int:
    """How many more agents are ready than calls may yet need."""
    here, campaigns = index.pool(pool), state.campaigns.values()
    rings = (here.pending, here.ringing, here.deciding, here.waiting, here.callers)
    claimed = sum(one.claimed for one in campaigns if one.opened.pool == pool)
    return len(here.ready) - sum(map(len, rings)) - claimed
