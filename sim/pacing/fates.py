"""What would become of each call and of each agent: drawn once per seed, the same for every pacer.

The n-th call that a pacer places meets the n-th person, whoever the pacer is (common random
numbers): what differs between two pacers on one seed is their doing.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from sim.scenario import SECONDS, Rest, Scenario, answer_chance


class Fate(NamedTuple):
    """One telephone: whether a person would answer it, and when it stops ringing."""

    luck: float
    "A person answers if it is below the chance of that moment."
    chance: float | None
    "Of this lead, where something is known of it."
    person_ring_s: float
    other_ring_s: float
    talk_s: float
    wrap_up_s: float


class Fates:
    """The same seed, the same people."""

    def __init__(self, day: Scenario, seed: int, informed: float = 0.0) -> None:
        self._day, self._informed = day, informed
        self._rng = Random(f"calls {seed}")
        self._drawn: list[Fate] = []
        self._p = answer_chance(day, Random(f"mood {seed}"))
        self.agents = Random(f"agents {seed}")
        self._kinds, self._weights = _kinds(day)

    def of(self, n: int) -> Fate:
        """Of the n-th call, from 0."""
        while n >= len(self._drawn):
            self._drawn.append(self._draw())
        return self._drawn[n]

    def is_person(self, fate: Fate, at_s: float) -> bool:
        """Whether a person answers a call that is placed then."""
        p = self._p(at_s)
        if fate.chance is not None:
            p = min(0.98, p * fate.chance / self._day.p)
        return fate.luck < p

    def _draw(self) -> Fate:
        rng, people = self._rng, self._day.people
        other = rng.choices(self._kinds, self._weights)[0]
        return Fate(
            luck=rng.random(),
            chance=self._chance(),
            person_ring_s=people.human_ring.draw(rng),
            other_ring_s=other(),
            talk_s=people.talk.draw(rng),
            wrap_up_s=self._day.shift.wrap_up.draw(rng),
        )

    def _chance(self) -> float | None:
        """Beta around the day's share; `informed` is the part of the variance that is known."""
        if not self._informed:
            return None
        size = 1.0 / self._informed - 1.0
        return self._rng.betavariate(self._day.p * size, (1.0 - self._day.p) * size)


def _kinds(day: Scenario) -> tuple[list[Callable[[], float]], list[float]]:
    """How long it rings where no person answers."""
    rest: Rest = day.rest
    people, rng = day.people, Random(0)
    laws = {
        people.machine_ring: rest.machine, people.no_answer: rest.no_answer,
        people.busy: rest.busy, people.failed: rest.failed,
    }  # fmt: skip
    return [lambda law=law: law.draw(rng) for law in laws], list(laws.values())  # type: ignore[misc]


class Shifts(NamedTuple):
    """When one agent comes and goes for good."""

    comes_s: float
    goes_s: float


def shifts(day: Scenario, rng: Random) -> list[Shifts]:
    """Of every agent."""
    whole = day.hours * SECONDS
    found = []
    for _ in range(day.agents):
        comes = day.shift.logins.draw(rng)
        leaves = day.shift.leaves
        found.append(Shifts(comes, comes + leaves.draw(rng) if leaves else 2.0 * whole))
    return found
