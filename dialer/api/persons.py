"""One person: all that is kept of him as a file, or erased; orders to erase, and their proofs."""

import io
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.access.rules import NOTHING
from dialer.api.gate import must
from dialer.api.house import Here, House, in_thread
from dialer.api.lists import Country
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.erasure import work
from dialer.erasure.export import exported
from dialer.erasure.work import Erasure
from dialer.evidence import Packed
from dialer.leads.normalise import digits_of

Asking = Request[Visitor, Any, Any]


class Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of his. In a body, since the addresses of pages are kept in many places."""

    number: Annotated[str, Meta(max_length=64)]
    country: Country = "us"


class Ordered(msgspec.Struct, frozen=True):
    """An order was taken; nobody calls him from now on."""

    erasure: str


@route("POST /api/v1/persons/export")
async def export(data: JSONBody[Who], request: Asking, house: Here) -> Response[bytes]:
    """Numbers in full, fields, notes, every call and why it was allowed, recordings: one zip."""
    must(request.user, "lead.export", [NOTHING])
    digits, by, out = _digits(data, house), request.user.actor, io.BytesIO()

    def made() -> Packed:
        return exported(house.settings, digits, out, at=house.clock(), by=by.name)

    packed = await in_thread(made)
    told = {"attempts": packed.attempts, "manifest": packed.manifest}
    await house.note(by, "lead.export", f"number:+{digits}", told)
    named = 'attachment; filename="person.zip"'
    return Response(
        out.getvalue(), media_type="application/zip", headers={"Content-Disposition": named}
    )


@route("POST /api/v1/persons/erase")
async def erase(data: JSONBody[Who], request: Asking, house: Here) -> Ordered:
    """Once no call of his is up; it cannot be undone. The proof follows, see `/erasures`."""
    must(request.user, "lead.erase", [NOTHING])
    digits, by = _digits(data, house), request.user.actor

    def done() -> str:
        return work.ordered(house.settings, digits, by=by, at=house.clock())

    return Ordered(await in_thread(done))


@route("GET /api/v1/erasures")
async def erasures(house: Here) -> list[Erasure]:
    """Orders that wait and those that are done, the latest first."""
    return await in_thread(work.erasures, house.home)


@route("GET /api/v1/erasures/{erasure}/proof")
async def proof(erasure: FromPath[str], house: Here) -> Response[bytes]:
    """What was looked at and what was removed; it names nobody."""
    body = await in_thread(_proof, house, erasure)
    named = f'attachment; filename="erasure-{erasure}.json"'
    return Response(body, media_type="application/json", headers={"Content-Disposition": named})


HANDLERS = (export, erase, erasures, proof)


def _proof(house: House, erasure: str) -> bytes:
    known = {one.erasure for one in work.erasures(house.home) if one.done_at is not None}
    if erasure not in known:
        raise Refused(404)
    return work.proof_file(house.home, erasure).read_bytes()


def _digits(data: Who, house: House) -> str:
    digits = digits_of(data.number, data.country)
    if digits is None:
        raise Refused(
            422, f"number: that is no telephone number of {data.country.upper()}.", "no_number",
            country=data.country.upper(),
        )  # fmt: skip
    if not house.records.journal.exists():
        raise Refused(409, "There is nobody here yet.", "nobody_yet")
    return digits
