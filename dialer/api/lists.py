"""Lists: which there are, leads from a file, and the rows of it that could not be taken."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import anyio
import msgspec
from litestar import Request
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import File
from msgspec import Meta

from dialer.access.permissions import Reach
from dialer.access.rules import Thing, may, reach
from dialer.api import things
from dialer.api.gate import must, sees
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.records import campaigns_dialling
from dialer.api.table import route
from dialer.api.uploads import FILE_MAX
from dialer.api.visitor import Visitor
from dialer.forecast import Standing, standing
from dialer.forecast_words import lines
from dialer.i18n import LANGUAGES, words
from dialer.journal.book import Book
from dialer.leads import importer
from dialer.leads.exported import export as exported
from dialer.leads.importer import LIST_NAME, ImportReport, Wanted
from dialer.leads.reading import Source

Asking = Request[Visitor, Any, Any]
Country = Annotated[str, Meta(pattern="^[A-Za-z]{2}$")]
CountryAsked = Annotated[str, QueryParameter(pattern="^[A-Za-z]{2}$")]


class ListShown(msgspec.Struct, frozen=True, kw_only=True):
    """A list."""

    name: str
    added_at: float
    leads: int
    archived_at: float | None
    "Since when nobody is dialled from it; null: it is in use."
    campaigns: tuple[str, ...]
    "Those in force that dial it, as far as you may see them."


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an import."""

    rows: int
    imported: int
    duplicates: int
    rejected: int
    blocked: int
    "Imported, but on a do-not-call list."
    reasons: dict[str, int]
    "Why rows were rejected, and how many; `GET .../rejects` has them."
    encoding: str
    columns: tuple[str, ...]


@route("GET /api/v1/lists")
async def lists(request: Asking, house: Here) -> list[ListShown]:
    """Those that a campaign of his scope dials."""
    known = await in_thread(house.records.campaigns)
    there = await in_thread(house.records.lists)
    marks = await things.of_lists(house, there)
    found = []
    for name, one in there.items():
        if sees(request.user, "list.see", marks[name]):
            dialled = campaigns_dialling(known, name)
            seen = [c for c in dialled if may(request.user.user, "list.see", Thing(campaign=c))]
            found.append(
                ListShown(
                    name=name, added_at=one.added_at, leads=one.leads,
                    archived_at=one.archived_at, campaigns=tuple(seen),
                )
            )  # fmt: skip
    return found


@route("POST /api/v1/lists/{list}/import", request_max_body_size=FILE_MAX)
async def import_leads(
    list: FromPath[str],
    request: Asking,
    house: Here,
    country: CountryAsked = "us",
    also: FromQuery[str] = "",
    priority: Annotated[int, QueryParameter(ge=0, le=100)] = 0,
    lab: FromQuery[bool] = False,
) -> Report:
    """Leads from a file, which is the body: CSV, TSV, XLSX ... The list is made if there is none.

    `lab`: numbers of a lab, of which only the shape is asked; it loosens a limit.
    """
    if not LIST_NAME.fullmatch(list):
        raise Refused(422, "A list's name: small letters, digits, `-` and `_`.", "list_name")
    marks = await things.of_list(house, list)
    if marks:
        must(request.user, "list.import", marks)
    if lab and reach(request.user.user, "limit.edit") is Reach.NONE:
        raise Refused(
            403, "lab: numbers that nobody checks need the permission `limit.edit`.", "lab"
        )
    countries = frozenset(word.strip() for word in also.split(",") if word.strip())

    source = Source(country=country, countries=countries, lab=lab, priority=priority)
    wanted, by = Wanted(list=list, source=source), request.user.user.name

    def imported(file: Path) -> ImportReport:
        # In a process of its own, since the tables of numbers take memory that is never given back.
        return importer.run(
            house.records.journal, file, wanted, by=by, clock=house.clock, workers=1
        )

    with tempfile.TemporaryDirectory(prefix="dialer-") as folder:
        file = await received(request, Path(folder) / f"{list}.csv")
        told = await in_thread(imported, file)
    after = {"rows": told.rows, "imported": told.imported}
    await house.note(request.user.actor, "list.import", f"list:{list}", after)
    return _report(told)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A list's standing, in figures and in words."""

    standing: Standing
    words: tuple[str, ...]


