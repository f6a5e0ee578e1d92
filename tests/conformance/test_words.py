"""What agents say of calls, take back and promise: the same in every journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.engine.commands import Claim, DispositionSet
from dialer.engine.events import CallbackDue, Intended, NumberBlocked, Refused
from dialer.journal.ledger import AHEAD_S, by_hand
from dialer.leads.hopper import PERSONAL_S

from .worlds import World, people, person

HOUR = 3600.0


@pytest.fixture(params=["memory", "sqlite"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(request.param, tmp_path)
    made.lists(people=people(1))
    made.open()
    yield made
    made.close()


def said(world: World, call: Intended, word: str, whom: str = "") -> None:
    world.record(
        DispositionSet(
            call=call.call, lead=call.lead, campaign=call.campaign, agent="anna",
            disposition=word, callback_for=whom, at=world.at,
        )
    )  # fmt: skip


def asked(world: World, lead: str, mode: str = "manual") -> Intended | Refused:
    """The answer to an agent who wants this lead."""
    del world.inbox[:]
    order = Claim("spring", 1, mode, world.epoch, lead=lead, agent="anna")
    world.journal.execute(order, cause=0, index=0)
    world.journal.flush()
    (answer,) = (one for one in world.inbox if isinstance(one, Intended | Refused))
    return answer


def reminded(world: World) -> list[tuple[str, str, str]]:
    """The callbacks that are told within the next seconds."""
    del world.inbox[:]
    world.counts()
    world.counts()
    return [(e.agent, e.campaign, e.lead) for e in world.heard if isinstance(e, CallbackDue)]


def test_a_final_word_taken_back_leaves_the_lead_as_the_call_did(world):
    (call,) = world.promised(1)
    world.ended(call, "machine")
    said(world, call, "sale")
    assert world.counted().left == 0
    said(world, call, "")
    assert world.counted().left == 1


def test_a_blocked_number_is_free_again_when_the_word_is_taken_back(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, "do_not_call")
    assert isinstance(asked(world, call.lead), Refused)
    assert [e for e in world.heard if isinstance(e, NumberBlocked)]
    said(world, call, "")
    assert isinstance(asked(world, call.lead), Intended)


def test_the_last_word_counts(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, "sale")
    said(world, call, f"callback@{world.at + HOUR:.0f}")
    assert not world.promised(1)
    world.at += HOUR + 1
    assert [one.lead for one in world.promised(1)] == [call.lead]


def test_a_time_that_was_promised_counts_whatever_the_word(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, f"sale@{world.at + HOUR:.0f}")
    world.at += HOUR + 1
    assert [one.lead for one in world.promised(1)] == [call.lead]


def test_a_personal_callback_is_told_to_its_agent_and_kept_from_the_others(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    due_at = round(world.at + HOUR)
    said(world, call, f"callback@{due_at}", "anna")
    world.at = due_at - AHEAD_S - 60.0
    assert reminded(world) == []
    world.at = due_at - AHEAD_S
    assert set(reminded(world)) == {("anna", "spring", call.lead)}, "so that she is kept for it"
    assert {one.due_at for one in world.heard if isinstance(one, CallbackDue)} == {due_at}
    world.at = due_at + 1.0
    assert set(reminded(world)) == {("anna", "spring", call.lead)}
    assert not world.promised(1)
    answer = asked(world, call.lead, "callback")
    assert isinstance(answer, Intended)
    assert (answer.agent, answer.mode) == ("anna", "callback")


def test_a_personal_callback_that_its_agent_does_not_make_is_anybodys(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, f"callback@{world.at + HOUR:.0f}", "anna")
    world.at += HOUR + PERSONAL_S + 1
    assert [one.lead for one in world.promised(1)] == [call.lead]


def test_a_callback_on_a_list_that_is_put_away_is_told_to_nobody(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, f"callback@{world.at + HOUR:.0f}", "anna")
    world.archive("people")
    world.at += HOUR + 1
    assert reminded(world) == []
    world.bring_back("people")
    assert set(reminded(world)) == {("anna", "spring", call.lead)}


def test_a_teams_callback_is_anybodys(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, f"callback@{world.at + HOUR:.0f}", "team:east")
    world.at += HOUR + 1
    assert [one.lead for one in world.promised(1)] == [call.lead]


def test_an_agent_gets_the_lead_that_he_asks_for_and_no_other_campaigns(world):
    world.lists(others=[person("447700900099")], **{by_hand("spring"): [person("447700900098")]})
    lead, foreign, typed = "1", "2", "3"
    answer = asked(world, lead)
    assert isinstance(answer, Intended)
    assert (answer.lead, answer.agent, answer.mode) == (lead, "anna", "manual")
    for none in (foreign, "77", "x"):
        refused = asked(world, none)
        assert isinstance(refused, Refused)
        assert (refused.why, refused.agent, refused.given) == ("no_leads", "anna", 0)
    assert isinstance(asked(world, typed), Intended)
    assert isinstance(again := asked(world, lead), Refused)
    assert again.why == "open"


def test_what_agents_typed_is_dialled_by_no_pacer(world):
    world.lists(**{by_hand("spring"): [person("447700900098")]})
    assert [one.lead for one in world.promised(5)] == ["1"]
