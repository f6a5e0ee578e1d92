"""What was measured, beside what the twin makes of the scenario that was fitted to it."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

import msgspec
from scipy.stats import t as student

from sim.fitted.fit import Seen
from sim.run import run
from sim.scenario import SECONDS, Scenario

CONFIDENCE = 0.95


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the day that was, and where the twin expects one such day's."""

    measured: float
    mean: float
    low: float
    high: float
    "In 95 of 100 days of the twin: Student's interval for one more day."
    within: bool


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    days: int
    figures: dict[str, Figure]


def beside(was: Seen, day: Scenario, seeds: Sequence[int]) -> Beside:
    """Live days of the real engine among fitted people, at least two."""
    lived = [_lived(day, seed) for seed in seeds]
    measured = _measured(was, day)
    return Beside(
        days=len(lived),
        figures={
            name: figure(value, [one[name] for one in lived]) for name, value in measured.items()
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


def _measured(was: Seen, day: Scenario) -> dict[str, float]:
    """While the campaign dialled: what agents do before and after is not its doing."""
    times, calls = was.times, was.calls
    works = times[times["handling"] | times["free"]]
    begins = float(works["from_s"].min())
    ends = begins + day.hours * SECONDS
    spent = (works["to_s"].clip(upper=ends) - works["from_s"].clip(upper=ends)).clip(lower=0.0)
    worked, there = float(spent[works["handling"]].sum()), float(spent.sum())
    persons = int(calls["person"].sum())
    return {
        "occupancy": worked / there if there else 0.0,
        "abandon_rate": float(calls["abandoned"].sum()) / persons if persons else 0.0,
        "persons_per_hour": persons / day.hours,
        "calls_per_hour": len(calls) / day.hours,
    }


def _lived(day: Scenario, seed: int) -> dict[str, float]:
    score = run(day, seed).score
    return {
        "occupancy": score.occupancy,
        "abandon_rate": score.abandon_rate,
        "persons_per_hour": score.persons / day.hours,
        "calls_per_hour": score.calls / day.hours,
    }
