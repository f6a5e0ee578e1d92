"""The compiled day is the day of the SimPy processes, call by call."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.limit import physical_limit
from sim.fast import kernel, reference
from sim.fast.kernel import ABANDONED, TALKED
from sim.fast.lives import lives
from sim.fast.sweep import ratio, worth
from sim.scenario import People, Shift, fixed, gamma, scenario

STEADY = ("std", "mixring", "longtalk", "shorttalk", "bimodal", "markov")


def both(name: str, lines: tuple[int, ...], seed: int, p: float = 0.3, hours: float = 1.0):
    day = scenario(name, agents=len(lines) - 1, p=p, hours=hours)
    people = lives(day, seed, 20_000)
    told = {"hours": hours, "hold_s": 2.0, "warm_up_s": 300.0}
    return kernel.day(people, np.array(lines), **told), reference.day(people, lines, **told)


def same(fast: kernel.Lived, slow: kernel.Lived) -> None:
    assert np.array_equal(fast.placed_at, slow.placed_at)
    assert np.array_equal(fast.fate, slow.fate)
    assert np.allclose(fast.waited_s, slow.waited_s, rtol=0, atol=1e-9)
    assert (fast.persons, fast.abandoned) == (slow.persons, slow.abandoned)
    assert fast.work_s == pytest.approx(slow.work_s, abs=1e-6)


@pytest.mark.parametrize("name", STEADY)
def test_every_call_is_placed_and_ends_as_in_simpy(name: str):
    fast, slow = both(name, ratio(20, 3.0), seed=7)
    assert {TALKED, ABANDONED} <= set(fast.fate.tolist())
    same(fast, slow)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=12), st.integers(0, 10_000),
    st.sampled_from((0.05, 0.5, 1.0)),
)  # fmt: skip
def test_so_it_is_for_any_table(lines: list[int], seed: int, p: float):
    same(*both("std", tuple(lines), seed, p=p, hours=0.4))


def test_nobody_dials_no_agents_no_calls():
    fast, slow = both("std", (0,) * 5, seed=1)
    same(fast, slow)
    assert (len(fast.placed_at), fast.persons, fast.work_s) == (0, 0, 0.0)


def test_too_few_lives_are_told_and_more_are_drawn():
    day = scenario("std", agents=10, p=0.9, hours=1.0)
    lines = np.array(ratio(10, 4.0))
    told = {"hours": 1.0, "hold_s": 2.0, "warm_up_s": 0.0}
    short = kernel.day(lives(day, 1, 50), lines, **told)
    assert (short.ran_out, len(short.placed_at)) == (True, 50)
    whole = kernel.day(lives(day, 1, 5000), lines, **told)
    assert not whole.ran_out
    assert np.array_equal(whole.placed_at[:50], short.placed_at)


def test_the_optimal_table_reaches_the_physical_limit():
    """All durations memoryless but the two seconds, the same for all."""
    ring, talk = gamma(15.0, 1.0), gamma(200.0, 1.0)
    people = People(human_ring=ring, machine_ring=ring, no_answer=ring, busy=ring, failed=ring,
                    talk=talk)  # fmt: skip
    day = scenario("markov", agents=50, hours=8.0, people=people, shift=Shift(wrap_up=fixed(0.0)))
    best = physical_limit(50, day.p, ring_s=15.0, handling_s=200.0)
    days = [worth(day, best.lines[:51].tolist(), seed) for seed in range(12)]
    assert np.mean([one.occupancy for one in days]) == pytest.approx(best.occupancy, abs=0.006)
    rate = sum(one.abandoned for one in days) / sum(one.persons for one in days)
    assert rate == pytest.approx(0.03, abs=0.006)


def test_a_person_waits_two_seconds_at_most_and_each_agent_has_one():
    fast, _ = both("std", ratio(10, 4.0), seed=3)
    assert fast.waited_s.max() <= 2.0 + 1e-9
    assert fast.work_s <= 10 * (3600.0 - 300.0)


def test_progressive_abandons_nobody():
    for name in STEADY:
        fast, _ = both(name, ratio(10, 1.0), seed=2)
        assert fast.abandoned == 0
