"""What was measured, beside what the twin makes of the scenario that was fitted to it."""

from collections.abc import Sequence
from math import sqrt
from operator import attrgetter
from statistics import fmean, stdev
from typing import NamedTuple

import msgspec
from scipy.stats import betabinom
from scipy.stats import t as student

from sim.days import Lives, several
from sim.fitted.fit import Seen
from sim.run import Score
from sim.scenario import SECONDS, Scenario

CONFIDENCE = 0.95


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the day that was, and where the twin expects one such day's."""

    measured: float
    mean: float
    low: float
    high: float
    "In 95 of 100 days of the twin: of one more day, by how its days differ and by chance."
    within: bool


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    days: int
    figures: dict[str, Figure]


class _Day(NamedTuple):
    """What one day came to, measured or lived."""

    occupancy: float
    persons: int
    abandoned: int
    calls: int


def beside(was: Seen, day: Scenario, seeds: Sequence[int], lives: Lives | None = None) -> Beside:
    """Live days of the real engine among fitted people, at least two; None: in this process."""
    days = sorted((lives or several())(day, seeds), key=attrgetter("seed"))
    lived = [_day(one.score) for one in days]
    measured = _measured(was, day)
    return Beside(
        days=len(lived),
        figures={
            "occupancy": figure(measured.occupancy, [one.occupancy for one in lived]),
            "abandon_rate": rate_figure(
                (measured.abandoned, measured.persons),
                [(one.abandoned, one.persons) for one in lived],
            ),
            "persons_per_hour": figure(
                measured.persons / day.hours, [one.persons / day.hours for one in lived]
            ),
            "calls_per_hour": figure(
                measured.calls / day.hours, [one.calls / day.hours for one in lived]
            ),
        },
    )


def figure(measured: float, lived: Sequence[float]) -> Figure:
    """Where one more day would lie: the mean and its own spread.

    >>> found = figure(10.5, [9.0, 10.0, 11.0])
    >>> round(found.low, 2), round(found.high, 2), found.within
    (5.03, 14.97, True)
    """
    mean, n = fmean(lived), len(lived)
    off = 0.0
    if n > 1:
        off = float(student.ppf(0.5 + CONFIDENCE / 2, n - 1)) * stdev(lived) * sqrt(1 + 1 / n)
    low, high = max(0.0, mean - off), mean + off
    return Figure(measured=measured, mean=mean, low=low, high=high, within=low <= measured <= high)


def rate_figure(measured: tuple[int, int], lived: Sequence[tuple[int, int]]) -> Figure:
    """Where the share of one more day would lie, from (hits, of) each; at least the days' spread.

    A few hits scatter by chance even where no lived day had one: their number is beta-binomial,
    with Jeffreys' prior (Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion,
    2001), and no day's spread makes that less.

    >>> found = rate_figure((1, 225), [(0, 228)] * 8)
    >>> found.mean, round(found.high, 4), found.within
    (0.0, 0.0044, True)
    """
    hits, of = measured
    by_day = figure(_share(hits, of), [_share(*one) for one in lived])
    had, among = (sum(column) for column in zip(*lived, strict=True))
    chance = betabinom(of, had + 0.5, among - had + 0.5)
    low, high = (
        _share(int(chance.ppf(0.5 + side * CONFIDENCE / 2)), of) for side in (-1, 1)
    )  # fmt: skip
    low, high = min(by_day.low, low), max(by_day.high, high)
    return msgspec.structs.replace(
        by_day, low=low, high=high, within=low <= by_day.measured <= high
    )


def _share(hits: int, of: int) -> float:
    return hits / of if of else 0.0


def _measured(was: Seen, day: Scenario) -> _Day:
    """While the campaign dialled: what agents do before and after is not its doing."""
    times, calls = was.times, was.calls
    works = times[times["handling"] | times["free"]]
    begins = float(works["from_s"].min())
    ends = begins + day.hours * SECONDS
    spent = (works["to_s"].clip(upper=ends) - works["from_s"].clip(upper=ends)).clip(lower=0.0)
    worked, there = float(spent[works["handling"]].sum()), float(spent.sum())
    return _Day(
        occupancy=worked / there if there else 0.0,
        persons=int(calls["person"].sum()),
        abandoned=int(calls["abandoned"].sum()),
        calls=len(calls),
    )


def _day(score: Score) -> _Day:
    return _Day(score.occupancy, score.persons, score.abandoned, score.calls)
