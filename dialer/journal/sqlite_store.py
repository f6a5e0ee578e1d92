"""Leads, intents, facts and blocks in SQLite: one statement per question."""

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dialer.engine.commands import Fact
from dialer.engine.events import Arrived, CampaignOpened, Intended, encode
from dialer.journal.sqlite_blocks import SqliteBlocks
from dialer.journal.store import Arrival, Due, Key, Last, Promise, Shelf
from dialer.journal.vault import Vault
from dialer.leads.hopper import Lead, Number
from dialer.leads.plan import Order
from dialer.leads.rules import Campaign, LeadRules

_LEAD = """
    SELECT lead, list, priority, attempts, next_at, callback, disposition, disposed_call, final,
           call, state, why, number, place, rank, due_at, callback_for
    FROM leads WHERE lead = ?"""
_NUMBERS = """
    SELECT key, masked, place, kind, attempts, tries, dead, spent, due_at, held, carrier, area
    FROM numbers WHERE lead = ? ORDER BY pos"""
_PUT_LEAD = """
    UPDATE leads SET attempts = ?, next_at = ?, callback = ?, disposition = ?, disposed_call = ?,
           final = ?, call = ?, state = ?, why = ?, number = ?, place = ?, rank = ?, due_at = ?,
           callback_for = ?
    WHERE lead = ?"""
_CALLBACKS = """
    SELECT lead FROM (
        SELECT lead, due_at,
               row_number() OVER (PARTITION BY callback_for ORDER BY due_at, lead) AS nth
        FROM leads
        WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at <= ?)
    WHERE nth <= ? ORDER BY due_at, lead"""
_PUT_NUMBER = """
    UPDATE numbers SET attempts = ?, tries = ?, dead = ?, spent = ?, due_at = ?, held = ?
    WHERE lead = ? AND pos = ?"""
_FRONT = """
    SELECT due_at, lead FROM leads
    WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at <= ?
    ORDER BY due_at, lead LIMIT ?"""
_RESTING = """
    SELECT count(*) FROM leads
    WHERE list = ? AND place = ? AND rank = ? AND state = 'open' AND due_at > ?"""
_LINE = """
    SELECT first, second, lead FROM (
        SELECT {keys}, lead FROM leads
        WHERE list = ? AND place IN ({places}) AND rank > 0 AND state = 'open' AND due_at <= ?)
    WHERE (first, second, lead) > (?, ?, ?) ORDER BY first, second, lead LIMIT ?"""
_KEYS: Mapping[Order, str] = {
    "new first": "rank AS first, due_at AS second",
    "best chance": "rank AS first, due_at AS second",
    "rank": "(rank + 1) / 2 AS first, due_at AS second",
    "oldest": "0 AS first, 0 AS second",
    "newest": "-lead AS first, 0 AS second",
    "random": "lead * 2654435761 % 4294967291 AS first, 0 AS second",
}
_FIRST = Key(-math.inf, -math.inf, -1)
_OPENED = """
    SELECT opened, rules FROM campaigns WHERE campaign = ? ORDER BY version DESC LIMIT 1"""

_LAST = """
    SELECT lead, campaign, agent, opened_at AS at FROM intents
    WHERE number_key = :key AND counted = 1 AND closed_at IS NOT NULL
    UNION ALL
    SELECT json_extract(body, '$.lead'), json_extract(body, '$.campaign'), agent, at FROM arrivals
    WHERE number_key = :key AND closed_at IS NOT NULL
    ORDER BY at DESC LIMIT 20"""

_tries = msgspec.json.Decoder(dict[str, int])
_intended = msgspec.json.Decoder(Intended)
_arrived = msgspec.json.Decoder(Arrived)
_json = msgspec.json.Encoder()


