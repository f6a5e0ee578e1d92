"""The two doors of the engine: the switch and the journal. Many worlds stand behind each.

Both take orders and answer with events, later, through the inbox they were given. Neither blocks
and neither raises for what a telephone network does every day.
"""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

import msgspec

from dialer.engine.commands import Fact, JournalCommand, SwitchCommand
from dialer.engine.events import Arrived, Event, Intended
from dialer.leads.rules import Campaign

Report = Callable[[Event], None]
"The inbox: hand over an event. Thread-safe where the world has threads."

Clock = Callable[[], float]
"Steady seconds since 1970 UTC."


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who calls us, as the switch sees him. The one place besides the journal that has
    his number."""

    call: str
    trunk: str
    "That brought it."
    caller_id: str
    "Ours, that was called."
    digits: str
    "His number as the carrier wrote it, digits only; empty if it is hidden."
    country: str
    "Where a number without a country in front of it lies."
    source: Literal["live", "lab", "sim"] = "live"
    at: float
    late: bool = False
    "Nobody was there when he called."


class Reception(Protocol):
    """Where callers are looked up, and what was noted by the switch is kept. Nothing blocks."""

    def welcome(self, caller: Caller) -> None:
        """Look up who that is -> Arrived, after the commit. Twice is once."""

    def is_welcome(self, call: str) -> bool:
        """The arrival is on disk and reported: the switch may forget what it noted."""

    def has_opted_out(self, call: str) -> bool:
        """The wish not to be called any more is on disk and reported: likewise."""


class Switch(Protocol):
    """Places and joins calls. Whatever comes of a command is reported later, as an event."""

    def execute(self, command: SwitchCommand) -> None:
        """Enqueue the order."""


class Journal(Protocol):
    """The truth: what happened, what was promised, what came of it.

    One writer. Orders and events are committed in the order given, many to a transaction; the
    answer to an order is reported after its commit.
    """

    @property
    def durable(self) -> int:
        """The last committed sequence number."""

    def append(self, event: Event) -> int:
        """Keep an event; its sequence number. Never blocks."""

    def execute(self, command: JournalCommand, *, cause: int, index: int) -> None:
        """Carry out an order that the event `cause` led to as its `index`-th command.

        `(cause, index)` makes `Record` idempotent: a replay records nothing twice.
        """

    def since(self, seq: int) -> Iterator[tuple[int, Event]]:
        """The events after `seq`, oldest first."""

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq` (a numbering of their own), oldest first."""

    def open_intents(self) -> list[Intended]:
        """Every promise that no CDR and no withdrawal has closed."""

    def open_arrivals(self) -> list[Arrived]:
        """Everybody who called us and whose call no CDR has closed."""

    def campaigns(self) -> list[Campaign]:
        """The version in force of every campaign."""

    def number_of(self, call: str) -> str:
        """The number to dial, E.164 without `+`. Known from the claim until the call is placed."""

    def checkpoint(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after event `seq`: a restart replays from there."""

    def restore(self) -> tuple[int, bytes] | None:
        """The newest checkpoint."""
