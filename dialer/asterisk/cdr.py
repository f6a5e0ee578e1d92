"""Asterisk's own call records, the witness that survives us both being away."""

import csv
import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dialer.asterisk import names

TAIL_BYTES = 64 * 1024 * 1024
"How far back the file is read: some 300,000 calls."

_ANSWER, _END, _UNIQUE_ID = 10, 11, 16
"Columns of cdr_csv with loguniqueid."
_CHANNEL = re.compile(r"d1-[0-9a-f]{32}|[0-9]{9,10}\.[0-9]+")


class Row(msgspec.Struct, frozen=True):
    """What it says of one call, in whole seconds.

    A channel has a row for each bridge that it was in, and for each other one whom it met there.
    It was answered when the first of them says so, and ended when the last to end did, which need
    not be the last written.
    """

    call: str
    answered_at: float | None
    ended_at: float | None


def rows(path: Path, calls: Collection[str]) -> dict[str, Row]:
    """The rows of these calls. No file is no row: the first call makes it."""
    wanted = {names.channel(call): call for call in calls}
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    near = (line for line in lines if not wanted.keys().isdisjoint(_CHANNEL.findall(line)))
    found: dict[str, Row] = {}
    for fields in csv.reader(near):
        call = wanted.get(fields[_UNIQUE_ID]) if len(fields) > _UNIQUE_ID else None
        if call is not None:
            row = Row(call, _instant(fields[_ANSWER]), _instant(fields[_END]))
            found[call] = _both(found.get(call, row), row)
    return found


def _both(one: Row, other: Row) -> Row:
    answers = [at for at in (one.answered_at, other.answered_at) if at is not None]
    ends = [at for at in (one.ended_at, other.ended_at) if at is not None]
    return Row(one.call, min(answers, default=None), max(ends, default=None))


def _instant(text: str) -> float | None:
    """Seconds since 1970 of an instant in UTC.

    >>> _instant("2026-11-22 21:49:37")
    1795384177.0
    """
    if not text:
        return None
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
