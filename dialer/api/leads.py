"""Leads as people may see them: numbers masked; to reveal one is a permission, and recorded."""

import io
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from dialer import logs
from dialer.access.numbers import reveal as reveal_one
from dialer.access.store import Access
from dialer.api import things
from dialer.api.gate import sees
from dialer.api.house import Here, in_thread
from dialer.api.lists import Country
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.evidence import Packed, pack
from dialer.leads.hopper import Lead

Asking = Request[Visitor, Any, Any]
State = Literal["", "open", "intended", "done"]


class NumberShown(msgspec.Struct, frozen=True, kw_only=True):
    """One of a lead's numbers."""

    masked: str
    place: str
    kind: str
    attempts: int
    dead: bool


class LeadShown(msgspec.Struct, frozen=True, kw_only=True):
    """A lead as it stands."""

    lead: str
    list: str
    state: str
    why: str
    priority: int
    attempts: int
    callback: bool
    disposition: str
    due_at: float
    numbers: tuple[NumberShown, ...]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A lead, and what its list said of it."""

    lead: LeadShown
    person: dict[str, str]
    "Its fields; what looks like a number or an address in them is masked."


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to look for. In a body, since the addresses of pages are kept in many places."""

    number: Annotated[str, Meta(max_length=64)]
    country: Country = "us"


class Revealed(msgspec.Struct, frozen=True):
    """Numbers in full."""

    numbers: tuple[str, ...]


@route("GET /api/v1/lists/{list}/leads")
async def leads_of_list(
    list: FromPath[str],
    house: Here,
    in_state: Annotated[State, QueryParameter(name="state")] = "",
    why: Annotated[str, QueryParameter(max_length=20)] = "",
    after: Annotated[int, QueryParameter(ge=0, le=2**62)] = 0,
    n: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> tuple[LeadShown, ...]:
    """So many leads of a list, by their ids; the next page is `after` the last one's."""

    def found() -> tuple[LeadShown, ...]:
        leads = house.records.people.on(list, state=in_state, why=why, after=after, n=n)
        return tuple(map(_shown, leads))

    return await in_thread(found)


@route("POST /api/v1/leads/search")
async def search(data: JSONBody[Wanted], request: Asking, house: Here) -> list[LeadShown]:
    """The leads that have a number, on all lists that he may see."""
    found = await in_thread(house.records.people.having, data.number, data.country)
    marks = await things.of_lists(house, {one.list for one in found})
    return [_shown(one) for one in found if sees(request.user, "lead.see", marks[one.list])]


@route("GET /api/v1/leads/{lead}")
async def one_lead(lead: FromPath[str], house: Here) -> Person:
    """One of them, with what its list said."""
    found = await in_thread(house.records.people.lead, lead)
    assert found is not None, "the gate has seen it"
    person = await in_thread(house.records.people.person, lead)
    return Person(
        lead=_shown(found), person={field: logs.text(said) for field, said in person.items()}
    )


@route("POST /api/v1/leads/{lead}/reveal")
async def reveal(lead: FromPath[str], request: Asking, house: Here) -> Revealed:
    """Its numbers in full. Recorded before it is answered."""
    digits = await in_thread(house.records.people.digits_of, lead)
    by, thing, at = request.user.actor, request.state.things[0], house.clock()

    def told(access: Access) -> tuple[str, ...]:
        return tuple(reveal_one(access.audit, by, lead, one, thing, at=at) for one in digits)

    return Revealed(await house.access(told))


@route("POST /api/v1/leads/{lead}/evidence")
async def evidence(lead: FromPath[str], request: Asking, house: Here) -> Response[bytes]:
    """All calls to and from its numbers, why each was allowed, and the recordings: one zip."""
    digits = await in_thread(house.records.people.digits_of, lead)
    out, by = io.BytesIO(), request.user.actor
    folder = house.settings.recordings_folder

    def made() -> Packed:
        at = house.clock()
        return pack(house.records.journal, digits, folder, out, at=at, by=by.name)

    packed = await in_thread(made)
    told = {"attempts": packed.attempts, "manifest": packed.manifest}
    await house.note(by, "lead.evidence", f"lead:{lead}", told)
    named = f'attachment; filename="evidence-{lead}.zip"'
    return Response(
        out.getvalue(), media_type="application/zip", headers={"Content-Disposition": named}
    )


HANDLERS = (leads_of_list, search, one_lead, reveal, evidence)


def _shown(one: Lead) -> LeadShown:
    return LeadShown(
        lead=one.id, list=one.list, state=one.state, why=one.why, priority=one.priority,
        attempts=one.attempts, callback=one.callback, disposition=one.disposition,
        due_at=one.due_at,
        numbers=tuple(
            NumberShown(
                masked=each.masked, place=each.place, kind=each.kind, attempts=each.attempts,
                dead=each.dead,
            )
            for each in one.numbers
        ),
    )  # fmt: skip
