"""Calls: those under way, and the records of those that ended; numbers masked."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, QueryParameter

from dialer.access.permissions import Reach
from dialer.access.rules import EVERYWHERE, Thing, User, reach
from dialer.api import things
from dialer.api.cdrs import PAGE, Asked, Ended
from dialer.api.gate import sees
from dialer.api.house import Here, in_thread
from dialer.api.table import route
from dialer.api.visitor import Visitor

Asking = Request[Visitor, Any, Any]
Word = Annotated[str, QueryParameter(max_length=64)]


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is promised, rings or talks."""

    call: str
    campaign: str
    list: str
    lead: str
    attempt: int
    masked: str
    region: str
    trunk: str
    mode: str
    intended_at: float
    agent: str
    "Who has it; empty while nobody does."


@route("GET /api/v1/calls/live")
async def live(request: Asking, house: Here) -> list[Live]:
    """Those of his campaigns, and his own."""
    status = await house.status()
    owner = things.on_calls(status)
    return [
        Live(
            call=call, campaign=one.campaign, list=one.list, lead=one.lead, attempt=one.attempt,
            masked=one.masked, region=one.region, trunk=one.trunk, mode=one.mode,
            intended_at=one.at, agent=owner.get(call, ""),
        )
        for call, one in (await in_thread(house.records.open_calls)).items()
        if sees(
            request.user, "call.see", [Thing(campaign=one.campaign, owner=owner.get(call, ""))]
        )
    ]  # fmt: skip


@route("GET /api/v1/calls")
async def ended(
    request: Asking,
    house: Here,
    campaign: Word = "",
    outcome: Word = "",
    agent: Word = "",
    disposition: Word = "",
    lead: Word = "",
    since: Annotated[float | None, QueryParameter(ge=0, le=1e11)] = None,
    until: Annotated[float | None, QueryParameter(ge=0, le=1e11)] = None,
    page: Annotated[str, QueryParameter(pattern=f"^(|{PAGE.pattern})$")] = "",
    n: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
) -> list[Ended]:
    """The latest first. The next page is asked for with the `page` of the last call.

    `since` and `until` are seconds since 1970 UTC, and bound the instants at which calls ended.
    """
    asked = Asked(
        campaign=campaign, outcome=outcome, agent=agent, disposition=disposition, lead=lead,
        since=since, until=until, page=page, n=n,
    )  # fmt: skip
    return await in_thread(house.records.calls, within(request.user.user, asked))


@route("GET /api/v1/calls/{call}")
async def one_call(call: FromPath[str], house: Here) -> Ended:
    """One record."""
    found = await in_thread(house.records.call, call)
    assert found is not None, "the gate has seen it"
    return found


HANDLERS = (live, ended, one_call)


def within(user: User, asked: Asked, action: str = "call.see") -> Asked:
    """The question, within somebody's scope."""
    far = reach(user, action)
    everything = far is Reach.ALL or (far is Reach.SCOPE and EVERYWHERE in user.campaigns)
    campaigns = tuple(sorted(user.campaigns)) if far is Reach.SCOPE else ()
    return msgspec.structs.replace(asked, everything=everything, campaigns=campaigns, me=user.name)
