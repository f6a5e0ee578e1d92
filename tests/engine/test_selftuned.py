"""The self-tuned pacer: counts in, lines per agent out, and the account in between."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.engine.engine import Engine
from dialer.engine.pacing import CampaignView, calm, policy
from dialer.engine.pacing.bearing import account
from dialer.engine.pacing.facts import Abandoned, Connected, Fact, Freed, Resolved, TalkEnded
from dialer.engine.pacing.selftuned import SelfTuned
from sim.run import run
from sim.scenario import scenario
from sim.world import POOL


def resolved(n: int, persons: int) -> list[Fact]:
    """So many calls, of which so many reached a person, evenly mixed."""
    told = [k * persons // n != (k - 1) * persons // n for k in range(1, n + 1)]
    return [
        Resolved(at=float(k), campaign="spring", person=person) for k, person in enumerate(told)
    ]


def after(*facts: Fact) -> SelfTuned:
    pacer = SelfTuned()
    pacer.decide(calm())  # it knows what the account can bear
    for fact in facts:
        pacer.hear(fact)
    return pacer


def wish(pacer: SelfTuned, **view: float) -> int:
    grown = {"persons": 9000, "abandoned": 90, **view}
    return pacer.decide(calm(ready=10, **grown)).shares[0].n  # type: ignore[arg-type]


CONNECTED = Connected(at=1.0, campaign="spring", wait_s=0.1)
ABANDONED = Abandoned(at=1.0, campaign="spring")


def test_the_fewer_people_answer_the_more_lines_it_takes_per_agent():
    assert wish(after(*resolved(600, 300))) < wish(after(*resolved(600, 120)))


def test_each_person_whom_nobody_could_take_costs_more_than_thirty_who_were_taken():
    before = wish(after(*resolved(600, 120)))
    assert wish(after(*resolved(600, 120), *[ABANDONED] * 5)) < before
    evened = after(*resolved(600, 120), ABANDONED, *[CONNECTED] * 33)
    assert wish(evened) == pytest.approx(before, abs=1)


def test_with_an_empty_account_it_dials_one_call_per_agent_and_says_why():
    (share,) = after(*resolved(600, 120)).decide(calm(ready=10, persons=200, abandoned=100)).shares
    assert (share.n, share.bound) == (10, "cap")


def test_a_cap_of_nothing_is_progressive_from_the_first_call():
    (share,) = SelfTuned().decide(calm(ready=10, cap=0.0)).shares
    assert (share.n, share.bound) == (10, "cap")


@given(persons=st.integers(0, 20_000), abandoned=st.integers(0, 500))
def test_all_calls_beyond_the_agents_could_be_lost_and_the_cap_would_hold(persons, abandoned):
    view = CampaignView(campaign="spring", persons=persons, abandoned=abandoned)
    spare = account(view, to_come=100.0, margin=0.97).spare
    if spare:
        assert (abandoned + spare) / (persons + spare) <= 0.03 + 1e-12
    assert (abandoned + spare + 1) / (persons + spare + 1) > 0.03 - 1e-12


def test_a_young_account_dials_progressively():
    assert wish(after(*resolved(600, 120)), persons=40, abandoned=0) == 11


@given(
    persons=st.integers(0, 5000), abandoned=st.integers(0, 300), to_come=st.floats(40, 1e5),
    cap=st.floats(0.0, 0.2),
)  # fmt: skip
def test_the_target_is_a_share_and_never_beyond_twice_the_cap(persons, abandoned, to_come, cap):
    view = CampaignView(campaign="spring", persons=persons, abandoned=abandoned, cap=cap)
    left = account(view, to_come=to_come, margin=0.97)
    assert 0.0 <= left.target <= 2 * cap
    assert left.spare >= 0


facts = st.one_of(
    st.builds(Resolved, at=st.just(1.0), campaign=st.sampled_from(["spring", "autumn"]),
              person=st.booleans()),
    st.builds(Connected, at=st.just(1.0), campaign=st.just("spring"), wait_s=st.floats(0, 2)),
    st.builds(Abandoned, at=st.just(1.0), campaign=st.just("spring")),
    st.builds(TalkEnded, at=st.just(1.0), talk_s=st.floats(0, 7200)),
    st.builds(Freed, at=st.just(1.0), wrap_up_s=st.floats(0, 600)),
)  # fmt: skip


@given(told=st.lists(facts, max_size=60), ready=st.integers(0, 300), ringing=st.integers(0, 300),
       lines=st.integers(0, 400))  # fmt: skip
def test_whatever_it_has_learnt_it_keeps_to_lines_agents_and_the_progressive_floor(
    told, ready, ringing, lines
):
    pacer = after(*told)
    seen = calm(ready=ready, ringing=ringing, lines_left=lines)
    (share,) = pacer.decide(seen).shares
    (floor,) = policy("progressive").decide(seen).shares
    assert floor.n <= share.n <= min(lines, 100)
    assert ready or not share.n


@given(told=st.lists(facts, max_size=40), more=st.lists(facts, max_size=10))
def test_a_restart_goes_on_with_what_was_learnt(told, more):
    first, second = after(*told), SelfTuned()
    second.resume(first.checkpoint())
    for fact in more:
        first.hear(fact)
        second.hear(fact)
    assert first.checkpoint() == second.checkpoint()
    assert first.decide(calm()) == second.decide(calm())


@pytest.mark.computes
@pytest.mark.slow
def test_ten_agents_work_more_than_progressively_and_the_day_keeps_its_cap():
    day = scenario("std", agents=10, hours=8.0)
    tuned, plain = (
        run(msgspec.structs.replace(day, pacing=mode), seed=1)
        for mode in ("selftuned", "progressive")
    )
    assert tuned.score.occupancy > plain.score.occupancy + 0.05
    assert tuned.score.abandon_rate <= 0.03
    assert "selftuned" in Engine.restore(tuned.case.state).state.learnt[POOL]


def test_an_engine_that_was_restored_decides_like_the_one_that_was_not():
    day = msgspec.structs.replace(scenario("std", agents=5, hours=0.5), pacing="selftuned")
    lived = run(day, seed=3).case
    one, other = Engine(), Engine()
    events = [event for _, event in lived.events]
    half = len(events) // 2
    for event in events[:half]:
        one.handle(event)
    other.resume(one.checkpoint())
    assert [one.handle(event) for event in events[half:]] == [
        other.handle(event) for event in events[half:]
    ]
