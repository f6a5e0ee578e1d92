"""Do-not-call and white lists: numbers on them, off them, a file in and out, how many there are.

The dialer sees each change at once.
"""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.background_tasks import BackgroundTask
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.response import File
from msgspec import Meta

from dialer.access.rules import NOTHING
from dialer.api.gate import must
from dialer.api.house import Here, House, in_thread
from dialer.api.lists import Country, CountryAsked, received
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.uploads import FILE_MAX
from dialer.api.visitor import Visitor
from dialer.journal.store import Block
from dialer.leads import dnc, listed
from dialer.leads.blocking import prefix_of
from dialer.leads.normalise import digits_of

Asking = Request[Visitor, Any, Any]
Number = Annotated[str, Meta(max_length=64)]
Text = Annotated[str, Meta(max_length=200)]
Campaign = Annotated[str, Meta(max_length=41)]


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers, or prefixes like `+1900*`, that nobody shall call, or not for this campaign."""

    numbers: Annotated[tuple[Number, ...], Meta(min_length=1, max_length=1000)]
    country: Country = "us"
    campaign: Campaign = ""
    reason: Text = ""
    expires_at: Annotated[float, Meta(ge=0)] | None = None
    "Seconds since 1970; none: for good."
    allows: bool = False
    "They are called though a shorter prefix forbids it: a white list."


class One(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number or a prefix. In a body, since the addresses of pages are kept in many places."""

    number: Number
    country: Country = "us"
    campaign: Campaign = ""
    allows: bool = False
    "Of the white list."


class Off(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number or a prefix that goes off its list."""

    number: Number
    reason: Text
    "Why: it is kept with the entry and in the audit log, and must say something."
    country: Country = "us"
    campaign: Campaign = ""
    allows: bool = False
    "Off the white list."


class Added(msgspec.Struct, frozen=True):
    """How many are new on the list, and how many were on it."""

    added: int
    known: int


class Checked(msgspec.Struct, frozen=True):
    """Whether a number must not be called."""

    blocked: bool


class Removed(msgspec.Struct, frozen=True):
    """Whether it was on the list."""

    removed: bool


@route("POST /api/v1/dnc")
async def add(data: JSONBody[Numbers], request: Asking, house: Here) -> Added:
    """All or none. Calls to them that still ring are cancelled."""
    must(request.user, "dnc.remove" if data.allows else "dnc.add", [NOTHING])
    why = msgspec.structs.replace(
        _block(request.user, house, "api", data.campaign, data.reason),
        expires_at=data.expires_at, allows=data.allows,
    )  # fmt: skip
    new = await in_thread(dnc.block, house.records.journal, data.numbers, data.country, why)
    for number in data.numbers:
        did = "dnc.allow" if data.allows else "dnc.add"
        await house.note(request.user.actor, did, dnc.thing(number, data.country))
    return Added(new, len(data.numbers) - new)


@route("GET /api/v1/dnc")
async def show(
    request: Asking,
    house: Here,
    before: Annotated[int, QueryParameter(ge=0)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> list[dnc.Entry]:
    """Entries in force, the newest first, numbers masked; `before` an entry, to page on."""
    must(request.user, "dnc.add", [NOTHING])

    def asked() -> list[dnc.Entry]:
        return dnc.entries(house.records.journal, at=house.clock(), before=before, n=limit)

    return await in_thread(asked)


@route("GET /api/v1/dnc/count")
async def count(request: Asking, house: Here) -> listed.Counted:
    """How many numbers and prefixes are in force now, for each scope; what changed in 30 days."""
    must(request.user, "dnc.add", [NOTHING])
    return await in_thread(listed.counted, house.records.journal, house.clock())


@route("GET /api/v1/dnc/export")
async def export(
    request: Asking, house: Here, allows: FromQuery[bool] = False, history: FromQuery[bool] = False
) -> File:
    """The list as CSV, numbers in full: so it is recorded. `allows`: the white list instead.

    `history`: entries that are over as well, with who ended them, when and why.
    """
    handle, name = tempfile.mkstemp(prefix="dialer-", suffix=".csv")
    path, at = Path(name), house.clock()

    def written() -> listed.Taken:
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:
            return listed.export(house.records.journal, file, at=at, allows=allows, history=history)

    try:
        taken = await in_thread(written)
        what = "white-list" if allows else "dnc-list"
        after = {"entries": taken.entries, "history": history}
        await house.note(request.user.actor, "dnc.export", f"{what}:all", after)
    except BaseException:
        await in_thread(path.unlink)  # numbers in full
        raise
    away = BackgroundTask(in_thread, path.unlink)
    return File(path, filename=f"{what}.csv", media_type="text/csv", background=away)


@route("POST /api/v1/dnc/check")
async def check(data: JSONBody[One], house: Here) -> Checked:
    """Whether it is on the list."""
    _must_be_a_number(data)

    def asked() -> bool:
        journal = house.records.journal
        return dnc.is_blocked(journal, data.number, data.country, campaign=data.campaign)

    return Checked(await in_thread(asked))


@route("POST /api/v1/dnc/remove")
async def remove(data: JSONBody[Off], request: Asking, house: Here) -> Removed:
    """It may be called again. Who said so, and why, is kept."""
    if prefix_of(data.number) is None:
        _must_be_a_number(data)
    by, at = request.user.user.name, house.clock()

    def done() -> bool:
        journal = house.records.journal
        return dnc.unblock(
            journal, data.number, data.country, by=by, at=at, reason=data.reason,
            campaign=data.campaign, allows=data.allows,
        )  # fmt: skip

    removed = await in_thread(done)
    if removed:
        what = {"why": data.reason.strip(), "campaign": data.campaign or None}
        thing = dnc.thing(data.number, data.country)
        await house.note(request.user.actor, "dnc.remove", thing, what)
    return Removed(removed)


@route("POST /api/v1/dnc/import", request_max_body_size=FILE_MAX)
async def import_numbers(
    request: Asking,
    house: Here,
    country: CountryAsked = "us",
    campaign: Annotated[str, QueryParameter(max_length=41)] = "",
    reason: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Added:
    """A CSV file of numbers and prefixes. If one row cannot be read, none is taken over."""
    must(request.user, "dnc.add", [NOTHING])
    why = _block(request.user, house, "api import", campaign, reason)
    with tempfile.TemporaryDirectory(prefix="dialer-") as folder:
        file = await received(request, Path(folder) / "dnc.csv")
        told = await in_thread(dnc.import_dnc, house.records.journal, file, country, why)
    after = {"rows": told.rows, "added": told.added}
    await house.note(request.user.actor, "dnc.add", "dnc-file:import", after)
    return Added(told.added, told.known)


HANDLERS = (add, show, count, export, check, remove, import_numbers)


def _block(visitor: Visitor, house: House, source: str, campaign: str, reason: str) -> Block:
    return Block(
        campaign=campaign, source=source, reason=reason, added_by=visitor.user.name,
        at=house.clock(),
    )  # fmt: skip


def _must_be_a_number(one: One | Off) -> None:
    if digits_of(one.number, one.country) is None:
        raise Refused(
            422, f"number: that is no telephone number of {one.country.upper()}.", "no_number",
            country=one.country.upper(),
        )  # fmt: skip
