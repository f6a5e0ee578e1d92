"""The file of the money as the loader sees it: read, a page at a time, once there is one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dialer.money.exchange import Exchange
from dialer.money.store import Charge, Cost, Money

Numbered = tuple[int, Cost]


class Costs:
    """What is to be loaded of each world's costs."""

    def __init__(self, path: Path | None, at_once: int) -> None:
        self._path, self._at_once = path, at_once
        self._told: dict[str, list[Charge]] = {}
        "World -> the charges that its file has."
        self._exchange: dict[str, list[Exchange]] = {}
        "World -> the rates of exchange that its file has."

    def after(self, world: str, number: int) -> list[Numbered]:
        """The next costs of a world."""
        with self._money() as money:
            return money.costs(world, number, self._at_once) if money else []

    def pages(self, world: str) -> Iterator[list[Numbered]]:
        """All of them, for a file that is made anew."""
        self._told.pop(world, None)
        self._exchange.pop(world, None)
        number = 0
        while page := self.after(world, number):
            yield page
            number = page[-1][0]

    def new_charges(self, world: str) -> list[Charge]:
        """All charges, where a file does not have them as they are now."""
        with self._money() as money:
            charges = money.charges() if money else []
        return [] if charges == self._told.get(world, []) else charges

    def new_exchange(self, world: str) -> list[Exchange]:
        """All rates of exchange, where a file does not have them as they are now."""
        with self._money() as money:
            rates = money.exchange() if money else []
        return [] if rates == self._exchange.get(world, []) else rates

    def told(self, world: str, charges: Sequence[Charge], rates: Sequence[Exchange]) -> None:
        """A file has them now."""
        if charges:
            self._told[world] = list(charges)
        if rates:
            self._exchange[world] = list(rates)

    @contextmanager
    def _money(self) -> Iterator[Money | None]:
        if self._path is None or not self._path.exists():
            yield None
            return
        with Money(self._path) as money:
            yield money
