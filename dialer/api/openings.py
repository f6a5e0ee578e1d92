"""Openings: the first seconds after the answer, heard again, and said who it was.

A menu or a mailbox may be enrolled from one: its recording is known at the next call. Who hears
one, says who it was, enrols one, lets one go or takes the told ones away is in the audit log.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, JSONBody

from dialer.api.calls import within
from dialer.api.cdrs import Asked
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.detection.library import Card, Shelf, of_call
from dialer.detection.manifest import samples
from dialer.detection.openings import Label, Openings, Who
from dialer.engine.announced import RECORDED
from dialer.errors import SettingsError
from dialer.warehouse import Warehouse

Asking = Request[Visitor, Any, Any]
QUESTION = Path(__file__).with_name("sql") / "openings.sql"
MOST = 200
"So many of the latest are shown."


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard after an answer, and of what call."""

    call: str
    campaign: str
    masked: str
    verdict: str
    verdict_cause: str
    outcome: str
    disposition: str | None
    ended_at: float
    agents: tuple[str, ...]
    told: str = ""
    "Who it was, by the word of who listened; empty: nobody has said."
    told_by: str = ""
    prompt: str = ""
    "The name under which its recording is known; empty: it is not."


class Shown(msgspec.Struct, frozen=True):
    """All that the page shows."""

    keeps: bool
    "Whether openings are kept."
    keep_days: int
    openings: list[Opening]
    "The latest first."


class Gone(msgspec.Struct, frozen=True):
    """Whose opening was deleted."""

    call: str


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who it was."""

    label: Who


GONE = "The opening of this call is not there, or not any more."


@route("GET /api/v1/openings")
async def openings(request: Asking, house: Here) -> Shown:
    """Those of his campaigns, and of his own calls."""
    kept = _kept(house)
    calls = list(await in_thread(kept.calls))[:MOST]
    labels = await in_thread(kept.labels)
    prompts = {card.source: card.name for card in await in_thread(_shelf(house).cards)}
    seen = await _within(request, house, "recording.listen", calls)
    wanted = house.settings.listening
    return Shown(
        keeps=wanted.keep_openings,
        keep_days=wanted.keep_days,
        openings=[_told_of(one, labels.get(one.call), prompts) for one in seen],
    )


@route("GET /api/v1/openings/{call}/audio")
async def audio(call: FromPath[str], request: Asking, house: Here) -> Response[bytes]:
    """The sound."""
    file = await in_thread(_kept(house).file, call)
    if file is None:
        raise Refused(409, GONE, "opening_gone")
    await house.note(request.user.actor, "opening.play", f"call:{call}")
    return Response(await in_thread(file.read_bytes), media_type="audio/wav")


@route("PUT /api/v1/openings/{call}")
async def tell(call: FromPath[str], data: JSONBody[Word], request: Asking, house: Here) -> Opening:
    """Say who it was: its sound is kept with that, and teaches the listener."""
    one = (await in_thread(_records, house, [call], Asked(everything=True)))[0]
    label = Label(
        call=call, label=data.label, heard_as=one.verdict, campaign=one.campaign,
        by=request.user.user.name, at=house.clock(),
    )  # fmt: skip
    if not await in_thread(_kept(house).tell, label):
        raise Refused(409, GONE, "opening_gone")
    told = {"label": data.label, "heard_as": one.verdict}
    await house.note(request.user.actor, "opening.label", f"call:{call}", told)
    return msgspec.structs.replace(one, told=label.label, told_by=label.by)


@route("POST /api/v1/openings/{call}/prompt", status_code=200)
async def enrol(call: FromPath[str], request: Asking, house: Here) -> Card:
    """What was told to be a menu or a machine is known at the next call, by its recording."""
    kept = _kept(house)
    label = (await in_thread(kept.labels)).get(call)
    kind = RECORDED.get(label.label) if label else None
    file = await in_thread(kept.file, call)
    if kind is None or file is None:
        raise Refused(
            409,
            "Nobody has said that this is a menu or a machine, or its sound is gone.",
            "opening_untold",
        )
    card = Card(
        name=f"{kind}-{call}".lower(), kind=kind, added_at=house.clock(),
        added_by=request.user.user.name, source=of_call(call),
    )  # fmt: skip
    try:
        added = await in_thread(_shelf(house).add, card, await in_thread(samples, file))
    except SettingsError as why:
        raise Refused(409, f"Not enrolled: {why}.").because(why) from None
    await house.note(request.user.actor, "opening.enrol", f"call:{call}", {"prompt": added.name})
    return added


@route("DELETE /api/v1/openings/{call}")
async def let_go(call: FromPath[str], request: Asking, house: Here) -> Gone:
    """Delete its sound, and what was said of it, before its time."""
    if not await in_thread(_kept(house).let_go, call):
        raise Refused(409, GONE, "opening_gone")
    await house.note(request.user.actor, "opening.delete", f"call:{call}")
    return Gone(call)


@route("GET /api/v1/openings/told")
async def told(request: Asking, house: Here) -> Response[bytes]:
    """Those of which somebody has said who it was, as a zip with a manifest."""
    kept = _kept(house)
    labels = await in_thread(kept.labels)
    seen = await _within(request, house, "recording.export", list(labels))
    out = io.BytesIO()
    calls = await in_thread(kept.pack, out, {one.call for one in seen})
    await house.note(request.user.actor, "opening.export", "opening:told", {"calls": calls})
    named = {"content-disposition": 'attachment; filename="openings.zip"'}
    return Response(out.getvalue(), media_type="application/zip", headers=named)


HANDLERS = (openings, audio, tell, enrol, let_go, told)


def _kept(house: House) -> Openings:
    return Openings(house.settings.openings_folder)


def _shelf(house: House) -> Shelf:
    return Shelf(house.settings.prompts_folder)


def _told_of(one: Opening, label: Label | None, prompts: Mapping[str, str]) -> Opening:
    told, by = (label.label, label.by) if label else ("", "")
    known = prompts.get(of_call(one.call), "")
    return msgspec.structs.replace(one, told=told, told_by=by, prompt=known)


async def _within(
    request: Asking, house: House, action: str, calls: Sequence[str]
) -> list[Opening]:
    asked = within(request.user.user, Asked(), action)
    return await in_thread(_records, house, calls, asked)


def _records(house: House, calls: Sequence[str], asked: Asked) -> list[Opening]:
    """The records of these calls, within a scope."""
    if not calls:
        return []
    scope = {"everything": asked.everything, "campaigns": list(asked.campaigns), "me": asked.me}
    frame = Warehouse(house.home, house.records.source()).query(
        QUESTION.read_text(), {**scope, "calls": list(calls)}
    )
    return [
        Opening(**{**_plain(row), "agents": tuple(row["agents"])})
        for row in frame.to_dict("records")
    ]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    # A missing word is NaN in a frame, and would be no JSON.
    return {k: None if k != "agents" and v != v else v for k, v in row.items()}
