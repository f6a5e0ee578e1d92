"""Phones that have rung as long as the law asks are let alone while nobody is free."""

from typing import Any

import msgspec
import pytest

from dialer.engine.commands import Cdr, HangUp
from dialer.engine.events import (
    Answered,
    Bridged,
    CampaignOpened,
    Disposed,
    Heard,
    HungUp,
    Paused,
    Progressed,
    Ringing,
    SwitchDown,
    SwitchUp,
    Tick,
)
from dialer.engine.pacing.facts import Resolved
from dialer.engine.pacing.forecast import Learnt
from dialer.engine.turnover import LATELY_S, Turnover
from tests.engine.script import HUMAN, SPRING, Script, intended, key, open_for_business

LAW = msgspec.structs.replace(SPRING, pacing="ratio", ratio=3.0, ring_least_s=15.0)


def let_alone(orders: list[Any]) -> list[str]:
    """The calls that are hung up for want of an agent."""
    return [one.call for one in orders if isinstance(one, HangUp) and one.why == "no_agent"]


def ringing(*calls: int, agents: tuple[str, ...] = (), campaign: CampaignOpened = LAW) -> Script:
    """Calls that ring from second 5 on; Anna talks since 3.1, other agents are ready."""
    script = open_for_business("anna", *agents, campaign=campaign)
    script.tell(intended(9, 1.0), Answered(key(9), at=2.0), Heard(key(9), at=3.0, **HUMAN))
    script.tell(Bridged(key(9), "anna", at=3.1))
    for n in calls:
        script.tell(intended(n, 4.0), Ringing(key(n), at=5.0))
    return script


def test_they_ring_for_as_long_as_the_law_asks_and_no_longer():
    script = ringing(1, 2)
    assert let_alone(script.tell(Tick(at=19.9))) == []
    assert let_alone(script.tell(Tick(at=20.0))) == [key(1), key(2)]
    assert let_alone(script.tell(Tick(at=21.0))) == []  # asked for once


def test_it_counts_from_the_ringing_or_else_from_the_music_and_not_from_the_dialling():
    script = ringing(1)
    script.tell(*(intended(n, 5.0) for n in (2, 3, 4)))  # of 4 the network says nothing
    script.tell(Progressed(key(2), at=6.0), Progressed(key(3), at=7.0), Ringing(key(2), at=12.0))
    assert let_alone(script.tell(Tick(at=21.9))) == [key(1)]
    assert let_alone(script.tell(Tick(at=22.0))) == [key(3)]
    assert let_alone(script.tell(Tick(at=27.0))) == [key(2)]
    assert let_alone(script.tell(Tick(at=34.0))) == []


def test_while_an_agent_is_free_they_ring_on():
    script = ringing(1, 2, agents=("bert",))
    assert let_alone(script.tell(Tick(at=22.0))) == []
    assert let_alone(script.tell(Paused("bert", "break", at=23.0))) == [key(1), key(2)]


@pytest.mark.parametrize("answers", [(), (Heard(key(1), at=19.5, **HUMAN),)])
def test_an_agent_who_is_needed_by_somebody_who_answered_is_not_free(answers: tuple[Heard, ...]):
    script = ringing(1, 2, agents=("bert",))
    script.tell(Answered(key(1), at=19.0), *answers)
    assert let_alone([*script.orders, *script.tell(Tick(at=20.0))]) == [key(2)]


@pytest.mark.parametrize("least_s", [0.0, 25.0])
def test_a_campaign_may_let_them_ring_longer_or_to_the_end(least_s: float):
    script = ringing(1, campaign=msgspec.structs.replace(LAW, ring_least_s=least_s))
    assert let_alone(script.tell(Tick(at=29.9))) == []
    assert let_alone(script.tell(Tick(at=30.0))) == ([key(1)] if least_s else [])


def test_one_campaign_of_a_pool_may_and_another_may_not():
    script = ringing(1)
    patient = msgspec.structs.replace(LAW, campaign="autumn", ring_least_s=0.0)
    script.tell(patient, intended(2, 4.0, campaign="autumn"), Ringing(key(2), at=5.0))
    assert let_alone(script.tell(Tick(at=29.0))) == [key(1)]


def test_a_call_that_an_agent_made_rings_on():
    script = ringing()
    script.tell(intended(1, 4.0, mode="preview", agent="anna"), Ringing(key(1), at=5.0))
    assert let_alone(script.tell(Tick(at=25.0))) == []


def test_nobody_is_let_alone_while_the_switch_is_not_heard():
    script = ringing(1)
    script.tell(SwitchDown(at=9.0))
    assert let_alone(script.tell(Tick(at=21.0))) == []
    assert let_alone(script.tell(SwitchUp(at=22.0))) == []


def test_it_counts_as_not_answered_and_is_an_attempt():
    script = ringing(1)
    script.tell(Tick(at=20.0), HungUp(key(1), at=20.1, cause=26))
    [record] = [one for one in script.facts(Cdr) if one.call == key(1)]
    told = (record.outcome, record.why, record.ended_by, record.hang_up_at)
    assert told == ("no_answer", "no_agent", "dialer", 20.0)


def test_whoever_answers_in_that_moment_is_counted_as_abandoned():
    script = ringing(1)
    script.tell(Tick(at=20.0), Answered(key(1), at=20.05), HungUp(key(1), at=20.1))
    [record] = [one for one in script.facts(Cdr) if one.call == key(1)]
    assert record.outcome == "abandoned"


def test_pacers_learn_that_it_would_have_rung_on():
    ended, given = Learnt(), Learnt()
    for learnt, is_given in ((ended, False), (given, True)):
        for _ in range(50):
            learnt.hear(
                Resolved(at=1.0, campaign="spring", person=False, ring_s=15.0, let_alone=is_given)
            )
    rings_on = given.other.ages().lasting(20.0)
    assert rings_on > 0.9 > 0.5 > ended.other.ages().lasting(20.0)


def test_where_agents_soon_become_free_they_ring_on():
    script = ringing(1, 2)
    pool = script.engine.index.pool("sales")
    pool.turnover = Turnover(n=LATELY_S, at=4.0)  # one in a second, two while a person may wait
    assert let_alone(script.tell(Tick(at=20.0))) == []
    script.tell(Answered(key(2), at=21.0))  # who needs one of them
    assert let_alone([*script.orders, *script.tell(Tick(at=22.0))]) == []
    pool.turnover = Turnover(n=0.2 * LATELY_S, at=4.0)
    assert let_alone(script.tell(Tick(at=23.0))) == [key(1)]


def test_it_counts_how_often_agents_become_free():
    script = ringing()
    script.tell(HungUp(key(9), at=60.0), Disposed("anna", key(9), "no_interest", at=66.0))
    turnover = script.engine.index.pool("sales").turnover
    assert (turnover.n, turnover.at) == (1.0, 66.0)
