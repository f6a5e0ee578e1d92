"""Who must not be called: numbers on and off the list, with who said so and when.

A dialer that runs sees each change within a quarter of a second, cancels calls that still ring and
takes the number out of every line.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads import table
from dialer.leads.normalise import digits_of
from dialer.leads.reading import Source
from dialer.leads.text import Bad, Row

BATCH = 500


class DncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a do-not-call file."""

    rows: int
    added: int
    known: int
    "Were on the list already."


def block(journal: Path, numbers: Iterable[str], country: str, why: Block) -> int:
    """Put numbers on the list, all or none; how many were not on it yet.

    `why` says who, when and for which campaign (empty: all of them).
    """
    found = [(written, digits_of(written, country)) for written in numbers]
    for written, digits in found:
        if digits is None:
            raise ImportRefused(f"{_shortened(written)} is no telephone number")
    with Book(journal) as book:
        return book.block([digits for _, digits in found if digits], why)


def unblock(
    journal: Path, number: str, country: str, *, by: str, at: float, campaign: str = ""
) -> bool:
    """Take a number off the list; whether it was there. The entry stays, with who ended it."""
    digits = digits_of(number, country)
    with Book(journal) as book:
        return digits is not None and book.unblock(digits, by=by, at=at, campaign=campaign)


def is_blocked(journal: Path, number: str, country: str, *, campaign: str = "") -> bool:
    """Whether a number must not be called (by this campaign)."""
    digits = digits_of(number, country)
    with Book(journal) as book:
        return digits is not None and book.is_blocked(digits, campaign)


def import_dnc(
    journal: Path,
    path: Path,
    country: str,
    why: Block,
    *,
    progress: Callable[[int], None] = lambda rows: None,
) -> DncReport:
    """Put a file of numbers on the list. If one row cannot be read none is taken over."""
    rows = sum(1 for _ in _digits(path, country))
    added = done = 0
    numbers = _digits(path, country)
    with Book(journal) as book:
        while batch := list(islice(numbers, BATCH)):
            added += book.block(batch, why)
            done += len(batch)
            progress(done)
    return DncReport(rows=rows, added=added, known=rows - added)


def _digits(path: Path, country: str) -> Iterator[str]:
    """Every number of a file; raises at the first row that holds none."""
    with table.opened(path, Source(country=country, lab=True)) as found:
        for row in found.rows():
            yield from _numbers(row, found.layout.phones, country, path)


def _numbers(row: Row | Bad, phones: list[int], country: str, path: Path) -> list[str]:
    cells = row.cells if isinstance(row, Row) else []
    written = [cells[at] for at in phones if at < len(cells) and cells[at].strip()]
    found = [digits for cell in written if (digits := digits_of(cell, country))]
    if not found or len(found) < len(written):
        raise ImportRefused(
            f"{path}, line {row.line}: no telephone number there; nothing was taken over"
        )
    return found


def _shortened(written: str) -> str:
    # It may be a number with a slip in it, and so somebody's.
    return repr(written[:3] + "…" if len(written) > 3 else written)
