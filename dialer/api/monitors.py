"""Supervisors at agents' ears: begin, change, end; and the recording of a call that goes on.

Whom one may hear is asked twice: by the agent's team at the gate, by the call's campaign here. It
ends with the call, so that nobody comes to hear the next one, which may be another campaign's.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.access.rules import Thing
from dialer.api.campaigns import Taken
from dialer.api.gate import must
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.asterisk.world import phones
from dialer.engine.events import (
    How,
    MonitorUnwanted,
    MonitorWanted,
    RecordingPauseWanted,
    RecordingResumeWanted,
)

Asking = Request[Visitor, Any, Any]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With which phone."""

    phone: Annotated[str, Meta(max_length=40)] = ""
    "Its name; empty: one's own softphone in the browser."


class Phones(msgspec.Struct, frozen=True, kw_only=True):
    """What one can listen with."""

    softphone: bool
    "There is one of one's own name, for the browser."
    phones: tuple[str, ...]
    "Phones on desks."


@route("POST /api/v1/agents/{agent}/listen")
async def listen(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """Hear the agent and the customer; nobody hears who listens."""
    return await _monitored(house, request.user, agent, "listen", data.phone)


@route("POST /api/v1/agents/{agent}/whisper")
async def whisper(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """And be heard by the agent alone."""
    return await _monitored(house, request.user, agent, "whisper", data.phone)


@route("POST /api/v1/agents/{agent}/barge")
async def barge(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """And be heard by both."""
    return await _monitored(house, request.user, agent, "barge", data.phone)


@route("POST /api/v1/monitor/stop")
async def stop(request: Asking, house: Here) -> Taken:
    """One's own listening, whomever it is to."""
    name = request.user.user.name
    seq = await house.order(MonitorUnwanted(name, at=0.0))
    await house.note(request.user.actor, "monitor.stop", f"user:{name}", {"seq": seq})
    return Taken(seq)


@route("GET /api/v1/monitor")
async def own_phones(request: Asking, house: Here) -> Phones:
    """The softphone, if there is one, and the phones on desks."""
    known = await in_thread(phones, house.settings)
    soft = any(one.webrtc and one.name == request.user.user.name for one in known)
    return Phones(softphone=soft, phones=tuple(one.name for one in known if not one.webrtc))


@route("POST /api/v1/agents/{agent}/recording/pause")
async def pause(agent: FromPath[str], request: Asking, house: Here) -> Taken:
    """What is said now is not recorded."""
    call = await _call_of(house, agent)
    return await _recording(house, request.user, "pause", RecordingPauseWanted(agent, call, at=0.0))


@route("POST /api/v1/agents/{agent}/recording/resume")
async def resume(agent: FromPath[str], request: Asking, house: Here) -> Taken:
    """From now on it is again."""
    call = await _call_of(house, agent)
    return await _recording(
        house, request.user, "resume", RecordingResumeWanted(agent, call, at=0.0)
    )


HANDLERS = (listen, whisper, barge, stop, own_phones, pause, resume)


async def _monitored(house: House, visitor: Visitor, agent: str, how: How, phone: str) -> Taken:
    call = await _call_of(house, agent)
    open_ = await in_thread(house.records.open_calls)
    campaign = open_[call].campaign if call in open_ else ""
    must(visitor, f"monitor.{how}", [Thing(campaign=campaign, owner=agent)])
    endpoint = await _endpoint(house, visitor, phone)
    name = visitor.user.name
    seq = await house.order(MonitorWanted(name, agent, how, endpoint, at=0.0))
    what = {"call": call, "campaign": campaign, "phone": phone, "seq": seq}
    await house.note(visitor.actor, f"monitor.{how}", f"agent:{agent}", what)
    return Taken(seq)


async def _call_of(house: House, agent: str) -> str:
    told = (await house.status())["agents"]
    call = next((one["call"] for one in told if one["agent"] == agent), "")
    if not call:
        raise Refused(409, f"{agent} is in no call.")
    return str(call)


async def _endpoint(house: House, visitor: Visitor, phone: str) -> str:
    """Where Asterisk calls who listens."""
    name = visitor.user.name
    known = await in_thread(phones, house.settings)
    if phone:
        if not any(one.name == phone and not one.webrtc for one in known):
            raise Refused(409, f"There is no phone {phone} here.")
        return f"PJSIP/{phone}"
    if not any(one.name == name and one.webrtc for one in known):
        raise Refused(409, "There is no softphone of your own here: choose a phone on a desk.")
    if any(one["agent"] == name for one in (await house.status())["agents"]):
        raise Refused(409, "Your softphone is at your desk: end your shift, or choose a phone.")
    return f"PJSIP/{name}"


async def _recording(
    house: House, visitor: Visitor, what: str, order: RecordingPauseWanted | RecordingResumeWanted
) -> Taken:
    seq = await house.order(order)
    await house.note(visitor.actor, f"recording.{what}", f"call:{order.call}", {"seq": seq})
    return Taken(seq)
