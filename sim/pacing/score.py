"""What a day on the floor was worth."""

import msgspec

from sim.scenario import SECONDS


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What a day was worth."""

    occupancy: float
    "Of the agents who were there and not on a break, the first minutes left out."
    persons: int
    abandoned: int
    "Of the whole day."
    scored_persons: int
    scored_abandoned: int
    "Without the first minutes."
    calls: int
    let_alone: int
    "Of these, phones that were let alone for want of an agent."
    missed: int
    "Of those, whom a person would have answered yet."
    connected: int
    wait_s: float
    "Of the people who were joined with an agent, in the mean."
    first_half_hour: tuple[int, int]
    "Persons and abandoned, from the first login."
    worst_hour: float | None
    "The highest share of abandoned in any 60 minutes with a hundred persons or more."
    decisions: int
    decision_us: float
    "CPU time of one decision with the facts before it, in the mean."
    agent_s: float
    "Time that agents were ready or worked, all together, from the first login."
    work_s: float

    @property
    def rate(self) -> float:
        """Abandoned per person, over the whole day."""
        return self.abandoned / self.persons if self.persons else 0.0

    @property
    def worst_rate(self) -> float:
        """The same, or that of the scored part if it is worse."""
        scored = self.scored_abandoned / self.scored_persons if self.scored_persons else 0.0
        return max(self.rate, scored)


def worst_hour(marks: list[tuple[float, bool]]) -> float | None:
    """The highest share of abandoned in a window of an hour that ends with one; None: no hour had
    a hundred people.

    >>> round(worst_hour([(float(n), n == 150) for n in range(200)]), 4)
    0.0066
    """
    worst: float | None = None
    first = gone = 0
    for last, (at, abandoned) in enumerate(marks):
        gone += abandoned
        while marks[first][0] <= at - SECONDS:
            gone -= marks[first][1]
            first += 1
        if last - first >= 99:
            share = gone / (last - first + 1) if abandoned else 0.0
            worst = max(worst or 0.0, share)
    return worst
