"""Numbers that we show: flagged ones rest, the others carry no more than before, all is told."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.engine.caller_ids import FEW, MOVES, Tally, count, flaw, part_awake
from dialer.engine.commands import CallerIdRested, Cdr, Claim, Originate, Withdraw
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CallerIdRestWanted,
    HungUp,
    Refused,
    Tick,
    TrunkOpened,
)
from tests.engine.script import SPRING, Script, intended, key, open_for_business

ONE, TWO = "15550001111", "15550002222"
PAIR = msgspec.structs.replace(SPRING, caller_ids=(ONE, TWO), lines=10, calls_per_s=4.0)
DAY_S = 86400.0
PERSON, SHORT_TALK, BLOCKED = 1, 1 | 8 | 16, 2


def seen(*results: int, past: tuple[float, float] = (0, 0)) -> Tally:
    tally = Tally(past_calls=past[0], past_answers=past[1])
    for one in results:
        count(tally, one)
    return tally


def why(own: Tally, other: Tally | None = None) -> str:
    found = flaw({"a": own, **({"b": other} if other else {})}, "a")
    return found.why if found else ""


def house(*, rest_s: float = DAY_S) -> Script:
    script = open_for_business("anna", "ben", campaign=PAIR)
    script.tell(TrunkOpened("lab", 50, 100.0, rest_s, at=0.6))
    return script


def unwanted(script: Script, first: int, n: int, at: float, shown: str = ONE) -> None:
    """Calls that end by 608, one after the other."""
    for number in range(first, first + n):
        promise = intended(number, at, caller_id=shown, not_after=1e12)
        script.tell(promise, Tick(at=at + 0.3))
        script.tell(HungUp(key(number), at=at + 1, cause=21, sip=608))
        at += 2


# ---- the rule -----------------------------------------------------------------------------------
def test_few_refusals_as_unwanted_suffice_and_few_in_many_calls_do_not():
    assert why(seen(0, 0, 6, 6, 6)) == "unwanted"
    assert why(seen(*[0] * 190, 6, 6, 6)) == ""


def test_blocks_and_short_talks_flag_when_they_are_surely_too_many():
    assert why(seen(*[0] * 60, *[BLOCKED] * 6)) == ""
    assert why(seen(*[0] * 60, *[BLOCKED] * 16)) == "blocked"
    assert why(seen(*[1 | 8] * 40, *[SHORT_TALK] * 30)) == ""
    assert why(seen(*[1 | 8] * 20, *[SHORT_TALK] * 50)) == "short"


def test_answers_are_compared_with_those_of_the_other_numbers_of_the_same_hour():
    usual = seen(*[PERSON, 0, 0] * 60)
    assert why(seen(*[PERSON] * 3, *[0] * 97), usual) == "answers"
    assert why(seen(*[PERSON] * 15, *[0] * 85), usual) == ""
    # all fell together: that is the hour, or the list
    low = seen(*[PERSON] * 5, *[0] * 95)
    assert why(low, low) == ""


def test_a_number_alone_is_compared_with_its_own_past_and_given_the_benefit_of_doubt():
    assert why(seen(*[PERSON] * 2, *[0] * 150, past=(1000, 300))) == "answers"
    assert why(seen(*[PERSON] * 20, *[0] * 150, past=(1000, 300))) == ""
    assert why(seen(*[0] * 150)) == ""


@given(st.lists(st.sampled_from([0, 1, 1 | 8, 1 | 8 | 16, 2, 2 | 4]), max_size=FEW - 1))
def test_below_few_calls_only_the_networks_own_word_flags(results: list[int]):
    assert why(seen(*results)) in ("", "unwanted")


def test_every_move_begins_and_ends_in_a_known_standing():
    standings = {"fresh", "well", "resting"}
    assert {was for was, _ in MOVES} == set(MOVES.values()) == standings
    assert {cause for was, cause in MOVES if MOVES[was, cause] == "resting"} == {
        "flagged", "ordered",
    }  # fmt: skip
    assert not any(cause == "flagged" for was, cause in MOVES if was == "resting")


# ---- the engine ---------------------------------------------------------------------------------
def test_a_flagged_number_rests_for_the_set_time_and_it_is_told():
    script = house()
    unwanted(script, 1, 3, at=10.0)
    [told] = script.facts(CallerIdRested)
    assert (told.caller_id, told.cause, told.why, told.n, told.of, told.campaign) == (
        ONE, "flagged", "unwanted", 3, 3, "spring",
    )  # fmt: skip
    assert told.until_at == told.at + DAY_S
    script.tell(Tick(at=told.until_at - 1))
    assert script.engine.state.shown.resting == [ONE]
    script.tell(Tick(at=told.until_at))
    assert script.engine.state.shown.resting == []
    assert [one.cause for one in script.facts(CallerIdRested)] == ["flagged", "over"]


def test_what_was_promised_with_a_resting_number_is_taken_back_and_claims_name_it():
    script = house()
    script.tell(CallerIdRestWanted(ONE, until=1000.0, why="asked the carrier", user="eva", at=5.0))
    script.tell(intended(7, 6.0, caller_id=ONE), Tick(at=6.5))
    assert Withdraw(key(7), "caller_ids") in script.orders
    assert not any(isinstance(one, Originate) for one in script.orders)
    script.tell(Refused("spring", 2, 1, "no_leads", at=20.0), Tick(at=60.0))
    assert [one.resting for one in script.orders if isinstance(one, Claim)][-1] == (ONE,)


def test_when_all_rest_the_campaign_waits_and_goes_on_by_itself():
    script = house()
    script.tell(*(CallerIdRestWanted(one, until=1000.0, at=5.0) for one in (ONE, TWO)))
    before = len(script.orders)
    script.tell(Refused("spring", 2, 0, "no_leads", at=6.0), Tick(at=60.0))
    assert not any(isinstance(one, Claim) for one in script.orders[before:])
    assert script.engine.state.campaigns["spring"].bound == "caller_ids"
    script.tell(Tick(at=1000.5))
    assert any(isinstance(one, Claim) for one in script.orders[before:])


def test_a_person_ends_a_rest_and_nobody_elses_number_is_touched():
    script = house()
    unwanted(script, 1, 3, at=10.0)
    script.tell(CallerIdRestWanted(TWO, until=0.0, user="eva", at=50.0))
    assert len(script.facts(CallerIdRested)) == 1
    script.tell(CallerIdRestWanted(ONE, until=0.0, user="eva", at=51.0))
    assert script.facts(CallerIdRested)[-1].cause == "woken"
    unwanted(script, 10, 2, at=60.0)
    assert script.engine.state.shown.resting == []  # judged by what came afterwards


def test_a_trunk_without_a_rest_puts_nothing_to_rest():
    script = house(rest_s=0.0)
    unwanted(script, 1, 5, at=10.0)
    assert script.facts(CallerIdRested) == []


def test_rest_survives_a_restart():
    script = house()
    unwanted(script, 1, 3, at=10.0)
    again = Engine.restore(script.engine.checkpoint())
    assert again.state.shown.resting == [ONE]
    assert again.due <= script.facts(CallerIdRested)[0].until_at


@settings(max_examples=60, deadline=None)
@given(
    asleep=st.sets(st.sampled_from([f"1555000{n}" for n in range(5)]), min_size=1),
    waits=st.lists(st.floats(0.01, 1.0), min_size=5, max_size=60),
)
def test_the_others_never_carry_more_than_they_may_when_all_are_awake(
    asleep: set[str], waits: list[float]
):
    numbers = tuple(f"1555000{n}" for n in range(5))
    campaign = msgspec.structs.replace(SPRING, caller_ids=numbers, lines=10, calls_per_s=5.0)
    script = open_for_business(*"abcdefghijklmno", campaign=campaign)
    script.tell(*(CallerIdRestWanted(one, until=1e9, at=1.0) for one in sorted(asleep)))
    awake = [one for one in numbers if one not in asleep]
    for n in range(60):  # as a journal that heeds nothing would promise
        script.tell(intended(n, 2.0, caller_id=numbers[n % 5]))
    at, launched = 2.0, list[tuple[float, str]]()
    for wait in waits:
        at += wait
        orders = script.tell(Tick(at=at))
        launched += [(at, one.caller_id) for one in orders if isinstance(one, Originate)]
    placed = [one.caller_id for one in script.orders if isinstance(one, Originate)]
    assert set(placed) <= set(awake)
    part = part_awake(numbers, asleep)
    assert part == pytest.approx(len(awake) / 5)
    assert len(placed) <= part * campaign.lines  # nobody hangs up here
    pace = [later - sooner for (sooner, _), (later, _) in pairwise(launched)]
    assert len(launched) < 2 or sum(pace) >= (len(launched) - 1) / (part * 5.0) - 0.11


def test_a_cdr_that_never_was_a_call_says_nothing_of_its_number():
    script = house()
    script.tell(intended(1, 5.0, caller_id=ONE), Tick(at=5.3))
    script.tell(HungUp(key(1), at=6.0, cause=34, sip=503))
    assert [one.outcome for one in script.facts(Cdr)] == ["congestion"]
    assert script.engine.state.shown.tallies == {}
