"""Other dialers' rules: each does the arithmetic that its source publishes, on a floor of ours."""

import msgspec
import numpy as np
import pytest
from scipy.stats import binom

from dialer.engine.pacing import BENCHMARKS, POLICIES, Snapshot, calm, policy
from dialer.engine.pacing.benchmarks.aimd import stepped
from dialer.engine.pacing.benchmarks.erlang_rate import calls_per_s
from dialer.engine.pacing.benchmarks.issabel import is_over, wanted
from dialer.engine.pacing.benchmarks.peer import Count
from dialer.engine.pacing.benchmarks.quantile import TOO_MANY, calls_at_once
from dialer.engine.pacing.benchmarks.vicidial import Drops, braked, drifted, goal
from dialer.engine.pacing.benchmarks.webitel import over_dial
from dialer.engine.pacing.facts import Abandoned, Fact, Resolved, TalkEnded
from models.erlang import erlang_a
from sim.pacing.floor import played
from sim.scenario import scenario

SHORT = scenario("std", agents=5, hours=0.4, warm_up_s=300.0)
BAD_DAY = Drops(day=Count(calls=1000, persons=300, abandoned=10))


def answers(n: int, persons: int, abandoned: int) -> list[Fact]:
    return [
        *(Resolved(at=1.0, campaign="spring", person=k < persons, ring_s=9.0) for k in range(n)),
        *[Abandoned(at=1.0, campaign="spring")] * abandoned,
    ]


def at(second: float, *, ready: int, talking: int = 0, **view: float) -> Snapshot:
    return msgspec.structs.replace(
        calm(ready=ready, **view),
        at=second,
        logged_in=ready + talking,
        busy_since=np.full(talking, second - 400.0),
        busy_phase=np.zeros(talking, np.int64),
    )


def test_vicidials_day_under_its_share_of_drops_only_drifts():
    calm_day = Drops(day=Count(calls=1000, persons=300, abandoned=9))
    assert {braked(how, 2.0, calm_day, 1000) for how in ("HARD_LIMIT", "AVERAGE", "TAPERED")} == {
        2.0
    }


def test_vicidials_three_methods_differ_once_the_day_is_over_it():
    assert braked("HARD_LIMIT", 3.0, BAD_DAY, 1000) == 1.0
    assert braked("AVERAGE", 3.0, BAD_DAY, 1000) == 1.5
    # 17:00 less 10:00 is 700 on their clock, of a thousand.
    assert braked("TAPERED", 3.0, BAD_DAY, 1000) == pytest.approx(2.1)
    assert braked("TAPERED", 3.0, BAD_DAY, 1701) == 1.0


def test_vicidial_halves_after_a_minute_in_which_half_of_all_calls_were_lost():
    minute = Count(calls=30, persons=20, abandoned=16)
    assert braked("HARD_LIMIT", 2.0, Drops(minute=minute), 1000) == 1.0
    assert drifted(1.0, ready=0.0, waiting=5.0, agents=10.0) == 1.0


def test_vicidial_at_level_one_is_progressive():
    assert [goal(1.0, in_call, ready) for in_call, ready in ((0, 5), (7, 3), (9, 0))] == [5, 3, 0]


def test_vicidials_level_multiplies_up_while_agents_wait():
    pacer = policy("vicidial_hard_limit")
    placed = [pacer.decide(at(float(s), ready=10, talking=10)).shares[0].n for s in range(0, 61, 5)]
    # By a half every 15 seconds, to 3: of 20 agents, less the ten in calls.
    assert (placed[0], placed[3], placed[-1]) == (20, 35, 50)


def test_issabel_takes_an_agent_for_free_after_three_and_a_half_mean_talks():
    assert not is_over(5.0, answer_s=10.0, talk_s=150.0)
    assert is_over(3.51 * 150.0, answer_s=0.0, talk_s=150.0)


def test_issabel_subtracts_what_rings_before_it_divides():
    assert wanted(free=6, predicted=0, queued=1, awaited=2, asr=0.3) == 10
    assert wanted(free=6, predicted=0, queued=0, awaited=6, asr=0.3) == 0


def test_issabel_dials_for_agents_who_should_be_done():
    pacer = policy("issabel")
    for fact in [TalkEnded(at=1.0, talk_s=100.0)] * 10 + answers(20, 10, 0):
        pacer.hear(fact)
    assert pacer.decide(at(10.0, ready=1, talking=3)).shares[0].n == 8


def test_webitel_bends_attempts_per_person_by_the_distance_to_the_target():
    assert over_dial(Count(calls=300, persons=100)) == pytest.approx(3.0 * 1.3)
    stalled = over_dial(Count(calls=3000, persons=1000, abandoned=29), target=2.0)
    assert stalled == pytest.approx(3.0 * 0.1 * 110.0 / 3.0 / 100.0)
    assert stalled < 1.0


def test_aimd_creeps_up_and_is_cut_by_the_points_over_the_target():
    assert stepped(1.99, answers=80.0, abandoned=0.0, target=0.03) == 2.0
    assert stepped(1.8, answers=100.0, abandoned=5.0, target=0.03) == pytest.approx(1.7)
    assert stepped(1.01, answers=100.0, abandoned=30.0, target=0.03) == 1.0


def test_the_erlang_rate_loses_the_permitted_share_in_its_own_model():
    rate = calls_per_s(50, 0.03, answer_rate=0.3, handling_s=180.0)
    assert float(erlang_a(50, 0.3 * rate * 180.0, 2.0 / 180.0).abandons) == pytest.approx(0.03)


def test_the_quantile_leaves_less_than_its_chance_of_too_many_answers():
    for idle, rate in ((1, 0.3), (5, 0.01), (20, 0.5)):
        calls = calls_at_once(idle, rate)
        assert binom.sf(idle, calls, rate) <= TOO_MANY < binom.sf(idle, calls + 1, rate)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_one_lives_through_a_day_and_no_campaign_can_choose_it(name):
    lived = played(SHORT, 1, policy(name))
    assert lived.persons - lived.abandoned - lived.connected == 0
    assert lived.connected > 0
    assert name not in POLICIES
