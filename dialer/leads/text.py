"""A file somebody mailed, in whatever encoding -> rows of cells, one in memory at a time.

A cell that cannot be decoded holds U+FFFD, a row that is too long or whose quotes never close is a
`Bad` one: both are for whoever reads the rows to reject, with their line.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import charset_normalizer

from dialer.errors import ImportRefused

SAMPLE = 256 * 1024
LONGEST_ROW = 64 * 1024
"Characters of a row; more is no lead."
MOST_LINES = 50
"Lines that one quoted row may run over."
DELIMITERS = (",", "\t", ";", "|")
ENCODINGS = (
    *("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "latin-1"),
    *("cp1252", "cp1251", "cp1250", "shift_jis", "euc_kr"),
)
"Those that somebody may name who knows better than the guess."
_CHUNK = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
}
_GUESSES = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1251", "cp1252", "utf_16_le", "utf_16_be"]


class Row(NamedTuple):
    """One row of a table and the line it begins on; the first line is 1."""

    line: int
    cells: list[str]


class Bad(NamedTuple):
    """What is no row: its line, why, and how it begins."""

    line: int
    reason: str
    text: str


def encoding_of(sample: bytes) -> str:
    """The likeliest encoding of a file that begins like this.

    >>> encoding_of("姓名,电话".encode()), encoding_of("姓名,手机号码,城市,备注".encode("gb18030"))
    ('utf-8', 'gb18030')
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if _is_utf8(sample):
        return "utf-8"
    if (zeros := sample.count(0)) > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) > zeros // 2 else "utf-16-be"
    best = charset_normalizer.from_bytes(sample[:32768], cp_isolation=_GUESSES).best()
    if best:
        return best.encoding
    return "gb18030" if _is_chinese(sample) else "latin-1"


def _is_utf8(sample: bytes) -> bool:
    """It is, or would be but for a few bytes that somebody broke."""
    read = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    broken = read.count("\ufffd")
    return broken == 0 or 10 * broken <= sum(char > "\x7f" for char in read) - broken


def _is_chinese(sample: bytes) -> bool:
    """It would be GB18030 but for a few bytes that somebody broke: nearly all of it is Han."""
    read = codecs.getincrementaldecoder("gb18030")(errors="replace").decode(sample)
    broken = read.count("\ufffd")
    wide = sum(char > "\x7f" for char in read) - broken
    han = sum("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffee" for char in read)
    return 10 * broken <= wide and 10 * han >= 9 * wide > 0


def refuse_formats(sample: bytes) -> None:
    """Raise for files that are no text at all."""
    for mark, what in _FORMATS.items():
        if sample.startswith(mark):
            raise ImportRefused(
                f"this is {what}, not a list: save it as CSV or XLSX", "no_list_file"
            )


def delimiter_of(lines: list[str]) -> str:
    """What most evenly divides the first lines; a comma where nothing does.

    >>> delimiter_of(["name;phone", "Ada;447700900123"]), delimiter_of(["447700900123"])
    (';', ',')
    """

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=evenness)


def lines(
    file: BinaryIO, encoding: str, progress: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, str]]:
    """Numbered lines, without their ends; a longer one than `LONGEST_ROW` is cut there."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True
    )
    rest, number, done = "", 1, 0
    while chunk := file.read(_CHUNK):
        done += len(chunk)
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield number, line[: LONGEST_ROW + 1]
            number += 1
        rest = rest[: LONGEST_ROW + 1]  # the end of a line that long is thrown away as it comes
        progress(done)
    *whole, rest = (rest + decoder.decode(b"", final=True)).split("\n")
    for line in (*whole, *([rest] if rest else [])):
        yield number, line[: LONGEST_ROW + 1]
        number += 1


def rows(source: Iterator[tuple[int, str]], delimiter: str, width: int = 0) -> Iterator[Row | Bad]:
    """The rows of a table; blank lines are left out.

    A row that runs over several lines must have `width` cells: so a quote that is never closed
    costs its own line, and not those up to the next quote.

    >>> list(rows(iter([(1, 'Ada,"two'), (2, 'lines"'), (3, ''), (4, '"Bo,1')]), ","))
    [Row(line=1, cells=['Ada', 'two\\nlines']), Bad(line=4, reason='unclosed_quote', text='"Bo,1')]
    """
    waiting: list[tuple[int, str]] = []
    while True:
        first = waiting.pop(0) if waiting else next(source, None)
        if first is None:
            return
        number, text = first
        if not text.strip():
            continue
        if len(text) > LONGEST_ROW:
            yield Bad(number, "row_too_long", text[:80])
            continue
        cells = _closed(text, delimiter, width, waiting, source)
        yield Row(number, cells) if cells else Bad(number, "unclosed_quote", text[:80])


def _closed(
    text: str,
    delimiter: str,
    width: int,
    waiting: list[tuple[int, str]],
    source: Iterator[tuple[int, str]],
) -> list[str]:
    """The cells of a row with as many lines as its quotes ask for; none if they never close."""
    used, last = 0, text
    while is_open := _is_open(last, delimiter, quoted=used > 0):
        if used == len(waiting):
            waiting += islice(source, 1)
        if used == len(waiting) or used == MOST_LINES or len(text) > LONGEST_ROW:
            break
        last = waiting[used][1]
        text = f"{text}\n{last}"
        used += 1
    cells = [] if is_open else _cells(text, delimiter, strict=used > 0)
    if used and width and len(cells) != width:
        cells = []
    if cells:
        del waiting[:used]
    return cells


def _cells(text: str, delimiter: str, *, strict: bool) -> list[str]:
    # Strictly, a closing quote is followed by a delimiter: so it did close what was opened.
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        return next(table, [])
    except csv.Error:
        return []


def _is_open(line: str, delimiter: str, *, quoted: bool) -> bool:
    """Whether a quoted cell is still open at the end of a line, as `csv` would read it."""
    if '"' not in line:
        return quoted
    fresh, skip = True, False
    for at, char in enumerate(line):
        if skip:
            skip = False
        elif quoted and char == '"':
            skip = quoted = line[at + 1 : at + 2] == '"'
        elif char == '"' and fresh:
            quoted = True
        fresh = not quoted and char == delimiter
    return quoted


def beginning(path: Path) -> bytes:
    """How a file begins. `ImportRefused` if it cannot be read at all."""
    try:
        with path.open("rb") as file:
            return file.read(SAMPLE)
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror}") from error
