"""What VICIdial knows of a lead, taken over: nobody is called again from zero.

A list that VICIdial exported has columns `status`, `called_count`, `last_local_call_time`; exported
together with its callbacks also `callback_time`, `recipient`, `user`, which may come in a file of
their own, the table of callbacks, by `lead_id`. Codes of one's own come with
the export of the table of statuses, and its flags say what they mean.

>>> past({"status": "SALE", "called_count": "3"}, {}, "US America/New_York")
Past(attempts=3, last_at=None, then='final', retry='', disposition='sale', due_at=None, whom='')
>>> past({"status": "XYZ", "called_count": "1"}, {"XYZ": Was("block", "do_not_call")}, "").then
'block'
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from dialer.engine.outcomes import Retry
from dialer.errors import ImportRefused

T = TypeVar("T")

Then = Literal["open", "final", "dead", "block", "callback"]


class Was(msgspec.Struct, frozen=True):
    """What a status means here."""

    then: Then = "open"
    """`open`: may be called. `final`: nobody calls again. `dead`: the number cannot be reached.
    `block`: onto the do-not-call list. `callback`: somebody promised to call."""
    disposition: str = ""
    "Our word for what an agent recorded."
    retry: Retry | Literal[""] = ""
    "How long the person is left in peace after the last call: see `leads.retry`."


NEW = Was()
_LATER, _MACHINE = Was(retry="later"), Was(retry="machine")
STATUSES: Mapping[str, Was] = {
    "NEW": NEW, "QUEUE": _LATER, "INCALL": _LATER, "ERI": Was(retry="carrier"),
    "NA": _LATER, "N": Was(disposition="nobody_there", retry="later"), "NP": _LATER,
    "B": Was(retry="busy"), "AB": Was(retry="busy"), "CPDB": Was(retry="busy"),
    "A": Was(disposition="machine", retry="machine"), "AA": _MACHINE, "AM": _MACHINE,
    "AL": _MACHINE, "AFAX": Was("dead"), "DC": Was("dead"), "ADC": Was("dead"),
    "ADCT": Was("dead"), "DISCONNECT": Was("dead"), "LRERR": _LATER, "PDROP": _LATER,
    "DROP": Was(retry="next_day_part"), "XDROP": Was(retry="next_day_part"),
    "SALE": Was("final", "sale"), "XFER": Was("final", "done"),
    "NI": Was("final", "not_interested"), "DEC": Was("final", "not_interested"),
    "DNC": Was("block", "do_not_call"), "DNCL": Was("block", "do_not_call"),
    "DNCC": Was("block", "do_not_call"),
    "CALLBK": Was("callback", "callback"), "CBHOLD": Was("callback", "callback"),
}  # fmt: skip
"The statuses that come with VICIdial. One that nobody knows may be called, after a while."
UNKNOWN = _LATER
TAKEN = (
    "status", "called_count", "called_since_last_reset", "last_local_call_time", "callback_time",
    "recipient", "user",
)  # fmt: skip
"Columns that are taken over, and are then no words about the person."
_MARKS = frozenset({"called_count", "called_since_last_reset", "vendor_lead_code"})
_FLAGS: Mapping[str, Was] = {
    "dnc": Was("block", "do_not_call"), "unworkable": Was("dead"), "sale": Was("final", "sale"),
    "not_interested": Was("final", "not_interested"), "completed": Was("final", "done"),
    "scheduled_callback": Was("callback", "callback"), "answering_machine": _MACHINE,
}  # fmt: skip
"A status's flag -> what it means; the first that is `Y` counts."


class Past(msgspec.Struct, frozen=True):
    """A lead as it comes from elsewhere."""

    attempts: int = 0
    last_at: float | None = None
    then: Then = "open"
    retry: Retry | Literal[""] = ""
    disposition: str = ""
    due_at: float | None = None
    "Of a callback: when it was promised for."
    whom: str = ""
    "Of a callback: the one agent who promised it."


def is_export(columns: Sequence[str]) -> bool:
    """Whether a list comes from VICIdial."""
    return "status" in columns and not _MARKS.isdisjoint(columns)


def past(row: Mapping[str, str], own: Mapping[str, Was], place: str) -> Past:
    """What a row says of the calls before. `own`: statuses of that house. `place`: of its number.

    Times are on the clock of the called person, as VICIdial keeps the time of the last call.
    """
    status = row.get("status", "").strip().upper()
    was = own.get(status) or STATUSES.get(status, UNKNOWN if status else NEW)
    zone = place.partition(" ")[2].partition(",")[0] or "UTC"
    is_callback = was.then == "callback"
    return Past(
        attempts=_count(row.get("called_count", "")),
        last_at=_instant(row.get("last_local_call_time", ""), zone),
        then=was.then,
        retry=was.retry,
        disposition=was.disposition,
        due_at=_instant(row.get("callback_time", ""), zone) if is_callback else None,
        whom=row.get("user", "") if is_callback and row.get("recipient") == "USERONLY" else "",
    )


def statuses(lines: Iterable[str]) -> dict[str, Was]:
    """An export of `vicidial_statuses` or `vicidial_campaign_statuses`, with its header.

    >>> statuses(["status,status_name,sale,dnc", "BUY,Bought,Y,N", "NO,No!,N,Y"])["BUY"].then
    'final'
    """
    first, *rest = lines
    rows = csv.DictReader([first, *rest], delimiter="\t" if "\t" in first else ",")
    if "status" not in (rows.fieldnames or ()):
        raise ValueError("the first line must name the columns, one of them `status`")
    return {row["status"].upper(): _meant(row) for row in rows if row["status"]}


def callbacks(lines: Iterable[str], zone: str = "") -> dict[str, dict[str, str]]:
    """An export of `vicidial_callbacks`, with its header: lead id -> what is taken over of it.

    The table keeps times on the server's clock: `zone` says which that is; without it they are
    taken for the called person's. What is not to be made any more (`INACTIVE`) is left out; of
    several of one lead the last row counts.

    >>> callbacks(["lead_id,status,callback_time,user,recipient",
    ...            "7,ACTIVE,2026-11-28 09:30:00,ann,USERONLY"], "America/New_York")["7"]
    {'callback_time': '2026-11-28T09:30:00-05:00', 'user': 'ann', 'recipient': 'USERONLY'}
    """
    first, *rest = lines
    rows = csv.DictReader([first, *rest], delimiter="\t" if "\t" in first else ",")
    lacks = {"lead_id", "callback_time"} - set(rows.fieldnames or ())
    if lacks:
        raise ValueError(f"the first line must name {' and '.join(sorted(lacks))}")
    return {
        row["lead_id"].strip(): {
            "callback_time": _on_its_clock(row["callback_time"] or "", zone),
            "user": row.get("user") or "", "recipient": row.get("recipient") or "",
        }
        for row in rows
        if row["lead_id"] and (row.get("status") or "").upper() != "INACTIVE"
    }  # fmt: skip


def of_files(
    statuses_file: Path | None, callbacks_file: Path | None, zone: str = ""
) -> tuple[dict[str, Was], dict[str, dict[str, str]]]:
    """Both tables, of those files that are there; `ImportRefused` says what is wrong in which."""
    if zone and zone not in available_timezones():
        raise ImportRefused(f"server zone {zone}: no such zone; like America/New_York")
    own = _table("statuses", statuses_file, statuses)
    return own, _table("callbacks", callbacks_file, lambda rows: callbacks(rows, zone))


def _table(what: str, file: Path | None, read: Callable[[list[str]], dict[str, T]]) -> dict[str, T]:
    if file is None:
        return {}
    lines = file.read_text("utf-8-sig", "replace").splitlines()
    if not lines:
        raise ImportRefused(f"{what}: the table is empty")
    try:
        return read(lines)
    except (ValueError, csv.Error) as why:
        raise ImportRefused(f"{what}: {why}") from why


def _on_its_clock(written: str, zone: str) -> str:
    try:
        when = datetime.fromisoformat(written.strip())
    except ValueError:
        return ""
    return written if when.tzinfo or not zone else when.replace(tzinfo=ZoneInfo(zone)).isoformat()


def _meant(row: Mapping[str, str]) -> Was:
    flags = (was for flag, was in _FLAGS.items() if (row.get(flag) or "").upper() == "Y")
    return next(flags, UNKNOWN)


def _count(written: str) -> int:
    digits = written.strip().lstrip("Y")
    return min(1000, int(digits)) if digits.isdecimal() and digits.isascii() else 0


def _instant(written: str, zone: str) -> float | None:
    """Seconds since 1970 of `2026-09-20 14:05:00`; none where there is no such time."""
    try:
        when = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    known = when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))
    return known.timestamp() if when.year >= 1980 else None
