"""The life of a dialer's process: its start, its clock, its switch and what that witnesses."""

from typing import Literal

import msgspec

from dialer.engine.events.event import Event


class Started(Event, frozen=True, tag=True):
    """A dialer process begins: nothing is placed before `Reconciled`."""

    epoch: int
    "The lease this process holds; every intent names it."


class SwitchUp(Event, frozen=True, tag=True):
    """The switch answers and its events reach us. Reconcile comes next."""


class SwitchDown(Event, frozen=True, tag=True):
    """The switch is gone, or does not answer: nothing is placed until it is back."""

    why: str = ""


class Replaced(Event, frozen=True, tag=True):
    """Another dialer took the application: this one stands down for good."""


class ClockJumped(Event, frozen=True, tag=True):
    """The wall clock moved against the steady one by so many seconds."""

    by_s: float


class Witness(msgspec.Struct, frozen=True):
    """What the switch itself says about one call."""

    call: str
    channel: Literal["none", "ringing", "up"] = "none"
    bridged_to: str = ""
    "The agent whose bridge it is in."
    message: bool = False
    "The switch plays the message to it by itself: no agent can have it any more."
    row: bool = False
    "The switch's own CDR has a row for it."
    answered_at: float | None = None
    ended_at: float | None = None
    cause: int = 0
    sip: int | None = None


class Reconciled(Event, frozen=True, tag=True):
    """All witnesses were asked about every open intent. What they said, in full."""

    witnesses: tuple[Witness, ...] = ()
    agents_up: tuple[str, ...] = ()
    "Agents whose leg still stands."
    whole: bool = True
    "It answers the question after `SwitchUp`, not one about a single call: dialling may begin."
    switch_since: float = 0.0
    "When the switch's process began: of earlier calls its silence proves nothing. 0: unknown."
