"""The judge is judged: every dialer broken on purpose is found out, and no sound one is blamed."""

import pytest

from sim.judge import Violation, judge
from sim.ordeal import Plan, ordeal
from tests.crash.mutants import MUTANTS

SEEDS = range(4)


def test_there_are_many_ways_to_break_a_dialer():
    assert len(MUTANTS) >= 20


@pytest.mark.parametrize("name", MUTANTS)
def test_a_dialer_is_found_out_that(name):
    mutant = MUTANTS[name]
    found: list[Violation] = []
    for seed in SEEDS:
        found = judge(ordeal(mutant.plan, seed, mutant.parts))
        if any(violation.rule in mutant.breaks for violation in found):
            return
    pytest.fail(f"not noticed; {[str(violation) for violation in found[:5]]}")


@pytest.mark.parametrize(
    "plan", {mutant.plan: None for mutant in MUTANTS.values()}, ids=lambda plan: _told(plan)
)
def test_a_sound_dialer_is_not_blamed_on_the_same_day(plan):
    assert [str(violation) for violation in judge(ordeal(plan, seed=0))] == []


def _told(plan: Plan) -> str:
    kinds = "-".join(dict.fromkeys(mishap.kind for mishap in plan.mishaps)) or "calm"
    return f"{kinds}-{plan.day.agents}-agents-{plan.day.leads}-leads"
