"""The audit log: who changed what, as far as it is of the asker's scope; and whether it is whole.

Who answers for the house sees all of it. A supervisor sees what befell his campaigns, lists, teams
and accounts, and what he did himself.
"""

import csv
import io
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response
from litestar.params import FromQuery, QueryParameter
from msgspec.structs import asdict, astuple, replace

from dialer.access import database
from dialer.access.audit import Asked, Audit, Broken, Entry, Head
from dialer.access.permissions import Reach
from dialer.access.rules import Thing, User, may, reach
from dialer.access.sentences import said
from dialer.api.house import Here, House, in_thread
from dialer.api.table import route
from dialer.api.things import THINGS
from dialer.api.visitor import Visitor
from dialer.errors import DialerError
from dialer.i18n import Words, words
from dialer.leads.rejects import harmless
from dialer.money.given import zone_of

Asking = Request[Visitor, Any, Any]
Word = Annotated[str, QueryParameter(max_length=100)]
Language = FromQuery[Literal["en", "zh"]]
Instant = Annotated[float | None, QueryParameter(ge=0, le=1e11)]

CHUNK, CHUNKS_MAX = 500, 20
"Entries that are looked through for those of a scope; the next page goes on behind them."
EXPORTED_MAX = 1_000_000
BOM = "\ufeff"
"By it a spreadsheet knows that Chinese follows."
LAST = 2**62
"Before this comes everything."


class Told(Entry, frozen=True, kw_only=True):
    """An entry, and the same in a sentence."""

    says: str


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """The latest first."""

    entries: list[Told]
    before: int
    "The next page is asked for with it; 0: there is none."


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Whether every row is as it was written."""

    whole: bool
    rows: int
    head: str
    "Kept elsewhere, it proves later that the log up to here is the same."
    broken: Broken | None


@route("GET /api/v1/audit")
async def entries(
    request: Asking,
    house: Here,
    who: Word = "",
    of: Word = "",
    action: Word = "",
    since: Instant = None,
    until: Instant = None,
    before: Annotated[int, QueryParameter(ge=0, le=2**62)] = 0,
    n: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    language: Language = "en",
) -> Entries:
    """`of` is an object, `user:eva`, or a kind of objects, `user`; instants are seconds of UTC.

    `language`: of the sentence in `says`.
    """
    asked = _asked(who, of, action, since, until, before=before or LAST, limit=n)
    if reach(request.user.user, "audit.see") is Reach.ALL:
        found = await _read(house, asked)
        next_ = found[-1].seq if len(found) == n else 0
    else:
        found, next_ = await _within(house, request.user.user, asked)
    return Entries(entries=[_told(one, words(language)) for one in found], before=next_)


@route("GET /api/v1/audit/verify")
async def verify(
    house: Here,
    head: Annotated[str, QueryParameter(max_length=100)] = "",
) -> Verified:
    """Reads all of it. With a head that was kept elsewhere it also finds a log written anew."""
    kept = Head.of(head) if head else None

    def read() -> Verified:
        with closing(database.opened(database.file_in(house.home))) as db:
            audit = Audit(db)
            now, broken = audit.head(), audit.verify(kept)
        return Verified(whole=broken is None, rows=now.seq, head=str(now), broken=broken)

    return await in_thread(read)


@route("GET /api/v1/audit/export", media_type="text/csv")
async def export(
    request: Asking,
    house: Here,
    who: Word = "",
    of: Word = "",
    action: Word = "",
    since: Instant = None,
    until: Instant = None,
    language: Language = "en",
    zone: Word = "UTC",
) -> Response[str]:
    """As CSV that no spreadsheet takes for formulas, all or what is asked for.

    Each row has its instant by the clock of `zone`, a sentence in `language`, and the entry as it
    is. That it was taken is recorded.
    """
    clock = ZoneInfo(zone_of(zone))
    head = await house.access(lambda access: access.audit.head())
    asked = _asked(who, of, action, since, until, before=head.seq + 1, limit=EXPORTED_MAX)
    await house.note(request.user.actor, "audit.export", "audit:log", {"rows": head.seq})

    def read() -> str:
        with closing(database.opened(database.file_in(house.home))) as db:
            return _csv(Audit(db).entries(asked)[::-1], words(language), clock)

    name = {"content-disposition": "attachment; filename=audit.csv"}
    body = BOM + await in_thread(read)
    return Response(body, media_type="text/csv; charset=utf-8", headers=name)


HANDLERS = (entries, verify, export)


def _asked(
    who: str, of: str, action: str, since: float | None, until: float | None,
    *, before: int, limit: int,
) -> Asked:  # fmt: skip
    return Asked(
        who=who, object=of, action=action, since=since or 0.0,
        until=1e12 if until is None else until, before=before, limit=limit,
    )  # fmt: skip


async def _read(house: House, asked: Asked) -> list[Entry]:
    return await house.access(lambda access: access.audit.entries(asked))


def _told(entry: Entry, t: Words) -> Told:
    return Told(**asdict(entry), says=said(entry, t))


async def _within(house: House, user: User, asked: Asked) -> tuple[list[Entry], int]:
    """Those of his scope, and where the next page begins: each object is judged once."""
    found: list[Entry] = []
    judged: dict[str, bool] = {}
    before = asked.before
    for _ in range(CHUNKS_MAX):
        chunk = await _read(house, replace(asked, before=before, limit=CHUNK))
        for entry in chunk:
            if entry.object not in judged:
                judged[entry.object] = await _is_his(house, user, entry.object)
            if entry.who == user.name or judged[entry.object]:
                found.append(entry)
            if len(found) == asked.limit:
                return found, entry.seq
        if len(chunk) < CHUNK:
            return found, 0
        before = chunk[-1].seq
    return found, before


async def _is_his(house: House, user: User, thing: str) -> bool:
    kind, _, name = thing.partition(":")
    if kind not in THINGS:
        return False
    try:
        marks = await THINGS[kind](house, name)  # type: ignore[index]
    except DialerError:  # no dialer to ask who that agent is
        return False
    return any(may(user, "audit.see", _without_owner(one)) for one in marks)


def _without_owner(thing: Thing) -> Thing:
    # What others did to what is his is his scope's to see, not his alone.
    return replace(thing, owner="")


def _csv(entries: Sequence[Entry], t: Words, zone: ZoneInfo) -> str:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(["time", "says", *Entry.__struct_fields__])
    for entry in entries:
        time = datetime.fromtimestamp(entry.at, zone).isoformat(timespec="seconds")
        written.writerow([time, *(harmless(str(one)) for one in (said(entry, t), *astuple(entry)))])
    return text.getvalue()
