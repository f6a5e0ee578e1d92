"""Many days of many rules at once: where occupancy is bought with abandoned calls, and for what.

Days are spread over the processes of an executor: those of this machine, or a cluster's
(`distributed.Client(...).get_executor()` is one such).
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from math import sqrt
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.stats import t as student

from sim.fast import kernel
from sim.fast.lives import lives
from sim.scenario import SECONDS, Scenario

CONFIDENCE = 0.95
ROOM = 1.3
"Lives drawn, of the calls that the agents could want at most; more are drawn if that is too few."


class Worth(NamedTuple):
    """What one day was worth."""

    occupancy: float
    persons: int
    abandoned: int
    calls: int
    wait_s: float
    "Mean of the persons who were joined with an agent."


class Band(msgspec.Struct, frozen=True):
    """A mean over days, and how far the true one may be off, with 95 % confidence.

    >>> Band.of([1.0, 2.0, 3.0]).mean, round(Band.of([1.0, 2.0, 3.0]).off, 3)
    (2.0, 2.484)
    >>> Band.of([1.0])
    Band(mean=1.0, off=None)
    """

    mean: float
    off: float | None
    "None: one day tells nothing of that."

    @classmethod
    def of(cls, values: Sequence[float]) -> "Band":
        """Of at least one value, by Student's t."""
        n, mean = len(values), float(np.mean(values))
        if n < 2:
            return cls(mean, None)
        spread = float(np.std(values, ddof=1)) / sqrt(n)
        return cls(mean, float(student.ppf(0.5 + CONFIDENCE / 2.0, n - 1)) * spread)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, over all its days."""

    lines_per_agent: float
    occupancy: Band
    abandon_rate: Band
    "Abandoned per person who answered."
    persons_per_hour: Band
    wait_s: Band


def ratio(agents: int, lines_per_agent: float) -> tuple[int, ...]:
    """So many lines for each agent who waits, by persons who talk or wait.

    >>> ratio(4, 1.5)
    (6, 4, 3, 1, 0)
    """
    return tuple(int(lines_per_agent * (agents - x) + 1e-9) for x in range(agents + 1))


def worth(day: Scenario, lines: Sequence[int], seed: int) -> Worth:
    """One day by one rule. The same seed meets the same people."""
    most = day.agents * day.hours * SECONDS / (day.people.talk.mean + day.shift.wrap_up.mean)
    n = int(ROOM * most / day.p) + 2000
    while True:
        lived = kernel.day(
            lives(day, seed, n), np.asarray(lines),
            hours=day.hours, hold_s=day.connect_within_s, warm_up_s=day.warm_up_s,
        )  # fmt: skip
        if not lived.ran_out:
            break
        n *= 2
    joined = lived.fate == kernel.TALKED
    scored_s = day.hours * SECONDS - day.warm_up_s
    return Worth(
        occupancy=lived.work_s / (day.agents * scored_s),
        persons=lived.persons,
        abandoned=lived.abandoned,
        calls=len(lived.placed_at),
        wait_s=float(lived.waited_s[joined].mean()) if joined.any() else 0.0,
    )


def frontier(
    day: Scenario, ratios: Iterable[float], seeds: Sequence[int], executor: Executor | None = None
) -> list[Point]:
    """What each ratio gives, on the same days. None: all in this process.

    >>> day = Scenario(name="std", agents=5, hours=1.0)
    >>> low, high = frontier(day, (1.0, 3.0), seeds=(1, 2))
    >>> low.occupancy.mean < high.occupancy.mean, low.abandon_rate.mean
    (True, 0.0)
    """
    ratios = tuple(ratios)
    jobs = [(day, ratio(day.agents, k), seed) for k in ratios for seed in seeds]
    run = executor.map if executor else map
    found = iter(list(run(worth, *zip(*jobs, strict=True))))
    hours = day.hours - day.warm_up_s / SECONDS
    return [_point(k, [next(found) for _ in seeds], hours) for k in ratios]


def _point(lines_per_agent: float, days: Sequence[Worth], hours: float) -> Point:
    return Point(
        lines_per_agent=lines_per_agent,
        occupancy=Band.of([one.occupancy for one in days]),
        abandon_rate=Band.of([one.abandoned / max(one.persons, 1) for one in days]),
        persons_per_hour=Band.of([(one.persons - one.abandoned) / hours for one in days]),
        wait_s=Band.of([one.wait_s for one in days]),
    )
