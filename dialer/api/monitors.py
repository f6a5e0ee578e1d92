"""Supervisors at agents' ears: begin, change, end; and the recording of a call that goes on.

Whom one may hear is asked twice: by the agent's team at the gate, by the call's campaign here. It
ends with the call, so that nobody comes to hear the next one, which may be another campaign's.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.access.rules import Thing, may
from dialer.api.campaigns import Taken
from dialer.api.gate import must
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
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

    softphone: dict[str, Any] | None
    "How one's own browser registers; null where there is no softphone of one's name."
    phones: tuple[str, ...]
    "Phones on desks."


@route("POST /api/v1/agents/{agent}/listen")
async def listen(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """Hear the agent and the customer; nobody hears who listens."""
    return await _monitored(request, house, agent, "listen", data.phone)


@route("POST /api/v1/agents/{agent}/whisper")
async def whisper(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """And be heard by the agent alone."""
    return await _monitored(request, house, agent, "whisper", data.phone)


@route("POST /api/v1/agents/{agent}/barge")
async def barge(
    agent: FromPath[str], data: JSONBody[Wanted], request: Asking, house: Here
) -> Taken:
    """And be heard by both."""
    return await _monitored(request, house, agent, "barge", data.phone)


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
    user = request.user.user
    told = await request.app.state.desks.phones.furniture(user.name)
    soft = told["soft"] if may(user, "desk.use", Thing(owner=user.name)) else None
    return Phones(softphone=soft, phones=tuple(told["hard"]))


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


async def _monitored(request: Asking, house: House, agent: str, how: How, phone: str) -> Taken:
    visitor = request.user
    call = await _call_of(house, agent)
    open_ = await in_thread(house.records.open_calls)
    campaign = open_[call].campaign if call in open_ else ""
    must(visitor, f"monitor.{how}", [Thing(campaign=campaign, owner=agent)])
    name = visitor.user.name
    endpoint: str = await request.app.state.desks.phones.endpoint(name, phone)
    if not phone and name in await _at_work(house):
        raise Refused(
            409, "Your softphone is at your desk: end your shift, or choose a phone.", "at_desk"
        )
    seq = await house.order(MonitorWanted(name, agent, how, endpoint, at=0.0))
    what = {"call": call, "campaign": campaign, "phone": phone, "seq": seq}
    await house.note(visitor.actor, f"monitor.{how}", f"agent:{agent}", what)
    return Taken(seq)


async def _call_of(house: House, agent: str) -> str:
    told = (await house.status())["agents"]
    call = next((one["call"] for one in told if one["agent"] == agent), "")
    if not call:
        raise Refused(409, f"{agent} is in no call.", "in_no_call", agent=agent)
    return str(call)


async def _at_work(house: House) -> set[str]:
    told = (await house.status())["agents"]
    return {one["agent"] for one in told if one["state"] != "LOGGED_OUT"}


async def _recording(
    house: House, visitor: Visitor, what: str, order: RecordingPauseWanted | RecordingResumeWanted
) -> Taken:
    seq = await house.order(order)
    await house.note(visitor.actor, f"recording.{what}", f"call:{order.call}", {"seq": seq})
    return Taken(seq)
