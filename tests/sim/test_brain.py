"""What agents do."""

from random import Random

import msgspec
import pytest

from dialer.engine.commands import AgentWas
from dialer.engine.events import (
    AgentHungUp,
    Bridged,
    Disposed,
    HungUp,
    LoggedIn,
    LoggedOut,
    Paused,
    WentReady,
)
from sim.brain import SAYS, Brain
from sim.scenario import SCENARIOS, Law, Shift, answer_chance, fixed, gamma, lognormal, scenario

SHIFT = Shift(wrap_up=fixed(6.0), agent_talk=fixed(20.0), ends_calls=1.0)
TALKED = AgentWas(
    agent="anna", pool="floor", state="TALKING", call="d1-7", from_at=100.0, to_at=150.0
)


def anna(**other) -> Brain:
    shift = msgspec.structs.replace(SHIFT, **other)
    return Brain("anna", "floor", "PJSIP/anna", shift, Random(1))


def test_an_agent_comes_and_goes():
    plans = anna(leaves=fixed(3600.0)).arrive(10.0)
    assert [(plan.at, type(plan.event)) for plan in plans] == [
        (10.0, LoggedIn), (10.0, WentReady), (3610.0, LoggedOut),
    ]  # fmt: skip


def test_an_agent_ends_the_call_after_a_while_unless_it_ends_before():
    brain = anna()
    (plan,) = brain.hear(Bridged("d1-7", "anna", at=100.0), 100.0)
    assert (plan.at, plan.event) == (120.0, AgentHungUp("anna", "d1-7", at=120.0))
    assert brain.means(plan)
    brain.hear(TALKED, 110.0)
    assert not brain.means(plan)


def test_an_agent_writes_down_what_came_of_it():
    (plan,) = anna().hear(TALKED, 150.0)
    assert (plan.at, type(plan.event), plan.event.then) == (156.0, Disposed, "ready")
    assert plan.event.disposition in SAYS


def test_when_a_break_is_due_it_follows_the_call():
    brain = anna(break_every_s=30.0, break_s=fixed(12.0))
    brain.arrive(0.0)
    done, pause, back = brain.hear(TALKED, 150.0)
    assert (done.event.then, type(pause.event), type(back.event)) == ("pause", Paused, WentReady)
    assert (done.at, pause.event.reason, back.at) == (156.0, "break", 168.0)


def test_other_peoples_business_is_nobodys():
    brain = anna()
    assert brain.hear(Bridged("d1-7", "ben", at=1.0), 1.0) == []
    assert brain.hear(HungUp("d1-7", at=1.0), 1.0) == []
    assert brain.hear(msgspec.structs.replace(TALKED, agent="ben"), 1.0) == []


# ---- laws ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("law", [gamma(11.0, 0.5), lognormal(150.0, 0.9), gamma(30.0, 1.0)])
def test_a_law_has_its_mean_and_its_spread(law):
    rng = Random(1)
    drawn = [law.draw(rng) for _ in range(20_000)]
    mean = sum(drawn) / len(drawn)
    spread = (sum((one - mean) ** 2 for one in drawn) / len(drawn)) ** 0.5
    assert (mean, spread / mean) == (
        pytest.approx(law.mean, rel=0.03),
        pytest.approx(law.cv, rel=0.1),
    )


def test_named_days_have_what_their_names_say():
    assert SCENARIOS["longtalk"].people.talk.mean > SCENARIOS["std"].people.talk.mean
    assert SCENARIOS["shift"].shift.leaves is not None
    assert isinstance(SCENARIOS["bimodal"].people.talk, Law)
    spike = answer_chance(scenario("spike", p=0.3, hours=8.0), Random(1))
    share = sum(spike(60.0 * minute) > 0.3 for minute in range(480)) / 480
    assert share == pytest.approx(0.2, abs=0.01)
    drift = answer_chance(scenario("drift", p=0.3, hours=8.0), Random(1))
    assert 0.0 < min(map(drift, range(0, 28_800, 60))) < max(map(drift, range(0, 28_800, 60))) < 1.0
