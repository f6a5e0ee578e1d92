"""Who agreed to be called: shown, recorded one by one or as a file, ended."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from dialer.api.dnc import Number
from dialer.api.house import Here, in_thread
from dialer.api.lists import Country, CountryAsked, received
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.uploads import FILE_MAX
from dialer.api.visitor import Visitor
from dialer.journal.book import Book
from dialer.journal.consents import Agreed
from dialer.journal.store import Consent
from dialer.leads import consent as consents_of
from dialer.leads.normalise import digits_of

Asking = Request[Visitor, Any, Any]
Campaign = Annotated[str, Meta(max_length=41)]
Instant = Annotated[float, Meta(ge=0, le=1e11)]


class New(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody agreed. Instants are seconds since 1970 UTC."""

    number: Number
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    proof: Annotated[str, Meta(min_length=1, max_length=2000)]
    country: Country = "us"
    campaign: Campaign = ""
    given_at: Instant | None = None
    "Now, where it is not said."
    expires_at: Instant | None = None


class Of(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number. In a body, since the addresses of pages are kept in many places."""

    number: Number
    country: Country = "us"


class Recorded(msgspec.Struct, frozen=True):
    """How many."""

    recorded: int


class Revoked(msgspec.Struct, frozen=True):
    """Whether it was in force."""

    revoked: bool


@route("GET /api/v1/consents")
async def consents(
    house: Here,
    before: Annotated[int, QueryParameter(ge=0, le=2**62)] = 2**62,
    n: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> list[Agreed]:
    """The latest first, ended ones too; the next page is `before` the last one's id."""

    def found() -> list[Agreed]:
        return house.records.people.consents(before=before, n=n)

    return await in_thread(found)


@route("POST /api/v1/consents")
async def add(data: JSONBody[New], request: Asking, house: Here) -> Recorded:
    """With source and proof, which is kept encrypted."""
    digits, at = _digits(data.number, data.country), house.clock()
    why = Consent(
        campaign=data.campaign, source=data.source, proof=data.proof,
        given_at=at if data.given_at is None else data.given_at, expires_at=data.expires_at,
        added_by=request.user.user.name, at=at,
    )  # fmt: skip
    if why.expires_at is not None and why.expires_at <= why.given_at:
        raise Refused(422, "expires_at: it ends before it begins.", "ends_before")

    def done() -> int:
        with Book(house.records.journal) as book:
            return book.agree([digits], why)

    recorded = await in_thread(done)
    await house.note(request.user.actor, "consent.add", f"number:+{digits}", {"by": data.source})
    return Recorded(recorded)


@route("POST /api/v1/consents/search")
async def search(data: JSONBody[Of], house: Here) -> list[Agreed]:
    """All that are on record for it."""
    return await in_thread(house.records.people.consents_of, _digits(data.number, data.country))


@route("POST /api/v1/consents/import", request_max_body_size=FILE_MAX)
async def import_consents(
    request: Asking,
    house: Here,
    country: CountryAsked = "us",
    campaign: Annotated[str, QueryParameter(max_length=41)] = "",
    source: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Recorded:
    """A CSV file, which is the body: `phone`, and `proof`, `source`, `given`, `expires`.

    If one row cannot be read, none is taken over.
    """
    at = house.clock()
    why = Consent(
        campaign=campaign, source=source or "api import", given_at=at,
        added_by=request.user.user.name, at=at,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dialer-") as folder:
        file = await received(request, Path(folder) / "consents.csv")
        journal = house.records.journal
        n = await in_thread(consents_of.import_consents, journal, file, country, why)
    await house.note(request.user.actor, "consent.add", "consents:import", {"recorded": n})
    return Recorded(n)


@route("POST /api/v1/consents/{consent}/revoke")
async def revoke(consent: FromPath[str], request: Asking, house: Here) -> Revoked:
    """Nobody calls on its strength from now on. That it was given stays on record."""
    at, by = house.clock(), request.user.user.name

    def done() -> bool:
        with Book(house.records.journal) as book:
            return book.revoke_one(_id(consent), by=by, at=at)

    try:
        revoked = await in_thread(done)
    except KeyError:
        raise Refused(404) from None
    await house.note(request.user.actor, "consent.revoke", f"consent:{_id(consent)}")
    return Revoked(revoked)


HANDLERS = (consents, add, search, import_consents, revoke)


def _id(consent: str) -> int:
    if not (consent.isascii() and consent.isdecimal() and len(consent) < 19):
        raise Refused(404)
    return int(consent)


def _digits(number: str, country: str) -> str:
    digits = digits_of(number, country)
    if digits is None:
        raise Refused(
            422, f"number: that is no telephone number of {country.upper()}.", "no_number",
            country=country.upper(),
        )  # fmt: skip
    return digits
