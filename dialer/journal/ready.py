"""The leads of a shelf whose turn it is, as a stream, so light that a million of them fit.

Most leads are plain: one number that is on no list, is not being called and was not today. Of those
SQL knows all that the rules ask; the others are read in full by whoever asks.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from dialer.journal.store import Due

_READY = """
SELECT l.lead, l.due_at, l.callback, l.attempts, n.kind, CASE WHEN :in_full = 0
    AND l.call = '' AND l.final = '' AND n.dead = 0 AND n.place = l.place
    AND NOT EXISTS (SELECT 1 FROM dnc d WHERE d.key = n.key AND d.removed_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM intents i WHERE i.number_key = n.key AND i.closed_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM intents i
        WHERE i.number_key = n.key AND i.opened_at > :yesterday AND i.counted = 1)
    THEN n.key ELSE '' END
FROM leads l JOIN numbers n ON n.lead = l.lead AND n.pos = l.number
WHERE l.list = :list AND l.place = :place AND l.rank = :rank AND l.state = 'open' AND l.why = :why
    AND l.due_at <= :at
ORDER BY l.due_at, l.lead"""


class Ready(NamedTuple):
    """One of them; they compare in the order in which claims take them."""

    rank: int
    due_at: float
    id: int
    list: str
    place: str
    callback: bool = False
    attempts: int = 0
    kind: str = ""
    "Of the number that is next."
    key: str = ""
    "Of that number, if the lead is plain; empty: it must be asked in full."
    again: bool = False
    "It was out by other rules, and is looked at by new ones."


def ready(
    db: sqlite3.Connection, line: Due, place: int, why: str, at: float, *,
    day_s: float, in_full: bool,
) -> Iterator[Ready]:  # fmt: skip
    """Those of one shelf, in the order in which claims take them.

    `in_full`: rules that SQL does not know are in force, so that none of them is plain.
    """
    bound = {
        "list": line.list, "place": place, "rank": line.rank, "why": why, "at": at,
        "yesterday": at - day_s, "in_full": in_full,
    }  # fmt: skip
    for id, due_at, callback, attempts, kind, key in db.execute(_READY, bound):
        yield Ready(
            line.rank, due_at, id, line.list, line.place, bool(callback), attempts, kind, key
        )
