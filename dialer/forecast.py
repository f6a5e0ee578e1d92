"""How far a list is worked, how clean it is, and when it is worked through.

found = standing(journal, "spring", at=clock())
found.leads, found.called, found.done, found.forecast
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from dialer.journal import database
from dialer.journal.sqlite_store.campaigns import campaign
from models.exhaustion import Worked, forecast

_NEWEST = """
SELECT opened, rules FROM campaigns AS one
WHERE version = (SELECT max(version) FROM campaigns WHERE campaign = one.campaign)"""
_CALLS = """
SELECT lead, opened_at, state FROM intents JOIN leads USING (lead)
WHERE list = ? AND counted = 1 AND closed_at IS NOT NULL AND closed_how != 'withdrawn'
ORDER BY lead, opened_at"""
_USUAL_MOST = 8


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """When a list is worked through, if its calls go on as on the latest days."""

    calls: int
    "That its leads still take, if all of them may be called."
    calls_per_day: float
    days: float
    "Days of calling; a day without calls does not count."
    error: float | None
    """By how much such forecasts, made on earlier days for one day ahead, were wrong, as a share of
    the leads that were finished; none: on fewer than 3 days was there enough to tell."""
    tested: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it stands."""

    list: str
    leads: int
    called: int
    "Leads that were called at least once: penetration is this by `leads`."
    done: int
    "Leads that nobody calls again."
    why: dict[str, int]
    "Why they are done -> how many."
    rejected: int
    "Rows that its imports did not take."
    duplicates: int
    numbers: int
    dead: int
    "Numbers that cannot be reached."
    calls: int
    forecast: Ahead | None
    "None: fewer than 100 calls, which tell too little."


def standing(journal: Path, list: str, at: float) -> Standing | None:
    """A list, if there is one."""
    with closing(database.opened_to_read(journal)) as db:
        db.execute("BEGIN")
        if not _one(db, "SELECT count(*) FROM lists WHERE list = ?", list):
            return None
        return _standing(db, list, at)


def of_campaign(journal: Path, name: str, lists: Sequence[str], at: float) -> Standing | None:
    """All lists of a campaign together, under its name; None where none of them is there.

    Leads of one list are forecast by the calls of all: a list that has just begun has none.
    """
    with closing(database.opened_to_read(journal)) as db:
        db.execute("BEGIN")
        sql = "SELECT count(*) FROM lists WHERE list = ?"
        there = [one for one in dict.fromkeys(lists) if _one(db, sql, one)]
        parts = [_standing(db, one, at) for one in there]
        worked = [one for list in there for one in _worked(db, list)]
        untouched = sum(_untouched(db, one) for one in there)
        most = max((_most(db, one) for one in there), default=_USUAL_MOST)
    if not parts:
        return None
    why = Counter[str]()
    for one in parts:
        why.update(one.why)
    sums = {key: sum(getattr(one, key) for one in parts) for key in _SUMMED}
    return Standing(list=name, why=dict(why), forecast=_ahead(untouched, worked, at, most), **sums)


_SUMMED = ("leads", "called", "done", "rejected", "duplicates", "numbers", "dead", "calls")


def _untouched(db: sqlite3.Connection, list: str) -> int:
    return _one(
        db, "SELECT count(*) FROM leads WHERE list = ? AND attempts = 0 AND state != 'done'", list
    )


def _standing(db: sqlite3.Connection, list: str, at: float) -> Standing:
    sql = (
        "SELECT why, sum(n) FROM lead_counts WHERE list = ? AND state = 'done' AND n > 0 GROUP BY 1"
    )
    why = dict(db.execute(sql, (list,)).fetchall())
    worked = _worked(db, list)
    untouched = _untouched(db, list)
    bad = dict(
        db.execute(
            "SELECT reason = 'duplicate', count(*) FROM rejects WHERE list = ? GROUP BY 1", (list,)
        ).fetchall()
    )
    return Standing(
        list=list,
        leads=_one(db, "SELECT coalesce(sum(n), 0) FROM lead_counts WHERE list = ?", list),
        called=_one(db, "SELECT count(*) FROM leads WHERE list = ? AND attempts > 0", list),
        done=sum(why.values()), why=why, rejected=bad.get(0, 0), duplicates=bad.get(1, 0),
        numbers=_one(db, "SELECT count(*) FROM numbers WHERE list = ?", list),
        dead=_one(db, "SELECT count(*) FROM numbers WHERE list = ? AND dead = 1", list),
        calls=sum(len(one.at) for one in worked),
        forecast=_ahead(untouched, worked, at, _most(db, list)),
    )  # fmt: skip


def _ahead(untouched: int, worked: Sequence[Worked], at: float, most: int) -> Ahead | None:
    found = forecast(untouched, worked, at, most)
    return found and Ahead(
        calls=round(found.calls), calls_per_day=found.calls_per_day, days=found.days,
        error=found.error, tested=found.tested,
    )  # fmt: skip


def _worked(db: sqlite3.Connection, list: str) -> Sequence[Worked]:
    calls, done = dict[int, tuple[float, ...]](), dict[int, bool]()
    for lead, at, state in db.execute(_CALLS, (list,)):
        calls[lead] = (*calls.get(lead, ()), at)
        done[lead] = state == "done"
    return [Worked(at, done[lead]) for lead, at in calls.items()]


def _most(db: sqlite3.Connection, list: str) -> int:
    """Calls to a lead of the list, ever: the most that one of its campaigns makes."""
    known = [campaign(*row) for row in db.execute(_NEWEST)]
    mine = [one.rules.calling.attempts_per_lead for one in known if list in one.rules.lists]
    return max(mine, default=_USUAL_MOST)


def _one(db: sqlite3.Connection, sql: str, list: str) -> int:
    return int(db.execute(sql, (list,)).fetchone()[0])
