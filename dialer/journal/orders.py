"""What waits to be written, and what each of it does to a store: one for every journal."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from dialer.engine.commands import (
    Cdr,
    Claim,
    DispositionSet,
    Fact,
    GiveBack,
    JournalCommand,
    OptOut,
    Record,
)
from dialer.engine.events import Event
from dialer.journal.callers import Callers
from dialer.journal.claims import refused
from dialer.journal.counting import Counting
from dialer.journal.ledger import Ledger
from dialer.ports import Caller

OF_LEADS = frozenset((Cdr, DispositionSet, OptOut))
"Facts by which leads move."


class Kept(msgspec.Struct, frozen=True):
    """An event to write."""

    seq: int
    event: Event


class Order(msgspec.Struct, frozen=True):
    """A command to carry out."""

    command: JournalCommand
    cause: int
    index: int


class Checkpoint(msgspec.Struct, frozen=True):
    """The engine's state after an event."""

    seq: int
    state: bytes


class Welcome(msgspec.Struct, frozen=True):
    """A caller to look up."""

    caller: Caller


class Recent:
    """The last few thousand of something."""

    def __init__(self, most: int = 5_000) -> None:
        self._most = most
        self._known: dict[str, None] = {}

    def add(self, one: str) -> None:
        """Remember it."""
        self._known[one] = None
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    def __contains__(self, one: str) -> bool:
        return one in self._known


class Told:
    """What callers have left and a switch need not remember any longer."""

    def __init__(self) -> None:
        self.welcomed, self.opted_out = Recent(), Recent()

    def settle(self, item: object) -> None:
        """This is on disk, and what follows from it is reported."""
        match item:
            case Welcome(caller=caller):
                self.welcomed.add(caller.call)
            case Order(command=Record(fact=OptOut() as fact)):
                self.opted_out.add(fact.call)


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

    def __init__(
        self, ledger: Ledger, callers: Callers, counting: Counting, clock: Callable[[], float]
    ) -> None:
        self._claims, self._endings = ledger.claims, ledger.endings
        self._callers, self._counting, self._clock = callers, counting, clock
        self.ids = Ids("00000000", 0)
        self.epoch = 0

    def done(self, order: Order | Welcome) -> list[Event]:
        """Carry it out; what to report after the commit."""
        if isinstance(order, Welcome):
            self._counting.changed()
            return self._callers.welcome(_before(order.caller, self._clock()), self.epoch)
        return self.carried_out(order.command, order.cause, order.index)

    def carried_out(self, command: JournalCommand, cause: int, index: int) -> list[Event]:
        """The command of that event and index; what to report after the commit."""
        if isinstance(command, Record):
            return self._record(command.fact, cause, index)
        if isinstance(command, Claim):
            return self._claim(command)
        self._counting.changed()
        if isinstance(command, GiveBack):
            return self._claims.give_back(command)
        return self._endings.withdraw(command, self._clock())

    def _record(self, fact: Fact, cause: int, index: int) -> list[Event]:
        if type(fact) not in OF_LEADS:
            return self._endings.record(fact, cause, index)
        self._counting.changed()
        book = self._callers if self._callers.concerns(fact) else self._endings
        return book.record(fact, cause, index)

    def _claim(self, order: Claim) -> list[Event]:
        if order.epoch != self.epoch:
            return [refused(order, 0, "epoch", self._clock())]
        self._counting.changed()
        return self._claims.claim(order, self._clock(), self.ids.next)


def _before(caller: Caller, now: float) -> Caller:
    """Noted before the clock was put back, somebody would call in an hour; and so would we."""
    return replace(caller, at=now) if caller.at > now else caller
