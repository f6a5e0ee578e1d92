"""Campaigns, and the lists they dial, in dicts."""

from dialer.engine.compliance import HouseDay
from dialer.journal import house_days
from dialer.journal.house_days import Entry
from dialer.leads.rules import Campaign

NONE_ARCHIVED: frozenset[str] = frozenset()


class MemoryCampaigns:
    """Versions in force, lists that are put away, the days of the house."""

    def __init__(self) -> None:
        super().__init__()
        self._campaigns: dict[str, Campaign] = {}
        self._stopped: set[str] = set()
        self._archived: dict[str, tuple[str, float]] = {}
        self._set_days: dict[int, Entry] = {}
        self._last_entry = 0
        self._house_days: tuple[HouseDay, ...] = ()
        self._users: dict[str, frozenset[str]] = {}
        "List -> campaigns that dial it, as far as anybody has asked."

    def campaign(self, name: str) -> Campaign | None:
        """The version in force."""
        return self._campaigns.get(name)

    def campaigns_of(self, list: str) -> frozenset[str]:
        """Campaigns that dial a list."""
        if list not in self._users:
            names = (n for n, one in self._campaigns.items() if list in one.rules.lists)
            self._users[list] = frozenset(names)
        return self._users[list]

    def campaigns(self) -> list[Campaign]:
        """The version in force of each."""
        return [*self._campaigns.values()]

    def open_campaigns(self) -> list[Campaign]:
        """Those that are not stopped, by name."""
        return [one for n, one in sorted(self._campaigns.items()) if n not in self._stopped]

    def keep_campaign(self, one: Campaign, at: float) -> None:
        """Put a version in force, and open it."""
        self._campaigns[one.opened.campaign] = one
        self._users.clear()
        self._stopped.discard(one.opened.campaign)

    def stop_campaign(self, name: str, *, stopped: bool) -> None:
        """Close it, or open it again."""
        (self._stopped.add if stopped else self._stopped.discard)(name)

    def house_days(self) -> tuple[HouseDay, ...]:
        """What the house has set for days."""
        return self._house_days

    def keep_days(self, one: Entry) -> int:
        """Keep an entry of days; its number."""
        self._last_entry += 1  # a number is never given twice, also when its entry is over
        self._set_days[self._last_entry] = one
        self._house_days = house_days.days(self._set_days.values())
        return self._last_entry

    def end_days(self, entry: int) -> Entry | None:
        """An entry is over; what it was, if it was in force."""
        ended = self._set_days.pop(entry, None)
        self._house_days = house_days.days(self._set_days.values())
        return ended

    def archived(self) -> frozenset[str]:
        """Lists that are put away."""
        return frozenset(self._archived) if self._archived else NONE_ARCHIVED

    def archive(self, list: str, by: str, at: float) -> bool:
        """Put a list away; whether it was not."""
        is_new = list not in self._archived
        self._archived.setdefault(list, (by, at))
        return is_new

    def bring_back(self, list: str) -> bool:
        """It is dialled again; whether it was put away."""
        return self._archived.pop(list, None) is not None
