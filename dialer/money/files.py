"""Price lists and bills on disk: read in whatever encoding they came; what was rejected is kept."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from dialer.errors import ImportRefused
from dialer.leads import sheet, text
from dialer.leads.rejects import harmless
from dialer.leads.text import Bad, Row
from dialer.money.sheets import Reject

MOST_BYTES = 200 * 1024 * 1024
"The longest file; carriers' have some megabytes."
CHINESE = "gb18030"
T = TypeVar("T")


def read(path: Path, how: Callable[[Iterator[Row | Bad]], T], tab: str = "") -> T:
    """What `how` makes of a file's rows. `ImportRefused` where it cannot be read at all.

    `tab`: which sheet of a workbook; the first that has any rows unless it is named.
    """
    sample = text.beginning(path)
    if path.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 2**20
        raise ImportRefused(
            f"{path.name}: larger than {most} MB, which is not expected", "file_large", most=most
        )
    if sheet.is_sheet(sample):
        with closing(sheet.unpacked(path, tab)) as spool:
            return how(sheet.rows(spool))
    text.refuse_formats(sample)
    guessed = text.encoding_of(sample)
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


def _read(path: Path, sample: bytes, encoding: str, how: Callable[[Iterator[Row | Bad]], T]) -> T:
    first = [line for line in sample.decode(encoding, "replace").splitlines() if line.strip()]
    delimiter = text.delimiter_of(first[:20])
    with path.open("rb") as file:
        return how(text.rows(text.lines(file, encoding), delimiter))
