"""What agents say of calls, take back and promise: the same in every journal."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.engine.commands import DispositionSet
from dialer.engine.compliance import Rules
from dialer.engine.events import CampaignStopped, Intended, NumberBlocked, Refused
from dialer.journal.claims import by_hand
from dialer.journal.promised import ABSENT_S, AHEAD_S, EACH

from .worlds import World, people, person

HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def world(world):
    world.lists(people=people(1))
    world.open()
    return world


def said(world: World, call: Intended, word: str, whom: str = "") -> None:
    world.record(
        DispositionSet(
            call=call.call, lead=call.lead, campaign=call.campaign, agent="anna",
            disposition=word, callback_for=whom, at=world.at,
        )
    )  # fmt: skip


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
    assert isinstance(world.asked(call.lead), Refused)
    assert [e for e in world.heard if isinstance(e, NumberBlocked)]
    said(world, call, "")
    assert isinstance(world.asked(call.lead), Intended)


def test_the_last_word_counts(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, "sale")
    said(world, call, f"callback@{world.at + HOUR:.0f}")
    assert whom(world) == []
    world.at += HOUR + 1
    assert whom(world) == [("", "")]


def test_a_time_that_was_promised_counts_whatever_the_word(world):
    (call,) = world.promised(1)
    world.ended(call, "connected")
    said(world, call, f"sale@{world.at + HOUR:.0f}")
    world.at += HOUR + 1
    assert whom(world) == [("", "")]


def hour_of(at: float) -> int:
    return datetime.fromtimestamp(at, ZoneInfo("Europe/London")).hour


# ---- callbacks -----------------------------------------------------------------------------------
def owed(world: World, to: str, absent: str = "pool", in_s: float = HOUR) -> float:
    """One callback, promised by this one or this team; when it is due."""
    world.open(absent=absent)
    (call,) = world.promised(1)
    world.ended(call, "connected")
    due_at = round(world.at + in_s)
    said(world, call, f"callback@{due_at}", to)
    return due_at


def whom(world: World) -> list[tuple[str, str]]:
    """To which agents and teams a callback is told within the next seconds."""
    return [(one.agent, one.team) for one in world.told()]


def test_one_that_is_an_agents_is_told_to_him_from_before_its_time_and_kept_from_pacers(world):
    due_at = owed(world, "anna")
    world.at = due_at - AHEAD_S - 60.0
    assert whom(world) == []
    world.at = due_at - AHEAD_S - 6.0
    (told,) = world.told()
    assert (told.agent, told.due_at) == ("anna", due_at), "so that she is kept for it"
    world.at = due_at + 1.0
    assert whom(world) == [("anna", "")]
    assert not world.promised(1)
    answer = world.asked(told.lead, mode="callback")
    assert isinstance(answer, Intended)
    assert (answer.agent, answer.mode) == ("anna", "callback")
    assert whom(world) == []


def test_a_teams_is_told_to_the_team_and_anybodys_to_anybody(world):
    due_at = owed(world, "team:east")
    world.at = due_at + 1.0
    assert whom(world) == [("", "east")]
    assert not world.promised(1)


@pytest.mark.parametrize("to", ["anna", "team:east"])
def test_where_nobody_is_there_it_goes_to_the_pool_waits_or_moves(world, to):
    whose = ("", "east") if to.startswith("team:") else (to, "")
    due_at = owed(world, to)
    for absent, then in (("pool", [("", "")]), ("wait", [whose]), ("move", [])):
        world.open(absent=absent)
        world.at = due_at + ABSENT_S - 10.0
        assert whom(world) == [whose]
        world.at = due_at + ABSENT_S + 1.0
        assert whom(world) == then, absent
        assert not world.promised(1)
    world.at = due_at + DAY - 60.0
    assert whom(world) == []
    world.at = due_at + DAY + 1.0
    (told,) = world.told()
    assert (told.agent, told.team, told.due_at) == (*whose, due_at + DAY)


def test_who_cannot_be_called_yet_is_not_missed_by_anybody(world):
    world.open(absent="move", calling=Rules(hours="strict"))
    (call,) = world.promised(1)
    world.ended(call, "connected")
    at_night = next(world.at + h * HOUR for h in range(24) if hour_of(world.at + h * HOUR) == 3)
    said(world, call, f"callback@{at_night:.0f}", "anna")
    opens = next(at_night + m * 60.0 for m in range(600) if hour_of(at_night + m * 60.0) == 8)
    world.at = at_night + ABSENT_S + 1.0
    assert whom(world) == []
    world.at = opens + ABSENT_S - 10.0
    assert whom(world) == [("anna", "")]
    world.at = opens + ABSENT_S + 1.0
    assert whom(world) == []


def test_of_a_campaign_that_is_over_another_makes_it_that_has_the_list(world):
    due_at = owed(world, "")
    world.open("autumn")
    world.at = due_at + 1.0
    assert len(world.told("spring")) == 1
    assert world.told("autumn") == []
    world.journal.append(CampaignStopped("spring", at=world.at))
    assert len(world.told("autumn")) == 1


def test_what_many_wait_for_keeps_nobody_elses_back(world):
    world.lists(people=people(EACH + 5, first=447_700_910_000))
    due_at = 0.0
    for call in world.promised(EACH + 5):
        world.ended(call, "connected")
        due_at = round(world.at + HOUR)
        said(world, call, f"callback@{due_at}", "gone")
    last = owed(world, "anna", in_s=HOUR + 60.0)
    world.open(absent="wait")
    world.at = last + 1.0
    told = whom(world)
    assert (told.count(("gone", "")), told.count(("anna", ""))) == (EACH, 1)


def test_one_that_must_not_be_called_now_is_not_told_again_at_once(world):
    due_at = owed(world, "anna")
    world.at = due_at + 1.0
    (told,) = world.told()
    world.block("447700900000", "spring")
    assert isinstance(world.asked(told.lead, mode="callback"), Refused)
    assert whom(world) == []


def test_a_callback_on_a_list_that_is_put_away_is_told_to_nobody(world):
    due_at = owed(world, "anna")
    world.archive("people")
    world.at = due_at + 1
    assert whom(world) == []
    world.bring_back("people")
    assert whom(world) == [("anna", "")]


def test_an_agent_gets_the_lead_that_he_asks_for_and_no_other_campaigns(world):
    world.lists(others=[person("447700900099")], **{by_hand("spring"): [person("447700900098")]})
    lead, foreign, typed = "1", "2", "3"
    answer = world.asked(lead)
    assert isinstance(answer, Intended)
    assert (answer.lead, answer.agent, answer.mode) == (lead, "anna", "manual")
    for none in (foreign, "77", "x"):
        refused = world.asked(none)
        assert isinstance(refused, Refused)
        assert (refused.why, refused.agent, refused.given) == ("no_leads", "anna", 0)
    assert isinstance(world.asked(typed), Intended)
    assert isinstance(again := world.asked(lead), Refused)
    assert again.why == "open"


def test_what_agents_typed_is_dialled_by_no_pacer(world):
    world.lists(**{by_hand("spring"): [person("447700900098")]})
    assert [one.lead for one in world.promised(5)] == ["1"]
