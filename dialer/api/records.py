"""What the journal knows, for people to see: numbers masked, digits sealed.

Each question opens the file and lets go of it. Not for the event loop.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from dialer.api import cdrs
from dialer.api.cdrs import Asked, Ended
from dialer.engine.events import CampaignOpened, Intended
from dialer.journal import database, vault
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from dialer.journal.sqlite_store import SqliteStore
from dialer.leads.hopper import Lead
from dialer.leads.normalise import digits_of
from dialer.leads.rules import Campaign
from dialer.warehouse.tail import ListOf, SqliteTail

SQL = Path(__file__).with_name("sql")


class Records:
    """What is known in one home. Before the dialer's first start that is nothing."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.journal = home / "journal.sqlite"

    # ---- campaigns and lists --------------------------------------------------------------------

    def campaigns(self) -> Mapping[str, Campaign]:
        """The version in force of every campaign."""
        if not self.journal.exists():
            return {}
        return {one.opened.campaign: one for one in Reader(self.journal).campaigns()}

    def versions(self, campaign: str) -> list[tuple[CampaignOpened, tuple[str, ...]]]:
        """All versions of a campaign with their lists, the latest first."""
        with closing(SqliteTail(self.journal)) as tail:
            found = [one for one in tail.campaigns() if one.campaign.campaign == campaign]
        return sorted(((one.campaign, one.lists) for one in found),
                      key=lambda one: one[0].version, reverse=True)  # fmt: skip

    def lists(self) -> Mapping[str, ListOf]:
        """Every list with its size."""
        if not self.journal.exists():
            return {}
        with closing(SqliteTail(self.journal)) as tail:
            return {one.list: one for one in tail.lists()}

    # ---- leads ----------------------------------------------------------------------------------

    def lead(self, lead: str) -> Lead | None:
        """A lead, if there is one."""
        if not (lead.isdecimal() and lead.isascii() and len(lead) < 19 and self.journal.exists()):
            return None
        with closing(SqliteTail(self.journal)) as tail:
            known = tail.leads([lead])
        return next(iter(self._leads([one.lead for one in known])), None)

    def leads_of(
        self, name: str, *, state: str = "", why: str = "", after: int = 0, n: int = 100
    ) -> list[Lead]:
        """The leads of a list by their ids, so many after one."""
        bound = {"list": name, "after": after, "state": state, "why": why, "n": n}
        with self._reading() as db:
            rows = db.execute((SQL / "leads.sql").read_text(), bound).fetchall()
        return self._leads([str(row[0]) for row in rows])

    def leads_with(self, number: str, country: str) -> list[Lead]:
        """The leads that have this number, on whichever lists."""
        digits = digits_of(number, country)
        if digits is None or not self.journal.exists():
            return []
        with self._reading() as db:
            store = SqliteStore(db, self._vault())
            return [store.lead(one) for one in store.leads_with(self._vault().key(digits))]

    def person(self, lead: str) -> Mapping[str, str]:
        """What the list said of a lead."""
        with Book(self.journal) as book:
            return book.person(lead)

    def digits_of(self, lead: str) -> list[str]:
        """A lead's numbers in full, for `access.numbers.reveal` and nobody else."""
        with self._reading() as db:
            rows = db.execute((SQL / "numbers.sql").read_text(), {"lead": int(lead)}).fetchall()
        return [self._vault().opened(row[0], "number") for row in rows]

    def _leads(self, leads: list[str]) -> list[Lead]:
        with self._reading() as db:
            store = SqliteStore(db, self._vault())
            return [store.lead(one) for one in leads]

    # ---- calls ----------------------------------------------------------------------------------

    def open_calls(self) -> Mapping[str, Intended]:
        """Calls that are promised, ring or talk."""
        if not self.journal.exists():
            return {}
        return {one.call: one for one in Reader(self.journal).open_intents()}

    def calls(self, asked: Asked) -> list[Ended]:
        """Records of ended calls, the latest first."""
        return cdrs.ended(self._home, self._source(), asked)

    def call(self, call: str) -> Ended | None:
        """The record of one."""
        return next(iter(self.calls(Asked(everything=True, call=call, n=1))), None)

    def _source(self) -> str:
        # A home lives in one world; who dials the lab beside people sees the people.
        sources = {one.opened.source for one in self.campaigns().values()}
        return next((one for one in ("live", "lab", "sim") if one in sources), "live")

    # ---- files ----------------------------------------------------------------------------------

    def _vault(self) -> vault.Vault:
        return vault.unlocked(vault.key_file(self.journal))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(database.opened_to_read(self.journal)) as db:
            yield db


def campaigns_dialling(known: Mapping[str, Campaign], list_: str) -> list[str]:
    """The campaigns in force that dial a list."""
    return sorted(name for name, one in known.items() if list_ in one.rules.lists)
