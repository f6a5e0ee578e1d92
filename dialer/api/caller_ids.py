"""The numbers that we show: how they fare, which rest, what proves that they are ours, a test."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer import reach
from dialer.api.consents import Instant
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.asterisk.trunks import ways
from dialer.caller_ids import Row, overview
from dialer.engine.events import CallerIdRestWanted
from dialer.journal.book import Book
from dialer.journal.ownership import Proof, Trial

Asking = Request[Visitor, Any, Any]
HOUR_S = 3600.0


class Rest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long a number shall not be shown."""

    hours: Annotated[float, Meta(gt=0, le=8760)] = 24.0
    why: Annotated[str, Meta(max_length=500)] = ""


class Woken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it may be shown again."""

    why: Annotated[str, Meta(max_length=500)] = ""


class NewProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves that a number is ours."""

    source: Annotated[str, Meta(min_length=1, max_length=200)]
    "A contract, a bill, the carrier's portal, a letter, a test call."
    says: Annotated[str, Meta(min_length=1, max_length=2000)]
    "Where it lies, or its words."
    expires_at: Instant | None = None


class Given(msgspec.Struct, frozen=True):
    """The order's number in the journal, where it is on disk."""

    seq: int


class Withdrawn(msgspec.Struct, frozen=True):
    """Whether it was in force."""

    withdrawn: bool


@route("GET /api/v1/caller-ids")
async def caller_ids(house: Here) -> list[Row]:
    """Those that a trunk may show, or that were shown in the last days."""
    return await in_thread(_overview, house)


@route("POST /api/v1/caller-ids/{number}/rest")
async def rest(number: FromPath[str], data: JSONBody[Rest], request: Asking, house: Here) -> Given:
    """It is shown no more for so long; no other number takes over what it carried."""
    await _must_be_ours(house, number)
    until = house.clock() + HOUR_S * data.hours
    return await _ordered(house, request.user, "rest", number, until, data.why)


@route("POST /api/v1/caller-ids/{number}/wake")
async def wake(number: FromPath[str], data: JSONBody[Woken], request: Asking, house: Here) -> Given:
    """Its rest ends now; it is judged by the calls that come from here on."""
    await _must_be_ours(house, number)
    return await _ordered(house, request.user, "wake", number, 0.0, data.why)


@route("POST /api/v1/caller-ids/{number}/proofs", status_code=201)
async def prove(
    number: FromPath[str], data: JSONBody[NewProof], request: Asking, house: Here
) -> Proof:
    """Who says so, when, by what: it stays on record."""
    await _must_be_ours(house, number)
    at = house.clock()
    if data.expires_at is not None and data.expires_at <= at:
        raise Refused(422, "expires_at: it is over already.", "over_already")
    proof = Proof(
        caller_id=number, source=data.source, says=data.says,
        proved_by=request.user.user.name, proved_at=at, expires_at=data.expires_at,
    )  # fmt: skip
    kept = await in_thread(_in_book, house, lambda book: book.prove(proof))
    await house.note(
        request.user.actor, "limit.edit", f"caller-id:{number}", {"proved": data.source}
    )
    return msgspec.structs.replace(proof, proof=kept)


@route("DELETE /api/v1/caller-ids/{number}/proofs/{proof}")
async def withdraw(
    number: FromPath[str], proof: FromPath[str], request: Asking, house: Here
) -> Withdrawn:
    """It proves nothing from now on. That it was recorded stays."""
    if not (proof.isascii() and proof.isdecimal() and len(proof) < 19):
        raise Refused(404)
    by, at = request.user.user.name, house.clock()

    def done(book: Book) -> bool:
        return book.withdraw_proof(number, int(proof), by=by, at=at)

    was = await in_thread(_in_book, house, done)
    await house.note(
        request.user.actor, "limit.edit", f"caller-id:{number}", {"withdrawn": int(proof)}
    )
    return Withdrawn(was)


@route("POST /api/v1/caller-ids/{number}/test")
async def test(number: FromPath[str], request: Asking, house: Here) -> Trial:
    """Call it by its trunk and see it come in: it is refused there, and nobody hears it."""
    await _must_be_ours(house, number)
    known = await in_thread(house.records.campaigns)
    trunks = await in_thread(ways, house.settings)
    async with house.knock() as dialer:
        found = await reach.tested(
            dialer, house.records.journal, trunks, known.values(), number,
            user=request.user.user.name,
        )  # fmt: skip
    came = {"reached": found.came_at is not None}
    await house.note(request.user.actor, "limit.edit", f"caller-id:{number}", came)
    return found


HANDLERS = (caller_ids, rest, wake, prove, withdraw, test)


def _overview(house: House) -> list[Row]:
    if not house.records.journal.exists():
        return []
    return overview(house.records.journal, ways(house.settings), house.clock())


async def _must_be_ours(house: House, number: str) -> None:
    if number not in {one.caller_id for one in await in_thread(_overview, house)}:
        raise Refused(404)


async def _ordered(
    house: House, visitor: Visitor, what: str, number: str, until: float, why: str
) -> Given:
    order = CallerIdRestWanted(number, until=until, why=why, user=visitor.user.name, at=0.0)
    seq = await house.order(order)
    await house.note(visitor.actor, "limit.edit", f"caller-id:{number}", {"order": what})
    return Given(seq)


def _in_book(house: House, job: Any) -> Any:
    with Book(house.records.journal) as book:
        return job(book)
