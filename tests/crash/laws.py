"""What holds after every turn of the engine, whatever people and telephones do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dialer.engine.agent import BUSY, WITH_CUSTOMER, AgentState
from dialer.engine.call import is_inbound, is_outside, pool_of
from dialer.engine.commands import AgentWas, AnyCommand, Bridge, Cdr, Claim, Fact, Originate, Record
from dialer.engine.engine import Engine
from dialer.engine.events import Answered, CallWanted, Event, NumberBlocked, Started

Law = Callable[[Engine], Iterator[str]]
PLACES = ("pending", "ringing", "deciding", "waiting", "callers", "owed")


class Broken(AssertionError):
    """A law is."""


# ---- of the state ----
def lines_are_those_of_calls(engine: Engine) -> Iterator[str]:
    """Of campaigns and of trunks; nothing is counted that is not there."""
    state = engine.state
    placed = [call for call in state.calls.values() if call.ordered_at is not None]
    for name, campaign in state.campaigns.items():
        used = sum(one.intent.campaign == name and not is_inbound(one) for one in placed)
        if campaign.lines_used != used or campaign.claimed < 0:
            yield f"{name}: {campaign.lines_used} lines used by {used}, {campaign.claimed} claimed"
    for name, trunk in state.trunks.items():
        out = sum(party.trunk == name for party in state.outside.values())
        used = sum(one.intent.trunk == name for one in placed) + out
        others = sum(one.intent.trunk == name and is_inbound(one) for one in placed) + out
        if (trunk.lines_used, trunk.callers) != (used, others):
            yield f"{name}: {trunk.lines_used} lines, {trunk.callers} others: {used}, {others}"


def calls_are_where_they_are(engine: Engine) -> Iterator[str]:
    """In the list of their pool that their state says, and in no other."""
    state, index = engine.state, engine.index
    there = {
        key: (name, place)
        for name, pool in state.pools.items() for place in PLACES for key in getattr(pool, place)
    }  # fmt: skip
    for key, call in state.calls.items():
        place = index._place_of(call)
        should = (pool_of(call), place) if place else None
        if there.pop(key, None) != should:
            yield f"{key} should be in {should}"
    if there:
        yield f"over, and still listed: {there}"


def crews_are_those_of_agents(engine: Engine) -> Iterator[str]:
    """Whoever counts agents counts those who are there."""
    for name, pool in engine.state.pools.items():
        mine = [agent for agent in engine.state.agents.values() if agent.pool == name]
        crew = engine.index.crew(name)
        ready = [one for one in mine if one.state == "READY"]
        works = [
            one for one in mine
            if one.leg_up and one.is_attended and one.wants == "ready"
            and one.state in (*BUSY, "READY")
        ]  # fmt: skip
        counted = (crew.logged_in, crew.supply, crew.spoken_for)
        kept = sum(one.callback is not None for one in ready)
        if counted != (sum(one.leg_up for one in mine), len(works), kept):
            yield f"{name} counts {counted} of {mine}"
        free = {one.agent for one in ready if one.callback is None}
        if not free <= set(pool.ready) <= {one.agent for one in ready}:
            yield f"{name} thinks that {list(pool.ready)} are ready: {free}"
        if set(pool.busy) != {one.agent for one in mine if one.state in BUSY}:
            yield f"{name} thinks that {list(pool.busy)} are busy: {mine}"


def agents_have_what_they_seem_to_have(engine: Engine) -> Iterator[str]:
    """One customer who talks, nobody who is free; and who is ready is there and willing."""
    for agent in engine.state.agents.values():
        call = engine.state.calls.get(agent.call)
        if agent.state in WITH_CUSTOMER and (call is None or call.agent != agent.agent):
            yield f"talks with somebody else's: {agent}"
        if agent.state in ("READY", "PAUSED") and agent.call:
            yield f"free, with a call: {agent}"
        if agent.state == "READY" and not (
            agent.leg_up and agent.is_attended and agent.wants == "ready"
        ):
            yield f"ready, and not there: {agent}"


def nobody_has_two_customers(engine: Engine) -> Iterator[str]:
    """Nor is anybody promised to two."""
    has = dict[str, str]()
    for key, call in engine.state.calls.items():
        if call.agent in engine.state.agents and call.agent_since is not None:
            if call.agent in has:
                yield f"{call.agent} has {has[call.agent]} and {key}"
            has[call.agent] = key


def alarms_are_of_somebody(engine: Engine) -> Iterator[str]:
    """Nothing rings for who is gone; and every call that is up will be looked at."""
    state = engine.state
    of: Mapping[str, object] = {
        "c": state.calls,
        "r": state.unfinished,
        **dict.fromkeys("abdgsv", state.agents),
    }
    for key in state.alarms:
        known = of.get(key[0])
        if known is not None and key[1:] not in known:  # type: ignore[operator]
            yield f"an alarm of nobody's: {key}"


def nobody_is_rung_for_no_agent(engine: Engine) -> Iterator[str]:
    """Where nobody is left to take them calls are cancelled."""
    for name, pool in engine.state.pools.items():
        if pool.ringing and not engine.floor.supply(name):
            yield f"{name} has nobody for {list(pool.ringing)}"


LAWS: Sequence[Law] = (
    lines_are_those_of_calls, calls_are_where_they_are, crews_are_those_of_agents,
    agents_have_what_they_seem_to_have, nobody_has_two_customers, alarms_are_of_somebody,
    nobody_is_rung_for_no_agent,
)  # fmt: skip


# ---- of a turn ----
class Turns:
    """What a turn may order, by what came before it."""

    def __init__(self) -> None:
        self.ended = set[str]()
        self._states: dict[str, AgentState] = {}
        self._told: dict[str, float] = {}
        "Agent -> until when their time is on record."

    def check(self, engine: Engine, event: Event, orders: Sequence[AnyCommand]) -> None:
        """Raises `Broken`."""
        if isinstance(event, Started):
            self._told.clear()  # its clock may be another one
        found = [*self._of(engine, event, orders)]
        found += [what for law in LAWS for what in law(engine)]
        self.remember(engine)
        if found:
            raise Broken(f"after {event}: {'; '.join(found)}")

    def remember(self, engine: Engine) -> None:
        """How agents are now."""
        agents = engine.state.agents
        self._states = {name: agent.state for name, agent in agents.items()}
        self._told = {name: at for name, at in self._told.items() if name in agents}

    def forget(self, facts: Iterable[Fact]) -> None:
        """Only these are on record."""
        self.ended = {fact.call for fact in facts if isinstance(fact, Cdr)}

    def _of(self, engine: Engine, event: Event, orders: Sequence[AnyCommand]) -> Iterator[str]:
        for order in orders:
            if isinstance(order, Bridge):
                yield from self._bridge(engine, order)
            elif isinstance(order, Originate):
                yield from self._originate(engine, order)
            elif isinstance(order, Claim) and order.n < 1:
                yield f"nothing is claimed: {order}"
            elif isinstance(order, Record):
                yield from self._record(order.fact)
        yield from self._unheard(engine, event)
        for name, agent in engine.state.agents.items():
            woken = isinstance(event, CallWanted) and event.agent == name
            taken = self._states.get(name) == "PAUSED" and agent.state == "RESERVED"
            if taken and agent.wants != "ready" and not woken:
                yield f"taken from a break: {agent}"

    def _record(self, fact: Fact) -> Iterator[str]:
        """One of each call, and of each moment of an agent's."""
        if isinstance(fact, Cdr):
            if fact.call in self.ended:
                yield f"a second record of {fact.call}"
            self.ended.add(fact.call)
        elif isinstance(fact, AgentWas):
            last = self._told.get(fact.agent, fact.from_at)
            if not last == fact.from_at <= fact.to_at:
                yield f"told until {last}: {fact}"
            self._told[fact.agent] = fact.to_at

    @staticmethod
    def _unheard(engine: Engine, event: Event) -> Iterator[str]:
        """Nothing that was told is as if nobody had told it."""
        calls = engine.state.calls
        if isinstance(event, Answered) and event.call in calls:
            if calls[event.call].answered_at is None:
                yield f"unheard: {event}"
        elif isinstance(event, NumberBlocked) and not event.campaign:
            for key, call in calls.items():
                rings = call.ordered_at is not None and call.answered_at is None
                is_it = call.intent.number_key == event.number_key and not is_inbound(call)
                if rings and is_it and call.hang_up_at is None:
                    yield f"{key} rings on after {event}"

    @staticmethod
    def _originate(engine: Engine, order: Originate) -> Iterator[str]:
        """Only what may be placed is."""
        state, call = engine.state, engine.state.calls[order.call]
        campaign, trunk = state.campaigns[call.intent.campaign], state.trunks[order.trunk]
        if not state.reconciled or state.replaced or state.clock_off_s:
            yield f"placed by a dialer that may not dial: {order}"
        if call.intent.epoch != state.epoch:
            yield f"promised to another process: {order}"
        if not call.intent.agent and campaign.state != "dialling":
            yield f"placed for a campaign that is {campaign.state}: {order}"
        if not call.intent.agent and not engine.floor.supply(call.intent.pool):
            yield f"placed for nobody: {order}"
        lines = trunk.lines if trunk.lines is not None else campaign.lines_used
        if campaign.lines_used > campaign.opened.lines or trunk.lines_used > lines:
            yield f"without a line: {order}, {campaign.lines_used}, {trunk.lines_used}"

    @staticmethod
    def _bridge(engine: Engine, order: Bridge) -> Iterator[str]:
        call = engine.state.calls.get(order.call)
        agent = engine.state.agents.get(order.agent)
        if call is not None and is_outside(call):
            return
        if call is not None and (agent is None or agent.call != order.call):
            yield f"joined with somebody who has another call: {order}, {agent}"
