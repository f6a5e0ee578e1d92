"""How fast the fast twin is beside the SimPy processes whose days it lives, in one run."""

from time import process_time

import msgspec
import numpy as np

from sim.fast import kernel, reference
from sim.fast.lives import lives
from sim.fast.sweep import ratio
from sim.scenario import scenario


class TwinFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Calls per CPU second, one core."""

    calls: int
    same_calls: bool
    "Each was placed, and ended, at the same instant in both."
    fast_per_s: float
    "With drawing what becomes of each call."
    kernel_per_s: float
    "Without."
    simpy_per_s: float
    times: float
    "As fast as SimPy."


def twin_figures(*, agents: int = 50, hours: float = 8.0, days: int = 5) -> TwinFigures:
    """So many days of the scenario `std`, three and a half lines per waiting agent."""
    day = scenario("std", agents=agents, hours=hours)
    lines = np.array(ratio(agents, 3.5))
    told = {"hours": hours, "hold_s": day.connect_within_s, "warm_up_s": day.warm_up_s}
    n = int(agents * hours * 160)
    kernel.day(lives(day, 0, n), lines, **told)  # compiles
    drawing = living = simulating = 0.0
    calls, same = 0, True
    for seed in range(1, days + 1):
        began = process_time()
        people = lives(day, seed, n)
        drawn = process_time()
        fast = kernel.day(people, lines, **told)
        lived = process_time()
        slow = reference.day(people, lines.tolist(), **told)
        drawing, living = drawing + drawn - began, living + lived - drawn
        simulating += process_time() - lived
        calls += len(fast.placed_at)
        same &= np.array_equal(fast.placed_at, slow.placed_at)
        same &= np.array_equal(fast.fate, slow.fate) and not fast.ran_out
    return TwinFigures(
        calls=calls,
        same_calls=bool(same),
        fast_per_s=calls / (drawing + living),
        kernel_per_s=calls / living,
        simpy_per_s=calls / simulating,
        times=simulating / (drawing + living),
    )
