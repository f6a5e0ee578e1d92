"""Bad days by the hundred: whatever dies, hangs or gets lost, the promises are kept."""

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.judge import judge
from sim.ordeal import KINDS, SMALL, Mishap, Plan, drawn, ordeal
from sim.process import Fuse
from sim.scenario import MONDAY
from sim.wire import Weather
from sim.world import World

DAYS = 150


def verdict(plan: Plan, seed: int) -> list[str]:
    return [str(violation) for violation in judge(ordeal(plan, seed))]


@pytest.mark.parametrize("first", range(0, DAYS, 25))
def test_bad_days_by_lot(first):
    for seed in range(first, first + 25):
        assert verdict(drawn(seed), seed) == [], f"plan and seed {seed}: {drawn(seed)}"


@pytest.mark.computes
@pytest.mark.slow
@pytest.mark.parametrize("first", range(DAYS, DAYS + 2000, 250))
def test_thousands_of_bad_days_by_lot(first):
    for seed in range(first, first + 250):
        assert verdict(drawn(seed), seed) == [], f"plan and seed {seed}: {drawn(seed)}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_mishap_by_itself_and_at_length(kind):
    plan = Plan(mishaps=(Mishap(kind, 40.0, 0.7), Mishap(kind, 80.0, 20.0), Mishap(kind, 150.0)))
    assert verdict(plan, seed=1) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_mishap_while_agents_look_at_leads_before_they_call(kind):
    day = msgspec.structs.replace(SMALL, pacing="preview")
    mishaps = (Mishap(kind, 40.0, 0.7), Mishap(kind, 80.0, 20.0), Mishap(kind, 150.0))
    for seed in (1, 2):
        assert verdict(Plan(day=day, mishaps=mishaps), seed) == []


# ---- every step ---------------------------------------------------------------------------------
BRIEF = msgspec.structs.replace(SMALL, hours=1.2 / 60, leads=12, agents=2)
"A little more than a minute: few enough steps to die at each of them."


def steps_of(plan: Plan, seed: int) -> int:
    """How many steps the dialer takes on a day on which it lives."""
    world = World(plan.day, seed, by_hand=True)
    fuse = Fuse()
    world.open(fuse)
    world.run(plan.day.hours * 3600)
    return fuse.burnt


def test_a_kill_at_any_step_of_a_minute():
    steps = steps_of(Plan(day=BRIEF), seed=5)
    assert steps > 500
    for step in range(3, steps, 7):
        assert verdict(Plan(day=BRIEF, fuses=(step,)), seed=5) == [], f"killed at step {step}"


@pytest.mark.computes
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_every_step_of_a_script(seed):
    for step in range(steps_of(Plan(day=BRIEF), seed)):
        assert verdict(Plan(day=BRIEF, fuses=(step,)), seed) == [], f"killed at step {step}"


def test_a_kill_between_the_order_to_place_and_every_word_about_it():
    placed = [lived.placed_at - MONDAY for lived in ordeal(Plan(day=BRIEF), seed=5).truth]
    for at_s in placed[:12]:
        for later_s in (0.0, 0.004, 0.02, 0.5):
            plan = Plan(day=BRIEF, mishaps=(Mishap("kill", at_s + later_s),))
            assert verdict(plan, seed=5) == [], f"killed {later_s} s after the order at {at_s}"


# ---- luck ---------------------------------------------------------------------------------------
chances = st.floats(0.0, 0.3)
weathers = st.builds(Weather, double=chances, late=chances, lost=st.floats(0.0, 0.1))
mishaps = st.builds(
    Mishap, kind=st.sampled_from(KINDS), at_s=st.floats(1.0, 60.0), for_s=st.floats(0.1, 15.0)
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a plan is short enough to read as it was found
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    weather=weathers,
    mishaps=st.lists(mishaps, max_size=4).map(tuple),
    fuses=st.lists(st.integers(0, 1500), max_size=3).map(tuple),
    answers=st.sampled_from([0.0, 1.0]),
    seed=st.integers(0, 10_000),
)
def test_whatever_comes_together(weather, mishaps, fuses, answers, seed):
    plan = Plan(
        day=BRIEF, weather=weather, mishaps=mishaps, fuses=fuses, answers_our_cancel=answers
    )
    assert verdict(plan, seed) == []


def test_a_day_is_the_same_day_twice():
    one, other = (ordeal(drawn(7), seed=7) for _ in range(2))
    assert (one.events, one.facts, one.state) == (other.events, other.facts, other.state)
