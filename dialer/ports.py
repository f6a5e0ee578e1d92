"""The two doors of the engine: the switch and the journal. Many worlds stand behind each.

Both take orders and answer with events, later, through the inbox they were given. Neither blocks
and neither raises for what a telephone network does every day.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from dialer.engine.commands import Claim, Fact, Record, SwitchCommand, Withdraw
from dialer.engine.events import Event, Intended

Report = Callable[[Event], None]
"The inbox: hand over an event. Thread-safe where the world has threads."

Clock = Callable[[], float]
"Steady seconds since 1970 UTC."


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

    def execute(self, command: Claim | Withdraw | Record, *, cause: int, index: int) -> None:
        """Carry out an order that the event `cause` led to as its `index`-th command.

        `(cause, index)` makes `Record` idempotent: a replay records nothing twice.
        """

    def since(self, seq: int) -> Iterator[tuple[int, Event]]:
        """The events after `seq`, oldest first."""

    def facts(self, seq: int) -> Iterator[tuple[int, Fact]]:
        """The facts after `seq` (a numbering of their own), oldest first."""

    def open_intents(self) -> list[Intended]:
        """Every promise that no CDR and no withdrawal has closed."""

    def number_of(self, call: str) -> str:
        """The number to dial, E.164 without `+`. Known from the claim until the call is placed."""

    def checkpoint(self, seq: int, state: bytes) -> None:
        """Keep the engine's state after event `seq`: a restart replays from there."""

    def restore(self) -> tuple[int, bytes] | None:
        """The newest checkpoint."""
