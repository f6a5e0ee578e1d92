"""A list taken away as CSV: every lead with its numbers in full, its fields and what came of it.

It is read page by page, in the order of import; the dialer may run meanwhile.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec

from dialer.journal import database, vault
from dialer.leads.rejects import harmless

FIXED = (
    "lead", "list", "phone", "more_phones", "state", "why", "attempts", "disposition", "next_at",
)  # fmt: skip
PAGE = 1000
_LEADS = """
SELECT lead, state, why, attempts, disposition, next_at, person FROM leads
WHERE list = ? AND lead > ? ORDER BY lead LIMIT ?"""
_NUMBERS = "SELECT digits FROM numbers WHERE lead = ? ORDER BY pos"


def export(journal: Path, list: str, into: TextIO) -> int:
    """Write it; how many leads. `KeyError` where there is no such list.

    Cells that a spreadsheet would take for a formula are made harmless.
    """
    with closing(database.opened_to_read(journal)) as db:
        if not db.execute("SELECT 1 FROM lists WHERE list = ?", (list,)).fetchone():
            raise KeyError(list)
        secret = vault.unlocked(vault.key_file(journal))

        def pages() -> Iterator[Sequence[tuple[object, ...]]]:
            after = 0
            while page := db.execute(_LEADS, (list, after, PAGE)).fetchall():
                yield page
                after = page[-1][0]

        def person(sealed: object) -> Mapping[str, str]:
            text = secret.opened(bytes(sealed), "person") if isinstance(sealed, bytes) else "{}"
            told: dict[str, str] = msgspec.json.decode(text)
            return told

        fields = dict.fromkeys(key for page in pages() for row in page for key in person(row[6]))
        table = csv.writer(into)
        table.writerow((*FIXED, *map(harmless, fields)))
        n = 0
        for page in pages():
            for lead, state, why, attempts, disposition, next_at, sealed in page:
                digits = [secret.opened(one, "number") for (one,) in db.execute(_NUMBERS, (lead,))]
                said = person(sealed)
                row = (lead, list, digits[0] if digits else "", " ".join(digits[1:]), state, why,
                       attempts, disposition, when(next_at))  # fmt: skip
                table.writerow((*row, *(harmless(said.get(key, "")) for key in fields)))
                n += 1
    return n


def when(at: object) -> str:
    """An instant of a file, in UTC; empty where nothing is meant."""
    if not isinstance(at, float) or not at:
        return ""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
