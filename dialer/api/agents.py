"""Agents at work: their states now, and the orders that somebody else gives for them."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.api import things
from dialer.api.campaigns import Taken
from dialer.api.gate import sees
from dialer.api.house import Here, House
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.engine.events import LoggedOut, Paused, WentReady

Asking = Request[Visitor, Any, Any]


class AgentShown(msgspec.Struct, frozen=True, kw_only=True):
    """An agent now."""

    agent: str
    pool: str
    state: str
    since: float
    call: str
    reason: str


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an agent pauses."""

    reason: Annotated[str, Meta(max_length=60)] = ""


@route("GET /api/v1/agents")
async def agents(request: Asking, house: Here) -> list[AgentShown]:
    """Those of his teams."""
    told = (await house.status())["agents"]
    marks = await things.of_agents(house, [one["agent"] for one in told])
    return [
        msgspec.convert(one, AgentShown)
        for one in told
        if sees(request.user, "agent.see", marks[one["agent"]])
    ]


@route("POST /api/v1/agents/{agent}/pause")
async def pause(
    agent: FromPath[str], data: JSONBody[Reason], request: Asking, house: Here
) -> Taken:
    """No more calls, after the one that is going on."""
    return await _steered(house, request.user, Paused(agent=agent, reason=data.reason, at=0.0))


@route("POST /api/v1/agents/{agent}/ready")
async def ready(agent: FromPath[str], request: Asking, house: Here) -> Taken:
    """Calls again."""
    return await _steered(house, request.user, WentReady(agent=agent, at=0.0))


@route("POST /api/v1/agents/{agent}/log-out")
async def log_out(agent: FromPath[str], request: Asking, house: Here) -> Taken:
    """The shift is over, after the call that is going on."""
    return await _steered(house, request.user, LoggedOut(agent=agent, at=0.0))


HANDLERS = (agents, pause, ready, log_out)


async def _steered(house: House, visitor: Visitor, order: Paused | WentReady | LoggedOut) -> Taken:
    # The event names the agent; who gave the order for him is in the audit log, with its number.
    seq = await house.order(order)
    what = {"order": type(order).__name__, "seq": seq}
    await house.note(visitor.actor, "agent.steer", f"agent:{order.agent}", what)
    return Taken(seq)
