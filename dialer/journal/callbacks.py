"""Calls that are promised to people, as a connection that only reads finds them."""

import sqlite3
from collections.abc import Callable

import msgspec

from dialer.journal.vault import Vault

MOST = 5000
"So many are looked at, whoever asks."
_FROM = """
SELECT l.lead, l.list, next_at, callback_for, coalesce(i.campaign, ''), state, coalesce(i.agent, '')
FROM leads l LEFT JOIN intents i ON i.call = l.disposed_call
WHERE callback = 1 AND final = ''
"""
_OF = f"{_FROM} AND l.lead = ?"
_BETWEEN = f"""{_FROM} AND next_at >= :since AND next_at < :until
ORDER BY next_at, l.lead LIMIT :n
"""
_MORE = """
SELECT n.masked, p.name, l.person,
    (SELECT text FROM notes WHERE notes.lead = l.lead ORDER BY note DESC LIMIT 1)
FROM leads l JOIN numbers n ON n.lead = l.lead AND n.pos = l.number
JOIN places p ON p.place = n.place
WHERE l.lead = ?
"""


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was promised to a person."""

    lead: str
    list: str
    at: float
    whom: str
    "Who shall call: an agent, `team:NAME`, or nobody in particular."
    campaign: str
    "Empty for who called us and found nobody."
    open: bool
    "It waits for its time; else it is being called, or is not to be called any more."
    promised_by: str
    "The agent who had the call in which it was promised."


class Promised(msgspec.Struct, frozen=True, kw_only=True):
    """The same, with whom it is about."""

    callback: Callback
    masked: str
    "The number that is called next."
    place: str
    "Its region and zones."
    person: dict[str, str]
    note: str
    "The last that was written of the lead."


def of(db: sqlite3.Connection, lead: int) -> Callback | None:
    """What is promised to this lead."""
    row = db.execute(_OF, (lead,)).fetchone()
    return row and _callback(row)


def promised(
    db: sqlite3.Connection, vault: Vault, sees: Callable[[Callback], bool], *,
    since: float, until: float, n: int,
) -> list[Promised]:  # fmt: skip
    """The first `n` of those for a time in [since, until) that are seen."""
    rows = db.execute(_BETWEEN, {"since": since, "until": until, "n": MOST}).fetchall()
    seen = [one for one in map(_callback, rows) if sees(one)][:n]
    return [_promised(one, vault, db.execute(_MORE, (int(one.lead),)).fetchone()) for one in seen]


def _callback(row: tuple[str, str, float, str, str, str, str]) -> Callback:
    return Callback(
        lead=str(row[0]), list=row[1], at=row[2], whom=row[3], campaign=row[4],
        open=row[5] == "open", promised_by=row[6],
    )  # fmt: skip


def _promised(
    one: Callback, vault: Vault, more: tuple[str, str, bytes | None, bytes | None]
) -> Promised:
    masked, place, person, note = more
    return Promised(
        callback=one, masked=masked, place=place,
        person=msgspec.json.decode(vault.opened(person, "person")) if person else {},
        note=vault.opened(note, "note") if note else "",
    )  # fmt: skip
