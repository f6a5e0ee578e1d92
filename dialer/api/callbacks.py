"""Calls that agents promised: seen, moved, given to somebody else, dropped."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from dialer import logs
from dialer.access.rules import Thing, User, may
from dialer.access.store import Access
from dialer.api.gate import sees
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.things import Things, of_promise
from dialer.api.visitor import Visitor
from dialer.journal.book import Book
from dialer.journal.callbacks import Callback, Promised

Asking = Request[Visitor, Any, Any]
AHEAD_S = 366 * 86400.0
"Nobody can promise a call for later."


class CallbackShown(msgspec.Struct, frozen=True, kw_only=True):
    """A promised call."""

    lead: str
    list: str
    campaign: str
    at: float
    whom: str
    "Who shall call: an agent, `team:NAME`, or whoever is free (empty)."
    open: bool
    "It waits for its time; else the lead is being called just now."
    promised_by: str
    masked: str
    region: str
    zones: tuple[str, ...]
    "Where the person may be: zones of the tz database."
    name: str
    "The person's, and the note, for who may see the lead; else empty."
    note: str
    set: bool
    "Whether the asker may move or drop it."


class Moved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When, and by whom. What is missing stays as it is."""

    at: Annotated[float, Meta(ge=0, le=2**40)] | None = None
    whom: Annotated[str, Meta(max_length=64)] | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised now."""

    at: float
    whom: str


@route("GET /api/v1/callbacks")
async def callbacks(
    request: Asking,
    house: Here,
    campaign: Annotated[str, QueryParameter(max_length=64)] = "",
    whom: Annotated[str, QueryParameter(max_length=64)] = "",
    since: Annotated[float, QueryParameter(ge=0, le=2**40)] = 0.0,
    until: Annotated[float, QueryParameter(ge=0, le=2**40)] = 2.0**40,
    n: Annotated[int, QueryParameter(ge=1, le=500)] = 200,
) -> list[CallbackShown]:
    """Those that he may see, the earliest first; `whom`: an agent, `team:NAME`."""
    visitor = request.user

    def found() -> list[CallbackShown]:
        known = house.records.campaigns()

        def asked(one: Callback) -> bool:
            its = of_promise(one, known)
            fits = campaign in ("", *(thing.campaign for thing in its))
            return fits and whom in ("", one.whom) and sees(visitor, "callback.see", its)

        promised = house.records.people.callbacks(asked, since=since, until=until, n=n)
        return [_shown(visitor, one, of_promise(one.callback, known)) for one in promised]

    return await in_thread(found)


@route("PUT /api/v1/callbacks/{callback}")
async def move(
    callback: FromPath[str], data: JSONBody[Moved], request: Asking, house: Here
) -> Kept:
    """Another time, another one who calls. In the journal and the audit log before the answer."""
    before = await in_thread(house.records.people.callback, callback)
    if before is None:
        raise Refused(404)
    at = before.at if data.at is None else data.at
    whom = before.whom if data.whom is None else data.whom
    if data.at is not None and not house.clock() < at <= house.clock() + AHEAD_S:
        raise Refused(400, "at: not within the year that comes", "callback_when")
    if not await house.access(lambda access: _is_somebody(access, whom, request.state.things)):
        raise Refused(400, "whom: neither an agent of this campaign nor a team", "callback_whom")

    def moved() -> bool:
        with Book(house.records.journal) as book:
            return book.move_callback(callback, at, whom)

    await _done(house, request, before, await in_thread(moved), _told(at, whom))
    return Kept(at=at, whom=whom)


@route("DELETE /api/v1/callbacks/{callback}")
async def drop(callback: FromPath[str], request: Asking, house: Here) -> None:
    """The promise is void, and the lead done with. In the audit log before the answer."""
    before = await in_thread(house.records.people.callback, callback)
    if before is None:
        raise Refused(404)

    def dropped() -> bool:
        with Book(house.records.journal) as book:
            return book.drop_callback(callback)

    await _done(house, request, before, await in_thread(dropped), {"dropped": True})


HANDLERS = (callbacks, move, drop)


async def _done(
    house: House, request: Asking, before: Callback, was_done: bool, after: dict[str, object]
) -> None:
    if not was_done:
        raise Refused(
            409, "the person is being called just now, or nothing is promised any more",
            "callback_gone",
        )  # fmt: skip
    by, at = request.user.actor, house.clock()
    was, lead = _told(before.at, before.whom), f"lead:{before.lead}"
    await house.access(
        lambda access: access.audit.append(by, "callback.set", lead, at=at, before=was, after=after)
    )


def _told(at: float, whom: str) -> dict[str, object]:
    # In words: what looks like a telephone number is masked in the audit log.
    return {"at": f"{datetime.fromtimestamp(at, UTC):%H:%M UTC, %d %b %Y}", "whom": whom}


def _is_somebody(access: Access, whom: str, things: Things) -> bool:
    """Whether somebody of that name can make the call."""
    if whom.startswith("team:"):
        return whom.removeprefix("team:") in access.accounts.teams()
    if not whom:
        return True
    user = access.accounts.user(whom)
    return user is not None and user.active and _may_call(user, things)


def _may_call(user: User, things: Things) -> bool:
    return may(user, "desk.use", Thing(owner=user.name)) and all(
        may(user, "campaign.see", Thing(campaign=one.campaign)) for one in things if one.campaign
    )


def _shown(visitor: Visitor, one: Promised, its: Things) -> CallbackShown:
    callback = one.callback
    knows = sees(visitor, "lead.see", its)
    region, _, zones = one.place.partition(" ")
    return CallbackShown(
        lead=callback.lead, list=callback.list, campaign=callback.campaign or its[0].campaign,
        at=callback.at, whom=callback.whom, open=callback.open,
        promised_by=callback.promised_by, masked=one.masked, region=region,
        zones=tuple(filter(None, zones.split(","))),
        name=logs.text(_name(one.person)) if knows else "",
        note=logs.text(one.note) if knows else "",
        set=all(may(visitor.user, "callback.set", thing) for thing in its),
    )  # fmt: skip


def _name(person: dict[str, str]) -> str:
    whole = person.get("name") or person.get("full_name")
    parts = (person.get("first_name", ""), person.get("last_name", ""))
    return whole or " ".join(filter(None, parts))
