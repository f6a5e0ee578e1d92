"""`dialer bench engine --pypy`: the same engine and the same days on PyPy, beside CPython.

PyPy's compiler learns from each day, so a process is told by its first day, by all of them, and by
the last third. Now and then CPython lives the same day, by turns, so that both meet the same
machine; what happened in it must be the same, to the last digit of each CDR.
"""

from collections.abc import Callable, Sequence

import msgspec

from sim.days import Lives, Worth, worth
from sim.scenario import Scenario

BESIDE = 5
"Of so many days CPython lives one, and the last."
WARM = 3
"The last one in so many days is what a warm process does."


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Days of one process. All rates are calls per CPU second of everything."""

    policy: str
    agents: int
    hours: float
    days: int
    calls: int
    first_day_calls_per_cpu_s: int
    all_days_calls_per_cpu_s: int
    warm_calls_per_cpu_s: int
    "Of the last third of the days."
    cpython_calls_per_cpu_s: int
    warm_times_cpython: float
    days_compared: int
    days_alike: int
    "Of these, with the same events and CDRs."


def elsewhere(
    day: Scenario, days: int, lives: Lives, tell: Callable[[Worth], None] = lambda one: None
) -> Elsewhere:
    """Let them be lived there, and some of them here as well."""
    there: list[Worth] = []
    here: list[Worth] = []
    for seed in range(1, days + 1):
        (found,) = lives(day, (seed,))
        there.append(found)
        if seed % BESIDE == 1 or seed == days:
            here.append(worth(day, seed))
        tell(found)
    warm, cpython = rate(there[-max(1, days // WARM) :]), rate(here)
    by_seed = {one.seed: one.stream for one in there}
    return Elsewhere(
        policy=day.pacing,
        agents=day.agents,
        hours=day.hours,
        days=days,
        calls=sum(one.calls for one in there),
        first_day_calls_per_cpu_s=round(rate(there[:1])),
        all_days_calls_per_cpu_s=round(rate(there)),
        warm_calls_per_cpu_s=round(warm),
        cpython_calls_per_cpu_s=round(cpython),
        warm_times_cpython=round(warm / cpython, 1),
        days_compared=len(here),
        days_alike=sum(one.stream == by_seed[one.seed] for one in here),
    )


def rate(lived: Sequence[Worth]) -> float:
    """Calls per CPU second."""
    return sum(one.calls for one in lived) / sum(one.cpu_s for one in lived)
