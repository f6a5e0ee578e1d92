"""The dialer as a function of what has happened.

`handle(event)` is total: it never raises for what the world reports. It dispatches to calls, floor
and campaigns, joins those who wait with those who are ready, lets the pools decide, and returns
the orders. Same events, same orders, byte for byte.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from dialer.engine.agent import Agent
from dialer.engine.call import Call
from dialer.engine.calls import CALL_EVENTS, Calls
from dialer.engine.campaigns import Campaigns
from dialer.engine.commands import AnyCommand, Bridge, Command, HangUp, Reconcile
from dialer.engine.events import (
    AgentHeard,
    AgentHungUp,
    Answered,
    Bridged,
    Disposed,
    Event,
    Heard,
    Intended,
    LegDown,
    LegUp,
    LoggedIn,
    LoggedOut,
    MessageStarted,
    Paused,
    Placed,
    Progressed,
    Reconciled,
    Replaced,
    Ringing,
    Started,
    SwitchDown,
    SwitchUp,
    WentReady,
    Witness,
)
from dialer.engine.floor import Floor
from dialer.engine.governor import Governor
from dialer.engine.pools import Pools
from dialer.engine.reconcile import consequence
from dialer.engine.state import Index, State

FLOOR_EVENTS = (LoggedIn, LegUp, LegDown, WentReady, Paused, AgentHungUp, Disposed, LoggedOut)
PROCESS_EVENTS = (Started, SwitchUp, SwitchDown, Replaced, Reconciled)
QUIET = (Placed, Progressed, Ringing, Answered, Heard, Bridged, AgentHeard, MessageStarted)
"Neither supply nor demand changes with these alone: no new pacing decision is due."

T = TypeVar("T")


class Engine:
    """One mind."""

    def __init__(self, state: State | None = None) -> None:
        self._orders: list[AnyCommand] = []
        self._remember(state or State())

    def _remember(self, state: State) -> None:
        self.state, self.index = state, Index(state)
        parts = (self.state, self.index, self._order)
        self.calls = Calls(*parts)
        self.floor = Floor(*parts)
        self.governor = Governor(*parts)
        self.campaigns = Campaigns(*parts, self.calls, self.governor)
        self.pools = Pools(*parts, self.floor, self.governor)

    def _order(self, command: AnyCommand) -> None:
        self._orders.append(command)

    @property
    def due(self) -> float:
        """The next deadline: the shell sends `Tick` then, and at the latest every second."""
        return self.index.due

    def handle(self, event: Event) -> list[AnyCommand]:
        """The orders that follow from this event."""
        self._orders = []
        self.state.at = at = max(self.state.at, event.at)
        self._dispatch(event)
        loud = not isinstance(event, (*QUIET, Intended))
        for key in self.index.ringing_alarms(at):
            self._alarm(key, at)
            loud = True
        if self._couple(at) or loud:
            self._guard_supply(at)
            self.pools.turn(at)
        elif isinstance(event, Intended):
            self.pools.turn(at, news=False)  # what is promised was counted when it was claimed
        return self._orders

    def checkpoint(self) -> bytes:
        """The state, as bytes."""
        return msgspec.msgpack.encode(self.state)

    def resume(self, checkpoint: bytes) -> None:
        """Become the engine whose checkpoint this is."""
        self._remember(msgspec.msgpack.decode(checkpoint, type=State))

    @classmethod
    def restore(cls, checkpoint: bytes) -> "Engine":
        """The engine whose checkpoint this is."""
        engine = cls()
        engine.resume(checkpoint)
        return engine

    # ---- dispatch ----
    def _dispatch(self, event: Event) -> None:
        if isinstance(event, CALL_EVENTS):
            self.calls.on(event)
        elif isinstance(event, FLOOR_EVENTS):
            self.floor.on(event)
        elif isinstance(event, PROCESS_EVENTS):
            self._process(event)
        else:
            self.campaigns.on(event)

    def _process(self, event: Event) -> None:
        state = self.state
        match event:
            case Started():
                state.epoch, state.started_at = event.epoch, event.at
                state.switch_up = state.reconciled = state.replaced = False
                for campaign in state.campaigns.values():
                    campaign.claimed, campaign.queue = 0, []
            case SwitchUp():
                state.switch_up, state.reconciled = True, False
                self._order(Reconcile(tuple(state.calls), tuple(state.agents), whole=True))
            case SwitchDown():
                state.switch_up = state.reconciled = False
            case Replaced():
                state.replaced, state.reconciled = True, False
            case Reconciled():
                self._reconcile(event)

    def _alarm(self, key: str, at: float) -> None:
        if key[0] == "c":
            self.calls.alarm(key[1:], at)
        elif key[0] == "a":
            self.floor.alarm(key[1:], at)
        # an `l` alarm only wakes the pools

    # ---- witnesses ----
    def _reconcile(self, event: Reconciled) -> None:
        for witness in event.witnesses:
            call = self.state.calls.get(witness.call)
            if call is not None:
                self._hear_witness(call, witness, event)
        if event.whole and not self.state.reconciled:
            self.floor.legs_standing(event.agents_up, event.at)
            self.state.reconciled = self.state.switch_up
            for call in list(self.state.calls.values()):
                self.calls.settle(call)

    def _hear_witness(self, call: Call, witness: Witness, event: Reconciled) -> None:
        at, since = event.at, event.switch_since
        if witness.channel == "none" and witness.row:
            call.witness = "switch_cdr"
        steps = consequence(
            call, witness, at=at, started_at=self.state.started_at, switch_since=since
        )
        if call.held is not None:  # it knows the cause, which the witness may not
            steps = [step for step in steps if isinstance(step, Answered | Bridged | MessageStarted)]
            steps.append(call.held)
        for step in steps:
            self._step(call, step, at)
        if witness.channel != "none" and call.hang_up_at is not None and not call.held:
            self._order(HangUp(witness.call, call.why))  # the first one got lost

    def _step(self, call: Call, step: Event | Command | str, at: float) -> None:
        if isinstance(step, Event):
            if call.ordered_at is None:
                call.ordered_at = step.at
                self.state.campaigns[call.intent.campaign].lines_used += 1
            self.calls.take(call, step)
        elif isinstance(step, Command):
            self._order(step)  # type: ignore[arg-type]
        else:
            self.calls.crash(call, at)

    # ---- the two tables meet ----
    def _couple(self, at: float) -> bool:
        """Carry news between calls and agents; whether there was any."""
        news = False
        calls, floor, open_calls = self.calls, self.floor, self.state.calls
        for key in _taken(floor.enough):
            if key in open_calls:
                calls.hang_up(open_calls[key], at, "agent")
        for key, agent in _taken(floor.lost):
            call = open_calls.get(key)
            if call is not None and call.agent == agent.agent:
                calls.lose_agent(call, at)
        for call, name in _taken(calls.left):
            if (left := self.state.agents.get(name)) and left.call == call.intent.call:
                floor.release(left, at, wrap_up_s=self._wrap_up_s(call))
        for call in _taken(calls.gone):
            if holder := self._holder(call):
                floor.release(holder, at, wrap_up_s=0.0)
            news = True
        for call in _taken(calls.unbridged):
            if holder := self._holder(call):
                floor.bench(holder, at, "no bridge")
            calls.unreserve(call)
            news = True
        for call in _taken(calls.bridged):
            if call.agent in self.state.agents:
                self._meet(call, self.state.agents[call.agent], at)
        for call in _taken(calls.ended):
            self._close(call, at)
            news = True
        return self._join(at) or news

    def _meet(self, call: Call, agent: Agent, at: float) -> None:
        """They hear each other, whether or not we remember having asked for it."""
        intent = call.intent
        if not agent.leg_up and agent.leg_down_at > (call.agent_since or at):
            self.calls.lose_agent(call, at)  # told late: the leg has broken since
            return
        other = self.state.calls.get(agent.call)
        if other is not None and other is not call:
            if agent.state == "TALKING":
                self.calls.hang_up(call, at, "two customers")
                return
            self.calls.unreserve(other)
        self.floor.talk(agent, intent.call, intent.lead, intent.campaign, at)

    def _join(self, at: float) -> bool:
        """Who has waited longest gets whoever has been ready longest."""
        joined = False
        if not self.state.reconciled:
            return joined
        for pool in self.index.pools.values():
            while pool.waiting and pool.ready:
                call = self.state.calls[next(iter(pool.waiting))]
                agent = self.state.agents[next(iter(pool.ready))]
                intent = call.intent
                self.floor.reserve(agent, intent.call, intent.lead, intent.campaign, at)
                self.calls.reserve(call, agent.agent, at)
                self._order(Bridge(intent.call, agent.agent))
                joined = True
        return joined

    def _wrap_up_s(self, call: Call) -> float:
        return self.state.campaigns[call.intent.campaign].opened.wrap_up_s

    def _holder(self, call: Call) -> Agent | None:
        """The agent who has this call, if one has."""
        agent = self.state.agents.get(call.agent)
        return agent if agent is not None and agent.call == call.intent.call else None

    def _close(self, call: Call, at: float) -> None:
        if agent := self._holder(call):
            self.floor.release(agent, at, wrap_up_s=self._wrap_up_s(call))
        self.campaigns.close(call, at)

    def _guard_supply(self, at: float) -> None:
        """With no agent left, nobody may be rung: what rings is cancelled."""
        for name, pool in self.index.pools.items():
            if pool.ringing and not self.floor.supply(name):
                ringing = set(pool.ringing)
                self.campaigns.cancel(
                    lambda c, among=ringing: c.intent.call in among,  # type: ignore[misc]
                    "no agents",
                    at,
                )


def _taken(items: list[T]) -> Sequence[T]:
    if not items:
        return ()
    taken = items[:]
    items.clear()
    return taken
