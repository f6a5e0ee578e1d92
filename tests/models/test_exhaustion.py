"""How long a list lasts: against lists whose leads live by known chances."""

import random

import pytest

from models.exhaustion import DAY_S, ENOUGH, Worked, forecast

CHANCES = (0.3, 0.2, 0.5)
"That the first, second, third call finishes a lead; the fourth always does."


def worked_list(seed: int, leads: int, per_day: int, days: int) -> tuple[int, list[Worked], int]:
    """So many days of calls; untouched leads, the worked ones, and the calls that were to come."""
    chance = random.Random(seed)
    takes = [next((k for k, p in enumerate(CHANCES, 1) if chance.random() < p), 4)
             for _ in range(leads)]  # fmt: skip
    order = [(k, lead) for lead in range(leads) for k in range(1, takes[lead] + 1)]
    order.sort(key=lambda one: (one[0], one[1]))
    calls: dict[int, list[float]] = {}
    for n, (_, lead) in enumerate(order[: per_day * days]):
        calls.setdefault(lead, []).append(n * DAY_S / per_day)
    worked = [Worked(tuple(at), len(at) == takes[lead]) for lead, at in calls.items()]
    return leads - len(calls), worked, max(0, len(order) - per_day * days)


@pytest.mark.parametrize("days", [3, 6, 9])
def test_the_calls_still_to_come_are_foreseen(days: int) -> None:
    for seed in range(5):
        untouched, worked, rest = worked_list(seed, leads=2000, per_day=300, days=days)
        found = forecast(untouched, worked, at=days * DAY_S, most=4)
        assert found is not None
        assert found.calls_per_day == pytest.approx(300, rel=0.02)
        assert found.calls == pytest.approx(rest, rel=0.2)
        assert found.days == pytest.approx(found.calls / found.calls_per_day)


def test_what_is_wrong_with_it_is_found_on_the_days_before_and_told_only_then() -> None:
    untouched, worked, _ = worked_list(1, leads=2000, per_day=300, days=8)
    found = forecast(untouched, worked, at=8 * DAY_S, most=4)
    assert found is not None
    assert found.tested >= 5
    assert found.error is not None
    assert found.error < 0.35
    untouched, worked, _ = worked_list(1, leads=2000, per_day=300, days=2)
    fresh = forecast(untouched, worked, at=2 * DAY_S, most=4)
    assert fresh is not None
    assert (fresh.error, fresh.tested) == (None, 1)


def test_a_pace_that_halves_makes_the_error_larger() -> None:
    def told(slow: bool) -> float:
        untouched, worked, _ = worked_list(2, leads=4000, per_day=300, days=8)
        if slow:  # every second day nobody was there in the second half of the day
            worked = [Worked(tuple(sorted(at - (DAY_S / 3) * (at // DAY_S % 2) for at in one.at)),
                             one.done) for one in worked]  # fmt: skip
        found = forecast(untouched, worked, at=8 * DAY_S, most=4)
        assert found is not None
        assert found.error is not None
        return found.error

    assert told(slow=True) > 1.5 * told(slow=False)


def test_too_few_calls_tell_nothing() -> None:
    few = [Worked((float(k),), False) for k in range(ENOUGH - 1)]
    assert forecast(10, few, at=DAY_S, most=3) is None


def test_a_list_that_is_worked_through_takes_no_more() -> None:
    done = [Worked((float(k),), True) for k in range(ENOUGH)]
    found = forecast(0, done, at=DAY_S, most=3)
    assert found is not None
    assert (found.calls, found.days) == (0.0, 0.0)
