"""Entered data: campaigns, lists and the do-not-call list, from any process, while a dialer runs.

Each call is one short transaction of its own. The dialer's journal sees that the file changed and
looks: it counts leads anew and reports numbers that were blocked.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from dialer.engine.events import CampaignOpened, LeadsCounted
from dialer.errors import ImportRefused, JournalError
from dialer.journal import consents, database, house_days, imports, ownership
from dialer.journal.campaigns import put_in_force
from dialer.journal.claims import by_hand
from dialer.journal.house_days import Entry
from dialer.journal.imports import Batch, Begun, Import, State
from dialer.journal.intake import Added, Intake
from dialer.journal.ledger import Ledger
from dialer.journal.ownership import Proof, Trial
from dialer.journal.people import Note
from dialer.journal.sqlite_store import SqliteStore
from dialer.journal.store import Block, Consent
from dialer.leads.normalise import NewLead, Normal, masked
from dialer.leads.rules import LeadRules


class Book:
    """The entered data of one journal file. Not to be shared by threads."""

    def __init__(self, path: Path) -> None:
        self._db, self._vault = database.unlocked(path)
        self._store = SqliteStore(self._db, self._vault)
        self._ledger = Ledger(self._store)

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._store.forget()
        try:
            with database.transaction(self._db):
                yield
        except sqlite3.OperationalError as error:
            raise JournalError(f"the journal cannot be written: {error}") from error

    def open_campaign(self, opened: CampaignOpened, rules: LeadRules) -> CampaignOpened:
        """Put a campaign in force; the event to report, with its version."""
        with self._writing():
            return put_in_force(self._store, self._ledger, opened, rules)

    def add_leads(
        self,
        list: str,
        leads: Iterable[NewLead],
        *,
        at: float = 0.0,
        source: str = "",
        beside: tuple[str, ...] = (),
    ) -> Added:
        """Add leads to a list, which is made where there is none. Keep batches small."""
        with self._writing():
            self._db.execute("INSERT OR IGNORE INTO lists VALUES (?, ?, ?)", (list, source, at))
            return Intake(self._store, self._vault, self._ledger).add(list, leads, beside)

    def archive(self, list: str, *, by: str, at: float) -> bool:
        """Put a list away; whether it was not. `KeyError` where there is no such list."""
        with self._writing():
            self._must_be_there(list)
            return self._store.archive(list, by, at)

    def bring_back(self, list: str) -> bool:
        """Dial a list again; whether it was put away. `KeyError` where there is no such list."""
        with self._writing():
            self._must_be_there(list)
            return self._store.bring_back(list)

    def _must_be_there(self, list: str) -> None:
        if not self._db.execute("SELECT 1 FROM lists WHERE list = ?", (list,)).fetchone():
            raise KeyError(list)

    # ---- imports --------------------------------------------------------------------------------
    def begin_import(self, wanted: Begun, *, alone_s: float) -> Import:
        """The import to go on with, or a new one. `ImportRefused` while somebody else is at it."""
        with self._writing():
            found = imports.begun(self._db, wanted)
            if found.state == "running" and wanted.at - found.beat_at < alone_s:
                raise ImportRefused(
                    f"{found.file} is being imported into {found.list}; if whoever did it is gone,"
                    f" try again in {alone_s:.0f} seconds",
                    "import_runs",
                    list=found.list,
                )
            imports.advance(self._db, found.id, found.progress, found.progress, wanted.at)
            sql = "INSERT OR IGNORE INTO lists VALUES (?, ?, ?)"
            self._db.execute(sql, (wanted.list, wanted.file, wanted.at))
        return found

    @contextmanager
    def importing(self, one: Import, at: float) -> Iterator[Batch]:
        """One transaction of an import."""
        with self._writing():
            yield Batch(self._db, Intake(self._store, self._vault, self._ledger), one, at)

    def end_import(self, id: int, state: State, why: str, at: float) -> None:
        """It is done, or stops here."""
        with self._writing():
            imports.end(self._db, id, state, why, at)

    def lists_beside(self, list: str) -> tuple[str, ...]:
        """The other lists of the campaigns that dial this one."""
        known = (self._store.campaign(name) for name in self._store.campaigns_of(list))
        found = {other for one in known if one for other in one.rules.lists}
        return tuple(sorted(found - {list}))

    def to_call_by_hand(self, campaign: str, number: Normal, at: float) -> str:
        """The campaign's lead with this number; a new one, on a list that no pacer dials, if none.

        `KeyError` where there is no such campaign.
        """
        own, key = by_hand(campaign), self._vault.key(number.digits)
        with self._writing():
            known = self._store.campaign(campaign)
            if known is None:
                raise KeyError(campaign)
            if found := self._lead_with(key, (*known.rules.lists, own)):
                return found
            self._db.execute("INSERT OR IGNORE INTO lists VALUES (?, ?, ?)", (own, "by hand", at))
            new = NewLead(numbers=(number,))
            Intake(self._store, self._vault, self._ledger).add(own, [new])
            return self._lead_with(key, (own,))

    def _lead_with(self, key: str, lists: tuple[str, ...]) -> str:
        leads = map(self._store.lead, self._store.leads_with(key))
        return next((lead.id for lead in leads if lead.list in lists), "")

    def note(self, lead: str, author: str, text: str, at: float) -> Note:
        """Keep a note about a lead."""
        with self._writing():
            done = self._db.execute(
                "INSERT INTO notes (lead, at, author, text) VALUES (?, ?, ?, ?)",
                (int(lead), at, author, self._vault.sealed(text, "note")),
            )
        return Note(note=int(done.lastrowid or 0), at=at, author=author, text=text)

    def move_callback(self, lead: str, at: float, whom: str) -> bool:
        """Promise the call for another time, or that somebody else makes it; whether it still can.

        It cannot while the lead is being called, nor where nothing is promised to it any more.
        """
        return self._promised(lead, next_at=at, callback_for=whom)

    def drop_callback(self, lead: str) -> bool:
        """Nobody calls the lead again; whether that was still to be had, as for `move_callback`."""
        return self._promised(lead, callback=False, callback_for="", final="final")

    def _promised(self, id: str, **changed: Any) -> bool:
        with self._writing():
            lead = self._store.lead(id)
            if lead.call or lead.final or not lead.callback:
                return False
            changed_lead = msgspec.structs.replace(lead, **changed)
            self._store.put(self._ledger.shelving.settled(changed_lead))
            return True

    def block(self, digits: Iterable[str], block: Block, prefixes: Iterable[str] = ()) -> int:
        """Put numbers, and all of some prefixes, on a list, all or none; how many were not on it.

        `block` says which list: do-not-call, or (`allows`) the white one.
        """
        with self._writing():
            numbers = (block.of(self._vault.key(one), masked(one), one) for one in digits)
            entries = (*numbers, *map(block.of_prefix, prefixes))
            return sum(self._ledger.wishes.block(one) is not None for one in entries)

    def unblock(self, digits: str, *, by: str, at: float, campaign: str = "") -> bool:
        """Take a number off the do-not-call list; whether it was there."""
        return self.end_block(Block(campaign=campaign, added_by=by, at=at), digits)

    def end_block(self, block: Block, digits: str) -> bool:
        """Take a number, or else the prefix that `block` names, off its list; whether it was there.

        Of `block` also which list, who says so, why, and when.
        """
        key = self._vault.key(digits) if digits else ""
        with self._writing():
            return self._ledger.wishes.unblock(msgspec.structs.replace(block, key=key))

    def agree(self, digits: Iterable[str], consent: Consent) -> int:
        """Keep that the people at these numbers agreed, all or none; how many there are."""
        with self._writing():
            keys = {self._vault.key(one): masked(one) for one in digits}
            for key, shown in keys.items():
                self._ledger.wishes.agree(consent.of(key, shown))
        return len(keys)

    def revoke(self, digits: str, *, by: str, at: float, campaign: str = "") -> int:
        """End the consents of a number for a campaign, or for all; how many were in force."""
        with self._writing():
            return self._store.revoke(self._vault.key(digits), campaign, by, at)

    def revoke_one(self, consent: int, *, by: str, at: float) -> bool:
        """End one consent; whether it was in force. `KeyError` if there is none of that id."""
        with self._writing():
            return consents.revoke(self._db, consent, by, at)

    # ---- days of the house ---------------------------------------------------------------------
    def keep_days(self, one: Entry) -> int:
        """Close days, or work a weekend in turn; the entry's number."""
        with self._writing():
            return house_days.keep(self._db, one)

    def end_days(self, entry: int, *, by: str, at: float) -> bool:
        """They are days like any others again; whether the entry was in force."""
        with self._writing():
            return house_days.end(self._db, entry, by, at)

    # ---- numbers that we show -------------------------------------------------------------------
    def prove(self, proof: Proof) -> int:
        """Keep why a number is ours; the proof's id."""
        with self._writing():
            return ownership.prove(self._db, proof)

    def withdraw_proof(self, caller_id: str, proof: int, *, by: str, at: float) -> bool:
        """A proof proves nothing any more; whether it was that number's, and in force."""
        with self._writing():
            return ownership.withdraw(self._db, caller_id, proof, by, at)

    def keep_test(self, test: Trial) -> int:
        """Keep what a call to a number of ours showed; the test's id."""
        with self._writing():
            return ownership.keep_test(self._db, test)

    def has_agreed(self, digits: str, at: float, campaign: str = "") -> bool:
        """Whether a consent is in force."""
        return self._store.agreed(self._vault.key(digits), campaign, at)

    def numbers_of(self, calls: Iterable[str]) -> dict[str, str]:
        """The numbers (digits) that these calls were promised for: to reconcile with a carrier."""
        return {call: self._store.digits(call) for call in calls}

    def is_blocked(self, digits: str, campaign: str = "", at: float | None = None) -> bool:
        """Whether a number must not be called (by this campaign), now or at an instant."""
        at = time.time() if at is None else at
        return self._ledger.blocking.forbids(self._vault.key(digits), digits, campaign, at)

    def person(self, lead: str) -> dict[str, str]:
        """What the list said of a lead: for the eyes of the agent who talks to them."""
        sql = "SELECT person FROM leads WHERE lead = ?"
        row = self._db.execute(sql, (int(lead),)).fetchone()
        return msgspec.json.decode(self._vault.opened(row[0], "person")) if row and row[0] else {}

    def counted(self, campaign: str, at: float) -> LeadsCounted | None:
        """How many leads a campaign could dial now, and how many it has left."""
        self._store.forget()
        known = self._store.campaign(campaign)
        return self._ledger.claims.counted(known, at) if known else None
