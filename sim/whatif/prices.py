"""What an answered call will cost by the carrier's deck, in the mix of prefixes called of late.

Carriers bill by blocks: where each begun minute counts, a machine's three seconds cost a minute.
So calls are priced one by one, by the rates that the bills are made with, and averaged.
"""

from datetime import datetime
from pathlib import Path
from random import Random

import msgspec

from dialer.leads.rules import Campaign
from dialer.money.rating import Deck, Dialled, Rater, whole_seconds
from dialer.money.store import Money, file_in
from dialer.warehouse import Warehouse
from sim.scenario import Law

SQL = Path(__file__).with_suffix(".sql")
EVERY = "*"
"The prefix, in the books, of a rate for all numbers."
DRAWN = 500
"Conversations that a mean is taken over."


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """A deck as it stands at an instant, and how often each of its prefixes is answered.

    >>> from decimal import Decimal
    >>> from dialer.money.rating import Rate
    >>> from sim.scenario import fixed
    >>> cents, dear = Rate(prefix="1", per_minute=Decimal("0.02")), Rate(
    ...     prefix="1900", per_minute=Decimal("0.50"), first_s=6, increment_s=6)
    >>> deck = Deck(name="a", currency="USD", rates=(cents, dear))
    >>> mixed = Prices(deck=deck, shares={"1": 0.9, "1900": 0.1}, at=0.0)
    >>> lines = Lines(mixed, tariff=0.0, talk=fixed(60.0))
    >>> lines.call(3.0), lines.talks(1.0)   # .9 * .02 + .1 * .05; .9 * .04 + .1 * .55
    (0.023, 0.091)
    """

    deck: Deck
    shares: dict[str, float]
    "Of answered calls, by prefix; they sum to 1."
    at: float
    "Rates and hours are those of then."


class Lines:
    """What answered calls cost: by a deck, or the same for every second.

    >>> from sim.scenario import fixed
    >>> Lines(None, tariff=0.6, talk=fixed(150.0)).talks(5.0)
    1.55
    """

    def __init__(self, prices: Prices | None, tariff: float, talk: Law) -> None:
        self._prices, self._tariff, self._talk = prices, tariff, talk
        self._rater = Rater(prices.deck) if prices else None
        self._by_second: dict[int, float] = {}
        rng = Random(1)
        self._talks_s = [talk.draw(rng) for _ in range(DRAWN)] if prices else []

    def call(self, seconds: float) -> float:
        """An answered call that lasts so long."""
        if self._prices is None or self._rater is None:
            return self._tariff * seconds / 60.0
        whole = whole_seconds(0.0, seconds)
        if whole not in self._by_second:
            at, rater = self._prices.at, self._rater
            each = (
                (share, rater.price(Dialled(prefix, at, at + whole)))
                for prefix, share in self._prices.shares.items()
            )
            found = sum(share * float(price.amount) for share, price in each if price)
            self._by_second[whole] = round(found, 9)
        return self._by_second[whole]

    def talks(self, before_s: float) -> float:
        """A conversation, in the mean, with so long a wait before it."""
        if not self._talks_s:
            return self.call(before_s + self._talk.mean)
        whole = sum(self.call(before_s + one) for one in self._talks_s)
        return round(whole / len(self._talks_s), 9)


def currency(home: Path, campaign: Campaign | None, usual: str) -> str:
    """In which a campaign's calls are paid: its trunk's deck's, else the usual one of the house.

    Raises `MoneyError` where the file of the money cannot be read.
    """
    if campaign is None or not file_in(home).exists():
        return usual
    with Money(file_in(home)) as money:
        name = money.uses().get(campaign.opened.trunk)
        return next((one.deck.currency for one in money.decks() if one.deck.name == name), usual)


def prices(
    home: Path, warehouse: Warehouse, campaign: Campaign, since: datetime, until: datetime
) -> Prices | None:
    """By the deck of the campaign's trunk; None where it has none, or nothing tells the prefixes.

    Raises `dialer.errors.QueryError` where there is no warehouse to ask, `MoneyError` where the
    file of the money cannot be read.
    """
    if not file_in(home).exists():
        return None
    with Money(file_in(home)) as money:
        name = money.uses().get(campaign.opened.trunk)
        deck = money.deck(name) if name else None
    if deck is None:
        return None
    found = warehouse.query(SQL.read_text("utf-8"), {
        "since": since, "until": until, "campaign": campaign.opened.campaign,
        "trunk": campaign.opened.trunk,
    })  # fmt: skip
    at = until.timestamp()
    answered = {
        digits: int(n)
        for prefix, n in zip(found["prefix"], found["answered"], strict=True)
        if Rater(deck).rate(digits := "" if prefix == EVERY else prefix, at)
    }
    if not answered and len(deck.rates) == 1:
        answered = {deck.rates[0].prefix: 1}
    if not answered:
        return None
    whole = sum(answered.values())
    rates = tuple(rate for rate in deck.rates if any(d.startswith(rate.prefix) for d in answered))
    return Prices(
        deck=msgspec.structs.replace(deck, rates=rates),
        shares={digits: n / whole for digits, n in answered.items()}, at=at,
    )  # fmt: skip
