"""What Asterisk says, as events. Pure: the word "ARI" does not occur further in."""

from collections.abc import Mapping
from typing import Any

import msgspec

from dialer.asterisk import dialplan, names
from dialer.engine import events

HEARTBEAT = "heartbeat"
"The user event that we send to ourselves through Asterisk."

UNDERSTOOD = (
    "StasisStart", "StasisEnd", "Dial", "ChannelCreated", "ChannelStateChange",
    "ChannelHangupRequest", "ChannelDestroyed", "ChannelEnteredBridge", "ChannelLeftBridge",
    "ChannelUserevent", "ContactStatusChange", "ApplicationReplaced", "PlaybackFinished",
)  # fmt: skip
"The only types that Asterisk is asked to send."

_RING_TIMEOUT = (19, 480)
"Also what a carrier says that has nobody there; then a hang-up request of the far side precedes."


class Past(msgspec.Struct, frozen=True):
    """What was seen of a call: one message alone does not tell who ended it."""

    progressed: bool = False
    "A provisional response or an answer came."
    asked: bool = False
    "We ordered its end."
    ended_by: str = ""
    "`us` or `them`: whose hang-up request came first."


_NEW = Past()
_NOBODY: Mapping[str, str] = {}


def translate(
    said: Mapping[str, Any],
    at: float,
    past: Past = _NEW,
    agents: Mapping[str, str] = _NOBODY,
    call: str = "",
) -> events.Event | None:
    """The event, or None for what the engine has no word for. `agents`: mark -> agent.

    `call`: which call is on that channel, where the channel's own name does not say it.
    """
    channel = call or subject(said)
    match names.kind(channel), said:
        case "call", {"type": "Dial", "dialstatus": "PROGRESS"}:
            return events.Progressed(call=channel, at=at)
        case "call", {"type": "Dial", "dialstatus": "RINGING"}:
            return events.Ringing(call=channel, at=at)
        case "call", {"type": "ChannelStateChange", "channel": {"state": "Ringing"}}:
            return events.Ringing(call=channel, at=at)
        case "call", {"type": "Dial", "dialstatus": "ANSWER"}:
            return events.Answered(call=channel, at=at)
        case "call", {"type": "ChannelStateChange", "channel": {"state": "Up"}}:
            return events.Answered(call=channel, at=at)
        case "call", {"type": "ChannelEnteredBridge", "bridge": {"id": str(floor)}}:
            agent = agents.get(names.mark_of(floor), "")
            return events.Bridged(call=channel, agent=agent, at=at) if agent else None
        case "call", {"type": "ChannelUserevent", "eventname": dialplan.OPTED_OUT}:
            return events.OptedOut(call=channel, at=at)
        case "call", {"type": "ChannelUserevent", "userevent": {"message": str(message)}}:
            return _message(channel, message, at, said)
        case "call", {"type": "ChannelDestroyed", "cause": int(cause)}:
            return _ended(channel, cause, said.get("tech_cause"), at, past)
        case "leg", {"type": "ChannelStateChange", "channel": {"state": "Up"}}:
            agent = agents.get(names.mark_of(channel), "")
            return events.LegUp(agent=agent, at=at) if agent else None
        case "leg", {"type": "ChannelDestroyed", "cause": int(cause)}:
            agent = agents.get(names.mark_of(channel), "")
            return events.LegDown(agent=agent, cause=cause, at=at) if agent else None
        case _, {"type": "ContactStatusChange", "endpoint": {"resource": trunk, "state": state}}:
            return events.TrunkSeen(trunk=trunk, reachable=state == "online", at=at)
        case _, {"type": "ApplicationReplaced"}:
            return events.Replaced(at=at)
    return None


def remembered(past: Past, said: Mapping[str, Any]) -> Past:
    """The past after this message."""
    match said:
        case {"type": "Dial", "dialstatus": "PROGRESS" | "RINGING" | "ANSWER"}:
            return msgspec.structs.replace(past, progressed=True)
        case {"type": "ChannelStateChange", "channel": {"state": "Ringing" | "Up"}}:
            return msgspec.structs.replace(past, progressed=True)
        case {"type": "ChannelHangupRequest"} if not past.ended_by:
            who = "us" if said.get("soft") else "them"
            return msgspec.structs.replace(past, ended_by=who)
    return past


def subject(said: Mapping[str, Any]) -> str:
    """The id of the channel that a message is about; empty if it is about none.

    >>> subject({"peer": {"id": "d1-7"}}), subject({"type": "ApplicationReplaced"})
    ('d1-7', '')
    """
    match said:
        case {"channel": {"id": str(channel)}} | {"peer": {"id": str(channel)}}:
            return channel
        case {"playback": {"target_uri": str(target)}}:
            return target.removeprefix("channel:")
    return ""


def _message(call: str, message: str, at: float, said: Mapping[str, Any]) -> events.Event | None:
    match said:
        case {"eventname": dialplan.STARTED}:
            return events.MessageStarted(call=call, message=message, at=at)
        case {"eventname": dialplan.OVER, "userevent": {"status": status}}:
            played = status == "SUCCESS"
            return events.MessageEnded(call=call, message=message, played=played, at=at)
    return None


def _ended(call: str, cause: int, sip: int | None, at: float, past: Past) -> events.HungUp:
    rang_out = (cause, sip) == _RING_TIMEOUT
    return events.HungUp(
        call=call,
        cause=cause,
        sip=sip,
        local=cause == 0 and sip is None and not past.progressed,
        by_us=past.ended_by == "us" or (not past.ended_by and (past.asked or rang_out)),
        at=at,
    )
