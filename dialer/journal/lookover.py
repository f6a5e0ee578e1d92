"""Who would be called if a campaign claimed now, and why all others would not: nobody is claimed.

It asks the ledger that claims do, lead by lead, in the order in which claims take them; only whole
shelves whose answer is the same for all are counted, not asked.
"""

import heapq
import math
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np

from dialer.engine import compliance
from dialer.journal import database, vault
from dialer.journal.hours import placeable_from
from dialer.journal.ledger import Ledger
from dialer.journal.ready import More, Ready, ready, seen
from dialer.journal.sqlite_store import SqliteStore
from dialer.journal.standing import DAY_S
from dialer.journal.store import Due, Shelf, key_at
from dialer.leads.hopper import Lead
from dialer.leads.plan import Plan
from dialer.leads.rules import Campaign

TOLD_EACH = 10_000
STUCK = ("dnc", "caps")
"What a campaign's new rules may change: see `Shelving.reconsider`."

_RESTING = """
SELECT count(*), min(due_at) FROM leads
WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND why = ? AND due_at > ?"""
_READY_COUNT = """
SELECT count(*) FROM leads
WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND why = ? AND due_at <= ?"""
_REJECTS = """
SELECT reason = 'duplicate', count(*) FROM rejects WHERE list = ? GROUP BY 1"""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Leads that share an answer."""

    n: int
    place: str
    opens_at: float
    "When the first of them may be called; infinity: never, as things are."


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking. `rows` is the sum of `called` and all of `kept`."""

    rows: int
    called: int
    kept: dict[str, int]
    "Why -> how many are not called now."
    until: dict[str, float]
    "Why -> when the first of those may be called, where that is known."
    now: tuple[Group, ...]
    "Who is called now, by place."
    later: tuple[Group, ...]
    "Who waits for nothing but the time, by place."
    leads: tuple[str, ...]
    "The ids of those who are called now, in the order in which claims take them."
    missing: tuple[str, ...]
    "Lists that are not there."


Told = Callable[[int], None]
"Hears how many rows were looked at so far."


def looked_over(
    journal: Path, campaign: Campaign, at: float, told: Told = lambda rows: None
) -> Looked:
    """Look through all lists of a campaign, whether it is in force or not."""
    with closing(database.opened_to_read(journal)) as db:
        db.execute("BEGIN")  # one state of the file, however long it takes
        store = _Supposed(db, vault.unlocked(vault.key_file(journal)), campaign)
        return _Look(db, store, campaign, at, told).whole()


class _Supposed(SqliteStore):
    """The journal as if this campaign were in force, and whoever was promised were being called."""

    def __init__(self, db: sqlite3.Connection, vault: vault.Vault, campaign: Campaign) -> None:
        super().__init__(db, vault)
        self._supposed = campaign
        self.taken: set[str] = set()

    def campaign(self, name: str) -> Campaign | None:
        """The supposed one under its name."""
        return self._supposed if name == self._supposed.opened.campaign else super().campaign(name)

    def campaigns_of(self, list: str) -> frozenset[str]:
        """With the supposed one, where it dials the list; without its version before, else."""
        name = self._supposed.opened.campaign
        mine = {name} if list in self._supposed.rules.lists else set()
        return (super().campaigns_of(list) - {name}) | mine

    def is_open(self, key: str) -> bool:
        """An intent for this number is open, or would be."""
        return key in self.taken or super().is_open(key)


