"""A switch without telephones, in real time: calls ring, people answer, and nobody is there.

For measuring what is not the switch. Everything that it is ordered is reported as a real one
would, after the time that it would take.
"""

import heapq
from collections.abc import Callable
from itertools import count
from random import Random

import anyio
import msgspec

from dialer.engine import events
from dialer.engine.commands import (
    Bridge,
    CallAgent,
    DropAgent,
    HangUp,
    Hold,
    Originate,
    Reconcile,
    Resume,
    SwitchCommand,
)
from dialer.engine.events import Event
from dialer.ports import Clock


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Who is called."""

    answer_rate: float = 0.3
    ring_s: float = 11.0
    "The mean of those who answer."
    silent_s: float = 25.0
    "So long it rings where nobody does."
    verdict_s: float = 1.0
    joined_s: float = 0.02
    "From the order to join until both hear each other."


class Telephones:
    """Needs `run` in a task group."""

    def __init__(self, report: Callable[[Event], None], clock: Clock, rng: Random) -> None:
        self._report, self._clock, self._rng = report, clock, rng
        self._people = People()
        self._up: set[str] = set()
        self._agents: set[str] = set()
        self._due: list[tuple[float, int, Callable[[float], Event], str]] = []
        self._order = count()
        self._more = anyio.Event()
        report(events.SwitchUp(at=clock()))

    async def run(self) -> None:
        """Report what is due, until cancelled."""
        while True:
            at = self._clock()
            while self._due and self._due[0][0] <= at:
                _, _, made, call = heapq.heappop(self._due)
                if not call or call in self._up:
                    self._tell(made(at))
            self._more = anyio.Event()
            with anyio.move_on_after(self._due[0][0] - at if self._due else None):
                await self._more.wait()

    def execute(self, command: SwitchCommand) -> None:
        """What comes of it is reported in its time."""
        match command:
            case Reconcile():
                self._in(0.0, lambda at: events.Reconciled(agents_up=tuple(self._agents), at=at))
            case CallAgent(agent=agent):
                self._agents.add(agent)
                self._in(0.5, lambda at: events.LegUp(agent, at=at))
            case DropAgent(agent=agent) if agent in self._agents:
                self._agents.discard(agent)
                self._in(0.05, lambda at: events.LegDown(agent, at=at))
            case Originate(call=call):
                self._call(call)
            case Bridge(call=call, agent=agent):
                joined = self._people.joined_s
                self._in(joined, lambda at: events.Bridged(call, agent, at=at), call)
            case Hold(call=call, agent=agent):
                self._in(0.02, lambda at: events.Held(call, agent, at=at), call)
            case Resume(call=call, agent=agent):
                self._in(0.02, lambda at: events.Resumed(call, agent, at=at), call)
            case HangUp(call=call):
                self._in(0.05, lambda at: events.HungUp(call, cause=16, by_us=True, at=at), call)

    def _call(self, call: str) -> None:
        people, rng = self._people, self._rng
        self._up.add(call)
        self._in(0.05, lambda at: events.Placed(call, at=at), call)
        self._in(0.5, lambda at: events.Ringing(call, at=at), call)
        if rng.random() >= people.answer_rate:
            self._in(people.silent_s, lambda at: events.HungUp(call, cause=19, at=at), call)
            return
        answer_s = 0.6 + rng.expovariate(1 / people.ring_s)
        self._in(answer_s, lambda at: events.Answered(call, at=at), call)
        self._in(answer_s + people.verdict_s, lambda at: _person(call, at), call)

    def _in(self, seconds: float, made: Callable[[float], Event], call: str = "") -> None:
        """Report this after so long, if the call is still up then."""
        heapq.heappush(self._due, (self._clock() + seconds, next(self._order), made, call))
        self._more.set()

    def _tell(self, event: Event) -> None:
        if isinstance(event, events.HungUp):
            self._up.discard(event.call)
        self._report(event)


def _person(call: str, at: float) -> Event:
    return events.Heard(
        call, "human", "answer", confidence=0.9, cause="greeting", sample=8000, at=at
    )
