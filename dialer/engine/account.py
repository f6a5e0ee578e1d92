"""The ledger of abandonment: people who answered, and those for whom nobody was there.

One line per day of the campaign's own time zone. The cap binds counted facts plus the worst case
of what is in flight; nothing here is estimated.

>>> ledger = Ledger("UTC")
>>> ledger.count(at=10.0, person=True, abandoned=False)
>>> ledger.count(at=20.0, person=True, abandoned=True)
>>> ledger.today(30.0)
(2, 1)
>>> ledger.today(86_400.0 + 5.0)
(0, 0)
"""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec


class Ledger(msgspec.Struct):
    """Persons and abandoned per day."""

    zone: str
    days: dict[str, tuple[int, int]] = {}
    day: str = ""
    day_ends_at: float = 0.0
    day_began_at: float = 0.0

    def count(self, *, at: float, person: bool, abandoned: bool) -> None:
        """Book one call that ended."""
        if not person:
            return
        self._turn_page(at)
        persons, dropped = self.days.get(self.day, (0, 0))
        self.days[self.day] = (persons + 1, dropped + abandoned)

    def today(self, at: float) -> tuple[int, int]:
        """Persons, abandoned of the day that `at` falls on."""
        self._turn_page(at)
        return self.days.get(self.day, (0, 0))

    def closes_at(self, at: float, closes_min: tuple[int, ...]) -> float:
        """When no more people will come into this day's line: the calling hours end, or the day.

        >>> Ledger("UTC").closes_at(3600.0, (1260,) * 7) / 3600.0, Ledger("UTC").closes_at(0.0, ())
        (21.0, 86400.0)
        """
        self._turn_page(at)
        return _closes_at(self.zone, self.day_began_at, self.day_ends_at, closes_min)

    def last(self, days: int, at: float) -> tuple[int, int]:
        """Persons, abandoned of so many days up to today."""
        self._turn_page(at)
        first = (datetime.fromisoformat(self.day) - timedelta(days=days - 1)).date().isoformat()
        kept = [line for day, line in self.days.items() if day >= first]
        return sum(p for p, _ in kept), sum(d for _, d in kept)

    def _turn_page(self, at: float) -> None:
        if self.day_began_at <= at < self.day_ends_at:
            return
        zone = ZoneInfo(self.zone)
        midnight = datetime.fromtimestamp(at, zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        self.day = midnight.date().isoformat()
        self.day_began_at = midnight.timestamp()
        self.day_ends_at = (midnight + timedelta(days=1)).timestamp()


@lru_cache(maxsize=64)
def _closes_at(zone: str, begins_at: float, ends_at: float, closes_min: tuple[int, ...]) -> float:
    if not closes_min:
        return ends_at
    midnight = datetime.fromtimestamp(begins_at, ZoneInfo(zone))
    closes = midnight + timedelta(minutes=closes_min[midnight.weekday()])
    return min(ends_at, closes.timestamp())
