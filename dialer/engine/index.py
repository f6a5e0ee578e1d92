"""Who is where, and what rings next: found in the state, and kept beside it.

Nothing here is a truth of its own. A restored engine makes it anew from its state.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from dialer.engine.agent import BUSY, Agent
from dialer.engine.call import Call, is_by_hand, is_inbound, pool_of, state
from dialer.engine.deadlines import heard_until
from dialer.engine.ending import is_abandoned
from dialer.engine.pacing.facts import Fact
from dialer.engine.state import Pool, State

_PLACE = {
    "INTENDED": "ringing", "PLACED": "ringing", "RINGING": "ringing",
    "ANSWERED": "deciding", "WAITING": "waiting",
}  # fmt: skip
NOWHERE = ("", "")
NOT_COUNTED = (False, False, False)
NEVER = float("inf")


class Crew(msgspec.Struct):
    """How many of a pool's agents can do what."""

    logged_in: int = 0
    "Their leg stands."
    supply: int = 0
    "They take calls now or will when they have finished."
    spoken_for: int = 0
    "They are ready, and make a callback as soon as calls that ring do not need them."
    changes: int = 0
    "How often something about one of them has changed."


Phase = tuple[bool, bool]
"Of a busy agent: whether in wrap-up, and whether what follows is no call of a pacer's."