class _Look:
    def __init__(
        self, db: sqlite3.Connection, store: _Supposed, campaign: Campaign, at: float, told: Told
    ) -> None:
        self._db, self._store, self._at = db, store, at
        self._ledger, self._told = Ledger(store), told
        self._campaign, self._all = self._ledger.claims.dialled(campaign), campaign.rules.lists
        self._plans = {plan.list: plan for plan in self._campaign.rules.plans}
        self._may: dict[tuple[str, int, str], bool] = {}
        "Place, attempts, kind -> whether a plain lead may be called."
        self._kept: dict[str, int] = defaultdict(int)
        self._until: dict[str, float] = {}
        self._now: dict[str, int] = defaultdict(int)
        self._later: dict[tuple[str, float], int] = defaultdict(int)
        self._called = array("q")
        self._n = 0
        "Leads that were looked at one by one."

    def whole(self) -> Looked:
        """All of it."""
        lists = self._campaign.rules.lists
        for name in lists:
            for is_double, n in self._db.execute(_REJECTS, (name,)):
                self._keep("duplicate" if is_double else "invalid", n)
        shelves = [self._shelf(shelf) for shelf in self._store.shelves(lists)]
        for one in self._in_turn(shelves):
            self._ask(one)
        for shelf in self._store.shelves(tuple(set(self._all) - set(lists))):
            self._keep("archived", shelf.n)
        known = {row[0] for row in self._db.execute("SELECT list FROM lists")}
        return Looked(
            rows=len(self._called) + sum(self._kept.values()),
            called=len(self._called),
            kept=dict(self._kept),
            until=self._until,
            now=tuple(Group(n=n, place=p, opens_at=self._at) for p, n in self._now.items()),
            later=tuple(Group(n=n, place=p, opens_at=o) for (p, o), n in self._later.items()),
            leads=tuple(map(str, self._called)),
            missing=tuple(name for name in self._all if name not in known),
        )

    def _in_turn(self, shelves: list[Iterator[Ready]]) -> Iterator[Ready]:
        """In the order in which claims take them."""
        plans = self._campaign.rules.plans
        if not plans:
            yield from heapq.merge(*shelves)
            return
        ready = [one for shelf in shelves for one in shelf]
        yield from sorted((one for one in ready if one.callback), key=_longest_due)
        lines = {plan.list: self._in_order(plan, ready) for plan in plans}
        yield from self._ledger.plans.turns(
            self._campaign, lambda plan: next(lines[plan.list], None)
        )

    def _in_order(self, plan: Plan, ready: list[Ready]) -> Iterator[Ready]:
        mine = [one for one in ready if one.list == plan.list and not one.callback]
        legs = self._ledger.plans.legs(plan, {one.place for one in mine}, self._at)
        leg_of = {place: at for at, leg in enumerate(legs) for place in leg}

        keys = (
            (*key_at(plan.order, one.rank, one.due_at, one.id), leg_of[one.place]) for one in mine
        )
        line = np.fromiter(keys, np.dtype("f8,f8,i8,i8"), len(mine))  # tuples would take far more
        fields = [line[name] for name in ("f2", "f1", "f0", "f3")]
        return (mine[at] for at in np.lexsort(fields))

    def _shelf(self, shelf: Shelf) -> Iterator[Ready]:
        """Those of a shelf that have to be asked one by one; the others are counted."""
        if shelf.state == "intended":
            self._keep("open", shelf.n)
        elif shelf.state == "done" and shelf.why not in STUCK:
            self._keep(shelf.why, shelf.n)
        elif shelf.state == "done":
            yield from sorted(self._reconsidered(shelf))
        else:
            yield from self._ready(shelf)

    def _reconsidered(self, shelf: Shelf) -> Iterator[Ready]:
        sql = "SELECT lead FROM leads WHERE list = ? AND state = 'done' AND why = ?"
        sql += " AND place = ? AND rank = ?"
        bound = (shelf.list, shelf.why, self._store.place(shelf.place), shelf.rank)
        for (id,) in self._db.execute(sql, bound).fetchall():
            lead = self._ledger.shelving.reconsidered(self._store.lead(str(id)), self._campaign)
            if lead.state == "open" and lead.due_at <= self._at:
                yield Ready(
                    lead.rank, lead.due_at, id, lead.list, lead.place, lead.callback, again=True
                )
            else:
                self._ask_in_full(lead)

    def _ready(self, shelf: Shelf) -> Iterator[Ready]:
        line = Due(shelf.list, shelf.place, shelf.rank)
        place = self._store.place(line.place)
        bound = (line.list, place, line.rank, shelf.why, self._at)
        resting, soonest = self._db.execute(_RESTING, bound).fetchone()
        if resting:
            self._wait(shelf.why or "rests", shelf.place, resting, soonest)
        opens = placeable_from(shelf.place, self._campaign, self._at)
        if opens > self._at:
            n = self._db.execute(_READY_COUNT, bound).fetchone()[0]
            self._wait("hours", shelf.place, n, opens)
            return
        ours, plan = self._campaign, self._plans.get(shelf.list)
        filtered = plan is not None and bool(plan.where)
        asks = filtered or self._ledger.blocking.any_range()
        asks = asks or (plan is not None and any(quota.per for quota in plan.quotas))
        for one, more in ready(self._db, line, place, shelf.why, self._at, day_s=DAY_S, more=asks):
            self._n += 1
            if self._n % TOLD_EACH == 0:
                self._told(self._n)
            if not one.key or not asks:
                yield one
            elif filtered and not self._ledger.plans.is_meant(seen(one, more), ours, self._at):
                self._keep("filter", 1)
            else:
                yield one if self._is_plain(one, more) else one._replace(key="")

    def _is_plain(self, one: Ready, more: More) -> bool:
        """Nor is it in a forbidden range, nor is there a quota of its own kind."""
        plan = self._plans.get(one.list)
        if plan is not None and any(quota.per for quota in plan.quotas):
            return False
        name, pos = self._campaign.opened.campaign, more[0]
        return not self._ledger.blocking.in_range(one.key, str(one.id), pos, name, self._at)

    def _ask(self, one: Ready) -> None:
        if one.key and one.key not in self._store.taken and self._is_free(one):
            self._ask_plainly(one)
            return
        lead = self._store.lead(str(one.id))
        if one.again:
            lead = self._ledger.shelving.reconsidered(lead, self._campaign)
        self._ask_in_full(lead)

    def _ask_plainly(self, one: Ready) -> None:
        """Whom the rules of the campaign let through: what is left are its quotas."""
        if one.list in self._plans:
            lead = seen(one)
            if self._ledger.plans.is_enough(lead, self._campaign, self._at):
                self._keep("quota", 1)
                return
            self._ledger.plans.promised(self._campaign, lead, self._at)
        self._call(one.id, one.key, one.place)

    def _is_free(self, one: Ready) -> bool:
        """Whether nothing speaks against a plain lead: alike ones get one answer."""
        alike = (one.place, one.attempts, one.kind)
        if alike not in self._may:
            self._may[alike] = self._plain_is_free(one)
        return self._may[alike]

    def _plain_is_free(self, one: Ready) -> bool:
        calling = self._campaign.rules.calling
        if compliance.must_agree(one.kind, calling):
            return False
        number = compliance.NumberFacts(place=one.place, kind=one.kind)
        lead = compliance.LeadFacts(attempts=one.attempts)
        return not compliance.may_call(lead, number, calling, self._at)

    def _ask_in_full(self, lead: Lead) -> None:
        found = self._ledger.standings.standing(lead, self._campaign, self._at)
        if found.why:
            self._wait(found.why, found.lead.place, 1, found.until)
            return
        self._ledger.plans.promised(self._campaign, found.lead, self._at)
        self._call(int(lead.id), found.lead.numbers[found.lead.number].key, found.lead.place)

    def _call(self, lead: int, key: str, place: str) -> None:
        self._store.taken.add(key)
        self._now[place] += 1
        self._called.append(lead)

    def _wait(self, why: str, place: str, n: int, until: float) -> None:
        self._keep(why, n, until)
        if n and until < math.inf:
            opens = placeable_from(place, self._campaign, max(until, self._at))
            self._later[(place, opens)] += n

    def _keep(self, why: str, n: int, until: float = math.inf) -> None:
        if n:
            self._kept[why] += n
        if n and until < math.inf:
            self._until[why] = min(until, self._until.get(why, math.inf))


def _longest_due(one: Ready) -> tuple[float, int]:
    return one.due_at, one.id