@route("GET /api/v1/lists/{list}/standing")
async def standing_of(
    list: FromPath[str], house: Here, lang: Annotated[str, QueryParameter(max_length=5)] = "en"
) -> Told:
    """Penetration, hygiene, and when it is worked through, with the error of such forecasts."""
    found = await in_thread(standing, house.records.journal, list, house.clock())
    if found is None:
        raise Refused(404, "There is no such list.", "no_list")
    language = lang if lang in LANGUAGES else "en"
    return Told(standing=found, words=tuple(lines(found, words(language))))


@route("GET /api/v1/lists/{list}/rejects")
async def rejects(list: FromPath[str], request: Asking, house: Here) -> File:
    """Line, reason and row of what the last import did not take: numbers in full, so recorded."""
    file = await in_thread(house.records.rejects_of, list)
    if file is None:
        raise Refused(404, "No row of this list was rejected.")
    await house.note(request.user.actor, "list.export", f"list:{list}", {"what": "rejects"})
    return File(file, filename=f"{list}-rejects.csv", media_type="text/csv; charset=utf-8")


class Changed(msgspec.Struct, frozen=True):
    """Whether it was otherwise before."""

    changed: bool


@route("POST /api/v1/lists/{list}/archive")
async def archive(list: FromPath[str], request: Asking, house: Here) -> Changed:
    """Nobody is dialled from it any more; all of it is kept. Calls that ring go on."""
    by, at = request.user.user.name, house.clock()

    def done(book: Book) -> bool:
        return book.archive(list, by=by, at=at)

    return await _put(house, request.user, list, "archived", done)


@route("POST /api/v1/lists/{list}/bring-back")
async def bring_back(list: FromPath[str], request: Asking, house: Here) -> Changed:
    """It is dialled again, from where it was."""
    return await _put(house, request.user, list, "in use", lambda book: book.bring_back(list))


async def _put(
    house: House, visitor: Visitor, list: str, how: str, done: Callable[[Book], bool]
) -> Changed:
    def carried_out() -> bool:
        with Book(house.records.journal) as book:
            return done(book)

    try:
        changed = await in_thread(carried_out)
    except KeyError:
        raise Refused(404, "There is no such list.", "no_list") from None
    await house.note(visitor.actor, "list.edit", f"list:{list}", {"state": how})
    return Changed(changed)


@route("GET /api/v1/lists/{list}/export")
async def export(list: FromPath[str], request: Asking, house: Here) -> File:
    """Every lead with its numbers in full, its fields and what came of it: so it is recorded."""
    handle, name = tempfile.mkstemp(prefix="dialer-", suffix=".csv")
    path = Path(name)

    def written() -> int:
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:
            return exported(house.records.journal, list, file)

    try:
        leads = await in_thread(written)
    except KeyError:
        await in_thread(path.unlink)
        raise Refused(404, "There is no such list.", "no_list") from None
    try:
        await house.note(request.user.actor, "list.export", f"list:{list}", {"leads": leads})
    except BaseException:
        await in_thread(path.unlink)  # numbers in full
        raise
    away = BackgroundTask(in_thread, path.unlink)
    return File(path, filename=f"{list}.csv", media_type="text/csv", background=away)


HANDLERS = (lists, standing_of, import_leads, rejects, archive, bring_back, export)


async def received(request: Asking, file: Path) -> Path:
    """The body as a file in a folder that nobody else may enter."""
    async with await anyio.open_file(file, "wb") as into:
        async for chunk in request.stream():
            await into.write(chunk)
    return file


def _report(told: ImportReport) -> Report:
    return Report(
        rows=told.rows, imported=told.imported, duplicates=told.duplicates,
        rejected=told.rejected, blocked=told.blocked, reasons=told.reasons,
        encoding=told.layout.encoding, columns=told.layout.columns,
    )  # fmt: skip
