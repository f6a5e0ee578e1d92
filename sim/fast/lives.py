"""What would become of each call: drawn once per seed, the same whatever the pacing rule.

The n-th call that is placed meets the n-th life (common random numbers).
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from sim.scenario import Law, Scenario

Floats = NDArray[np.float64]


class Lives(NamedTuple):
    """One row per call, in the order in which they are placed."""

    person: NDArray[np.bool_]
    "Whether a person answers."
    rings_s: Floats
    works_s: Floats
    "Talk and wrap-up, if it comes to that; 0 where no person answers."


def lives(day: Scenario, seed: int, calls: int) -> Lives:
    """So many; more of them begin with the same ones.

    >>> few, many = lives(Scenario(name="std"), 1, 50), lives(Scenario(name="std"), 1, 500)
    >>> bool(np.all(few.works_s == many.works_s[:50])), few.works_s.shape
    (True, (50,))
    """
    luck, kind, person_ring, other_ring, talk, wrap_up = (
        default_rng([seed, stream]) for stream in range(6)
    )
    person = luck.random(calls) < day.p
    persons = int(person.sum())
    rings_s = np.empty(calls)
    rings_s[person] = drawn(day.people.human_ring, person_ring, persons)
    rings_s[~person] = _others(day, kind, other_ring, calls - persons)
    works_s = np.zeros(calls)
    works_s[person] = drawn(day.people.talk, talk, persons)
    works_s[person] += drawn(day.shift.wrap_up, wrap_up, persons)
    return Lives(person, rings_s, works_s)


def _others(day: Scenario, kind: Generator, rng: Generator, n: int) -> Floats:
    """How long it rings where no person answers."""
    people, rest = day.people, day.rest
    laws = (people.machine_ring, people.no_answer, people.busy, people.failed)
    shares = np.cumsum((rest.machine, rest.no_answer, rest.busy, rest.failed))
    which = np.searchsorted(shares / shares[-1], kind.random(n), side="right")
    if all(law.kind == "fixed" for law in laws):
        return np.array([law.mean for law in laws])[which]
    return np.choose(which, [drawn(law, rng, n) for law in laws])


def drawn(law: Law, rng: Generator, n: int) -> Floats:
    """So many durations.

    >>> drawn(Law("fixed", 20.0), default_rng(1), 2)
    array([20., 20.])
    """
    match law.kind:
        case "fixed":
            return np.full(n, law.mean)
        case "gamma":
            return rng.standard_gamma(1.0 / law.cv**2, n) * (law.mean * law.cv**2)
        case "lognormal":
            spread = np.log(1.0 + law.cv**2)
            return np.asarray(rng.lognormal(np.log(law.mean) - spread / 2.0, np.sqrt(spread), n))
        case "mixture":
            weights = np.array([weight for weight, _ in law.parts])
            which = rng.choice(len(weights), n, p=weights / weights.sum())
            return np.choose(which, [drawn(part, rng, n) for _, part in law.parts])
