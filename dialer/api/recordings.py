"""Recordings: which there are, a link that plays one, one as a file, one deleted before its time.

Who plays, takes or deletes one is in the audit log. Sound goes out in pieces, as players ask it.
"""

import re
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, QueryParameter

from dialer.api.calls import Word, within
from dialer.api.campaigns import Taken
from dialer.api.cdrs import PAGE, Asked
from dialer.api.gate import must
from dialer.api.house import Here, House, in_thread
from dialer.api.kept import Recording
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.things import of_call
from dialer.api.visitor import Visitor
from dialer.engine.events import RecordingDeleteWanted

Asking = Request[Visitor, Any, Any]
PIECE = 1 << 20
"Bytes that one answer holds at most, where a player asks for a part."
KIND = "audio/flac"
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")
_PATH = re.compile(r"[0-9-]{10}/[0-9a-z-]{1,64}\.flac")


class Link(msgspec.Struct, frozen=True):
    """Where a recording is played."""

    url: str
    until: int
    "Seconds since 1970 UTC; then it is good for nothing."


@route("GET /api/v1/recordings")
async def recordings(
    request: Asking,
    house: Here,
    campaign: Word = "",
    agent: Word = "",
    disposition: Word = "",
    lead: Word = "",
    since: Annotated[float | None, QueryParameter(ge=0, le=1e11)] = None,
    until: Annotated[float | None, QueryParameter(ge=0, le=1e11)] = None,
    page: Annotated[str, QueryParameter(pattern=f"^(|{PAGE.pattern})$")] = "",
    n: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
) -> list[Recording]:
    """The latest first, also those that are lost or deleted. Pages and instants as with calls."""
    asked = Asked(
        campaign=campaign, agent=agent, disposition=disposition, lead=lead,
        since=since, until=until, page=page, n=n,
    )  # fmt: skip
    seen = within(request.user.user, asked, "recording.see")
    return await in_thread(house.records.recordings, seen)


@route("GET /api/v1/recordings/{call}")
async def one_recording(call: FromPath[str], house: Here) -> Recording:
    """What became of it."""
    return await _known(house, call)


@route("POST /api/v1/recordings/{call}/link")
async def link(call: FromPath[str], request: Asking, house: Here) -> Link:
    """Good for some minutes, and for who asked for it alone."""
    await _there(house, call)
    lasts_s = house.settings.recordings.link_s
    until = int(house.clock() + lasts_s)
    await house.note(request.user.actor, "recording.listen", f"call:{call}", {"lasts_s": lasts_s})
    return Link(house.seals.link(call, request.user.user.name, until), until)


@route("GET /api/v1/recordings/{call}/audio")
async def audio(
    call: FromPath[str],
    request: Asking,
    house: Here,
    until: Annotated[int, QueryParameter(ge=0, le=10**11)] = 0,
    seal: Annotated[str, QueryParameter(max_length=64)] = "",
) -> Response[bytes]:
    """The sound: left the customer, right the agent. Only by a link, and while he still may."""
    user = request.user.user
    if not house.seals.is_good(seal, call, user.name, until, at=house.clock()):
        raise Refused(403, "This link is not yours, or too old: ask for a new one.", "tape_link")
    must(request.user, "recording.listen", await of_call(house, call))
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[1] == "0":
        await house.note(request.user.actor, "recording.play", f"call:{call}")
    return await in_thread(_sound, await _there(house, call), asked)


@route("GET /api/v1/recordings/{call}/file")
async def file(call: FromPath[str], request: Asking, house: Here) -> Response[bytes]:
    """The whole of it, to be kept elsewhere."""
    there = await _there(house, call)
    await house.note(request.user.actor, "recording.export", f"call:{call}")
    body = await in_thread(there.read_bytes)
    told = {"content-disposition": f'attachment; filename="{there.name}"'}
    return Response(body, media_type=KIND, headers=told)


@route("DELETE /api/v1/recordings/{call}")
async def delete(call: FromPath[str], request: Asking, house: Here) -> Taken:
    """Gone as soon as the dialer has it; what it was like stays on record."""
    known = await _known(house, call)
    if not known.is_there:
        raise Refused(409, "There is no recording of this call any more.", "tape_gone")
    user = request.user.user.name
    seq = await house.order(RecordingDeleteWanted(call, known.campaign, known.path, user, at=0.0))
    await house.note(request.user.actor, "recording.delete", f"call:{call}", {"seq": seq})
    return Taken(seq)


HANDLERS = (recordings, one_recording, link, audio, file, delete)


async def _known(house: House, call: str) -> Recording:
    found = await in_thread(house.records.recording, call)
    if found is None:
        raise Refused(404, "Nothing of this call was to be recorded.", "tape_none")
    return found


async def _there(house: House, call: str) -> Path:
    """The file."""
    known = await _known(house, call)
    path = house.settings.recordings_folder / known.path
    if not known.is_there or not _PATH.fullmatch(known.path) or not await in_thread(path.is_file):
        raise Refused(409, "There is no recording of this call any more.", "tape_gone")
    return path


def _sound(path: Path, asked: re.Match[str] | None) -> Response[bytes]:
    """All of it, or the part asked for."""
    told = {"accept-ranges": "bytes"}
    if asked is None:
        return Response(path.read_bytes(), media_type=KIND, headers=told)
    size, first = path.stat().st_size, int(asked[1])
    last = min(int(asked[2] or size), size - 1, first + PIECE - 1)
    if first > last:
        outside = {**told, "content-range": f"bytes */{size}"}
        return Response(b"", status_code=416, media_type=KIND, headers=outside)
    with path.open("rb") as sound:
        sound.seek(first)
        body = sound.read(last - first + 1)
    part = {**told, "content-range": f"bytes {first}-{last}/{size}"}
    return Response(body, status_code=206, media_type=KIND, headers=part)
