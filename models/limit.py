"""The physical limit: the highest occupancy that any dialer could reach under a cap.

A dialer whose agents, rings and patience are all memoryless knows everything that there is to know
from two counts: x, the persons who talk or wait, and k, the calls that ring. Which k is best for
which x is a Markov decision process with one constraint, and its exact optimum bounds every policy
(memoryless is the case in which ages tell nothing; real rings and talks have ages, so a policy that
looks at them may come above it by some tenths of a point). In it every phone rings on: a dialer
that lets phones alone while no agent is free may come above it, too.

The constraint is bought off: whatever an abandoned call costs, the best gain without a cap bounds
the occupancy with it, and at the right price the two are equal (Lagrange; Altman, Constrained
Markov Decision Processes, 1999). The gain is found by relative value iteration over the uniformised
process, with bounds at each step (Puterman, Markov Decision Processes, 1994, section 8.5).
"""

from collections.abc import Callable
from math import exp, isfinite, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kept

_EXACT = 5e-5
"Of the occupancy: half the width of the bounds at which the iteration rests."
_SWEEPS, _MOST_SWEEPS = 200, 400_000
_CHEAP, _DEAR = 0.01, 100.0
"What an abandoned person may cost, in whole handling times of an agent."
_CLOSE = 0.1
_GOLDEN = (sqrt(5.0) - 1.0) / 2.0
MOST_AGENTS = 500


class Limit(NamedTuple):
    """What is possible at best, and how."""

    occupancy: float
    "Share of the agents' time that they work: no policy has a higher one under the cap."
    lines: NDArray[np.int64]
    "By persons who talk or wait: so many calls should ring then. Fewer: place the difference."


class _Floor(NamedTuple):
    agents: int
    most_persons: int
    most_rings: int
    frees: float
    leaves: float
    answers: float
    fails: float

    @property
    def rate(self) -> float:
        """Faster than anything can happen: the clock of the uniformised process."""
        waiting = self.most_persons - self.agents
        rings = (self.answers + self.fails) * self.most_rings
        return self.agents * self.frees + waiting * self.leaves + rings


def physical_limit(
    agents: int,
    answer_rate: float,
    cap: float = 0.03,
    *,
    ring_s: float = 11.0,
    handling_s: float = 180.0,
    hold_s: float = 2.0,
) -> Limit:
    """The exact optimum under a cap on abandoned per answered call.

    `ring_s` is the mean ring, `handling_s` talk and wrap-up, `hold_s` how long a person waits; all
    in seconds and exponential. 500 agents are the most. ValueError says what makes no sense.

    >>> best = physical_limit(10, 0.3)
    >>> round(best.occupancy, 3), best.lines[:10].tolist() == sorted(best.lines[:10])[::-1]
    (0.887, True)
    """
    _refuse(agents, answer_rate, cap, ring_s=ring_s, handling_s=handling_s, hold_s=hold_s)
    rings = agents / handling_s * ring_s / answer_rate
    floor = _Floor(
        agents=agents,
        most_persons=agents + 6 + int(sqrt(agents)),
        most_rings=int(1.5 * rings + 2.5 * sqrt(agents) / answer_rate) + 10,
        frees=1.0 / handling_s,
        leaves=1.0 / hold_s,
        answers=answer_rate / ring_s,
        fails=(1.0 - answer_rate) / ring_s,
    )
    values = np.zeros((floor.most_persons + 1, floor.most_rings + 1))
    lines = np.zeros(floor.most_persons + 1, dtype=np.int64)

    def bound(log_price: float) -> float:
        """The best gain when an abandoned person costs that much and the cap is a gift."""
        price = exp(log_price) / (agents * floor.frees)
        worth = (1.0 + price * cap * agents * floor.frees) / agents
        return _gain(floor, worth, price * (1.0 - cap), values, lines)

    return Limit(_least(bound, log(_CHEAP), log(_DEAR)), lines)


def _refuse(agents: int, answer_rate: float, cap: float, **seconds: float) -> None:
    if not 1 <= agents <= MOST_AGENTS:
        raise ValueError(f"agents: {agents} makes no sense here, it must be 1 to {MOST_AGENTS}")
    if not 0.01 <= answer_rate <= 1.0:
        raise ValueError(f"answer_rate: {answer_rate} makes no sense, it must be 0.01 to 1")
    if not 0.0 < cap < 1.0:
        raise ValueError(f"cap: {cap} makes no sense, it must be above 0 and below 1")
    for name, value in seconds.items():
        if not (isfinite(value) and value > 0.0):
            raise ValueError(f"{name}: {value} makes no sense, it must be above 0 seconds")


def _least(bound: Callable[[float], float], low: float, high: float) -> float:
    """The least value of a function that falls and then rises, by golden section.

    >>> round(_least(lambda x: (x - 2.0) ** 2 + 1.0, 0.0, 10.0), 2)
    1.0
    """
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    of_left, of_right = bound(left), bound(right)
    while high - low > _CLOSE:
        if of_left < of_right:
            high, right, of_right = right, left, of_left
            left = high - _GOLDEN * (high - low)
            of_left = bound(left)
        else:
            low, left, of_left = left, right, of_right
            right = low + _GOLDEN * (high - low)
            of_right = bound(right)
    return min(of_left, of_right)


def _gain(
    floor: _Floor,
    worth: float,
    price: float,
    values: NDArray[np.float64],
    lines: NDArray[np.int64],
) -> float:
    """Per second; `values` is where the last one left off, `lines` is filled."""
    for _ in range(0, _MOST_SWEEPS, _SWEEPS):
        low, high = _swept(values, lines, *floor, floor.rate, worth, price, _SWEEPS)
        if high - low < 2.0 * _EXACT:
            return 0.5 * (low + high)
    raise ArithmeticError(f"no optimum after {_MOST_SWEEPS} steps: it lies in {low}..{high}")


@kept
def _swept(
    values: NDArray[np.float64],
    lines: NDArray[np.int64],
    agents: int,
    most_persons: int,
    most_rings: int,
    frees: float,
    leaves: float,
    answers: float,
    fails: float,
    rate: float,
    worth: float,
    price: float,
    sweeps: int,
) -> tuple[float, float]:
    """So many steps of value iteration; bounds of the gain. More may ring at once, never fewer."""
    low, high = 0.0, 0.0
    after = np.empty_like(values)
    for _ in range(sweeps):
        low, high = np.inf, -np.inf
        for x in range(most_persons + 1):
            working = min(x, agents)
            done = working * frees
            gone = (x - working) * leaves
            best = -np.inf
            for k in range(most_rings, -1, -1):
                answered, failed = k * answers, k * fails
                here = worth * working - price * gone
                here += (rate - done - gone - answered - failed) * values[x, k]
                if x > 0:
                    here += (done + gone) * values[x - 1, k]
                if k > 0:
                    here += failed * values[x, k - 1]
                    if x < most_persons:
                        here += answered * values[x + 1, k - 1]
                    else:
                        here += answered * (values[x, k - 1] - price)
                here /= rate
                if here > best:
                    best = here
                    lines[x] = k
                after[x, k] = best
                low, high = min(low, best - values[x, k]), max(high, best - values[x, k])
        values[:] = after - after[0, 0]
    return low * rate, high * rate
