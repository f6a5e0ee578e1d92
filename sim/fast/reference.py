"""The same day as SimPy processes: one per call. Slow, and easy to believe."""

from collections.abc import Generator, Sequence

import numpy as np
import simpy

from sim.fast.kernel import ABANDONED, MISSED, RINGING, TALKED, Lived
from sim.fast.lives import Lives

Process = Generator[simpy.Event, None, None]


class _Floor:
    def __init__(
        self, lives: Lives, lines: Sequence[int], hours: float, hold_s: float, warm_up_s: float
    ) -> None:
        self.env = simpy.Environment()
        self.lives, self.lines, self.hold_s = lives, lines, hold_s
        self.agents, self.ends_at, self.warm_up_s = len(lines) - 1, hours * 3600.0, warm_up_s
        self.ringing = self.busy = 0
        self.waiting: dict[int, float] = {}
        self.placed_at: list[float] = []
        self.fate: list[int] = []
        self.waited_s: list[float] = []
        self.work_s, self.persons, self.abandoned = 0.0, 0, 0

    def place(self) -> None:
        """As many calls as should ring now."""
        x = self.busy + len(self.waiting)
        while x <= self.agents and self.ringing < self.lines[x]:
            self.ringing += 1
            self.placed_at.append(self.env.now)
            self.fate.append(RINGING)
            self.waited_s.append(0.0)
            self.env.process(self.call(len(self.placed_at) - 1))

    def call(self, n: int) -> Process:
        """From the first ring until it is known that nobody answers, or who did."""
        yield self.env.timeout(self.lives.rings_s[n])
        self.ringing -= 1
        if not self.lives.person[n]:
            self.fate[n] = MISSED
        elif self.busy < self.agents:
            self.join(n, self.env.now)
        else:
            self.waiting[n] = self.env.now
            self.env.process(self.patience(n))
        self.place()

    def patience(self, n: int) -> Process:
        """Two seconds."""
        yield self.env.timeout(self.hold_s)
        if self.waiting.pop(n, None) is not None:
            self.fate[n], self.waited_s[n] = ABANDONED, self.hold_s
            if self.env.now >= self.warm_up_s:
                self.persons += 1
                self.abandoned += 1
            self.place()

    def join(self, n: int, since: float) -> None:
        """An agent takes the person."""
        self.busy += 1
        self.fate[n], self.waited_s[n] = TALKED, self.env.now - since
        self.persons += self.env.now >= self.warm_up_s
        until = self.env.now + self.lives.works_s[n]
        self.work_s += max(0.0, min(until, self.ends_at) - max(self.env.now, self.warm_up_s))
        self.env.process(self.work(n))

    def work(self, n: int) -> Process:
        """Talk and wrap-up; then whoever has waited longest."""
        yield self.env.timeout(self.lives.works_s[n])
        self.busy -= 1
        if self.waiting:
            first = next(iter(self.waiting))
            self.join(first, self.waiting.pop(first))
        self.place()


def day(
    lives: Lives, lines: Sequence[int], *, hours: float, hold_s: float, warm_up_s: float
) -> Lived:
    """As `kernel.day`, a hundred times as slowly; IndexError if there are too few lives."""
    floor = _Floor(lives, lines, hours, hold_s, warm_up_s)
    floor.place()
    floor.env.run(until=floor.ends_at)
    return Lived(
        np.array(floor.placed_at), np.array(floor.fate), np.array(floor.waited_s),
        floor.work_s, floor.persons, floor.abandoned, ran_out=False,
    )  # fmt: skip
