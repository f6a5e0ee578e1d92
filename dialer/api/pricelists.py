"""Files about money: a price list is looked at and taken, a bill laid beside our calls."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import File
from msgspec import Meta

from dialer.api.exchanges import day_parts
from dialer.api.house import Here, House, in_thread
from dialer.api.imports import Kept
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.money.apart import Job, asked
from dialer.money.billing import WITHIN_S, Told
from dialer.money.files import MOST_BYTES
from dialer.money.pricelist import Look, Wanted

Asking = Request[Visitor, Any, Any]
Within = Annotated[float, Meta(ge=0, le=86_400)]


class Import(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a version of a deck of a file."""

    wanted: Wanted
    name: Annotated[str, Meta(max_length=80)] = ""
    "What the file is called."


class Bill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose calls a bill is for, and whose clock it shows."""

    trunk: Annotated[str, Meta(max_length=80)]
    zone: Annotated[str, Meta(max_length=60)] = "UTC"
    within_s: Within = WITHIN_S
    "How far the clocks may be apart."


@route("POST /api/v1/tariffs/uploads", status_code=201, request_max_body_size=MOST_BYTES)
async def upload(request: Asking, house: Here) -> Kept:
    """A price list or a bill, which is the body. It is kept for a week at most."""
    name, size = await house.uploads.keep(request.stream())
    return Kept(name, size)


@route("POST /api/v1/tariffs/uploads/{upload}/reconcile")
async def reconcile(upload: FromPath[str], data: JSONBody[Bill], house: Here) -> Told:
    """A carrier's bill beside our calls: what differs, what only one of both knows."""
    return await in_thread(asked, _bill(house, upload, data), Told)


@route("GET /api/v1/tariffs/uploads/{upload}/differences")
async def differences(
    upload: FromPath[str],
    request: Asking,
    house: Here,
    trunk: Annotated[str, QueryParameter(max_length=80)],
    zone: FromQuery[str] = "UTC",
    within_s: Annotated[float, QueryParameter(ge=0, le=86_400)] = WITHIN_S,
) -> File:
    """All of them as CSV, by line and call; nobody's number is in it."""
    bill = Bill(trunk=trunk, zone=zone, within_s=within_s)
    handle, name = tempfile.mkstemp(prefix="dialer-", suffix=".csv")
    path = Path(name)
    try:
        open(handle).close()  # noqa: ASYNC230 - it is empty
        told = await in_thread(asked, _bill(house, upload, bill, out=name), Told)
        after = {what: kind.count for what, kind in told.kinds.items()}
        await house.note(request.user.actor, "tariff.export", f"trunk:{trunk}", after)
    except BaseException:
        path.unlink()  # noqa: ASYNC240 - whoever waits is gone, or is told at once
        raise
    away = BackgroundTask(in_thread, path.unlink)
    return File(path, filename="differences.csv", media_type="text/csv", background=away)


@route("POST /api/v1/tariffs/uploads/{upload}/preview")
async def preview(upload: FromPath[str], data: JSONBody[Wanted], house: Here) -> Look:
    """How a price list would be read, and what would become dearer, cheaper, new and gone."""
    return await in_thread(asked, _job(house, "look", upload, data), Look)


@route("POST /api/v1/tariffs/uploads/{upload}/import", status_code=201)
async def import_list(
    upload: FromPath[str], data: JSONBody[Import], request: Asking, house: Here
) -> Look:
    """Keep it as the deck's next version: trunks that have the deck are rated by it at once."""
    job = msgspec.structs.replace(
        _job(house, "take", upload, data.wanted), by=request.user.user.name,
        origin=data.name or "file",
    )  # fmt: skip
    look: Look = await in_thread(asked, job, Look)
    await in_thread(house.uploads.drop, upload)
    after = {
        "version": look.version, "rates": look.rates, "refused": look.rejected,
        "currency": data.wanted.currency, "from": day_parts(data.wanted.day()), "file": job.origin,
    }  # fmt: skip
    await house.note(request.user.actor, "tariff.edit", f"deck:{look.deck}", after)
    return look


HANDLERS = (upload, reconcile, differences, preview, import_list)


def _job(house: House, what: str, upload: str, wanted: Wanted | None = None) -> Job:
    file, at = house.uploads.file(upload), house.clock()
    if file is None:
        raise Refused(404, "No such file waits here: upload it (again).", "file_gone")
    return Job(
        what=what, home=str(house.home), file=str(file), wanted=wanted, at=at,
        today=datetime.fromtimestamp(at, UTC).date(), journal=str(house.records.journal),
    )  # fmt: skip


def _bill(house: House, upload: str, bill: Bill, out: str = "") -> Job:
    return msgspec.structs.replace(
        _job(house, "bill", upload), trunk=bill.trunk, zone=bill.zone, within_s=bill.within_s,
        out=out,
    )  # fmt: skip
