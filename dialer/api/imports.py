"""Lists from files, step by step: a file comes in, is looked at, put right, imported, watched."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from litestar.response import File
from msgspec import Meta

from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.api import things
from dialer.api.gate import must, sees
from dialer.api.house import Here, House, in_thread
from dialer.api.importing import Importing
from dialer.api.lists import Country
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.uploads import FILE_MAX
from dialer.api.visitor import Visitor
from dialer.journal.imports import Import, State
from dialer.leads import preview as previews
from dialer.leads.columns import Correction
from dialer.leads.importer import ALONE_S, Wanted, reject_file
from dialer.leads.preview import Preview
from dialer.leads.reading import Source
from dialer.leads.vicidial import of_files

Asking = Request[Visitor, Any, Any]
Short = Annotated[str, Meta(max_length=80)]
Among = Literal["list", "campaign", "everywhere"]
Id = Annotated[str, PathParameter(name="import")]


class Kept(msgspec.Struct, frozen=True):
    """A file that waits."""

    upload: str
    "Its name from now on."
    bytes: int


class How(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is to be read. What is left empty is guessed."""

    country: Country = "us"
    "Where a number without + lies."
    also: Annotated[tuple[Country, ...], Meta(max_length=250)] = ()
    "Other countries that are taken."
    lab: bool = False
    "Numbers of a lab, of which only the shape is asked; it loosens a limit."
    encoding: Short = ""
    delimiter: Short = ""
    header: bool | None = None
    columns: Annotated[tuple[Short, ...], Meta(max_length=500)] = ()
    "What each column is: `phone`, `name` ..., a name of its own, `-` for nothing, empty: guess."
    sheet: Short = ""
    statuses: Short = ""
    "Of a VICIdial: the upload that is its table of statuses."
    callbacks: Short = ""
    "Of a VICIdial: the upload that is its table of callbacks."
    server_zone: Short = ""
    "Whose clock that table keeps; empty: each person's own."

    def source(self, house: House, priority: int = 0) -> Source:
        """As the importer wants it."""
        statuses, callbacks = of_files(
            _file(house, self.statuses) if self.statuses else None,
            _file(house, self.callbacks) if self.callbacks else None,
            self.server_zone,
        )
        return Source(
            country=self.country, countries=frozenset(self.also), lab=self.lab, priority=priority,
            statuses=statuses, callbacks=callbacks,
        )  # fmt: skip

    def correction(self) -> Correction:
        """What was put right."""
        return Correction(
            encoding=self.encoding, delimiter=self.delimiter, header=self.header, sheet=self.sheet,
            columns={at: name for at, name in enumerate(self.columns) if name.strip()},
        )  # fmt: skip


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a list of a file."""

    list: Annotated[str, Meta(max_length=41)]
    how: How = How()
    priority: Annotated[int, Meta(ge=0, le=100)] = 0
    "Of leads whose row says none."
    among: Among = "list"
    "Where a number that is there already makes a row a duplicate."
    name: Short = ""
    "What the file is called."


class ImportShown(msgspec.Struct, frozen=True, kw_only=True):
    """An import, and how far it is. `rows` is `imported`, `rejected` and `duplicates` together."""

    id: int
    list: str
    file: str
    by: str
    began_at: float
    state: State
    why: str
    "Why it stopped."
    bytes: int
    of_bytes: int
    rows: int
    imported: int
    rejected: int
    duplicates: int
    blocked: int
    reasons: dict[str, int]
    can_go_on: bool
    "It stopped, and its file is still here."


@route("POST /api/v1/uploads", status_code=201, request_max_body_size=FILE_MAX)
async def upload(request: Asking, house: Here) -> Kept:
    """A file, which is the body. It is kept for a week at most."""
    name, size = await house.uploads.keep(request.stream())
    return Kept(name, size)


@route("POST /api/v1/uploads/{upload}/preview")
async def preview(upload: FromPath[str], data: JSONBody[How], house: Here) -> Preview:
    """Its columns as they are understood, and what would become of its first rows."""
    file = _file(house, upload)
    source = await in_thread(data.source, house)
    return await in_thread(previews.preview, file, source, data.correction())


@route("POST /api/v1/uploads/{upload}/import", status_code=201)
async def import_upload(
    upload: FromPath[str], data: JSONBody[Wish], request: Asking, house: Here
) -> ImportShown:
    """Leads from it, in the background: see `GET /api/v1/imports/{import}`."""
    file = _file(house, upload)
    marks = await things.of_list(house, data.list)
    if marks:
        must(request.user, "list.import", marks)
    if data.how.lab and reach(request.user.user, "limit.edit") is Reach.NONE:
        raise Refused(
            403, "lab: numbers that nobody checks need the permission `limit.edit`.", "lab"
        )
    source = await in_thread(data.how.source, house, data.priority)
    wanted = Wanted(list=data.list, source=source, better=data.how.correction(), among=data.among)
    begun = await _begun(request, house, file, wanted, data.name or data.list)
    for table in (data.how.statuses, data.how.callbacks):  # both stand in the wish now
        await in_thread(house.uploads.drop, table)
    return begun


@route("GET /api/v1/imports")
async def imports(
    request: Asking, house: Here, n: Annotated[int, QueryParameter(ge=1, le=100)] = 20
) -> list[ImportShown]:
    """The last ones into lists that he may see, the latest first."""
    known = await in_thread(house.records.imports)
    marks = await things.of_lists(house, {one.list for one in known})
    seen = [one for one in known if sees(request.user, "list.see", marks[one.list])]
    return [_shown(house, one) for one in seen[:n]]


@route("GET /api/v1/imports/{import}")
async def one_import(id: Id, house: Here) -> ImportShown:
    """How far it is."""
    return _shown(house, await _known(house, id))


@route("POST /api/v1/imports/{import}/stop")
async def stop(id: Id, request: Asking, house: Here) -> ImportShown:
    """Break it off after its next batch. It can go on later."""
    _importing(request).stop(int(id), request.user.user.name)
    return _shown(house, await _known(house, id))


@route("POST /api/v1/imports/{import}/resume")
async def resume(id: Id, request: Asking, house: Here) -> ImportShown:
    """Go on where it was broken off. One that is done, or under way, stays as it is."""
    known = await _known(house, id)
    if _state(house, known) != "stopped":
        return _shown(house, known)
    file = house.uploads.file(known.digest)
    if file is None:
        raise Refused(
            409, "The file is not here any more: upload it again, it goes on from there.",
            "file_gone",
        )  # fmt: skip
    wanted = msgspec.json.decode(known.plan, type=Wanted)
    return await _begun(request, house, file, wanted, known.file)


@route("GET /api/v1/imports/{import}/rejects")
async def rejects_of(id: Id, request: Asking, house: Here) -> File:
    """Line, reason and row of what it did not take: numbers in full, so recorded."""
    known = await _known(house, id)
    file = reject_file(house.records.journal, known.list, known.id)
    if not file.is_file():
        raise Refused(404, "No row of this import was rejected.")
    after = {"what": "rejects", "import": known.id}
    await house.note(request.user.actor, "list.export", f"list:{known.list}", after)
    return File(file, filename=file.name, media_type="text/csv; charset=utf-8")


HANDLERS = (upload, preview, import_upload, imports, one_import, stop, resume, rejects_of)


def _file(house: House, name: str) -> Path:
    file = house.uploads.file(name)
    if file is None:
        raise Refused(404, "No such file waits here: upload it (again).", "file_gone")
    return file


async def _known(house: House, id: str) -> Import:
    found = await in_thread(house.records.import_of, id)
    assert found is not None, "the gate has seen it"
    return found


async def _begun(
    request: Asking, house: House, file: Path, wanted: Wanted, name: str
) -> ImportShown:
    id = await _importing(request).begin(file, wanted, request.user.actor, name)
    return _shown(house, await _known(house, str(id)))


def _importing(request: Asking) -> Importing:
    found: Importing = request.app.state.importing
    return found


def _state(house: House, one: Import) -> State:
    """Running is only what was heard of lately: whoever did it may be dead."""
    late = house.clock() - one.beat_at > ALONE_S
    return "stopped" if one.state == "running" and late else one.state


def _shown(house: House, one: Import) -> ImportShown:
    now, state = one.progress, _state(house, one)
    return ImportShown(
        id=one.id, list=one.list, file=one.file, by=one.began_by, began_at=one.began_at,
        state=state, why=one.why or ("interrupted" if state != one.state else ""),
        bytes=now.bytes, of_bytes=one.of_bytes, rows=now.rows, imported=now.imported,
        rejected=now.rejected, duplicates=now.duplicates, blocked=now.blocked,
        reasons=dict(now.reasons),
        can_go_on=state == "stopped" and house.uploads.file(one.digest) is not None,
    )  # fmt: skip
