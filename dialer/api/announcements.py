"""Recordings that are known, and announcements before the answer that nobody has named yet.

What is named here is known at the next call: the listeners look for a new library each second.
Who hears a capture, names or deletes one is in the audit log.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.detection.captured import Captures, Group
from dialer.detection.library import Card, Shelf, of_call
from dialer.engine.announced import ANNOUNCED, ANSWERED
from dialer.errors import SettingsError

Asking = Request[Visitor, Any, Any]
Short = Annotated[str, Meta(max_length=40)]


class Announcements(msgspec.Struct, frozen=True):
    """All that the page shows."""

    captures: bool
    "Whether unknown ones are captured."
    keep_days: int
    unknown: list[Group]
    "And those that were recognised, to be heard again and named rightly."
    known: list[Card]
    kinds: dict[str, str]
    "Kind -> the outcome of a call that it ends; empty: it rings on."
    answered: dict[str, str]
    "Kind -> the verdict that it gives a call once that is answered."


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an announcement says."""

    capture: Annotated[str, Meta(max_length=80)]
    "The name of its group."
    kind: Short
    carrier: Short = ""
    language: Short = ""
    country: Short = ""


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a known announcement says in truth."""

    kind: Short


class Gone(msgspec.Struct, frozen=True):
    """Of how many calls a capture was let go."""

    calls: int


@route("GET /api/v1/announcements")
async def announcements(house: Here) -> Announcements:
    """Known and unknown ones, the most frequent unknown one first, then those that were taken for a
    known one."""
    wanted = house.settings.announcements
    return Announcements(
        captures=wanted.capture,
        keep_days=wanted.keep_days,
        unknown=await in_thread(_captures(house).groups),
        known=await in_thread(_shelf(house).cards),
        kinds=dict(ANNOUNCED),
        answered=dict(ANSWERED),
    )


@route("GET /api/v1/announcements/{announcement}/audio")
async def audio(announcement: FromPath[str], request: Asking, house: Here) -> Response[bytes]:
    """The sound of a capture."""
    file = await in_thread(_captures(house).file, announcement)
    if file is None:
        raise Refused(404)
    await house.note(request.user.actor, "announcement.play", f"call:{announcement}")
    return Response(await in_thread(file.read_bytes), media_type="audio/wav")


@route("POST /api/v1/announcements", status_code=201)
async def label(data: JSONBody[Label], request: Asking, house: Here) -> Card:
    """Say what a group of captures says: it is enrolled, and known at the next call."""
    card = Card(
        name=f"{data.kind}-{data.capture}".lower(),
        kind=data.kind,
        carrier=data.carrier.strip(),
        language=data.language.strip(),
        country=data.country.strip().lower(),
        added_at=house.clock(),
        added_by=request.user.user.name,
        source=of_call(data.capture),
    )
    try:
        added = await in_thread(_captures(house).enrol, _shelf(house), data.capture, card)
    except SettingsError as why:
        raise Refused(409, f"Not enrolled: {why}.").because(why) from None
    await house.note(request.user.actor, "announcement.label", f"prompt:{added.name}")
    return added


@route("PUT /api/v1/announcements/{announcement}")
async def correct(
    announcement: FromPath[str], data: JSONBody[Correction], request: Asking, house: Here
) -> Card:
    """A known one says something else than was thought: so it is known at the next call."""
    shelf = _shelf(house)
    if announcement not in {card.name for card in await in_thread(shelf.cards)}:
        raise Refused(404)
    try:
        card = await in_thread(shelf.relabel, announcement, data.kind)
    except SettingsError as why:
        raise Refused(409, f"Not corrected: {why}.").because(why) from None
    await house.note(request.user.actor, "announcement.correct", f"prompt:{card.name}")
    return card


@route("DELETE /api/v1/announcements/{announcement}")
async def forget(announcement: FromPath[str], request: Asking, house: Here) -> Gone:
    """Let go of a group of captures: it is no announcement, or nobody's business."""
    calls = await in_thread(_captures(house).forget, announcement)
    await house.note(request.user.actor, "announcement.delete", f"call:{announcement}")
    return Gone(calls)


HANDLERS = (announcements, audio, label, correct, forget)


def _captures(house: House) -> Captures:
    return Captures(house.settings.captures_folder)


def _shelf(house: House) -> Shelf:
    return Shelf(house.settings.prompts_folder)
