"""The calendar: what each day of a country is and why, and the days that the house sets itself.

Days that are set hold at once, for all campaigns: they are in the journal, and claims ask there.
"""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from dialer import almanac
from dialer import calendar as days
from dialer.access.rules import Thing
from dialer.api.gate import sees
from dialer.api.house import Here, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.calendar import Asked, Calendar
from dialer.engine.compliance import DayKind, HouseDay
from dialer.journal.house_days import Entry

Asking = Request[Visitor, Any, Any]
COUNTRY = "^([A-Za-z]{2})?$"


class NewDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that the house closes, or a weekend that it works in turn."""

    kind: DayKind
    first: date
    last: date | None = None
    "None: the first alone."
    country: Annotated[str, Meta(pattern=COUNTRY)] = ""
    "Empty: everywhere."
    note: Annotated[str, Meta(max_length=200)] = ""


class Kept(msgspec.Struct, frozen=True):
    """What the house has set."""

    entries: list[Entry]
    file: list[HouseDay]
    "Days of the settings' file: country, day, what it is. They hold for campaigns opened since."


class Ended(msgspec.Struct, frozen=True):
    """Whether it was in force."""

    ended: bool


@route("GET /api/v1/calendar")
async def calendar(
    request: Asking,
    house: Here,
    country: Annotated[str, QueryParameter(pattern=COUNTRY)] = "",
    campaign: FromQuery[str] = "",
    law: FromQuery[str] = "",
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
    language: Annotated[str, QueryParameter(pattern="^[a-z]{2}$")] = "en",
) -> Calendar:
    """By the rules of a campaign, or of a law. Left out: the house's usual, and this month."""
    known = await in_thread(house.records.campaigns)
    mine = {n: one for n, one in known.items() if sees(request.user, "campaign.see", [_its(n)])}
    if campaign and campaign not in mine:
        raise Refused(404)
    asked = Asked(country=country, campaign=campaign, law=law, first=first, last=last,
                  language=language)  # fmt: skip
    return await in_thread(days.shown, house.settings, mine, asked, house.clock())


@route("GET /api/v1/calendar/days")
async def kept(house: Here) -> Kept:
    """Those that people set and nobody has ended, and those of the file."""
    found = await in_thread(almanac.entries, house.records.journal)
    return Kept(found, list(await in_thread(almanac.load, house.settings.holidays)))


@route("POST /api/v1/calendar/days", status_code=201)
async def set_days(data: JSONBody[NewDays], request: Asking, house: Here) -> Entry:
    """They hold at once, for every campaign; what rings goes on."""
    entry = Entry(
        kind=data.kind, region=data.country.upper(), first=data.first, last=data.last or data.first,
        note=data.note.strip(), added_by=request.user.user.name, added_at=house.clock(),
    )  # fmt: skip
    made = await in_thread(almanac.set_days, house.records.journal, entry)
    await house.note(request.user.actor, *almanac.noted(made, made.kind))
    return made


@route("DELETE /api/v1/calendar/days/{entry}")
async def end_days(entry: FromPath[str], request: Asking, house: Here) -> Ended:
    """They are days like any others, from now on. Who said so stays on record."""
    found = {f"{one.entry}": one for one in await in_thread(almanac.entries, house.records.journal)}
    if entry not in found:
        return Ended(False)
    one, by, at = found[entry], request.user.user.name, house.clock()
    was = await in_thread(lambda: almanac.end_days(house.records.journal, one.entry, by=by, at=at))
    await house.note(request.user.actor, *almanac.noted(one, "ended"))
    return Ended(was)


HANDLERS = (calendar, kept, set_days, end_days)


def _its(name: str) -> Thing:
    return Thing(campaign=name)
