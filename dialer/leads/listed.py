"""What stands on the do-not-call and white lists: how many numbers there are, and all as a file.

Both read the journal while a dialer may write it: the file page by page, so that a million entries
take no more memory than a thousand.
"""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import msgspec

from dialer.journal import database, vault
from dialer.leads.exported import when
from dialer.leads.rejects import harmless

PERIOD_S = 30 * 86400.0
"What is counted as new, and as taken off: within so long before."
PAGE = 1000
COLUMNS = (
    "number", "masked", "campaign", "source", "reason", "added_by", "added_at", "expires_at",
    "removed_by", "removed_at", "removed_reason",
)  # fmt: skip
"Of the file; without a `number` is who was erased, and who came by hand before numbers were kept."

_IN_FORCE = "removed_at IS NULL AND (expires_at IS NULL OR expires_at > :at)"
# NOT INDEXED: nearly all entries are in force, and by the index each of them would be looked up.
# How many numbers and prefixes stand on each list?
_SCOPES = f"""
SELECT campaign, allows, sum(prefix = ''), sum(prefix != '') FROM dnc NOT INDEXED WHERE {_IN_FORCE}
GROUP BY campaign, allows ORDER BY allows, campaign"""
# How many different numbers must not be called, by one campaign at least? The index has them in
# order, but not when they end: whoever is there by what has ended alone goes off again.
_NUMBERS = """
SELECT
  (SELECT count(DISTINCT key) FROM dnc INDEXED BY dnc_in_force
   WHERE removed_at IS NULL AND allows = 0 AND prefix = '')
- (SELECT count(DISTINCT key) FROM dnc d NOT INDEXED
   WHERE removed_at IS NULL AND expires_at <= :at AND allows = 0 AND prefix = ''
     AND NOT EXISTS (SELECT 1 FROM dnc n WHERE n.key = d.key AND n.prefix = '' AND n.allows = 0
                     AND n.removed_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > :at)))"""
# And how many prefixes?
_PREFIXES = f"""
SELECT count(DISTINCT prefix) FROM dnc WHERE prefix != '' AND allows = 0 AND {_IN_FORCE}"""
# How many entries came since, and how many did somebody end that no longer one replaced?
_MOVED = """
SELECT count(*) FILTER (WHERE added_at > :since),
  count(*) FILTER (WHERE removed_at > :since AND removed_by != 'expiry' AND NOT EXISTS (
    SELECT 1 FROM dnc n WHERE n.key = d.key AND n.prefix = d.prefix AND n.campaign = d.campaign
    AND n.allows = 0 AND n.removed_at IS NULL AND n.added_at = d.removed_at))
FROM dnc d WHERE allows = 0"""
# Whom does one of the two lists name, and with which number, if anybody has it?
_ENTRIES = """
SELECT entry, prefix, coalesce(
    digits,
    (SELECT n.digits FROM numbers n WHERE n.key = d.key AND d.key != '' LIMIT 1),
    (SELECT a.digits FROM arrivals a WHERE a.number_key = d.key AND d.key != '' LIMIT 1)) AS sealed,
  masked, campaign, source, reason, added_by, added_at, expires_at, removed_by, removed_at,
  removed_reason
FROM dnc d WHERE entry > :after AND allows = :allows
  AND (:history OR removed_at IS NULL AND (expires_at IS NULL OR expires_at > :at))
ORDER BY entry LIMIT :n"""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a list for one campaign, or for all."""

    campaign: str
    "Empty: for all campaigns."
    allows: bool
    "It is a white list's."
    numbers: int
    prefixes: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are."""

    at: float
    "Of all entries that are in force at this instant."
    numbers: int
    "Different ones that at least one campaign must not call; no prefix and no white list's."
    prefixes: int
    scopes: tuple[Scope, ...]
    "A number that two campaigns must not call is in both."
    since: float
    "Of `added` and `taken_off`: entries of the do-not-call list, from this instant on."
    added: int
    taken_off: int


class Taken(msgspec.Struct, frozen=True):
    """What was written into a file."""

    entries: int
    without_number: int
    "Of them those whose number nobody has any more: only their mask is told."


def counted(journal: Path, at: float) -> Counted:
    """What stands on the lists at an instant, and what changed in the thirty days before."""
    since, scopes, numbers, prefixes, moved = at - PERIOD_S, list[Any](), 0, 0, (0, 0)
    if journal.exists():
        with closing(database.opened_to_read(journal)) as db:
            scopes = db.execute(_SCOPES, {"at": at}).fetchall()
            [(numbers,)] = db.execute(_NUMBERS, {"at": at})
            [(prefixes,)] = db.execute(_PREFIXES, {"at": at})
            moved = db.execute(_MOVED, {"since": since}).fetchone()
    return Counted(
        at=at, numbers=numbers, prefixes=prefixes, since=since, added=moved[0], taken_off=moved[1],
        scopes=tuple(
            Scope(campaign=one[0], allows=bool(one[1]), numbers=one[2], prefixes=one[3])
            for one in scopes
        ),
    )  # fmt: skip


def export(
    journal: Path, into: TextIO, *, at: float, allows: bool = False, history: bool = False
) -> Taken:
    """Write one of the two lists as CSV, numbers in full; the oldest entry first.

    `history`: entries that are over as well, with who ended them and why.
    """
    table = csv.writer(into)
    table.writerow(COLUMNS)
    entries = without = 0
    if not journal.exists():
        return Taken(0, 0)
    with closing(database.opened_to_read(journal)) as db:
        secret = vault.unlocked(vault.key_file(journal))
        for row in _rows(db, at=at, allows=allows, history=history):
            number = _number(row, secret)
            table.writerow((number, *_told(row)))
            entries += 1
            without += not number
    return Taken(entries, without)


def _rows(db: sqlite3.Connection, **asked: float | bool) -> Iterator[sqlite3.Row]:
    db.row_factory = sqlite3.Row
    after = 0
    while page := db.execute(_ENTRIES, {**asked, "after": after, "n": PAGE}).fetchall():
        yield from page
        after = page[-1]["entry"]


def _number(row: sqlite3.Row, secret: vault.Vault) -> str:
    """As programs read it, `+12125550123` or `+1900*`."""
    if row["prefix"]:
        return f"+{row['prefix']}*"
    digits = secret.opened(row["sealed"], "number") if row["sealed"] else ""
    return f"+{digits}" if digits else ""


def _told(row: sqlite3.Row) -> Iterator[str]:
    yield row["masked"]  # a sign, digits and dots are no formula
    for name in COLUMNS[2:]:
        value = row[name]
        yield when(value) if name.endswith("_at") else _harmless(value)


_harmless = lru_cache(maxsize=1024)(harmless)  # a file that came in said the same of all its rows
