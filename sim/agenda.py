"""SimPy's environment, with what is to come in order of time instead of in a heap.

A day of calls puts most down for the next seconds, and some for an hour later that hardly ever
comes to pass: in a heap these lie beneath every other, in a sorted list they lie aside. SimPy does
not see the difference: of two events at one instant the more urgent comes first, then the older.

>>> agenda, heard = Agenda(), []
>>> for delay_s, word in ((3600.0, "late"), (2.0, "b"), (1.0, "a"), (2.0, "c")):
...     agenda.after(delay_s, heard.append, word)
>>> agenda.run(until=10.0)
>>> heard, agenda.now
(['a', 'b', 'c'], 10.0)
"""

from bisect import bisect_left
from collections.abc import Callable
from math import inf
from typing import Any

import simpy
from simpy.events import NORMAL, EventPriority


class Agenda(simpy.Environment):
    """An environment whose next event is the last of a list."""

    def __init__(self, initial_time: float = 0.0) -> None:
        super().__init__(initial_time)
        self._before: list[float] = []
        "Instants, negated: ascending, so that the next one is the last."
        self._coming: list[tuple[float, EventPriority, int, simpy.Event]] = []

    def after(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        """Do something later."""
        self.timeout(delay_s).callbacks.append(lambda _: act(*args))

    def schedule(
        self, event: simpy.Event, priority: EventPriority = NORMAL, delay: float = 0.0
    ) -> None:
        """Put an event down; behind what is as urgent at the same instant."""
        at = self._now + delay
        before, coming = self._before, self._coming
        place = bisect_left(before, -at)
        while priority < NORMAL and place < len(before) and before[place] == -at:
            if coming[place][1] <= priority:
                break
            place += 1
        before.insert(place, -at)
        coming.insert(place, (at, priority, 0, event))

    def peek(self) -> float:
        """When the next event is; infinity without one."""
        return -self._before[-1] if self._before else inf

    def step(self) -> None:
        """Let the next event happen: SimPy finds that one alone in its queue."""
        if self._before:
            self._before.pop()
            self._queue.append(self._coming.pop())
        super().step()
