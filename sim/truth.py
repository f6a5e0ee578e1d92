"""What truly happened to a call, as only the network knows it: the judge of our own records."""

from typing import Literal

import msgspec


class Stay(msgspec.Struct):
    """A customer with an agent."""

    agent: str
    from_at: float
    heard_at: float | None = None
    "The agent's voice reached the customer."
    to_at: float | None = None


class Lived(msgspec.Struct, kw_only=True):
    """One call as it was lived at the other end."""

    call: str
    number: str
    placed_at: float
    kind: str = ""
    "`person`, `machine`, ... or how the network ended it."
    answered_at: float | None = None
    greeting_end_at: float | None = None
    message_at: float | None = None
    "The customer began to hear the safe-harbour message."
    stays: list[Stay] = []
    ended_at: float | None = None
    direction: Literal["out", "in"] = "out"
    "`in`: this person called us, and `placed_at` is when it began to ring here."
    pressed_at: float | None = None
    "He pressed the key that ends our calls."
    ended_by: str = ""
    "`customer`, `dialer`, `network`, `timeout`, `crash`"

    @property
    def is_person(self) -> bool:
        """Somebody answered, and could hear."""
        return self.kind == "person" and self.answered_at is not None

    @property
    def agent_at(self) -> float | None:
        """When an agent was first heard."""
        return min((s.heard_at for s in self.stays if s.heard_at is not None), default=None)
