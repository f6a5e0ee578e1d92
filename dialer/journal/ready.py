"""The leads of a shelf whose turn it is, as a stream, so light that a million of them fit.

Most leads are plain: one number that is on no list, is not being called and was not today. Of those
SQL knows what the rules of all campaigns ask; the others are read in full by whoever asks.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from dialer.journal.store import Due
from dialer.leads.hopper import Lead, Number

_READY = """
SELECT l.lead, l.due_at, l.callback, l.attempts, n.kind, CASE WHEN
    l.call = '' AND l.final = '' AND n.dead = 0 AND n.place = l.place
    AND NOT EXISTS (SELECT 1 FROM dnc d WHERE d.key = n.key AND d.removed_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM intents i WHERE i.number_key = n.key AND i.closed_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM intents i
        WHERE i.number_key = n.key AND i.opened_at > :yesterday AND i.counted = 1)
    THEN n.key ELSE '' END {more}
FROM leads l JOIN numbers n ON n.lead = l.lead AND n.pos = l.number
WHERE l.list = :list AND l.place = :place AND l.rank = :rank AND l.state = 'open' AND l.why = :why
    AND l.due_at <= :at
ORDER BY l.due_at, l.lead"""


_MORE = ", n.pos, n.attempts, n.carrier, n.area, l.priority, l.disposition"


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


More = tuple[int, int, str, str, int, str]
"Of the number its place in the lead, attempts, carrier, area; of the lead priority, disposition."


NOTHING: More = (0, 0, "", "", 0, "")


def seen(one: Ready, more: More = NOTHING) -> Lead:
    """A plain lead with its next number only: with `more`, all that filters and quotas ask."""
    _, attempts, carrier, area, priority, disposition = more
    number = Number(
        key=one.key, masked="", place=one.place, kind=one.kind, carrier=carrier, area=area,
        attempts=attempts,
    )  # fmt: skip
    return Lead(
        id=str(one.id), list=one.list, numbers=(number,), priority=priority, attempts=one.attempts,
        callback=one.callback, disposition=disposition, place=one.place,
    )  # fmt: skip


def ready(
    db: sqlite3.Connection, line: Due, place: int, why: str, at: float, *, day_s: float, more: bool
) -> Iterator[tuple[Ready, More]]:
    """Those of one shelf, in the order in which claims take them; with `more`, where it is asked.

    It takes half as long again.
    """
    bound = {
        "list": line.list, "place": place, "rank": line.rank, "why": why, "at": at,
        "yesterday": at - day_s,
    }  # fmt: skip
    sql = _READY.format(more=_MORE if more else "")
    for id, due_at, callback, attempts, kind, key, *others in db.execute(sql, bound):
        one = Ready(
            line.rank, due_at, id, line.list, line.place, bool(callback), attempts, kind, key
        )
        yield one, tuple(others) if more else NOTHING
