"""What waits to be written, and what each of it does to a store: one for every journal."""

from collections.abc import Callable
from dataclasses import dataclass

from dialer.engine.commands import Cdr, Claim, DispositionSet, JournalCommand, Record, Withdraw
from dialer.engine.events import Event
from dialer.journal.counting import Counting
from dialer.journal.ledger import Ledger, refused


@dataclass(frozen=True, slots=True)
class Kept:
    """An event to write."""

    seq: int
    event: Event


@dataclass(frozen=True, slots=True)
class Order:
    """A command to carry out."""

    command: JournalCommand
    cause: int
    index: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The engine's state after an event."""

    seq: int
    state: bytes


class Ids:
    """Call ids: install, epoch, counter. Fixed length, lower case, never used twice.

    >>> Ids("00c0ffee", epoch=3).next()
    'd1-00c0ffee000000030000000000000001'
    """

    def __init__(self, install: str, epoch: int) -> None:
        self._prefix = f"d1-{install}{epoch:08x}"
        self._last = 0
        self.issued: list[str] = []
        "Since somebody last cleared it: what a failed commit may or may not have promised."

    def next(self) -> str:
        """The next id."""
        self._last += 1
        self.issued.append(f"{self._prefix}{self._last:016x}")
        return self.issued[-1]


class Orders:
    """Carries commands out, in the order given, inside a transaction that somebody else opened."""

    def __init__(self, ledger: Ledger, counting: Counting, clock: Callable[[], float]) -> None:
        self._ledger, self._counting, self._clock = ledger, counting, clock
        self.ids = Ids("00000000", 0)
        self.epoch = 0

    def done(self, order: Order) -> list[Event]:
        """Carry it out; what to report after the commit."""
        match order.command:
            case Claim() as claim:
                return self._claim(claim)
            case Record(fact=fact):
                if isinstance(fact, Cdr | DispositionSet):
                    self._counting.changed()
                return self._ledger.record(fact, order.cause, order.index)
            case Withdraw() as withdraw:
                self._counting.changed()
                return self._ledger.withdraw(withdraw, self._clock())

    def _claim(self, order: Claim) -> list[Event]:
        if order.epoch != self.epoch:
            return [refused(order, 0, "epoch", self._clock())]
        self._counting.changed()
        return self._ledger.claim(order, self._clock(), self.ids.next)
