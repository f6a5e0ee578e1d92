"""What Asterisk 22.10.1 said in a recorded session, and what becomes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialer.asterisk import names
from dialer.asterisk.translate import Past, remembered, subject, translate
from dialer.engine.events import (
    Answered,
    Bridged,
    Event,
    HungUp,
    LegDown,
    LegUp,
    MessageEnded,
    MessageStarted,
    Progressed,
    Replaced,
    Ringing,
    TrunkSeen,
)

MESSAGES = [
    json.loads(line) for line in Path(__file__).with_name("messages.jsonl").read_text().splitlines()
]
CALLS = list(dict.fromkeys(c for m in MESSAGES if names.kind(c := subject(m)) == "call"))
TALKED, RANG_OUT, DECLINED, MESSAGE = CALLS
AGENTS = {names.mark("ann"): "ann"}


def story(call: str) -> list[Event]:
    """All events of one channel of the session."""
    past, events = Past(), []
    for message in MESSAGES:
        if subject(message) == call:
            past = remembered(past, message)
            events.append(translate(message, 1.0, past, AGENTS))
    return list(dict.fromkeys(event for event in events if event))


def test_a_call_that_reached_an_agent_and_was_ended_by_us():
    assert story(TALKED) == [
        Progressed(TALKED, at=1.0),
        Answered(TALKED, at=1.0),
        Bridged(TALKED, "ann", at=1.0),
        HungUp(TALKED, cause=16, by_us=True, at=1.0),
    ]


def test_our_ring_timeout_reads_19_480_with_no_request_of_the_other_side():
    assert story(RANG_OUT) == [
        Ringing(RANG_OUT, at=1.0),
        HungUp(RANG_OUT, cause=19, sip=480, by_us=True, at=1.0),
    ]


def test_a_refusal_is_the_other_sides():
    assert story(DECLINED) == [HungUp(DECLINED, cause=21, sip=603, at=1.0)]


def test_the_dial_plans_message_is_told_and_the_end_is_ours():
    assert story(MESSAGE) == [
        Ringing(MESSAGE, at=1.0),
        Answered(MESSAGE, at=1.0),
        MessageStarted(MESSAGE, "safe_harbour", at=1.0),
        MessageEnded(MESSAGE, "safe_harbour", played=True, at=1.0),
        HungUp(MESSAGE, cause=16, by_us=True, at=1.0),
    ]


def test_an_agents_leg():
    leg = next(c for m in MESSAGES if names.kind(c := subject(m)) == "leg")
    assert story(leg) == [LegUp("ann", at=1.0), LegDown("ann", cause=16, at=1.0)]


def test_trunks_by_their_options():
    told = [translate(m, 1.0) for m in MESSAGES if m["type"] == "ContactStatusChange"]
    assert told[:2] == [
        TrunkSeen("lab", reachable=False, at=1.0),
        TrunkSeen("lab", reachable=True, at=1.0),
    ]


def test_media_and_snoops_are_nobodys_news():
    side = [m for m in MESSAGES if names.kind(subject(m)) in ("media", "snoop")]
    assert len(side) > 8
    assert [translate(m, 1.0, agents=AGENTS) for m in side] == [None] * len(side)


CALL = "d1-" + "7" * 32


def destroyed(cause: int, sip: int | None = None) -> dict[str, Any]:
    tech = {} if sip is None else {"tech_cause": sip}
    return {"type": "ChannelDestroyed", "cause": cause, "channel": {"id": CALL}, **tech}


@pytest.mark.parametrize(
    ("message", "past", "event"),
    [
        # no port, no channel: it never left this machine
        (destroyed(0), Past(), HungUp(CALL, cause=0, local=True, at=9.0)),
        # the watchdog after an answer reads the same, but there was an answer
        (destroyed(0), Past(progressed=True), HungUp(CALL, cause=0, at=9.0)),
        # a carrier that says 480 itself asked for the end first
        (destroyed(19, 480), Past(True, False, "them"), HungUp(CALL, cause=19, sip=480, at=9.0)),
        # a dead carrier until our timeout
        (destroyed(19, 480), Past(), HungUp(CALL, cause=19, sip=480, by_us=True, at=9.0)),
        # the person was quicker than our order
        (destroyed(16), Past(True, True, "them"), HungUp(CALL, cause=16, at=9.0)),
        (destroyed(16), Past(True, True, "us"), HungUp(CALL, cause=16, by_us=True, at=9.0)),
        (destroyed(16), Past(True, True), HungUp(CALL, cause=16, by_us=True, at=9.0)),
        (destroyed(127, 607), Past(True), HungUp(CALL, cause=127, sip=607, at=9.0)),
        (destroyed(44), Past(True, False, "them"), HungUp(CALL, cause=44, at=9.0)),
        ({"type": "ApplicationReplaced", "application": "dialer"}, Past(), Replaced(at=9.0)),
    ],
)
def test_how_a_call_ended(message: dict[str, Any], past: Past, event: Event):
    assert translate(message, 9.0, past) == event


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ChannelDestroyed", "cause": 16, "channel": {"id": "1795384111.42"}},
        {"type": "ChannelDestroyed", "cause": 16, "channel": {"id": CALL.upper()}},
        {"type": "ChannelDestroyed", "channel": {"id": CALL}},
        {"type": "Dial", "dialstatus": "", "peer": {"id": CALL}},
        {"type": "Dial", "dialstatus": "NOANSWER", "peer": {"id": CALL}},
        {"type": "ChannelStateChange", "channel": {"id": CALL, "state": "Dialing"}},
        {"type": "ChannelEnteredBridge", "channel": {"id": CALL}, "bridge": {"id": "somebody's"}},
        {"type": "ChannelUserevent", "eventname": "x", "userevent": {}, "channel": {"id": CALL}},
        {"type": "SomethingNew", "channel": 7},
        {"type": "ContactStatusChange"},
        {},
    ],
)
def test_what_has_no_word_becomes_nothing(message: dict[str, Any]):
    assert translate(message, 1.0, agents=AGENTS) is None
