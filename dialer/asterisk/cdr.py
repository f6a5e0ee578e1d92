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
    """What it says of one call. Whole seconds."""

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
    found = (_row(fields) for fields in csv.reader(near) if len(fields) > _UNIQUE_ID)
    return {
        wanted[row.call]: msgspec.structs.replace(row, call=wanted[row.call])
        for row in found
        if row.call in wanted
    }


def _row(fields: list[str]) -> Row:
    return Row(fields[_UNIQUE_ID], _instant(fields[_ANSWER]), _instant(fields[_END]))


def _instant(text: str) -> float | None:
    """Seconds since 1970 of an instant in UTC.

    >>> _instant("2026-11-22 21:49:37")
    1795384177.0
    """
    if not text:
        return None
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
