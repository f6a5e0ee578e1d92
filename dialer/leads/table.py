"""A file with a list in it: how it is to be read, its first rows, and all of them.

with opened(Path("spring.xlsx"), Source(country="cn")) as table:
    table.layout.columns, table.first[:3]
    for row in table.rows(): ...
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from phonenumbers import SUPPORTED_REGIONS

from dialer.errors import ImportRefused
from dialer.leads import sheet, text
from dialer.leads.columns import SHEET, Correction, Layout, corrected, layout
from dialer.leads.reading import Source
from dialer.leads.text import Bad, Row

AS_GUESSED = Correction()
FIRST = 50
"Rows that the guess is made from."


class Table:
    """The rows of an open file, read from its beginning each time."""

    def __init__(self, file: BinaryIO, found: Layout, first: list[list[str]], path: Path) -> None:
        self._file = file
        self.path, self.layout, self.first = path, found, first
        self.size = file.seek(0, 2)
        "Bytes that there are to read."

    def rows(self, progress: Callable[[int], None] = lambda done: None) -> Iterator[Row | Bad]:
        """All rows but the header. `progress` is told how many bytes are read."""
        return islice(self._all(progress), self.layout.header, None)

    def _all(self, progress: Callable[[int], None]) -> Iterator[Row | Bad]:
        if self.layout.is_sheet:
            return sheet.rows(self._file, progress)
        self._file.seek(0)
        lines = text.lines(self._file, self.layout.encoding, progress)
        return text.rows(lines, self.layout.delimiter, len(self.layout.columns))


@contextmanager
def opened(
    path: Path, source: Source, better: Correction = AS_GUESSED, *, to_look: bool = False
) -> Iterator[Table]:
    """Open a list. `ImportRefused` where it is none, or no column of it holds numbers.

    `to_look`: without such a column, too, since somebody may say which one it is.
    """
    must_be_a_country(source.country)
    sample = text.beginning(path)
    if not sample.strip():
        raise ImportRefused(f"{path} is empty", "file_empty")
    text.refuse_formats(sample)
    is_sheet = sheet.is_sheet(sample)
    with closing(sheet.unpacked(path, better.sheet) if is_sheet else path.open("rb")) as file:
        found = _of_sheet(file, better) if is_sheet else _of_text(file, sample, better)
        encoding, delimiter, first = found
        header, columns = layout(first, source.country, lab=source.lab, header=better.header)
        known = Layout(
            encoding=encoding,
            delimiter=delimiter,
            header=header,
            columns=corrected(columns, better.columns),
            sheet=better.sheet,
        )
        if not (known.phones or to_look):
            raise ImportRefused(
                _without_phones(path, known, source), "no_phones", country=source.country.upper()
            )
        yield Table(file, known, first, path)


def must_be_a_country(country: str) -> None:
    """Raise `ImportRefused` for a code that is none."""
    if country.upper() not in SUPPORTED_REGIONS:
        said = f"country {country!r}: two letters of ISO 3166, like 'us', 'cn'"
        raise ImportRefused(said, "no_country", country=country)


def _of_sheet(file: BinaryIO, better: Correction) -> tuple[str, str, list[list[str]]]:
    first = [row.cells for row in islice(sheet.rows(file), FIRST) if isinstance(row, Row)]
    return SHEET, "", first


def _of_text(file: BinaryIO, sample: bytes, better: Correction) -> tuple[str, str, list[list[str]]]:
    encoding = _encoding(better.encoding) if better.encoding else text.encoding_of(sample)
    head = list(islice(text.lines(file, encoding), FIRST))
    delimiter = better.delimiter or text.delimiter_of([line for _, line in head if line.strip()])
    if delimiter not in text.DELIMITERS:
        raise ImportRefused(
            f"delimiter {delimiter!r}: one of {' '.join(map(repr, text.DELIMITERS))}",
            "delimiter",
        )
    rows = text.rows(iter(head), delimiter)
    return encoding, delimiter, [row.cells for row in rows if isinstance(row, Row)]


def _encoding(name: str) -> str:
    if name not in text.ENCODINGS:
        known = ", ".join(text.ENCODINGS)
        raise ImportRefused(f"encoding {name!r}: one of {known}", "encoding", known=known)
    return name


def _without_phones(path: Path, known: Layout, source: Source) -> str:
    how = SHEET if known.is_sheet else f"{known.encoding}, divided by {known.delimiter!r}"
    return (
        f"{path}: no column holds telephone numbers of {source.country.upper()}"
        f" (read as {how}); name one `phone`"
    )
