"""The Monday of tests/warehouse with a tariff: its numbers, its prices, counted by hand."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from dialer.engine.commands import Fact
from dialer.money.exchange import Exchange
from dialer.money.rater import Bureau
from dialer.money.rating import Deck, Rate
from dialer.money.store import Charge, Cost, Money, file_in
from tests.warehouse.day import FACTS, T0


class Desk:
    """The journal of the Monday and its numbers."""

    journal = "monday"

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        return ((n, fact) for n, fact in enumerate(FACTS, 1) if n > seq)

    def last_fact(self) -> int:
        return len(FACTS)

    def of(self, calls: Iterable[str]) -> dict[str, str]:
        return {call: "12025550142" for call in calls if call != "c06"}  # c06: erased


def deck(name: str = "x", price: str = "0.60") -> Deck:
    return Deck(name=name, currency="USD", rates=(Rate(prefix="1", per_minute=Decimal(price)),))


def priced(home: Path) -> None:
    """0.60 a minute, by whole minutes; agents at 36 an hour, the trunk at 300 a month."""
    with Money(file_in(home)) as money:
        money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
        money.use("carrier-a", "x", at=2.0, by="mia")
        money.charge(Charge("pool", "", Decimal(36), "USD", "2026-01-01"), at=1.0, by="mia")
        money.charge(
            Charge("trunk", "carrier-a", Decimal(300), "USD", "2026-01-01"), at=1.0, by="mia"
        )
        Bureau(money, Desk(), Desk()).step(T0 + 100)


def paid_in_two(home: Path) -> None:
    """As `priced`, but c01 was rated again, at 1.00 EUR, and bob is paid 20 EUR an hour.

    Dollars have rates: of the Monday in New York, of the Tuesday that it is by then in Shanghai.
    """
    priced(home)
    with Money(file_in(home)) as money:
        money.add_exchange(
            [Exchange("2026-11-20", "USD", "CNY", Decimal("7.10"), "bank"),
             Exchange("2026-11-24", "USD", "CNY", Decimal("7.20"), "bank")], at=1.0, by="mia",
        )  # fmt: skip
        money.charge(Charge("agent", "bob", Decimal(20), "EUR", "2026-01-01"), at=1.0, by="mia")
        money.add_again(
            [Cost("lab", "c01", "x", 2, "1", 120, Decimal(1), "EUR", T0 + 200, again=True)]
        )
