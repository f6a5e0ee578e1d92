"""Days in fair weather."""

import pytest

from sim.commands import figures
from sim.judge import judge
from sim.people import Town
from sim.run import run
from sim.scenario import SCENARIOS, scenario

AHT_S = 150.0 + 30.0
RING_S = 11.0
REST_S = 0.35 * 20.0 + 0.50 * 26.0 + 0.08 * 3.0 + 0.07 * 1.5
"How long a call takes that no person answers, in `std`."


@pytest.mark.parametrize(("p", "agents"), [(0.2, 25), (0.3, 25), (0.5, 25)])
def test_with_one_call_per_agent_work_and_waiting_are_as_arithmetic_says(p, agents):
    result = run(scenario("std", agents=agents, p=p, hours=0.75), seed=1)
    waits_s = RING_S + (1 - p) / p * REST_S
    assert result.score.occupancy == pytest.approx(AHT_S / (AHT_S + waits_s), abs=0.03)
    assert (result.score.abandoned, result.score.abandon_rate) == (0, 0.0)


def test_more_calls_than_agents_make_more_work_and_keep_the_cap():
    careful = run(scenario("std", agents=20, hours=0.7), seed=1)
    bold = run(scenario("std", agents=20, hours=0.7, pacing="ratio", ratio=3.0), seed=1)
    assert bold.score.occupancy > careful.score.occupancy + 0.05
    assert bold.score.abandon_rate <= 0.03


def test_who_calls_us_is_no_call_of_ours():
    day = scenario("std", agents=5, hours=0.3, callers_per_h=200.0, warm_up_s=0.0)
    result = run(day, seed=1)
    assert result.case.callers
    assert result.score.calls == len(result.case.cdr) - len(result.case.callers)
    assert figures(result.case)["placed"] == len(result.case.truth)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_named_day_breaks_a_promise(name):
    result = run(scenario(name, agents=4, hours=0.3, pacing="ratio", ratio=2.0), seed=2)
    assert [str(violation) for violation in judge(result.case)] == []
    assert result.score.calls > 0


def test_the_same_seed_is_the_same_day_to_the_byte_and_another_is_another():
    day = scenario("lab", agents=5, hours=0.1)
    one, again, other = run(day, 1), run(day, 1), run(day, 2)
    assert (one.log, one.case.facts, one.case.state) == (
        again.log, again.case.facts, again.case.state,
    )  # fmt: skip
    assert one.log != other.log


def test_two_policies_meet_the_same_people():
    kinds = [
        {
            (lived.number, lived.kind)
            for lived in run(scenario("std", agents=5, hours=0.2, **how), seed=3).case.truth
        }
        for how in ({"pacing": "progressive"}, {"pacing": "ratio", "ratio": 2.0})
    ]
    numbers = {number for number, _ in kinds[0]} & {number for number, _ in kinds[1]}
    assert len(numbers) > 20
    common = [{one for one in who if one[0] in numbers} for who in kinds]
    assert common[0] == common[1]


def test_people_answer_as_often_as_the_day_says():
    town = Town(scenario("std", p=0.3), seed=1)
    stories = [town.story(f"1555{n:07d}", 1, at_s=0.0) for n in range(4000)]
    persons = sum(story.is_person for story in stories) / len(stories)
    ring_s = sum(s.answer_s for s in stories if s.is_person) / (persons * len(stories))
    assert persons == pytest.approx(0.3, abs=0.02)
    assert ring_s == pytest.approx(11.0, abs=0.5)
