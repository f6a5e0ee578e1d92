"""What a page may order, and the event that it becomes. The event names the agent, not the page.

>>> order = msgspec.json.decode(b'{"id":3,"order":"pause","reason":"lunch"}', type=Order)
>>> event(order, "anna")
Paused(agent='anna', reason='lunch', at=0.0)
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dialer.engine.events import (
    AgentHungUp,
    Disposed,
    DispositionUndone,
    Event,
    GreetingWanted,
    HoldWanted,
    LeadSkipped,
    LegWanted,
    LoggedOut,
    MuteWanted,
    Paused,
    RecordingPauseWanted,
    RecordingResumeWanted,
    ResumeWanted,
    TransferWanted,
    WentReady,
)

Call = Annotated[str, Meta(max_length=64)]
Word = Annotated[str, Meta(max_length=60)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag_field="order", tag=str.lower,
            forbid_unknown_fields=True):  # fmt: skip
    """An order. `id` is the page's: the acknowledgement bears it, a second time does nothing."""

    id: Annotated[int, Meta(ge=0)]


class LogIn(Asked, frozen=True, tag="log_in"):
    """Begin the shift at this phone, for this pool."""

    pool: Word
    phone: Word = ""
    "A desk phone's name; empty is the browser itself."


class Ready(Asked, frozen=True):
    """Calls, please."""


class Pause(Asked, frozen=True):
    """None for now, or after this one."""

    reason: Word = ""


class LogOut(Asked, frozen=True, tag="log_out"):
    """The shift is over, after the call if there is one."""


class HangUp(Asked, frozen=True, tag="hang_up"):
    """End the conversation."""

    call: Call


class Greeting(Asked, frozen=True):
    """Let me hear what they said first."""

    call: Call


class Leg(Asked, frozen=True):
    """My phone began anew: call it."""


class Hold(Asked, frozen=True):
    """Let them wait, with music."""

    call: Call


class Resume(Asked, frozen=True):
    """Talk with them again."""

    call: Call


class Mute(Asked, frozen=True):
    """Let nothing be heard of my phone; for phones that are no browser."""

    call: Call
    muted: bool


class Record(Asked, frozen=True):
    """Let what is said now into the recording, or not: a card's number, say."""

    call: Call
    on: bool


class Transfer(Asked, frozen=True):
    """Hand them over: to an agent, or `pool:NAME`."""

    call: Call
    to: Word


class Dial(Asked, frozen=True):
    """Call this number, now."""

    number: Word
    campaign: Word


class CallShown(Asked, frozen=True, tag="call_shown"):
    """Call whom I am shown."""

    lead: Word


class Skip(Asked, frozen=True):
    """Show me somebody else."""

    lead: Word


class Undo(Asked, frozen=True):
    """Take back what I said came of it."""

    call: Call


class Dispose(Asked, frozen=True):
    """What came of it; hangs up where they still talk."""

    call: Call
    disposition: Word
    then: Literal["ready", "pause"] = "ready"
    callback_at: float | None = None
    callback_for: Word = ""
    "An agent, `team:NAME`, or whoever is free."
    note: Annotated[str, Meta(max_length=2000)] = ""


Order = (
    LogIn | Ready | Pause | LogOut | Leg | HangUp | Greeting | Hold | Resume | Mute | Record
    | Transfer | Dial | CallShown | Skip | Undo | Dispose
)  # fmt: skip


def event(order: Order, agent: str) -> Event:
    """The event that the journal keeps. The dialer's clock dates it."""
    match order:
        case Ready():
            return WentReady(agent=agent, at=0.0)
        case Pause(reason=reason):
            return Paused(agent=agent, reason=reason, at=0.0)
        case LogOut():
            return LoggedOut(agent=agent, at=0.0)
        case HangUp(call=call):
            return AgentHungUp(agent=agent, call=call, at=0.0)
        case Greeting(call=call):
            return GreetingWanted(agent=agent, call=call, at=0.0)
        case Leg():
            return LegWanted(agent=agent, at=0.0)
        case Hold(call=call):
            return HoldWanted(agent=agent, call=call, at=0.0)
        case Resume(call=call):
            return ResumeWanted(agent=agent, call=call, at=0.0)
        case Mute(call=call, muted=muted):
            return MuteWanted(agent=agent, call=call, muted=muted, at=0.0)
        case Record(call=call, on=True):
            return RecordingResumeWanted(agent=agent, call=call, at=0.0)
        case Record(call=call):
            return RecordingPauseWanted(agent=agent, call=call, at=0.0)
        case Transfer(call=call, to=to):
            return TransferWanted(agent=agent, call=call, to=to, at=0.0)
        case Skip(lead=lead):
            return LeadSkipped(agent=agent, lead=lead, at=0.0)
        case Undo(call=call):
            return DispositionUndone(agent=agent, call=call, at=0.0)
        case Dispose():
            return Disposed(
                agent=agent, call=order.call, disposition=order.disposition, then=order.then,
                callback_at=order.callback_at, callback_for=order.callback_for, at=0.0,
            )  # fmt: skip
        case LogIn() | Dial() | CallShown():
            raise TypeError("more has to be known of a log-in, and of who is called")
