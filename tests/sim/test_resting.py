"""Whole days among simulated people: one of our numbers comes to be refused, and none does."""

import pytest

from dialer.engine.commands import CallerIdRested, Cdr
from sim.judge import judge
from sim.run import Result, run
from sim.scenario import MONDAY, Scenario, scenario
from sim.world import shown

HOUR = 3600.0
FROM_S, REST_H = 0.4 * HOUR, 0.4
LINES, NUMBERS = 24, 4


def day(**other) -> Scenario:
    return scenario(
        "std", agents=8, hours=1.3, pacing="ratio", ratio=3.0, abandon_cap=1.0, lines=LINES,
        caller_ids=NUMBERS, rest_h=REST_H, ring_least_s=0.0, **other,
    )  # fmt: skip


@pytest.fixture(scope="module")
def refused() -> Result:
    return run(day(unwanted=0.2, unwanted_from_s=FROM_S), seed=1)


def rests(result: Result) -> list[CallerIdRested]:
    return [one for one in result.case.facts if isinstance(one, CallerIdRested)]


def placed(result: Result) -> list[Cdr]:
    return [one for one in result.case.cdr.values() if one.placed_at is not None]


def test_the_number_that_is_refused_rests_soon_and_no_other_does(refused: Result):
    one, *others = shown(refused.day)
    told = rests(refused)
    assert {rest.caller_id for rest in told} == {one}
    assert [rest.cause for rest in told] == ["flagged", "over", "flagged"]  # it is refused still
    first = told[0]
    seen = [c for c in placed(refused) if c.caller_id == one]
    since = [c for c in seen if c.intended_at >= MONDAY + FROM_S and c.placed_at <= first.at]
    assert first.why == "unwanted"
    assert len(since) <= 40
    assert sum(c.sip == 608 for c in since) >= first.n >= 3
    assert all(any(c.caller_id == other for c in placed(refused)) for other in others)


def test_while_it_rests_nothing_shows_it_and_nobody_takes_over(refused: Result):
    one = shown(refused.day)[0]
    flagged, over, _ = rests(refused)
    within = [c for c in placed(refused) if flagged.at < c.placed_at < over.at]
    assert len(within) > 100
    assert not [c.call for c in within if c.caller_id == one]
    left = LINES * (NUMBERS - 1) // NUMBERS
    for call in within:
        together = [c for c in placed(refused) if c.placed_at <= call.placed_at < c.ended_at]
        assert len([c for c in together if c.placed_at > flagged.at]) <= left
    later = [c for c in placed(refused) if over.at <= c.placed_at and c.caller_id == one]
    assert later, "afterwards it is shown again"


def test_such_a_day_breaks_no_promise(refused: Result):
    assert judge(refused.case) == []


@pytest.mark.parametrize("seed", range(3))
def test_on_a_fair_day_no_number_rests(seed: int):
    result = run(day(), seed)
    assert len(placed(result)) > 500
    assert rests(result) == []
