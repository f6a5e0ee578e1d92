"""A spreadsheet -> rows of text, read by a process of its own.

    python -m dialer.leads.sheet FILE SHEET BYTES        # rows to standard output, as msgpack

A spreadsheet is unpacked whole before its first row is known, and somebody may have made it to
burst: so a process does it that may use so much memory and no more, and that gives it back at its
end. What it finds goes through a file that has no name any more, and no other process sees.
"""

import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import IO, BinaryIO

import msgspec
import python_calamine

from dialer.errors import ImportRefused
from dialer.leads.text import Bad, Row

MOST_BYTES = 2_000_000_000
"Memory of the process that unpacks."
MOST_CPU_S = 120
MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"How XLSX, XLSB and ODS begin, and how XLS does."
BATCH = 1000
EXACT = 2**53
"Whole numbers above it are no longer those that somebody typed."
_HEAD = struct.Struct("<I")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[str]]).decode


def is_sheet(sample: bytes) -> bool:
    """Whether a file that begins like this may be a spreadsheet."""
    return sample.startswith(MARKS)


def unpacked(path: Path, sheet: str = "") -> BinaryIO:
    """The rows of a sheet (the first one that has any) in an open file without a name."""
    spool = tempfile.TemporaryFile(prefix="dialer-")  # noqa: SIM115 - whoever reads it closes it
    given = (str(path.absolute()), sheet, str(MOST_BYTES))
    command = (sys.executable, "-m", "dialer.leads.sheet", *given)
    done = subprocess.run(
        command, stdout=spool, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        spool.close()
        told = done.stderr.decode(errors="replace").strip().splitlines()
        said = told[-1] if done.returncode == REFUSED and told else "it is damaged, or far too big"
        raise ImportRefused(f"{path.name} cannot be read as a spreadsheet: {said}", "bad_sheet")
    spool.seek(0)
    return spool


def rows(
    spool: BinaryIO, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Row | Bad]:
    """The rows of an unpacked sheet with their numbers in it; blank ones are left out."""
    spool.seek(0)
    line = 0
    while head := spool.read(_HEAD.size):
        for cells in _decode(spool.read(_HEAD.unpack(head)[0])):
            line += 1
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
        progress(spool.tell())


# ---- in the process that unpacks ----------------------------------------------------------------
REFUSED = 3
"Exit code: it is no spreadsheet, and the last line of standard error says why."


def unpack(path: str, sheet: str, out: IO[bytes]) -> None:
    """Write the rows of a sheet in batches, the length before each."""
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        names = [sheet] if sheet else book.sheet_names
        found: Iterator[Sequence[object]] = iter(())
        for name in names:
            rows = iter(book.get_sheet_by_name(name).iter_rows())
            if first := next(rows, None):
                found = chain([first], rows)
                break
        while batch := [[*map(said, row)] for row in islice(found, BATCH)]:
            body = _encode(batch)
            out.write(_HEAD.pack(len(body)) + body)


def said(cell: object) -> str:
    """A cell as somebody typed it. What a spreadsheet has rounded is told as rounded.

    >>> said(13812345678.0), said(1.5), said(" 021-1 "), said(True), said(date(2026, 3, 1))
    ('13812345678', '1.5', ' 021-1 ', 'true', '2026-03-01')
    >>> said(1.38e19)
    '1.38e+19'
    """
    match cell:
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < EXACT:
            return str(int(cell))
        case date() | datetime() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell.total_seconds())
    return "" if cell is None else str(cell)


def main(path: str, sheet: str, most_bytes: str) -> int:
    """Unpack within bounds; whatever goes wrong, one line on standard error."""
    resource.setrlimit(resource.RLIMIT_AS, (int(most_bytes), int(most_bytes)))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        unpack(path, sheet, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except (python_calamine.CalamineError, ValueError, KeyError, IndexError, OSError) as error:
        sys.stderr.write(f"{str(error).splitlines()[0] if str(error) else type(error).__name__}\n")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
