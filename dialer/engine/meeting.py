"""Where calls and agents meet: whoever waits longest gets whoever has been ready longest."""

from collections.abc import Sequence
from typing import TypeVar

from dialer.engine.agent import WITH_CUSTOMER, Agent
from dialer.engine.call import MACHINES, OUTSIDE, Call, is_by_hand, is_inbound, state
from dialer.engine.callers import Callers
from dialer.engine.calls import Calls
from dialer.engine.campaigns import Campaigns
from dialer.engine.commands import Bridge, Order
from dialer.engine.events import TransferWanted
from dialer.engine.floor import Floor
from dialer.engine.index import Index
from dialer.engine.outside import Outside
from dialer.engine.pacing.facts import Connected
from dialer.engine.recordings import Recordings
from dialer.engine.state import State

T = TypeVar("T")
WRAP_UP_S = 60.0
"After a caller whom no campaign knows."
TAKEN_AWAY_S = 3.0
"After a machine that the listener took away: time to read why, there is nothing to note."


class Meeting:
    """The two tables know nothing of each other; this carries news between them."""

    def __init__(
        self, state: State, index: Index, order: Order, calls: Calls, floor: Floor,
        campaigns: Campaigns, recordings: Recordings, callers: Callers, outside: Outside,
    ) -> None:  # fmt: skip
        self.state, self.index, self.order = state, index, order
        self.calls, self.floor, self.campaigns = calls, floor, campaigns
        self.recordings, self.callers, self.outside = recordings, callers, outside

    def turn(self, at: float) -> bool:
        """Carry news between calls and agents; whether there was any."""
        if not (self.calls.has_news or self.floor.has_news):
            return self._join(at)
        news = self._carry_wishes(at)
        news = self._carry_ends(at) or news
        return self._join(at) or news

    def _carry_wishes(self, at: float) -> bool:
        """What became of agents, to their calls; whether somebody needs another."""
        news = False
        calls, floor, open_calls = self.calls, self.floor, self.state.calls
        for key in _taken(floor.enough):
            call = open_calls.get(key)
            if call is not None and (call.agent_since is not None or is_by_hand(call)):
                self._end(call, at)
        for event, agent in _taken(floor.handed_over):
            news = self._hand_over(open_calls.get(event.call), agent, event, at) or news
        for key, agent in _taken(floor.unheard):
            call = open_calls.get(key)
            if call is not None and call.agent == agent.agent:
                call.lost_agent = True
                calls.keep(call, at)
                news = True
        for key, agent in _taken(floor.lost):
            call = open_calls.get(key)
            if call is not None and call.agent == agent.agent:
                calls.lose_agent(call, at)
                if is_by_hand(call) and call.answered_at is None:
                    self._end(call, at)  # nobody else wants it
        for agent in _taken(floor.back):
            self._come_back(open_calls.get(agent.call), agent, at)
        return news

    def _carry_ends(self, at: float) -> bool:
        """What became of calls, to their agents; whether somebody needs another, or is free."""
        news = False
        calls, floor = self.calls, self.floor
        for call in _taken(calls.held):
            if holder := self._holder(call):
                floor.hold(holder, at, is_held=call.hold_since is not None)
        for call in _taken(calls.picked_up):
            self._pick_up(call, at)
        for call, name in _taken(calls.left):
            if (left := self.state.agents.get(name)) and left.call == call.intent.call:
                floor.release(left, at, wrap_up_s=self._wrap_up_s(call))
        for call in _taken(calls.given_back):
            if holder := self._holder(call):
                floor.release(holder, at, wrap_up_s=0.0)
        for call in _taken(calls.gone):
            if holder := self._holder(call):
                floor.release(holder, at, wrap_up_s=0.0)
            news = True
        for call in _taken(calls.unbridged):
            holder = self._holder(call)
            if holder is not None and holder.recall and is_by_hand(call):
                call.reserved_at = None
                calls.settle(call)  # the leg was just taken down: it comes back
                continue
            if holder is not None:
                floor.bench(holder, at, "no bridge")
            self.outside.let_go(call)
            calls.unreserve(call)
            news = True
        for call in _taken(calls.bridged):
            if call.agent in self.state.agents:
                self._meet(call, self.state.agents[call.agent], at)
        for call in _taken(calls.ended):
            self._close(call, at)
            news = True
        return news

    def _end(self, call: Call, at: float) -> None:
        """Its agent wants it no more; what was not placed yet is not placed."""
        if call.answered_at is not None:
            self.calls.hang_up(call, at, "agent")
        elif not call.given_back:
            self.campaigns.cancel(lambda one: one is call, "agent", at)

    def _pick_up(self, call: Call, at: float) -> None:
        """Whoever called by hand is joined: at the answer, or when the page is there again."""
        agent = self.state.agents.get(call.agent)
        if agent is None or (agent.leg_up and not agent.recall):
            self.calls.reserve(call, call.agent, at)
            self.order(Bridge(call.intent.call, call.agent))

    def _come_back(self, call: Call | None, agent: Agent, at: float) -> None:
        if not agent.call:
            return  # the journal has not answered yet
        if call is None or call.agent != agent.agent:
            self.floor.release(agent, at, wrap_up_s=0.0)
        elif state(call) == "WAITING" and call.hang_up_at is None:
            self._pick_up(call, at)

    def _meet(self, call: Call, agent: Agent, at: float) -> None:
        """They hear each other, whether or not we remember having asked for it."""
        intent = call.intent
        if not agent.leg_up and agent.leg_down_at > (call.agent_since or at):
            self.calls.lose_agent(call, at)  # told late: the leg has broken since
            if agent.state == "RESERVED" and agent.call == intent.call:
                self.floor.release(agent, at, wrap_up_s=0.0)
            return
        other = self.state.calls.get(agent.call)
        if other is not None and other is not call:
            if agent.state in WITH_CUSTOMER:
                self.calls.hang_up(call, at, "two customers")
                return
            self.calls.unreserve(other)
        self.floor.talk(agent, intent.call, intent.lead, intent.campaign, at)
        if call.legs or is_inbound(call):  # no new person of ours: nothing for a pacer
            return
        wait_s = at - (call.waiting_at or at)
        joined = Connected(at=at, campaign=intent.campaign, wait_s=wait_s)
        self.index.news.append((intent.pool, joined))

    def _hand_over(self, call: Call | None, agent: Agent, event: TransferWanted, at: float) -> bool:
        """From this agent to that one, if free; else into the queue of that one's pool. Or out."""
        if call is None or call.agent != agent.agent or call.agent_since is None:
            return False
        pool = self.floor.pool_named(event.to)
        if event.to.startswith(OUTSIDE):
            if not self.outside.send(call, event, at):
                return False
        elif pool:
            self.calls.keep(call, at, pool)
        else:
            return False
        self.floor.release(agent, at, wrap_up_s=self._wrap_up_s(call))
        target = self.state.agents.get(event.to)
        if target is not None and target.state == "READY":
            self._send(call, target, at)
        return True

    def _send(self, call: Call, agent: Agent, at: float) -> None:
        intent = call.intent
        self.floor.reserve(agent, intent.call, intent.lead, intent.campaign, at)
        self.calls.reserve(call, agent.agent, at)
        self.order(Bridge(intent.call, agent.agent))

    def _join(self, at: float) -> bool:
        """Who called us first, then who has waited longest, gets whoever has been ready longest."""
        joined = False
        if not self.state.reconciled:
            return joined
        for pool in self.index.pools.values():
            if pool.callers:
                for call, agent in self.callers.served(pool, at):
                    self._send(call, agent, at)
                    joined = True
            while pool.waiting and pool.ready:
                call = self.state.calls[next(iter(pool.waiting))]
                agent = self.state.agents[next(iter(pool.ready))]
                self._send(call, agent, at)
                joined = True
        return joined

    def _wrap_up_s(self, call: Call) -> float:
        campaign = self.state.campaigns.get(call.intent.campaign)
        return campaign.opened.wrap_up_s if campaign else WRAP_UP_S

    def _holder(self, call: Call) -> Agent | None:
        """The agent who has this call, if one has."""
        agent = self.state.agents.get(call.agent)
        return agent if agent is not None and agent.call == call.intent.call else None

    def _close(self, call: Call, at: float) -> None:
        if agent := self._holder(call):
            wrap_up_s = self._wrap_up_s(call)
            if call.why in MACHINES:
                wrap_up_s = min(wrap_up_s, TAKEN_AWAY_S)
            self.floor.release(agent, at, wrap_up_s=wrap_up_s)
        self.outside.let_go(call)
        self.campaigns.close(call, at)
        self.recordings.finish(call, at)


def _taken(items: list[T]) -> Sequence[T]:
    if not items:
        return ()
    taken = items[:]
    items.clear()
    return taken
