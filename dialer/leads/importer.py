"""A list goes in: every row becomes a lead or a line in the reject file, whatever its bytes are.

    report = import_list(Path("var/journal.sqlite"), Path("spring.csv"), "spring", "US")

The dialer may run meanwhile: leads are added in short transactions of their own. An import that was
broken off is simply repeated; what is in the list already counts as duplicate.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import msgspec
from phonenumbers import SUPPORTED_REGIONS

from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.leads import text
from dialer.leads.columns import Layout, layout
from dialer.leads.normalise import NewLead
from dialer.leads.reading import Reader, Source
from dialer.leads.rejects import Rejects
from dialer.leads.text import Bad, Row

BATCH = 500
"Leads per transaction: some 30 ms, and a running dialer claims in between."
LIST_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")

Progress = Callable[[int, int], None]
"Bytes read, bytes in all."


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list."""

    rows: int
    imported: int
    rejected: int
    duplicates: int
    blocked: int
    "Imported, but on a do-not-call list."
    reasons: dict[str, int]
    "Why rows were rejected, and how many."
    layout: Layout
    reject_file: Path | None
    "Line, reason and beginning of each rejected row. Readable for its owner only."


def looked_at(path: Path, source: Source) -> tuple[Layout, list[list[str]]]:
    """How a list would be read, and its first rows: to show before it is imported."""
    must_be_a_country(source.country)
    encoding, delimiter, first = beginning_of(path)
    header, columns = layout(first, source.country, lab=source.lab)
    found = Layout(encoding=encoding, delimiter=delimiter, header=header, columns=columns)
    if not found.phones:
        raise ImportRefused(
            f"{path}: no column holds telephone numbers of {source.country.upper()}"
            f" (read as {encoding}, divided by {delimiter!r}); name one `phone`"
        )
    return found, first


def must_be_a_country(country: str) -> None:
    """Raise `ImportRefused` for a code that is none."""
    if country.upper() not in SUPPORTED_REGIONS:
        raise ImportRefused(f"country {country!r}: two letters of ISO 3166, like 'us', 'cn'")


def beginning_of(path: Path) -> tuple[str, str, list[list[str]]]:
    """Encoding, delimiter and first rows of a file."""
    sample = text.beginning(path)
    text.refuse_formats(sample)
    if not sample.strip():
        raise ImportRefused(f"{path} is empty")
    encoding = text.encoding_of(sample)
    with path.open("rb") as file:
        head = list(islice(text.lines(file, encoding), 50))
    delimiter = text.delimiter_of([line for _, line in head if line.strip()])
    rows = text.rows(iter(head), delimiter)
    return encoding, delimiter, [row.cells for row in rows if isinstance(row, Row)]


def import_list(
    journal: Path,
    path: Path,
    list_id: str,
    country: str,
    *,
    at: float = 0.0,
    countries: frozenset[str] = frozenset(),
    lab: bool = False,
    priority: int = 0,
    beside: tuple[str, ...] = (),
    reject_file: Path | None = None,
    progress: Progress = lambda done, of: None,
) -> ImportReport:
    """Import a list into a journal. Leads with numbers of the lists `beside` it are duplicates."""
    if not LIST_NAME.fullmatch(list_id):
        raise ImportRefused(f"list {list_id!r}: small letters, digits, `-` and `_` only")
    source = Source(country=country, countries=countries, lab=lab, priority=priority)
    found, _ = looked_at(path, source)
    reader = Reader(source, found)
    rejects = Rejects(reject_file or journal.parent / "rejects" / f"{list_id}.csv")
    counts = Counter[str]()
    with Book(journal) as book, path.open("rb") as file, closing(rejects):
        size = path.stat().st_size
        lines = text.lines(file, found.encoding, lambda done: progress(done, size))
        table = text.rows(lines, found.delimiter, len(found.columns))
        for batch in _batches(islice(table, found.header, None)):
            read = [(row, reader.lead(row)) for row in batch]
            good = [(row, lead) for row, lead in read if isinstance(lead, NewLead)]
            bad = [(row, reason) for row, reason in read if isinstance(reason, str)]
            new = [lead for _, lead in good]
            added = book.add_leads(list_id, new, at=at, source=path.name, beside=beside)
            bad += [(good[index][0], "duplicate") for index in added.duplicates]
            rejects.add(bad)
            book.reject(list_id, [(row.line, reason) for row, reason in bad], at)
            counts += Counter(rows=len(batch), imported=added.leads, blocked=added.blocked)
        progress(size, size)
    duplicates = rejects.reasons.pop("duplicate", 0)
    return ImportReport(
        rows=counts["rows"],
        imported=counts["imported"],
        rejected=rejects.reasons.total(),
        duplicates=duplicates,
        blocked=counts["blocked"],
        reasons=dict(rejects.reasons.most_common()),
        layout=found,
        reject_file=rejects.path if rejects.any else None,
    )


def _batches(table: Iterator[Row | Bad]) -> Iterator[list[Row | Bad]]:
    while batch := list(islice(table, BATCH)):
        yield batch
