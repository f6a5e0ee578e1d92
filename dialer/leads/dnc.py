"""Who must not be called: numbers on and off the lists, with who said so and when.

A number as people write it, or all that begin so: `+1 900*`. What goes onto a white list is called
though a shorter prefix forbids it.

A dialer that runs sees each change within a quarter of a second, cancels calls that still ring and
takes the number out of every line.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import msgspec

from dialer import logs
from dialer.errors import ImportRefused
from dialer.journal import database
from dialer.journal.book import Book
from dialer.journal.store import Block
from dialer.leads import table
from dialer.leads.blocking import LONGEST, prefix_of
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


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a list, and who put it there."""

    entry: int
    masked: str
    "A number, masked, or a prefix with its star."
    campaign: str
    "Empty: for all campaigns."
    allows: bool
    "It is a white list's."
    source: str
    reason: str
    added_by: str
    added_at: float
    expires_at: float | None


def block(journal: Path, numbers: Iterable[str], country: str, why: Block) -> int:
    """Put numbers and prefixes on a list, all or none; how many were not on it yet.

    `why` says who, when, until when, which list, and for which campaign (empty: all of them).
    """
    digits, prefixes = list[str](), list[str]()
    for written in numbers:
        if prefix := prefix_of(written):
            prefixes.append(prefix)
        elif number := digits_of(written, country):
            digits.append(number)
        else:
            raise ImportRefused(wrong(written))
    with Book(journal) as book:
        return book.block(digits, why, prefixes)


def thing(number: str, country: str) -> str:
    """A number or a prefix as the audit log names it, which masks it."""
    prefix = prefix_of(number)
    return f"prefix:+{prefix}*" if prefix else f"dnc:+{digits_of(number, country)}"


def wrong(written: str) -> str:
    """What to say of something that is neither number nor prefix."""
    if "*" in written:
        return (
            f"{_shortened(written)} is no prefix: write it with its country and a star at the end, "
            f"like +1900*, and at most {LONGEST} digits"
        )
    return f"{_shortened(written)} is no telephone number"


def unblock(
    journal: Path, number: str, country: str, *, by: str, at: float, reason: str,
    campaign: str = "", allows: bool = False,
) -> bool:  # fmt: skip
    """Take a number or a prefix off a list; whether it was there.

    The entry stays, with who ended it, when and why: no more of it than the audit log would show.
    """
    if not reason.strip():
        raise ImportRefused(
            "reason: say why it goes off the list; that is kept, since who checks asks for it",
            "dnc_reason",
        )
    prefix = prefix_of(number)
    digits = "" if prefix else digits_of(number, country)
    entry = Block(
        prefix=prefix or "", allows=allows, campaign=campaign, reason=logs.text(reason.strip()),
        added_by=by, at=at,
    )  # fmt: skip
    with Book(journal) as book:
        return digits is not None and book.end_block(entry, digits)


def entries(journal: Path, *, at: float, before: int = 0, n: int = 100) -> list[Entry]:
    """What stands on the lists, the newest first; so many before an entry, where one is named."""
    if not journal.exists():
        return []
    sql = (
        "SELECT entry, masked, campaign, allows, source, reason, added_by, added_at, expires_at"
        " FROM dnc WHERE removed_at IS NULL AND (expires_at IS NULL OR expires_at > :at)"
        " AND (:before = 0 OR entry < :before) ORDER BY entry DESC LIMIT :n"
    )
    with closing(database.opened_to_read(journal)) as db:
        rows = db.execute(sql, {"at": at, "before": before, "n": n}).fetchall()
    return [
        Entry(entry=r[0], masked=r[1], campaign=r[2], allows=bool(r[3]), source=r[4], reason=r[5],
              added_by=r[6], added_at=r[7], expires_at=r[8])
        for r in rows
    ]  # fmt: skip


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
    rows = sum(1 for _ in _listed(path, country))
    added = done = 0
    listed = _listed(path, country)
    with Book(journal) as book:
        while batch := list(islice(listed, BATCH)):
            numbers = [digits for digits, prefix in batch if not prefix]
            added += book.block(numbers, why, [prefix for _, prefix in batch if prefix])
            done += len(batch)
            progress(done)
    return DncReport(rows=rows, added=added, known=rows - added)


def _listed(path: Path, country: str) -> Iterator[tuple[str, str]]:
    """Every number of a file, or else the prefix; raises at the first row that holds none."""
    with table.opened(path, Source(country=country, lab=True)) as found:
        for row in found.rows():
            yield from _numbers(row, found.layout.phones, country, path)


def _numbers(row: Row | Bad, phones: list[int], country: str, path: Path) -> list[tuple[str, str]]:
    cells = row.cells if isinstance(row, Row) else []
    written = [cells[at] for at in phones if at < len(cells) and cells[at].strip()]
    read = [(digits_of(cell, country) or "", prefix_of(cell) or "") for cell in written]
    found = [one for one in read if any(one)]
    if not found or len(found) < len(written):
        raise ImportRefused(
            f"{path}, line {row.line}: no telephone number there; nothing was taken over",
            "bad_line",
            line=row.line,
        )
    return found


def _shortened(written: str) -> str:
    # It may be a number with a slip in it, and so somebody's.
    return repr(written[:3] + "…" if len(written) > 3 else written)
