"""The floor of the twin: agents at their desks, who come, talk, wrap up, take breaks and go."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import msgspec
import simpy

from dialer.engine.commands import AgentWas, AnyCommand, Record
from dialer.engine.engine import FLOOR_EVENTS
from dialer.engine.events import (
    Bridged,
    CallWanted,
    CampaignOpened,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    DeskBack,
    DeskLost,
    DispositionCorrected,
    Event,
    Held,
    LeadOffered,
    LeadSkipped,
    LegWanted,
    LoggedIn,
    LoggedOut,
    Resumed,
)
from sim.brain import Brain, Plan
from sim.scenario import Scenario

Order = Callable[[Event], None]
"A person's order, as the desk sends it."
POOL = "floor"
WITH_AN_AGENT = frozenset((Bridged, Held, Resumed, LeadOffered))


class Floor:
    """All agents of one day."""

    def __init__(self, env: simpy.Environment, day: Scenario, seed: int, order: Order) -> None:
        self._env, self._order = env, order
        self.brains: dict[str, Brain] = {}
        for number in range(day.agents):
            name = f"agent{number + 1}"
            rng = Random(f"{seed} {name}")
            self.brains[name] = Brain(name, POOL, f"PJSIP/{name}", day.shift, rng)
        for brain in self.brains.values():
            comes_at = float(env.now) + day.shift.logins.draw(Random(f"{seed} {brain.agent} comes"))
            self._consider(brain, brain.arrive(comes_at))

    def come(self) -> None:
        """All of them come (back) now."""
        for brain in self.brains.values():
            self._consider(brain, brain.arrive(float(self._env.now)))

    def go_home(self) -> None:
        """All of them leave now, after the call where there is one."""
        for agent in self.brains:
            self._order(LoggedOut(agent, at=float(self._env.now)))

    def hear(self, event: Event, seq: int, orders: Sequence[AnyCommand]) -> None:
        """What has happened, and what the dialer made of it."""
        if type(event) in WITH_AN_AGENT:
            self._tell(event.agent, event)  # type: ignore[attr-defined]
        for order in orders:
            if type(order) is Record and type(order.fact) is AgentWas:
                self._tell(order.fact.agent, order.fact)

    def _tell(self, agent: str, news: Event | AgentWas) -> None:
        brain = self.brains[agent]
        self._consider(brain, brain.hear(news, float(self._env.now)))

    def _consider(self, brain: Brain, plans: list[Plan]) -> None:
        for plan in plans:
            timeout = self._env.timeout(max(0.0, plan.at - float(self._env.now)))
            timeout.callbacks.append(partial(self._carry_out, brain, plan))

    def _carry_out(self, brain: Brain, plan: Plan, _: simpy.Event) -> None:
        if brain.means(plan):
            self._order(plan.event)


ORDERS: frozenset[type[Event]] = frozenset((
    *FLOOR_EVENTS, LoggedIn, LegWanted, DeskLost, DeskBack, CallWanted, LeadSkipped,
    DispositionCorrected,
    CampaignOpened, CampaignPaused, CampaignResumed, CampaignStopped,
))  # fmt: skip
"What people order; all else the world tells."


class Desks:
    """Keep what people ordered until it is acknowledged, and say it again to the next dialer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: list[tuple[int, Event]] = []

    def look(self, event: Event, seq: int, orders: Sequence[AnyCommand]) -> None:
        """An order was handled under this number."""
        if type(event) in ORDERS:
            self._said.append((seq, event))

    def unheard(self, event: Event) -> None:
        """Nobody was there to take it."""
        self._said.append((_NEVER, event))

    def again(self, durable: int) -> list[Event]:
        """What no disk has: said again, now."""
        lost = [event for seq, event in self._said if seq > durable]
        self._said.clear()
        return [msgspec.structs.replace(event, at=self._clock()) for event in lost]

    def acknowledged(self, durable: int) -> None:
        """All up to here is on disk."""
        self._said = [one for one in self._said if one[0] > durable]


_NEVER = 1 << 62
