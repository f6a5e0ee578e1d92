"""The tariffs in use, for whoever must know before a call what it will cost."""

import sqlite3
from pathlib import Path

from dialer import logs
from dialer.money.rating import Deck, Rater
from dialer.money.store import Money, MoneyError, file_in
from dialer.money.terms import terms

log = logs.get(__name__)


class Tariffs:
    """Asked for each call of a campaign that has a budget. One thread at a time."""

    def __init__(self, home: Path) -> None:
        self._file = file_in(home)
        self._money: Money | None = None
        self._raters: dict[str, Rater] = {}

    def __call__(self, trunk: str, digits: str, at: float, until: float) -> Deck | None:
        """The terms of a call answered between two instants; None: nobody knows what it costs."""
        try:
            rater = self._rater(trunk)
        except (MoneyError, OSError, sqlite3.Error):
            log.exception("the tariff of a trunk cannot be read", trunk=trunk)
            return None
        return terms(rater, digits, at, until) if rater else None

    def _rater(self, trunk: str) -> Rater | None:
        if self._money is None:
            if not self._file.exists():
                return None
            self._money = Money(self._file)
        deck = self._money.uses().get(trunk)
        if deck is None:
            return None
        found = self._raters.get(deck)
        if found is None or found.deck.version != self._money.newest(deck):
            found = self._raters[deck] = Rater(self._money.deck(deck))
        return found
