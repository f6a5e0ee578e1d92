"""Who agreed to be called: recorded with source, proof and an end; looked at before each call.

Where a law's profile asks for consent, nobody without one that is in force is called. A dialer that
runs sees each change at its next claim; the do-not-call list stands above any consent.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.journal.store import Consent
from dialer.leads.normalise import digits_of
from dialer.leads.table import must_be_a_country


def agree(journal: Path, number: str, country: str, consent: Consent) -> None:
    """Record one person's consent."""
    with Book(journal) as book:
        book.agree([_digits(number, country, "that")], consent)


def revoke(
    journal: Path, number: str, country: str, *, by: str, at: float, campaign: str = ""
) -> int:
    """End a number's consents; how many were in force."""
    with Book(journal) as book:
        return book.revoke(_digits(number, country, "that"), by=by, at=at, campaign=campaign)


def has_agreed(journal: Path, number: str, country: str, at: float, *, campaign: str = "") -> bool:
    """Whether a number's consent is in force."""
    with Book(journal) as book:
        return book.has_agreed(_digits(number, country, "that"), at, campaign)


def import_consents(journal: Path, path: Path, country: str, why: Consent) -> int:
    """Record a CSV file: `phone`, and `proof`, `source`, `given`, `expires` where they differ.

    Dates are ISO 8601, in UTC where they name no zone. If one row cannot be read none is taken
    over. How many rows there were.
    """
    must_be_a_country(country)
    read = list(_rows(path, country, why))
    with Book(journal) as book:
        for digits, consent in read:
            book.agree([digits], consent)
    return len(read)


def instant(text: str) -> float:
    """A date or a time as seconds since 1970. `ValueError` if it is none.

    >>> instant("2026-11-26"), instant("2026-11-26T08:00+08:00")
    (1795651200.0, 1795651200.0)
    """
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _rows(path: Path, country: str, why: Consent) -> Iterator[tuple[str, Consent]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if "phone" not in (table.fieldnames or ()):
            more = "there may be proof, source, given, expires"
            raise ImportRefused(f"{path}: no column `phone`; {more}", "consent_columns")
        try:
            for row in table:
                where = f"{path}, line {table.line_num}: that"
                yield _digits(row["phone"] or "", country, where), _of(row, why)
        except (ValueError, csv.Error) as bad:
            raise ImportRefused(
                f"{path}, line {table.line_num}: {bad}; nothing was taken over",
                "bad_line",
                line=table.line_num,
            ) from bad


def _of(row: dict[str, str | None], why: Consent) -> Consent:
    given = {key: (row.get(key) or "").strip() for key in ("proof", "source", "given", "expires")}
    return msgspec.structs.replace(
        why,
        proof=given["proof"] or why.proof,
        source=given["source"] or why.source,
        given_at=instant(given["given"]) if given["given"] else why.given_at,
        expires_at=instant(given["expires"]) if given["expires"] else why.expires_at,
    )


def _digits(number: str, country: str, where: str) -> str:
    digits = digits_of(number, country)
    if digits is None:  # without the number: it may end up in somebody's log
        raise ImportRefused(f"{where} is no telephone number of {country.upper()}")
    return digits
