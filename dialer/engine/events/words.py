"""What is said to have come of a call, by its agent or by somebody later."""

from typing import Literal

from dialer.engine.events.event import Event


class Disposed(Event, frozen=True, tag=True):
    """What the agent says came of it; the agent is ready again, or goes on pause."""

    agent: str
    call: str
    disposition: str
    then: Literal["ready", "pause"] = "ready"
    callback_at: float | None = None
    "When to call again, where the agent has promised a time."
    callback_for: str = ""
    "Who shall: an agent, `team:NAME`, or whoever is free."


class DispositionUndone(Event, frozen=True, tag=True):
    """The agent takes it back, a moment later: as if nothing had been said."""

    agent: str
    call: str


class DispositionCorrected(Event, frozen=True, tag=True):
    """Something else came of a call that is over; the last word counts."""

    user: str
    call: str
    lead: str
    campaign: str
    agent: str
    disposition: str
    callback_at: float | None = None
    callback_for: str = ""
