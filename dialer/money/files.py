"""Price lists on disk: read in whatever encoding they came; what was rejected is kept."""

import csv
from contextlib import closing
from pathlib import Path

from dialer.errors import ImportRefused
from dialer.leads import sheet, text
from dialer.leads.rejects import harmless
from dialer.money.sheets import Sheet
from dialer.money.sheets import read as read_rows

MOST_BYTES = 200 * 1024 * 1024
"The longest list; carriers' have some megabytes."
CHINESE = "gb18030"


def read(path: Path) -> Sheet:
    """A price list. `ImportRefused` where it cannot be read at all."""
    sample = text.beginning(path)
    if path.stat().st_size > MOST_BYTES:
        raise ImportRefused(f"{path}: larger than {MOST_BYTES // 2**20} MB: that is no price list")
    if sheet.is_sheet(sample):
        with closing(sheet.unpacked(path)) as spool:
            return read_rows(sheet.rows(spool))
    text.refuse_formats(sample)
    guessed = text.encoding_of(sample)
    try:
        return _read(path, sample, guessed)
    except ImportRefused:
        if guessed.startswith("utf") or guessed == CHINESE:
            raise
        return _read(path, sample, CHINESE)  # a few Chinese words are easily taken for others


def _read(path: Path, sample: bytes, encoding: str) -> Sheet:
    first = [line for line in sample.decode(encoding, "replace").splitlines() if line.strip()]
    delimiter = text.delimiter_of(first[:20])
    with path.open("rb") as file:
        return read_rows(text.rows(text.lines(file, encoding), delimiter))


def write_rejects(path: Path, found: Sheet) -> Path:
    """Keep which rows could not be read, and why."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["line", "reason"])
        out.writerows((one.line, harmless(one.reason)) for one in found.rejects)
    return path
