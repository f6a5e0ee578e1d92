"""How long it still takes: durations learnt from those seen, with hazards on a grid and forgetting.

A talk that has lasted four minutes does not end as one that has just begun, and a phone that has
rung for fifteen seconds is picked up more rarely: what is learnt is the hazard, the rate of ending
at each age, one for each way in which it can end. Between the lines of the grid it is constant
(Holford 1980), beyond the last one for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log, sqrt

import numpy as np
from scipy.special import ndtr

from models.piecewise import Floats, Ints, Numbers

_UNSEEN_S = 1e-3
"Exposure of the guess that fills cells where neither data nor prior reach."


def grid(first_s: float, last_s: float, growth: float = 1.0) -> Floats:
    """Where cells begin, from 0: the first so wide, each wider than the one before by a factor.

    >>> grid(1.0, 8.0, growth=2.0)
    array([0., 1., 3., 7.])
    """
    starts = [0.0]
    width = first_s
    while starts[-1] + width <= last_s:
        starts.append(starts[-1] + width)
        width *= growth
    return np.array(starts)


RING_GRID_S = grid(1.0, 90.0, growth=1.01)
TALK_GRID_S = grid(5.0, 3600.0, growth=1.08)


@cache
def _apart(cells: int) -> Ints:
    """How far each cell is from each other one."""
    return np.array([[abs(one - other) for other in range(cells)] for one in range(cells)])


@dataclass(frozen=True, slots=True)
class Way:
    """What is believed beforehand of one way to end."""

    mean_s: float
    cv: float = 1.0
    "Standard deviation per mean; the shape is lognormal."
    chance: float = 1.0

    def ended(self, at_s: Floats) -> Floats:
        """The chance to have ended in this way by then."""
        sigma = sqrt(log(1.0 + self.cv * self.cv))
        with np.errstate(divide="ignore"):
            z = (np.log(at_s / self.mean_s) + 0.5 * sigma * sigma) / sigma
        return self.chance * np.asarray(ndtr(z))


@dataclass(frozen=True, slots=True)
class Ages:
    """The chances of what goes on, by how long it has gone on: frozen, for many calls at once.

    Ages and times are in seconds, numbers or arrays; ways count from 0.
    """

    starts_s: Floats
    hazards: Floats
    "Per second, by way and cell."
    rate: Floats
    "The same in any way."
    survival: Floats
    "The chance to last to the start of each cell."
    incidence: Floats
    "The chance to have ended before it, by way."
    left_s: Floats
    "The mean time from the start of each cell on, times the chance to get there."

    def lasting(self, age_s: Numbers) -> Numbers:
        """The chance to last so long."""
        cell, past_s = self._place(age_s)
        return self.survival[cell] * np.exp(-self.rate[cell] * past_s)

    def ends_within(self, age_s: Numbers, within_s: Numbers, way: int | None = None) -> Numbers:
        """The chance that what has lasted so long ends within that time, in this way or in any."""
        age_s = np.minimum(age_s, self.starts_s[-1])  # later it makes no difference
        if way is None:
            return 1.0 - self.lasting(age_s + within_s) / self.lasting(age_s)
        more = self._ended(age_s + within_s, way) - self._ended(age_s, way)
        return more / self.lasting(age_s)

    def comes_within(self, age_s: Numbers, within_s: Numbers, way: int, chance: Numbers) -> Numbers:
        """The same for calls whose chance to end in this way was known beforehand, each its own.

        What they have lasted so long counts against the likelier, as Bayes says: a phone that was
        sure to be answered early is not, after twenty seconds of ringing.
        """
        age_s = np.minimum(age_s, self.starts_s[-1])
        all_ = self._ended(np.inf, way)
        so_far = self._ended(age_s, way)
        otherwise = (self.lasting(age_s) - (all_ - so_far)) / (1.0 - all_)
        still = chance * (all_ - so_far) / all_
        soon = chance * (self._ended(age_s + within_s, way) - so_far) / all_
        return soon / (still + (1.0 - chance) * np.maximum(otherwise, 0.0))

    def mean_left_s(self, age_s: Numbers) -> Numbers:
        """How much longer it takes in the mean after having lasted so long."""
        cell, past_s = self._place(np.minimum(age_s, self.starts_s[-1]))
        rate = self.rate[cell]
        stays = np.exp(-rate * past_s)
        return (self.left_s[cell] / self.survival[cell] - (1.0 - stays) / rate) / stays

    def draw_s(self, rng: np.random.Generator, age_s: Numbers) -> Numbers:
        """How much longer it takes, by chance, for everything of these ages."""
        age_s = np.asarray(age_s, float)
        hazard = -np.log(self.lasting(np.minimum(age_s, self.starts_s[-1])))
        until = hazard + rng.exponential(size=age_s.shape)
        lines = -np.log(self.survival)
        cell = np.searchsorted(lines, until, side="right") - 1
        end_s = self.starts_s[cell] + (until - lines[cell]) / self.rate[cell]
        return end_s - np.minimum(age_s, self.starts_s[-1])

    def _ended(self, age_s: Numbers, way: int) -> Numbers:
        cell, past_s = self._place(age_s)
        rate = self.rate[cell]
        share = self.hazards[way, cell] / rate
        gone = -np.expm1(-rate * past_s)
        return self.incidence[way, cell] + self.survival[cell] * share * gone

    def _place(self, age_s: Numbers) -> tuple[Numbers, Numbers]:
        cell = np.searchsorted(self.starts_s, age_s, side="right") - 1
        return cell, age_s - self.starts_s[cell]


def ages(starts_s: Floats, hazards: Floats) -> Ages:
    """Sum up hazards per second, by way and cell.

    >>> talks = ages(np.array([0.0, 60.0]), np.array([[1 / 180, 1 / 60]]))
    >>> talks.ends_within(np.array([0.0, 90.0]), 30.0).round(4)
    array([0.1535, 0.3935])
    >>> round(float(talks.mean_left_s(90.0)), 6)
    60.0
    """
    rate = hazards.sum(axis=0)
    stays = np.exp(-rate[:-1] * np.diff(starts_s))
    survival = np.maximum(np.concatenate(([1.0], np.cumprod(stays))), 1e-280)
    ends = hazards[:, :-1] / rate[:-1] * (survival[:-1] * (1.0 - stays))
    incidence = np.concatenate((np.zeros((len(hazards), 1)), np.cumsum(ends, axis=1)), axis=1)
    inside_s = np.append(survival[:-1] * (1.0 - stays), survival[-1]) / rate
    left_s = np.cumsum(inside_s[::-1])[::-1]
    return Ages(starts_s, hazards, rate, survival, incidence, left_s)


@dataclass(slots=True)
class Durations:
    """Learns from each duration as it ends; what is old counts ever less.

    >>> rings = Durations(RING_GRID_S, (Way(11.0, 0.5, 0.3), Way(26.0, 0.2, 0.7)))
    >>> for lasted_s in (8.0, 9.0, 12.0):
    ...     rings.add(lasted_s, way=0)
    >>> chance = rings.ages().ends_within(np.array([0.0, 20.0]), 10.0, way=0)
    >>> bool(chance[0] > 2 * chance[1])
    True
    """

    starts_s: Floats
    prior: Sequence[Way]
    "One for each way to end; their chances sum to 1."
    weight: float = 15.0
    "How many durations the prior is worth."
    half_life: float = 500.0
    "After so many durations one counts half."
    smoothing: float = 4.0
    "How many cells one duration speaks for; of n durations each, by n ** -0.2; 0 for sharp ends."
    ended: Floats = field(init=False)
    exposed_s: Floats = field(init=False)
    "What is learnt, by cell: how many ended in each way, and how long all together were at risk."
    _believed: tuple[Floats, Floats] = field(init=False)
    _widths_s: Floats = field(init=False)

    def __post_init__(self) -> None:
        if abs(sum(way.chance for way in self.prior) - 1.0) > 1e-9:
            raise ValueError("the chances of all ways to end must sum to 1")
        self.ended = np.zeros((len(self.prior), len(self.starts_s)))
        self.exposed_s = np.zeros(len(self.starts_s))
        self._widths_s = np.append(np.diff(self.starts_s), np.inf)
        self._believed = self._of_one_believed()

    def add(self, lasted_s: float, way: int | None = 0) -> None:
        """One that ended in this way; or, without a way, that was lost sight of while going on."""
        if not lasted_s >= 0.0:
            raise ValueError(f"lasted_s: {lasted_s} makes no sense, it must be 0 or more")
        keep = 0.5 ** (1.0 / self.half_life)
        self.ended *= keep
        self.exposed_s *= keep
        cell = int(self.starts_s.searchsorted(lasted_s, side="right")) - 1
        self.exposed_s[:cell] += self._widths_s[:cell]
        self.exposed_s[cell] += lasted_s - self.starts_s[cell]
        if way is not None:
            self.ended[way, cell] += 1.0

    def at_risk_s(self, lasting_s: Floats) -> Floats:
        """How long what has lasted so long and goes on was at risk, all together, by cell."""
        more_s = np.asarray(lasting_s)[:, None] - self.starts_s
        return np.asarray(np.clip(more_s, 0.0, self._widths_s).sum(axis=0))

    def ages(self) -> Ages:
        """What follows for those that go on."""
        ended, exposed_s = self._believed
        guess = np.array([[way.chance] for way in self.prior]) / self._mean_s()
        near = self._near()
        hazards = self.ended @ near + self.weight * ended + _UNSEEN_S * guess
        at_risk_s = self.exposed_s @ near + self.weight * exposed_s + _UNSEEN_S
        return ages(self.starts_s, hazards / at_risk_s)

    def _near(self) -> Floats:
        """How much each cell speaks for each other: normal in their distance, the less the more."""
        apart = _apart(len(self.starts_s))
        reach = self.smoothing * max(float(self.ended.sum()), 1.0) ** -0.2
        if reach == 0.0:
            return np.eye(len(apart))
        return np.asarray(np.exp(-0.5 * (apart[0] / reach) ** 2)[apart])

    def _of_one_believed(self) -> tuple[Floats, Floats]:
        """Of one duration of the prior: how it ends, and its time at risk, by cell."""
        lines_s = np.append(self.starts_s, np.inf)
        by_then = np.array([way.ended(lines_s) for way in self.prior])
        lasting = 1.0 - by_then.sum(axis=0)
        inside_s = 0.5 * (lasting[:-1] + lasting[1:])[:-1] * np.diff(self.starts_s)
        return np.diff(by_then), np.append(inside_s, lasting[-2] * self._mean_s())

    def _mean_s(self) -> float:
        return sum(way.chance * way.mean_s for way in self.prior)
