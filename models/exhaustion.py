"""When a list is worked through: how many calls its leads still take, and how many days that is.

A lead that was called k times is finished by its next call with a chance h(k+1), the discrete
hazard of a life table (Cutler and Ederer 1958): of those who had a k-th call, the share whom it
finished, drawn towards the share of all calls where few had one. A lead with k calls then takes

    E(k) = 1 + (1 - h(k+1)) E(k+1),   E(most) = 0

more. How wrong such forecasts were is found by making them for each of the days before.
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

DAY_S = 86400.0
ENOUGH = 100
"Calls from which on anything is said."
PACE_DAYS = 5
"The latest days on which the list was called: their mean is the pace."
TEST_DAYS = 10
TESTS = 3
"Days from which on an error is stated."
DRAWN = 5.0
"So many calls with the chance of all are added to those with each number."


class Worked(NamedTuple):
    """A lead that was called."""

    at: tuple[float, ...]
    "Its calls, oldest first."
    done: bool
    "The last of them finished it: nobody calls it again."


class Forecast(NamedTuple):
    """What is still to come."""

    calls: float
    "Expected calls to the leads that are left, if all of them may be called."
    calls_per_day: float
    days: float
    "Days of calling at that pace."
    error: float | None
    """By how much forecasts of the leads finished within a day were wrong, as a share of those that
    were; None: too few days to tell."""
    tested: int
    "On how many days that was tried."


def forecast(untouched: int, worked: Sequence[Worked], at: float, most: int) -> Forecast | None:
    """What a list still takes; None where fewer than `ENOUGH` calls are known.

    untouched: leads that may be called and never were. most: calls to a lead, ever.

    >>> calls = [Worked((3600.0 * k,), done=k % 4 == 0) for k in range(120)]
    >>> found = forecast(80, calls, at=120 * 3600.0, most=2)
    >>> round(found.calls), round(found.calls_per_day, 1), round(found.days, 1)
    (230, 24.0, 9.6)
    """
    calls_at = sorted(call for one in worked for call in one.at)
    if len(calls_at) < ENOUGH:
        return None
    hazards = _hazards(worked, most)
    pace = _pace(calls_at, at)
    left = [len(one.at) for one in worked if not one.done]
    takes = _takes(hazards)
    calls = untouched * takes[0] + sum(takes[min(k, most)] for k in left)
    error, tested = _backtest(untouched, worked, at, most)
    return Forecast(calls, pace, calls / pace, error, tested)


def _hazards(worked: Sequence[Worked], most: int) -> list[float]:
    """Chance that the k-th call finishes a lead, k from 1; the last one always does."""
    had, finished = [0.0] * (most + 1), [0.0] * (most + 1)
    for one in worked:
        for k in range(1, min(len(one.at), most) + 1):
            had[k] += 1
        if one.done:
            finished[min(len(one.at), most)] += 1
    overall = sum(finished) / max(1.0, sum(had))
    found = [(finished[k] + DRAWN * overall) / (had[k] + DRAWN) for k in range(1, most + 1)]
    return [*found[:-1], 1.0]


def _takes(hazards: Sequence[float]) -> list[float]:
    """Expected further calls of a lead with 0, 1, ... calls."""
    takes = [0.0]
    for hazard in reversed(hazards):
        takes.append(1.0 + (1.0 - hazard) * takes[-1])
    return takes[::-1]


def _pace(calls_at: Sequence[float], at: float) -> float:
    """Calls a day, of the latest days on which there were any."""
    days: dict[int, int] = {}
    for call in calls_at:
        back = max(0, ceil((at - call) / DAY_S) - 1)
        days[back] = days.get(back, 0) + 1
    latest = [days[back] for back in sorted(days)[:PACE_DAYS]]
    return sum(latest) / len(latest)


def _backtest(
    untouched: int, worked: Sequence[Worked], at: float, most: int
) -> tuple[float | None, int]:
    """Mean error of forecasts of one day ahead, over what was finished in those days."""
    wrong, real, tested = 0.0, 0, 0
    for back in range(1, TEST_DAYS + 1):
        then = at - back * DAY_S
        known = [as_of for one in worked if (as_of := _as_of(one, then)).at]
        calls_at = [call for one in known for call in one.at]
        called = any(then < call <= then + DAY_S for one in worked for call in one.at)
        if len(calls_at) < ENOUGH or not called:
            continue
        open_ = [len(one.at) for one in known if not one.done]
        fresh = untouched + len(worked) - len(known)
        expected = _finished_by(_pace(calls_at, then), fresh, open_, _hazards(known, most))
        done = sum(1 for one in worked if one.done and then < one.at[-1] <= then + DAY_S)
        wrong, real, tested = wrong + abs(expected - done), real + done, tested + 1
    return (wrong / real, tested) if tested >= TESTS and real else (None, tested)


def _as_of(one: Worked, then: float) -> Worked:
    """A lead as it was."""
    calls = tuple(call for call in one.at if call <= then)
    return Worked(calls, one.done and len(calls) == len(one.at))


def _finished_by(calls: float, fresh: int, open_: Sequence[int], hazards: Sequence[float]) -> float:
    """Leads that so many calls finish: new ones first, then those that were called least."""
    waiting = [fresh, *([0] * (len(hazards) - 1))]
    for k in open_:
        waiting[min(k, len(hazards) - 1)] += 1
    finished = 0.0
    for hazard, there in zip(hazards, waiting, strict=True):
        takes = min(calls, there)
        finished, calls = finished + takes * hazard, calls - takes
    return finished
