"""Which ringing call will be answered: a chance for each lead, from what is known of it.

Every value of every trait (hour, region, attempts, list, number type) shifts the log-odds by an
amount that is learnt call by call, together with how uncertain it is (an extended Kalman filter
with a diagonal covariance). A value never seen shifts nothing; what is old is slowly forgotten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log, pi, sqrt

import numpy as np

from models.piecewise import Floats

Traits = Mapping[str, str | int]
"""Of one lead at one instant: `{"hour": 17, "region": "NW", "attempts": 2}`."""
_EVERYBODY = ("", "")
"The shift that all leads share."


@dataclass(slots=True)
class Shift:
    """Of the log-odds, by one value of one trait."""

    mean: float
    variance: float


@dataclass(slots=True)
class LeadChance:
    """Learns from each call that was resolved, and tells the chance of the next.

    >>> chance = LeadChance(prior=0.3)
    >>> for call in range(300):
    ...     chance.add({"hour": 10 + call % 2}, answered=call % 2 == 1 and call % 5 > 1)
    >>> [round(chance.chance({"hour": hour}), 1) for hour in (10, 11, 12)]
    [0.1, 0.5, 0.3]
    """

    prior: float = 0.3
    spread: float = 0.4
    "Standard deviation of the shift of a value that has not been seen."
    drift: float = 0.006
    "Standard deviation by which the shift of all may move from call to call."
    forgets: float = 1e-4
    "Share of what is known of a value that is lost with each call that has it."
    shifts: dict[tuple[str, str | int], Shift] = field(init=False)

    def __post_init__(self) -> None:
        if not 0.0 < self.prior < 1.0:
            raise ValueError(f"prior: {self.prior} makes no sense, it must lie inside 0 and 1")
        self.shifts = {_EVERYBODY: Shift(log(self.prior / (1.0 - self.prior)), 1.0)}

    def chance(self, traits: Traits) -> float:
        """That a person answers; averaged over what is not known (MacKay 1992)."""
        shifts = self._of(traits)
        odds = sum(one.mean for one in shifts)
        return _logistic(odds / sqrt(1.0 + pi / 8.0 * sum(one.variance for one in shifts)))

    def chances(self, leads: Iterable[Traits]) -> Floats:
        """For many."""
        return np.array([self.chance(one) for one in leads])

    def add(self, traits: Traits, answered: bool) -> None:
        """One call that was answered by a person, or was not."""
        shifts = [self.shifts[_EVERYBODY]]
        for trait in traits.items():
            shifts.append(self.shifts.setdefault(trait, Shift(0.0, self.spread**2)))
        self._loosen(shifts)
        expected = self.chance(traits)
        information = expected * (1.0 - expected)
        total = 1.0 + information * sum(one.variance for one in shifts)
        for one in shifts:
            one.mean += one.variance * (answered - expected) / total
            one.variance -= one.variance**2 * information / total

    def _of(self, traits: Traits) -> list[Shift]:
        unseen = Shift(0.0, self.spread**2)
        return [
            self.shifts[_EVERYBODY],
            *(self.shifts.get(trait, unseen) for trait in traits.items()),
        ]

    def _loosen(self, shifts: list[Shift]) -> None:
        """What was known is known a little less."""
        everybody, *others = shifts
        everybody.variance = min(everybody.variance + self.drift**2, 1.0)
        for one in others:
            one.variance += self.forgets * (self.spread**2 - one.variance)


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + exp(-min(max(odds, -30.0), 30.0)))