class SqliteStore(SqliteBlocks):
    """The store of one connection. It opens no transaction: whoever calls it has one open."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        super().__init__(db, vault)
        self._names: dict[int, str] = {}
        self._places: dict[str, int] = {}
        self._campaigns: dict[str, Campaign | None] = {}
        self._users: dict[str, frozenset[str]] = {}
        self._archived: frozenset[str] | None = None

    def forget(self) -> None:
        """Something else wrote to the file, or our transaction failed: read afresh."""
        self._names.clear()
        self._places.clear()
        self._campaigns.clear()
        self._users.clear()
        self._prefixes = None
        self._archived = None

    # ---- campaigns and leads --------------------------------------------------------------------
    def campaign(self, name: str) -> Campaign | None:
        """The version in force."""
        if name not in self._campaigns:
            row = self._db.execute(_OPENED, (name,)).fetchone()
            self._campaigns[name] = row and campaign(*row)
        return self._campaigns[name]

    def campaigns_of(self, list: str) -> frozenset[str]:
        """Campaigns that dial a list."""
        if list not in self._users:
            names = [row[0] for row in self._db.execute("SELECT DISTINCT campaign FROM campaigns")]
            known = (self.campaign(name) for name in names)
            self._users[list] = frozenset(
                one.opened.campaign for one in known if one and list in one.rules.lists
            )
        return self._users[list]

    def archived(self) -> frozenset[str]:
        """Lists that are put away."""
        if self._archived is None:
            rows = self._db.execute("SELECT list FROM archived")
            self._archived = frozenset(row[0] for row in rows)
        return self._archived

    def archive(self, list: str, by: str, at: float) -> bool:
        """Put a list away; whether it was not."""
        self._archived = None
        sql = "INSERT OR IGNORE INTO archived VALUES (?, ?, ?)"
        return self._db.execute(sql, (list, by, at)).rowcount == 1

    def bring_back(self, list: str) -> bool:
        """It is dialled again; whether it was put away."""
        self._archived = None
        return self._db.execute("DELETE FROM archived WHERE list = ?", (list,)).rowcount == 1

    def open_campaigns(self) -> list[Campaign]:
        """Those that are not stopped, by name."""
        sql = "SELECT campaign, open, max(version) FROM campaigns GROUP BY campaign"
        known = (self.campaign(row[0]) for row in self._db.execute(sql).fetchall() if row[1])
        return [one for one in known if one]

    def keep_campaign(self, one: Campaign, at: float) -> None:
        """Put a version in force, and open it."""
        key = (one.opened.campaign, one.opened.version)
        self._db.execute(
            "INSERT INTO campaigns VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET open = 1",
            (*key, at, encode(one.opened).decode(), _json.encode(one.rules).decode()),
        )
        self.forget()

    def stop_campaign(self, name: str, *, stopped: bool) -> None:
        """Close it, or open it again."""
        self._db.execute("UPDATE campaigns SET open = ? WHERE campaign = ?", (not stopped, name))

    def lead(self, id: str) -> Lead:
        """A lead with its numbers."""
        row = self._db.execute(_LEAD, (int(id),)).fetchone()
        numbers = tuple(self._number(each) for each in self._db.execute(_NUMBERS, (int(id),)))
        return Lead(
            id=str(row[0]),
            list=row[1],
            numbers=numbers,
            priority=row[2],
            attempts=row[3],
            next_at=row[4],
            callback=bool(row[5]),
            disposition=row[6],
            disposed_call=row[7],
            final=row[8],
            call=row[9],
            state=row[10],
            why=row[11],
            number=row[12],
            place=self.place_name(row[13]),
            rank=row[14],
            due_at=row[15],
            callback_for=row[16],
        )

    def _number(self, row: tuple[Any, ...]) -> Number:
        return Number(
            key=row[0],
            masked=row[1],
            place=self.place_name(row[2]),
            kind=row[3],
            attempts=row[4],
            tries=_tries.decode(row[5]),
            dead=bool(row[6]),
            spent=bool(row[7]),
            due_at=row[8],
            held=row[9],
            carrier=row[10],
            area=row[11],
        )

    def put(self, lead: Lead) -> None:
        """Keep a lead that is there already."""
        self._db.execute(
            _PUT_LEAD,
            (
                *(lead.attempts, lead.next_at, lead.callback, lead.disposition),
                *(lead.disposed_call, lead.final, lead.call, lead.state, lead.why, lead.number),
                *(self.place(lead.place), lead.rank, lead.due_at, lead.callback_for, int(lead.id)),
            ),
        )
        self._db.executemany(
            _PUT_NUMBER,
            [
                (
                    *(number.attempts, _json.encode(number.tries).decode(), number.dead),
                    *(number.spent, number.due_at, number.held, int(lead.id), pos),
                )
                for pos, number in enumerate(lead.numbers)
            ],
        )

    def add(self, lead: Lead, digits: Sequence[str], person: Mapping[str, str]) -> None:
        """Keep a new lead, under an id of the store's own."""
        sealed = self._vault.sealed(_json.encode(person).decode(), "person") if person else None
        cursor = self._db.execute(
            "INSERT INTO leads (list, priority, person, state, why, number, place, rank, due_at,"
            " attempts, next_at, callback, callback_for, disposition, final)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(lead.list, lead.priority, sealed, lead.state, lead.why, lead.number),
                *(self.place(lead.place), lead.rank, lead.due_at, lead.attempts, lead.next_at),
                *(lead.callback, lead.callback_for, lead.disposition, lead.final),
            ),
        )
        self._db.executemany(
            "INSERT INTO numbers (lead, pos, list, key, digits, masked, place, kind, carrier, area,"
            " attempts, dead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(cursor.lastrowid, pos, lead.list, one.key),
                    *(self._vault.sealed(number, "number"), one.masked),
                    *(self.place(one.place), one.kind, one.carrier, one.area),
                    *(one.attempts, one.dead),
                )
                for pos, (one, number) in enumerate(zip(lead.numbers, digits, strict=True))
            ],
        )

    def digits(self, call: str) -> str:
        """The number that an intent is for."""
        sql = "SELECT digits FROM intents JOIN numbers USING (lead, pos) WHERE call = :call"
        sql += " UNION ALL SELECT digits FROM arrivals WHERE call = :call"
        row = self._db.execute(sql, {"call": call}).fetchone()
        return self._vault.opened(row[0], "number")

    def number(self, lead: str, pos: int) -> str:
        """The digits of one of a lead's numbers."""
        sql = "SELECT digits FROM numbers WHERE lead = ? AND pos = ?"
        row = self._db.execute(sql, (int(lead), pos)).fetchone()
        return self._vault.opened(row[0], "number")

    def leads_with(self, key: str) -> list[str]:
        """Leads that have this number."""
        rows = self._db.execute("SELECT lead FROM numbers WHERE key = ? ORDER BY lead", (key,))
        return [str(row[0]) for row in rows]

    def knows(self, id: str) -> bool:
        """There is a lead of that id."""
        is_id = id.isdecimal() and id.isascii() and len(id) < 19
        sql = "SELECT 1 FROM leads WHERE lead = ?"
        return is_id and self._db.execute(sql, (int(id),)).fetchone() is not None

    def callbacks(self, line: Due, at: float, each: int) -> list[Lead]:
        """Those of a line that are due, longest due first: of each who shall call, the first."""
        where = (line.list, self.place(line.place), line.rank, at, each)
        return [self.lead(str(id)) for (id,) in self._db.execute(_CALLBACKS, where).fetchall()]

    def stuck(self, list: str) -> list[str]:
        """Leads that are done because of a block or a cap."""
        sql = (
            "SELECT lead FROM leads WHERE list = ? AND state = 'done' AND why IN ('dnc', 'caps')"
            " ORDER BY lead"
        )
        return [str(row[0]) for row in self._db.execute(sql, (list,)).fetchall()]

    def has_number(self, key: str, lists: Iterable[str]) -> bool:
        """One of the lists has this number."""
        sql = "SELECT 1 FROM numbers WHERE key = ? AND list = ?"
        return any(self._db.execute(sql, (key, list)).fetchone() for list in lists)

    # ---- places ---------------------------------------------------------------------------------
    def place(self, name: str) -> int:
        """The id of a place, made where there is none."""
        if name not in self._places:
            known = "SELECT place FROM places WHERE name = ?"
            if self._db.execute(known, (name,)).fetchone() is None:
                self._db.execute("INSERT INTO places (name) VALUES (?)", (name,))
            self._places[name] = self._db.execute(known, (name,)).fetchone()[0]
        return self._places[name]

    def place_name(self, id: int) -> str:
        """Country and zones."""
        if id not in self._names:
            row = self._db.execute("SELECT name FROM places WHERE place = ?", (id,)).fetchone()
            self._names[id] = row[0]
        return self._names[id]

    # ---- who is due -----------------------------------------------------------------------------
    def shelves(self, lists: Iterable[str]) -> list[Shelf]:
        """Where the leads of some lists stand; empty shelves left out."""
        found = []
        for name in lists:
            rows = self._db.execute(
                "SELECT state, why, place, rank, n FROM lead_counts WHERE list = ? AND n > 0",
                (name,),
            )
            found += [Shelf(name, r[0], r[1], self.place_name(r[2]), r[3], r[4]) for r in rows]
        return found

    def lines(self, lists: Iterable[str]) -> Mapping[Due, int]:
        """The lines of some lists, and how many open leads stand in each; empty ones left out."""
        found = Counter[Due]()
        for shelf in self.shelves(lists):
            if shelf.state == "open":
                found[Due(shelf.list, shelf.place, shelf.rank)] += shelf.n
        return found

    def left(self, lists: Iterable[str]) -> int:
        """How many leads of some lists are not done."""
        return sum(shelf.n for shelf in self.shelves(lists) if shelf.state != "done")

    def front(self, line: Due, at: float, limit: int) -> list[tuple[float, int]]:
        """The first of a line that are due: (due_at, lead)."""
        where = (line.list, self.place(line.place), line.rank, at, limit)
        return self._db.execute(_FRONT, where).fetchall()

    def resting(self, line: Due, at: float) -> int:
        """How many of a line are not yet due."""
        where = (line.list, self.place(line.place), line.rank, at)
        return int(self._db.execute(_RESTING, where).fetchone()[0])

    def line(
        self, list: str, places: Sequence[str], order: Order, at: float, after: Key | None,
        limit: int,
    ) -> Sequence[Key]:  # fmt: skip
        """The next leads of a list in an order, after a key: open, due, no callbacks."""
        bound = (list, *map(self.place, places), at, *(after or _FIRST), limit)
        sql = _LINE.format(keys=_KEYS[order], places=", ".join("?" * len(places)))
        return [Key(*row) for row in self._db.execute(sql, bound)]

    def person(self, id: str) -> Mapping[str, str]:
        """What the list says of a lead beside its numbers."""
        row = self._db.execute("SELECT person FROM leads WHERE lead = ?", (int(id),)).fetchone()
        if not (row and row[0]):
            return {}
        told: dict[str, str] = msgspec.json.decode(self._vault.opened(row[0], "person"))
        return told

    def of_list(self, campaign: str, list: str) -> Iterable[Promise]:
        """A campaign's promises to leads of a list that were not withdrawn."""
        rows = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents JOIN leads USING (lead)"
            " WHERE campaign = ? AND list = ? AND closed_how != 'withdrawn'",
            (campaign, list),
        )
        return [_promise(row) for row in rows.fetchall()]

    def lately(self, limit: int) -> Sequence[Promise]:
        """The latest promises that became attempts and are over, oldest first."""
        rows = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents JOIN leads USING (lead)"
            " WHERE closed_at IS NOT NULL AND counted = 1 AND closed_how != 'withdrawn'"
            " ORDER BY opened_at DESC, intents.call DESC LIMIT ?",
            (limit,),
        )
        return [_promise(row) for row in rows.fetchall()[::-1]]

    # ---- numbers --------------------------------------------------------------------------------
    def is_open(self, key: str) -> bool:
        """An intent for this number is open."""
        sql = "SELECT 1 FROM intents WHERE number_key = ? AND closed_at IS NULL"
        return self._db.execute(sql, (key,)).fetchone() is not None

    def calls_since(self, key: str, at: float) -> list[float]:
        """When calls to a number that count were promised after `at`, oldest first."""
        rows = self._db.execute(
            "SELECT opened_at FROM intents WHERE number_key = ? AND opened_at > ? AND counted = 1"
            " ORDER BY opened_at",
            (key, at),
        )
        return [row[0] for row in rows]

    # ---- promises and facts ---------------------------------------------------------------------
    def open(self, promise: Promise) -> None:
        """Write an intent."""
        one = promise.intended
        self._db.execute(
            "INSERT INTO intents (call, lead, pos, number_key, campaign, epoch, opened_at, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.call, int(one.lead), promise.pos, one.number_key, one.campaign),
                *(one.epoch, one.at, encode(one).decode()),
            ),
        )

    def promise(self, call: str) -> Promise | None:
        """An intent, open or closed."""
        row = self._db.execute(
            "SELECT body, pos, closed_how, closed_at FROM intents WHERE call = ?", (call,)
        ).fetchone()
        return row and _promise(row)

    def opened(self) -> list[Promise]:
        """The open intents, oldest first."""
        sql = "SELECT body, pos FROM intents WHERE closed_at IS NULL ORDER BY opened_at, call"
        return [Promise(intended=intended(row[0]), pos=row[1]) for row in self._db.execute(sql)]

    def close(self, call: str, how: str, at: float, *, counted: bool, agent: str = "") -> None:
        """End an intent."""
        self._db.execute(
            "UPDATE intents SET closed_at = ?, closed_how = ?, counted = ?, agent = ?"
            " WHERE call = ?",
            (at, how, counted, agent, call),
        )

    # ---- callers --------------------------------------------------------------------------------
    def make_list(self, list: str) -> None:
        """A list of that name, if there is none."""
        self._db.execute("INSERT OR IGNORE INTO lists VALUES (?, '', 0)", (list,))

    def welcome(self, arrival: Arrival, digits: str) -> None:
        """Write an arrival."""
        one = arrival.arrived
        self._db.execute(
            "INSERT INTO arrivals (call, number_key, digits, at, body) VALUES (?, ?, ?, ?, ?)",
            (one.call, one.number_key, self._vault.sealed(digits, "number"), one.at,
             encode(one).decode()),
        )  # fmt: skip

    def arrival(self, call: str) -> Arrival | None:
        """An arrival, open or closed."""
        sql = "SELECT body, closed_how FROM arrivals WHERE call = ?"
        row = self._db.execute(sql, (call,)).fetchone()
        return row and Arrival(arrived=arrived(row[0]), closed_how=row[1])

    def close_arrival(self, call: str, how: str, at: float, agent: str) -> None:
        """The call is over."""
        self._db.execute(
            "UPDATE arrivals SET closed_at = ?, closed_how = ?, agent = ? WHERE call = ?",
            (at, how, agent, call),
        )

    def last_call(self, key: str) -> Last | None:
        """The last call to or from a number."""
        rows = self._db.execute(_LAST, {"key": key}).fetchall()
        if not rows:
            return None
        agent = next((row[2] for row in rows if row[2]), "")
        return Last(lead=str(rows[0][0]), campaign=rows[0][1], agent=agent)

    def opt_out(self, call: str, at: float) -> bool:
        """Keep that the key was pressed in this call; whether that is new."""
        sql = "INSERT OR IGNORE INTO opt_outs VALUES (?, ?)"
        return self._db.execute(sql, (call, at)).rowcount == 1

    def has_opted_out(self, call: str) -> bool:
        """Whether the key was pressed in this call."""
        sql = "SELECT 1 FROM opt_outs WHERE call = ?"
        return self._db.execute(sql, (call,)).fetchone() is not None

    # ---- facts ----------------------------------------------------------------------------------

    def has_fact(self, cause: int, index: int) -> bool:
        """This command of this event was carried out."""
        sql = "SELECT 1 FROM facts WHERE cause = ? AND idx = ?"
        return self._db.execute(sql, (cause, index)).fetchone() is not None

    def keep_fact(self, fact: Fact, cause: int, index: int) -> None:
        """Write a fact."""
        self._db.execute(
            "INSERT INTO facts (kind, cause, idx, body) VALUES (?, ?, ?, ?)",
            (type(fact).__name__, cause, index, _json.encode(fact).decode()),
        )


def _promise(row: tuple[Any, ...]) -> Promise:
    return Promise(intended=intended(row[0]), pos=row[1], closed_how=row[2], closed_at=row[3])


def arrived(body: str) -> Arrived:
    """An arrival from its JSON."""
    return _arrived.decode(body)


def intended(body: str) -> Intended:
    """An intent from its JSON."""
    return _intended.decode(body)


def campaign(opened: str, rules: str) -> Campaign:
    """A campaign from its two columns."""
    return Campaign(
        opened=msgspec.json.decode(opened, type=CampaignOpened),
        rules=msgspec.json.decode(rules, type=LeadRules),
    )
