"""Campaigns, and the lists they dial, in SQLite."""

import sqlite3

import msgspec

from dialer.engine.compliance import HouseDay
from dialer.engine.events import CampaignOpened, encode
from dialer.journal import house_days
from dialer.journal.sqlite_store.connected import Connected
from dialer.journal.vault import Vault
from dialer.leads.rules import Campaign, LeadRules

_OPENED = """
    SELECT opened, rules FROM campaigns WHERE campaign = ? ORDER BY version DESC LIMIT 1"""


class SqliteCampaigns(Connected):
    """Versions in force, lists that are put away, the days of the house."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        super().__init__(db, vault)
        self._campaigns: dict[str, Campaign | None] = {}
        self._users: dict[str, frozenset[str]] = {}
        self._archived: frozenset[str] | None = None
        self._house_days: tuple[HouseDay, ...] | None = None

    def forget(self) -> None:
        """Read afresh."""
        super().forget()
        self._campaigns.clear()
        self._users.clear()
        self._archived = self._house_days = None

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
            (*key, at, encode(one.opened).decode(), msgspec.json.encode(one.rules).decode()),
        )
        self.forget()

    def stop_campaign(self, name: str, *, stopped: bool) -> None:
        """Close it, or open it again."""
        self._db.execute("UPDATE campaigns SET open = ? WHERE campaign = ?", (not stopped, name))

    def house_days(self) -> tuple[HouseDay, ...]:
        """What the house has set for days."""
        if self._house_days is None:
            self._house_days = house_days.days(house_days.in_force(self._db))
        return self._house_days

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

    def make_list(self, list: str) -> None:
        """A list of that name, if there is none."""
        self._db.execute("INSERT OR IGNORE INTO lists VALUES (?, '', 0)", (list,))


def campaign(opened: str, rules: str) -> Campaign:
    """A campaign from its two columns."""
    return Campaign(
        opened=msgspec.json.decode(opened, type=CampaignOpened),
        rules=msgspec.json.decode(rules, type=LeadRules),
    )
