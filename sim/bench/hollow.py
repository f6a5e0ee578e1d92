"""What a world costs by itself: its engine, and then its journal too, take no time.

They say once more what they said when the same day was lived before, so the people, the telephones
and SimPy have as much to do. What is left is what no engine can be faster than.
"""

import gc
import time
from typing import Any, cast

from dialer.engine.commands import AnyCommand, JournalCommand
from dialer.engine.engine import Engine
from dialer.engine.events import Event
from dialer.ports import Journal
from sim.garbage import seldom_collected
from sim.scenario import MONDAY, Scenario
from sim.world import Parts, World


class Said:
    """What the engine ordered at each event and when it was due next; what the journal reported
    when it was given an event or an order."""

    def __init__(self) -> None:
        self.orders: list[tuple[list[AnyCommand], float]] = []
        self.reports: list[list[Event]] = []
        self.numbers: dict[str, str] = {}


class Noted(Engine):
    """The real one; what it says is kept."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self._said = said

    def handle(self, event: Event) -> list[AnyCommand]:
        """As ever."""
        orders = super().handle(event)
        self._said.orders.append((list(orders), self.due))
        return orders


class Echo(Engine):
    """Says it again, and thinks nothing."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self._next, self._due = iter(said.orders), float("inf")

    @property
    def due(self) -> float:
        """As it was."""
        return self._due

    def handle(self, event: Event) -> list[AnyCommand]:
        """What was said to this event."""
        orders, self._due = next(self._next)
        return orders


class NotedJournal:
    """The real one; what it reports is kept. `world` is set once there is one."""

    world: World

    def __init__(self, journal: Journal, said: Said) -> None:
        self._journal, self._said = journal, said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def append(self, event: Event) -> int:
        """As ever."""
        before = self._waiting
        seq = self._journal.append(event)
        self._note(before)
        return seq

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """As ever."""
        before = self._waiting
        self._journal.execute(command, cause=cause, index=index)
        self._note(before)

    @property
    def _waiting(self) -> int:
        return len(self.world.process.inbox)

    def _note(self, before: int) -> None:
        self._said.reports.append(list(self.world.process.inbox)[before:])


class EchoJournal:
    """Reports it again, and keeps nothing."""

    world: World

    def __init__(self, journal: Journal, said: Said) -> None:
        self._journal, self._next, self._seq = journal, iter(said.reports), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def append(self, event: Event) -> int:
        """A number."""
        self._report()
        self._seq += 1
        return self._seq

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """What came of it."""
        self._report()

    def _report(self) -> None:
        for event in next(self._next):
            self.world.process.report(event)


def hollow_s(day: Scenario, simulated_s: float, seed: int) -> tuple[float, float]:
    """CPU seconds of the day with an engine of no time; with such a journal as well."""
    said = Said()
    _lived(day, simulated_s, seed, said, Noted, NotedJournal)
    return (
        _lived(day, simulated_s, seed, said, Echo, None),
        _lived(day, simulated_s, seed, said, Echo, EchoJournal),
    )


@seldom_collected()
def _lived(
    day: Scenario, simulated_s: float, seed: int, said: Said,
    engine: type[Noted | Echo], journal: type[NotedJournal | EchoJournal] | None,
) -> float:  # fmt: skip
    made: list[NotedJournal | EchoJournal] = []

    def around(inner: Journal) -> Journal:
        if journal is None:
            return inner
        made.append(journal(inner, said))
        made[-1].world = world
        return cast(Journal, made[-1])

    world = World(day, seed, parts=Parts(engine=lambda: engine(said), journal=around))
    world.numbers = said.numbers
    world.open()
    gc.collect()
    began = time.process_time()
    world.env.run(until=MONDAY + simulated_s)
    return time.process_time() - began
