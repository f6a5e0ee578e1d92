"""Leads and their numbers in SQLite."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dialer.journal.sqlite_store.places import SqlitePlaces
from dialer.leads.hopper import Lead, Number

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
_PUT_NUMBER = """
    UPDATE numbers SET attempts = ?, tries = ?, dead = ?, spent = ?, due_at = ?, held = ?
    WHERE lead = ? AND pos = ?"""

_tries = msgspec.json.Decoder(dict[str, int])
_json = msgspec.json.Encoder()


class SqliteLeads(SqlitePlaces):
    """Who is on the lists."""

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

    def knows(self, id: str) -> bool:
        """There is a lead of that id."""
        is_id = id.isdecimal() and id.isascii() and len(id) < 19
        sql = "SELECT 1 FROM leads WHERE lead = ?"
        return is_id and self._db.execute(sql, (int(id),)).fetchone() is not None

    def person(self, id: str) -> Mapping[str, str]:
        """What the list says of a lead beside its numbers."""
        row = self._db.execute("SELECT person FROM leads WHERE lead = ?", (int(id),)).fetchone()
        if not (row and row[0]):
            return {}
        told: dict[str, str] = msgspec.json.decode(self._vault.opened(row[0], "person"))
        return told

    def number(self, lead: str, pos: int) -> str:
        """The digits of one of a lead's numbers."""
        sql = "SELECT digits FROM numbers WHERE lead = ? AND pos = ?"
        row = self._db.execute(sql, (int(lead), pos)).fetchone()
        return self._vault.opened(row[0], "number")

    def leads_with(self, key: str) -> list[str]:
        """Leads that have this number."""
        rows = self._db.execute("SELECT lead FROM numbers WHERE key = ? ORDER BY lead", (key,))
        return [str(row[0]) for row in rows]

    def has_number(self, key: str, lists: Iterable[str]) -> bool:
        """One of the lists has this number."""
        sql = "SELECT 1 FROM numbers WHERE key = ? AND list = ?"
        return any(self._db.execute(sql, (key, list)).fetchone() for list in lists)
