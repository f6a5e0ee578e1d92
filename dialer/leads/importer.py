"""A list goes in: every row becomes a lead or a line in the reject file, whatever its bytes are.

    report = import_list(Path("var/journal.sqlite"), Path("spring.csv"), "spring", "US")

The dialer may run meanwhile: leads are added in short transactions of their own, and how far the
import has come is written with them. One that was broken off, also by the power, goes on from there
when the same file is imported again: its counts and its reject file are those of one that was not.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from dialer.errors import ImportRefused, ImportStopped
from dialer.journal.book import Book
from dialer.journal.imports import Begun, Import, Progress
from dialer.leads import table
from dialer.leads.columns import Correction, Layout
from dialer.leads.normalise import NewLead
from dialer.leads.parsers import Parsers, Read, Work
from dialer.leads.reading import Source
from dialer.leads.rejects import Rejects
from dialer.leads.table import Table
from dialer.leads.text import Bad, Row
from dialer.ports import Clock

BATCH = 500
"Leads per transaction: some 30 ms, and a running dialer claims in between."
LIST_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
ALONE_S = 10.0
"An import that has said nothing for so long is nobody's any more."
SMALL = 2_000_000
"Bytes: a smaller file is not worth a process of its own."

Among = Literal["list", "campaign", "everywhere"]
Told = Callable[[Progress, int], None]
"After each batch: how far it has come, and how many bytes there are in all."


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which list is to be made of a file, and how. Kept with the import: it goes on by the same."""

    list: str
    source: Source
    better: Correction = Correction()
    among: Among = "list"
    """Where a number that is there already makes a row a duplicate: in this list, in all lists of
    the campaigns that dial it, or anywhere."""
    beside: tuple[str, ...] = ()
    "Lists that count as this one for that."

    def __post_init__(self) -> None:
        """The name ends up in file names."""
        if not LIST_NAME.fullmatch(self.list):
            said = f"list {self.list!r}: small letters, digits, `-` and `_` only"
            raise ImportRefused(said, "list_name")


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list. `rows` is `imported`, `rejected` and `duplicates` together."""

    id: int
    "Of the import."
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
    resumed_at: int = 0
    "Rows that it had behind it when it went on; 0 if it was never broken off."


def import_list(
    journal: Path,
    path: Path,
    list_id: str,
    country: str,
    *,
    countries: frozenset[str] = frozenset(),
    lab: bool = False,
    priority: int = 0,
    beside: tuple[str, ...] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> ImportReport:
    """Import a small list by nobody in particular; `run` has all there is to say."""
    source = Source(country=country, countries=countries, lab=lab, priority=priority)
    wanted = Wanted(list=list_id, source=source, beside=beside)
    return run(journal, path, wanted, told=lambda now, of: progress(now.bytes, of))


def run(
    journal: Path,
    path: Path,
    wanted: Wanted,
    *,
    by: str = "",
    clock: Clock = time.time,
    workers: int = 0,
    told: Told = lambda now, of: None,
    began: Callable[[int], None] = lambda id: None,
    name: str = "",
) -> ImportReport:
    """Import a file into a journal; go on where the same import was broken off.

    `workers`: processes that parse; 0 is this one. `told` may raise `ImportStopped` to end it for
    now. `began` hears the import's id. `name`: what the file is called, where that is not its path.
    """
    with table.opened(path, wanted.source, wanted.better) as found, Book(journal) as book:
        begun = book.begin_import(
            Begun(
                list=wanted.list,
                file=name or path.name,
                digest=_digest(path),
                plan=msgspec.json.encode(wanted).decode(),
                by=by,
                at=clock(),
                of_bytes=found.size,
            ),
            alone_s=ALONE_S,
        )
        began(begun.id)
        job = _Job(book, begun, wanted, clock)
        rejects = Rejects(reject_file(journal, wanted.list, begun.id), begun.progress.reject_bytes)
        try:
            with closing(rejects):
                now = job.done(found, rejects, workers, told)
        except BaseException as why:
            book.end_import(begun.id, "stopped", _why(why), clock())
            raise
        book.end_import(begun.id, "done", "", clock())
    return ImportReport(
        id=begun.id,
        rows=now.rows,
        imported=now.imported,
        rejected=now.rejected,
        duplicates=now.duplicates,
        blocked=now.blocked,
        reasons=dict(now.reasons),
        layout=found.layout,
        reject_file=rejects.path if now.reject_bytes else None,
        resumed_at=begun.progress.rows,
    )


def reject_file(journal: Path, list_id: str, id: int) -> Path:
    """Where the rows lie that an import did not take."""
    return journal.parent / "rejects" / f"{list_id}-{id}.csv"


class _Job:
    """One import, from where it has come to up to its end."""

    def __init__(self, book: Book, begun: Import, wanted: Wanted, clock: Clock) -> None:
        self._book, self._begun, self._wanted, self._clock = book, begun, wanted, clock
        self._beside = (*wanted.beside, *self._of_campaigns())
        self._read = 0

    def _of_campaigns(self) -> tuple[str, ...]:
        return (
            self._book.lists_beside(self._wanted.list) if self._wanted.among == "campaign" else ()
        )

    def done(self, found: Table, rejects: Rejects, workers: int, told: Told) -> Progress:
        now = self._begun.progress
        rows = islice(found.rows(self._saw), now.rows, None)
        work = Work(self._wanted.source, found.layout)
        with Parsers(work, workers) as parsers:
            for read in parsers.read(_batches(rows)):
                now = self._kept(read, rejects, now)
                told(now, found.size)
        last = msgspec.structs.replace(now, bytes=found.size)
        with self._book.importing(self._begun, self._clock()) as into:
            into.advance(now, last)
        told(last, found.size)
        return last

    def _saw(self, bytes: int) -> None:
        self._read = bytes

    def _kept(self, read: Read, rejects: Rejects, now: Progress) -> Progress:
        """One batch, its rejects and how far that is: all of it or nothing."""
        good = [(row, lead) for row, lead in read if isinstance(lead, NewLead)]
        bad = [(row, reason) for row, reason in read if isinstance(reason, str)]
        with self._book.importing(self._begun, self._clock()) as into:
            everywhere = self._wanted.among == "everywhere"
            new = [lead for _, lead in good]
            added = into.add(new, self._beside, everywhere=everywhere)
            bad += [(good[index][0], "duplicate") for index in added.duplicates]
            bad.sort(key=lambda one: one[0].line)
            rejects.add(bad)
            into.reject([(row.line, reason) for row, reason in bad])
            after = now.and_then(
                imported=added.leads,
                blocked=added.blocked,
                why=(reason for _, reason in bad),
                reject_bytes=rejects.kept(),
                bytes=self._read,
            )
            into.advance(now, after)
        return after


def _batches(rows: Iterator[Row | Bad]) -> Iterator[list[Row | Bad]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _why(error: BaseException) -> str:
    return str(error) if isinstance(error, ImportStopped) else type(error).__name__