class Index:
    """Alarms, and who is where."""

    def __init__(self, of: State) -> None:
        self.pools, self._due = of.pools, of.alarms
        self.news: list[tuple[str, Fact]] = []
        "Pool and fact: what its pacer has not heard yet."
        self._crews: dict[str, Crew] = defaultdict(Crew)
        self._counted: dict[str, tuple[bool, bool, bool]] = {}
        "Agent -> as what the crew counts them."
        self._phases: dict[str, dict[str, Phase]] = defaultdict(dict)
        for name, pool in of.pools.items():
            self._phases[name] = dict.fromkeys(pool.busy, (False, False))
        for agent in of.agents.values():
            self.seat(agent)
        self._place = {
            key: (name, place)
            for name, pool in of.pools.items()
            for place in ("pending", "ringing", "deciding", "waiting", "callers", "owed")
            for key in getattr(pool, place)
        }
        self._ringing: dict[str, Counter[str]] = defaultdict(Counter)
        for name, pool in of.pools.items():
            for key in pool.ringing:
                self.ringing(name)[of.calls[key].intent.campaign] += 1
        self._alarms = [(at, key) for key, at in of.alarms.items()]
        heapq.heapify(self._alarms)
        self.due = self._next_due()
        "The next alarm; infinity when there is none."
        self.hearing = {key: heard_until(call) for key, call in of.calls.items() if call.is_heard}
        "Calls whose agent is there and that are listened to still: until when."
        self.rests_at = min(self.hearing.values(), default=NEVER)
        "Not after the first of these."

    def pool(self, name: str) -> Pool:
        """The pool of that name."""
        known = self.pools.get(name)
        if known is None:
            known = self.pools[name] = Pool()
        return known

    # ---- agents ----
    def crew(self, pool: str) -> Crew:
        """The agents of that pool."""
        return self._crews[pool]

    def seat(self, agent: Agent) -> None:
        """Something about the agent has changed: count anew."""
        name, state, is_willing = agent.agent, agent.state, agent.wants == "ready"
        is_busy, is_ready = state in BUSY, state == "READY"
        takes_calls = (is_busy or is_ready) and is_willing and agent.is_attended
        spoken_for = agent.callback is not None
        self._crews[agent.pool].changes += 1
        self._count(agent, (agent.leg_up, agent.leg_up and takes_calls, spoken_for and is_ready))
        busy, phases = self.pool(agent.pool).busy, self._phases[agent.pool]
        since = agent.busy_since if is_busy else None
        if busy.get(name) != since:
            busy.pop(name, None)
            phases.pop(name, None)
        if since is not None:
            busy[name] = since
            phases[name] = (state == "WRAP_UP", not is_willing or spoken_for)

    def phases(self, pool: str) -> "dict[str, Phase]":
        """Of its busy agents, in the order of `Pool.busy`."""
        return self._phases[pool]

    def unseat(self, agent: Agent) -> None:
        """The agent has gone."""
        self._count(agent, NOT_COUNTED)
        self.crew(agent.pool).changes += 1
        del self._counted[agent.agent]
        self.pool(agent.pool).busy.pop(agent.agent, None)
        self.phases(agent.pool).pop(agent.agent, None)

    def _count(self, agent: Agent, now: tuple[bool, bool, bool]) -> None:
        was = self._counted.get(agent.agent, NOT_COUNTED)
        if was != now:
            crew = self.crew(agent.pool)
            crew.logged_in += now[0] - was[0]
            crew.supply += now[1] - was[1]
            crew.spoken_for += now[2] - was[2]
        self._counted[agent.agent] = now

    # ---- calls ----
    def ringing(self, pool: str) -> Counter[str]:
        """How many calls of each campaign ring in that pool."""
        return self._ringing[pool]

    def file(self, call: Call) -> None:
        """Put the call where its state says."""
        key, now = call.intent.call, (pool_of(call), self._place_of(call))
        was = self._place.get(key, NOWHERE)
        if was == now:
            return
        if was[1]:
            self._take_out(call, *was)
        if now[1]:
            self._put_in(call, *now)
        self._place[key] = now

    def forget(self, call: Call) -> None:
        """The call is over."""
        key = call.intent.call
        pool, place = self._place.pop(key, NOWHERE)
        if place:
            self._take_out(call, pool, place)
        self.wake("c" + key, None)
        self.hearing.pop(key, None)

    @staticmethod
    def _place_of(call: Call) -> str:
        if call.ordered_at is None:
            return "" if call.intent.agent else "pending"
        stands = state(call)
        place = _PLACE.get(stands)
        if place is None:
            return "owed" if stands != "ENDED" and is_abandoned(call) else ""
        is_no_person = call.hang_up_at is not None or call.beep_awaited_at is not None
        if is_no_person or (call.agent and (place == "waiting" or is_by_hand(call))):
            return ""
        if place == "waiting" and is_inbound(call) and call.bridged_at is None:
            return "callers"
        return place

    def _take_out(self, call: Call, pool: str, place: str) -> None:
        getattr(self.pool(pool), place).pop(call.intent.call, None)
        if place == "ringing":
            self._ring(call, -1)

    def _put_in(self, call: Call, pool: str, place: str) -> None:
        getattr(self.pool(pool), place)[call.intent.call] = self._since(call, place)
        if place == "ringing":
            self._ring(call, 1)

    def _ring(self, call: Call, more: int) -> None:
        by_campaign, campaign = self._ringing[call.intent.pool], call.intent.campaign
        if n := by_campaign[campaign] + more:
            by_campaign[campaign] = n
        else:
            del by_campaign[campaign]

    @staticmethod
    def _since(call: Call, place: str) -> float:
        if place in ("deciding", "owed"):
            at = call.answered_at
        elif place in ("waiting", "callers"):
            at = call.kept_at or call.waiting_at
        else:
            at = call.ordered_at
        return at if at is not None else call.intent.at

    # ---- hearing ----
    def hear(self, key: str, until: float) -> None:
        """The call is listened to until then."""
        self.hearing[key] = until
        self.rests_at = min(self.rests_at, until)

    def heard_enough(self, at: float) -> list[str]:
        """Calls that need not be listened to any longer."""
        self.rests_at = min((end for end in self.hearing.values() if end > at), default=NEVER)
        # In an order of their own: a restored engine has these calls in another one.
        over = sorted((until, key) for key, until in self.hearing.items() if until <= at)
        return [key for _, key in over]

    # ---- alarms ----
    def wake(self, key: str, at: float | None) -> None:
        """Set or clear an alarm, see `State.alarms`."""
        before = self._due.get(key)
        if before == at:
            return
        if at is None:
            del self._due[key]
        else:
            self._due[key] = at
            heapq.heappush(self._alarms, (at, key))
            self.due = min(self.due, at)
        if before == self.due:
            self.due = self._next_due()

    def _next_due(self) -> float:
        """Without the entries of alarms that were cleared or set anew."""
        alarms, due = self._alarms, self._due
        while alarms:
            at, key = alarms[0]
            if due.get(key) == at:
                return at
            heapq.heappop(alarms)
        return NEVER

    def ringing_alarms(self, at: float) -> Iterator[str]:
        """The alarms that have fallen due, each once."""
        while self.due <= at:
            key = heapq.heappop(self._alarms)[1]
            del self._due[key]
            self.due = self._next_due()
            yield key
