"""Price lists and bills on disk: read in whatever encoding they came; what was rejected is kept."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from dialer.errors import ImportRefused
from dialer.leads import sheet, text
from dialer.leads.rejects import harmless
from dialer.leads.text import Bad, Row
from dialer.money.sheets import HEAD_WITHIN, Reject

MOST_BYTES = 200 * 1024 * 1024
"The longest file; carriers' have some megabytes."
CHINESE = "gb18030"
T = TypeVar("T")


def read(
    path: Path, how: Callable[[Iterator[Row | Bad]], T], tab: str = "", most: int | None = None
) -> T:
    """What `how` makes of a file's rows. `ImportRefused` where it cannot be read at all.

    `tab`: which sheet of a workbook; the first that has any rows unless it is named. `most`: a file
    of more rows below its header is refused before `how` sees the first of them.
    """
    sample = text.beginning(path)
    if path.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 2**20
        raise ImportRefused(
            f"{path.name}: larger than {most} MB, which is not expected", "file_large", most=most
        )
    if sheet.is_sheet(sample):
        with closing(sheet.unpacked(path, tab)) as spool:
            _must_end(sheet.rows(spool), most)
            return how(sheet.rows(spool))
    text.refuse_formats(sample)
    guessed = text.encoding_of(sample)
    with path.open("rb") as file:
        _must_end((line for _, line in text.lines(file, guessed) if line.strip()), most)
    try:
        return _read(path, sample, guessed, how)
    except ImportRefused:
        if guessed.startswith("utf") or guessed == CHINESE:
            raise
        return _read(path, sample, CHINESE, how)  # few Chinese words are easily taken for others


def write_rejects(path: Path, rejects: Iterable[Reject]) -> Path:
    """Keep which rows could not be read, and why."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["line", "reason"])
        out.writerows((one.line, harmless(one.reason)) for one in rejects)
    return path


def _must_end(rows: Iterable[object], most: int | None) -> None:
    """A million lines are counted in a quarter of a second; prices of them take a minute."""
    if most is not None and next(islice(rows, most + HEAD_WITHIN, None), None) is not None:
        raise ImportRefused(
            f"more than {most} rows, which is the most that one file may have: make several of it, "
            "by country", "list_rows", most=most,
        )  # fmt: skip


def _read(path: Path, sample: bytes, encoding: str, how: Callable[[Iterator[Row | Bad]], T]) -> T:
    first = [line for line in sample.decode(encoding, "replace").splitlines() if line.strip()]
    delimiter = text.delimiter_of(first[:20])
    with path.open("rb") as file:
        return how(text.rows(text.lines(file, encoding), delimiter))
