"""Recordings as the engine sees them: ordered with the call, paused, asked for when it is over."""

from typing import Any

import msgspec
import pytest

from dialer.engine.commands import (
    Claim,
    DeleteRecording,
    FinishRecording,
    Originate,
    PauseRecording,
    RecordingGone,
    RecordingKept,
    ResumeRecording,
    Withdraw,
)
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    Bridged,
    Event,
    Heard,
    HungUp,
    Placed,
    Reconciled,
    Recorded,
    RecordingDeleted,
    RecordingDeleteWanted,
    RecordingLost,
    RecordingPaused,
    RecordingPauseWanted,
    RecordingResumed,
    RecordingResumeWanted,
    RecordingRoom,
    Started,
    SwitchUp,
    Tick,
    Withdrawn,
    Witness,
)
from dialer.engine.recordings import LATE_S
from tests.engine.script import SPRING, Script, intended, key, open_for_business

RECORDED = msgspec.structs.replace(SPRING, recording="on")
NO_ROOM = RecordingRoom(enough=False, at=0.9)
PATH = f"2026-11-25/{key(1)}.flac"
KEPT = Recorded(key(1), PATH, 11.0, 90_000, -20.0, -18.0, at=21.0)


def talking(*before: Event, campaign: Any = RECORDED) -> Script:
    """Anna talks with the first customer from 9.1 on, Ben is ready."""
    script = open_for_business("anna", "ben", campaign=campaign)
    script.tell(*before, intended(1, 1.0), Placed(key(1), at=1.1), Answered(key(1), at=8.0))
    script.tell(Heard(key(1), "human", "answer", greeting_end_s=0.5, at=9.0))
    script.tell(Bridged(key(1), "anna", at=9.1))
    return script


def over(script: Script) -> list[Any]:
    """What is asked when it ends, after eleven seconds."""
    orders = script.tell(HungUp(key(1), at=20.1, cause=16))
    return [one for one in orders if isinstance(one, FinishRecording)]


def originated(script: Script) -> Originate:
    return next(one for one in script.orders if isinstance(one, Originate))


@pytest.mark.parametrize(("campaign", "is_recorded"), [(SPRING, False), (RECORDED, True)])
def test_a_call_is_recorded_where_its_campaign_asks_for_it(campaign: Any, is_recorded: bool):
    script = talking(campaign=campaign)
    assert originated(script).record is is_recorded
    wanted = [FinishRecording(key(1), pytest.approx(11.0), 20.1)] if is_recorded else []
    assert over(script) == wanted


def test_what_became_of_a_recording_is_kept_once():
    script = talking()
    over(script)
    script.tell(KEPT, KEPT)
    assert script.facts(RecordingKept) == [
        RecordingKept(
            call=key(1), campaign="spring", at=21.0, path=PATH, why="", seconds=11.0,
            talk_s=pytest.approx(11.0), size=90_000, customer_db=-20.0, agent_db=-18.0,
        )
    ]  # fmt: skip
    assert script.engine.state.unfinished == {}


def test_a_lost_recording_says_why():
    script = talking()
    over(script)
    script.tell(RecordingLost(key(1), "silent", PATH, 11.0, 90_000, -96.0, -96.0, at=21.0))
    (kept,) = script.facts(RecordingKept)
    assert (kept.why, kept.path) == ("silent", PATH)


def test_only_the_agent_who_is_with_the_customer_pauses_and_only_what_was_done_counts():
    script = talking()
    assert script.tell(RecordingPauseWanted("ben", key(1), at=10.0)) == []
    assert script.tell(RecordingPauseWanted("anna", key(1), at=10.0)) == [PauseRecording(key(1))]
    call = script.engine.state.calls[key(1)]
    script.tell(RecordingPaused(key(1), done=False, why="no", at=10.1))
    assert call.recording == "on"
    script.tell(RecordingPaused(key(1), at=10.2))
    assert call.recording == "paused"
    assert script.tell(RecordingResumeWanted("anna", key(1), at=11.0)) == [ResumeRecording(key(1))]
    script.tell(RecordingResumed(key(1), at=11.1))
    assert call.recording == "on"


def test_nothing_is_paused_where_nothing_is_recorded():
    assert talking(campaign=SPRING).tell(RecordingPauseWanted("anna", key(1), at=10.0)) == []


def test_without_room_a_call_is_dialled_unrecorded_and_that_is_told():
    script = talking(NO_ROOM)
    assert not originated(script).record
    assert over(script) == []
    (kept,) = script.facts(RecordingKept)
    assert (kept.path, kept.why) == ("", "no room")


def test_without_room_a_campaign_that_must_record_does_not_dial_until_there_is_some():
    script = open_for_business("anna", campaign=msgspec.structs.replace(SPRING, recording="must"))
    assert script.tell(NO_ROOM, intended(1, 1.0)) == [Withdraw(key(1), "recording")]
    script.tell(Withdrawn(key(1), at=1.1))
    assert Claim not in map(type, script.tell(Tick(at=2.0)))
    assert Claim in map(type, script.tell(RecordingRoom(enough=True, at=3.0)))
    script.tell(intended(2, 3.1))
    assert originated(script).record


def test_a_switch_that_comes_back_is_asked_again_also_after_a_restart():
    script = talking()
    (asked,) = over(script)
    script.engine = Engine.restore(script.engine.checkpoint())
    script.tell(Started(epoch=2, at=30.0), SwitchUp(at=30.1))
    assert asked in script.tell(Reconciled(whole=True, at=30.2))


def test_a_recording_of_which_nobody_tells_is_lost_in_the_end():
    script = talking()
    over(script)
    script.tell(Tick(at=20.0 + LATE_S))
    assert script.facts(RecordingKept) == []
    script.tell(Tick(at=20.2 + LATE_S))
    (kept,) = script.facts(RecordingKept)
    assert (kept.path, kept.why) == ("", "nobody told")


def test_a_deletion_is_ordered_and_kept():
    script = talking()
    script.tell(Tick(at=39.0))  # by then nobody listens for a machine any more
    wanted = RecordingDeleteWanted(key(1), "spring", PATH, "eva", at=40.0)
    assert script.tell(wanted) == [DeleteRecording(key(1), "spring", PATH, "eva")]
    script.tell(RecordingDeleted(key(1), "order", "spring", "eva", at=40.1))
    assert script.facts(RecordingGone) == [
        RecordingGone(call=key(1), campaign="spring", at=40.1, why="order", user="eva")
    ]


def test_a_state_with_a_recording_to_come_has_the_same_bytes_when_it_is_kept_again():
    """Nobody was joined, and a dialer before this one placed the call."""
    script = open_for_business("anna", campaign=RECORDED)
    script.tell(Started(epoch=2, at=5.0), SwitchUp(at=5.0), intended(1, 4.0))
    script.tell(Reconciled((Witness(key(1), row=True, ended_at=5.0),), at=6.0))
    assert key(1) in script.engine.state.unfinished
    kept = script.engine.checkpoint()
    assert Engine.restore(kept).checkpoint() == kept
