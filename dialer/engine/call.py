"""The life of one call, as a table.

A call is a handful of instants. Each keeps its earliest value, and the state is a pure function of
them: late, double and disordered events are harmless. Until when it may stay where it is
is in `deadlines`, what came of it in `ending`.

>>> from dialer.engine.events import Answered, HungUp, Ringing
>>> call = fold(CALM, Ringing("d1-0", at=2.0), HungUp("d1-0", at=9.0, cause=17, sip=486))
>>> call = fold(call, Ringing("d1-0", at=9.5))
>>> state(call), call.cause, call.ringing_at
('ENDED', 17, 2.0)
"""

from typing import Literal

import msgspec

from dialer.engine.commands import Leg
from dialer.engine.events import (
    VERDICTS,
    AgentHeard,
    Answered,
    Arrived,
    Bridged,
    Event,
    Heard,
    HungUp,
    Intended,
    MessageStarted,
    NotPlaced,
    Placed,
    Progressed,
    Ringing,
)

CallState = Literal[
    "INTENDED", "PLACED", "RINGING", "ANSWERED", "WAITING", "PLAYING", "TALKING", "HELD", "ENDED"
]

NEXT: dict[CallState, tuple[CallState, ...]] = {
    "INTENDED": ("PLACED", "ENDED"),
    "PLACED": ("RINGING", "ANSWERED", "ENDED"),
    "RINGING": ("ANSWERED", "ENDED"),
    "ANSWERED": ("WAITING", "TALKING", "PLAYING", "ENDED"),
    "WAITING": ("TALKING", "PLAYING", "ENDED"),
    "PLAYING": ("ENDED",),
    "TALKING": ("HELD", "WAITING", "PLAYING", "ENDED"),
    "HELD": ("TALKING", "WAITING", "ENDED"),
    "ENDED": (),
}
"What usually follows what. Missing events skip states: a busy line goes from PLACED to ENDED."

MACHINES = ("machine", "ivr", "fax")
SURE = 0.9
"A verdict as sure as a beep's takes a call from an agent who was given it as a person's."
BY_HAND = frozenset({"manual", "preview", "callback"})
"Modes of calls that one agent asked for: no pacer placed them."
NO_AGENT = "no_agent"
"Why a phone was let alone: nobody was free for whoever might have answered it."
OUTSIDE = "outside:"
"In an agent's place, somebody out of the house: `outside:NAME:CALL`; in a record `outside:NAME`."


class Call(msgspec.Struct):
    """One attempt. Everything but the intent is None until it happens."""

    intent: Intended | Arrived
    "What it was promised as; of a call that came in, what was found out about it."
    source: str = "sim"
    clock: str = "greeting_end"
    connect_within_s: float = 2.0
    max_talk_s: float = 3600.0
    ordered_at: float | None = None
    "Originate was given to the switch."
    placed_at: float | None = None
    placed_told: bool = False
    "Else it follows from what came after it."
    progress_at: float | None = None
    ringing_at: float | None = None
    early_at: float | None = None
    answered_at: float | None = None
    speech_at: float | None = None
    greeting_end_at: float | None = None
    verdict_at: float | None = None
    waiting_at: float | None = None
    bridged_at: float | None = None
    agent_heard_at: float | None = None
    message_at: float | None = None
    "The safe-harbour message was ordered."
    hang_up_at: float | None = None
    ended_at: float | None = None
    early: str = ""
    early_kind: str = ""
    verdict: str = ""
    confidence: float | None = None
    verdict_cause: str = ""
    cause: int = 0
    sip: int | None = None
    local: bool = False
    by_us: bool = False
    why: str = ""
    agent: str = ""
    "Reserved for it, or talking."
    agent_since: float | None = None
    "When this agent was bridged in."
    reserved_at: float | None = None
    hold_since: float | None = None
    holds: list[tuple[float, float]] = []
    "On hold with this agent: from, to."
    resumed_at: float = 0.0
    "The end of the last hold."
    queue: str = ""
    "The pool in which it waits; empty: its own."
    kept_at: float | None = None
    "When the agent handed it over or was lost: it waits with music, and longer than a new one."
    lost_agent: bool = False
    let_through: bool = False
    "It sounds like a machine and goes to an agent all the same, who says what it is."
    asked_at: float | None = None
    "The witnesses were asked about it."
    witness: str = "events"
    legs: list[Leg] = []
    given_back: bool = False
    "Its promise was taken back before it was placed; the journal has not confirmed it yet."
    recording: Literal["", "on", "paused", "no room"] = ""
    "Whether it is recorded while an agent is there, or why it is not although it should be."
    connect_first: bool = False
    "Its campaign connects at the answer, whatever may be heard."
    hangs_up_on_silence: bool = False
    after_beep: str = ""
    "The recording that a machine gets after its beep."
    beep_at: float | None = None
    "The last beep, after the answer."
    beep_awaited_at: float | None = None
    "It is a machine that gets a message: since when its beep is waited for."
    is_heard: bool = False
    "An agent is there, and the listener goes on for a while."
    held: HungUp | None = None
    "Its end, told while news may have been lost: the witnesses are heard first."


def is_inbound(call: Call) -> bool:
    """Whether the person called us."""
    return isinstance(call.intent, Arrived)


INSTANTS: dict[type[Event], str] = {
    Placed: "placed_at",
    Progressed: "progress_at",
    Ringing: "ringing_at",
    Answered: "answered_at",
    Bridged: "bridged_at",
    AgentHeard: "agent_heard_at",
    MessageStarted: "message_at",
}
"Which instant an event tells."


AFTER_PLACED = frozenset((Answered, Ringing, Progressed))
"Whatever tells these was placed by then."


def earliest(call: Call, field: str, at: float) -> None:
    """Keep the earliest value of an instant."""
    known = getattr(call, field)
    if known is None or at < known:
        setattr(call, field, at)


def apply(call: Call, event: Event) -> None:
    """Fold one event into the call."""
    kind, at = type(event), event.at
    field = INSTANTS.get(kind)
    if field is not None:
        known = getattr(call, field)
        if known is None or at < known:
            setattr(call, field, at)
        if kind is Placed:
            call.placed_told = True
        elif kind in AFTER_PLACED and (call.placed_at is None or at < call.placed_at):
            call.placed_at = at
    elif isinstance(event, Heard):
        _hear(call, event)
    elif isinstance(event, HungUp):
        _end(call, event)
    elif isinstance(event, NotPlaced):
        earliest(call, "ended_at", event.at)
        call.local, call.why = True, call.why or event.why


def _hear(call: Call, event: Heard) -> None:
    if event.phase == "early":
        earliest(call, "early_at", event.at)
        is_over = call.hang_up_at is not None
        if not is_over and event.sound not in ("audio", "speech", "speech_end", "silence"):
            call.early, call.early_kind = event.sound, event.kind
        return
    if call.answered_at is None:
        call.answered_at = event.at  # that he answered was lost on the way, or comes yet
    if event.sound == "beep":
        call.beep_at = event.at
    # Whoever was joined on a verdict is judged by what was known then: later news tell who it is.
    if call.bridged_at is None or not call.verdict:
        _place_greeting(call, event)
    if event.sound in VERDICTS and not is_doubtful(call, event):
        # A verdict may be revised; its instant stays the first one's.
        earliest(call, "verdict_at", event.at)
        call.verdict, call.confidence = event.sound, event.confidence
        call.verdict_cause = event.cause


def is_doubtful(call: Call, event: Heard) -> bool:
    """A machine, as it seems, whom an agent already has on the line as a person, or who as a person
    hears the message that there is none.

    Whoever speaks with an agent, or against the message, talks on, too: only what is as sure as a
    beep unmakes a person. Of somebody of whom nothing was known it is believed if it rests on what
    he said before they were joined, or if agents are joined at the answer whatever is heard.

    >>> talk = fold(CALM, Heard("d1-0", "human", "answer", at=2.0), Bridged("d1-0", "anna", at=2.1))
    >>> on = Heard("d1-0", "machine", "answer", confidence=0.8, at=4.6)
    >>> beep = msgspec.structs.replace(on, confidence=0.97)
    >>> is_doubtful(talk, on), is_doubtful(talk, beep), fold(talk, on).verdict
    (True, False, 'human')
    """
    if event.sound not in MACHINES or event.confidence >= SURE:
        return False
    if call.bridged_at is None:
        return call.message_at is not None and call.verdict == "human"
    if call.verdict in ("", "silence", "no_audio"):
        is_given_unheard = call.connect_first or is_by_hand(call)
        return not is_given_unheard and event.at > call.bridged_at
    return call.verdict == "human"


def _place_greeting(call: Call, event: Heard) -> None:
    """When speech began and when it ended."""
    if event.sound == "speech":
        earliest(call, "speech_at", event.at)
    if event.greeting_end_s is not None and call.answered_at is not None:
        earliest(call, "greeting_end_at", call.answered_at + event.greeting_end_s)
    elif event.sound == "speech_end":
        earliest(call, "greeting_end_at", event.at)


def _end(call: Call, event: HungUp) -> None:
    if call.ended_at is not None and call.ended_at <= event.at:
        return
    call.ended_at = event.at
    if not event.local:
        earliest(call, "placed_at", event.at)
    call.cause, call.sip, call.local = event.cause, event.sip, event.local
    call.by_us = event.by_us


def fold(call: Call, *events: Event) -> Call:
    """The call after these events (a copy: the given one is left alone)."""
    after = msgspec.structs.replace(call, legs=list(call.legs), holds=list(call.holds))
    for event in events:
        apply(after, event)
    return after


def state(call: Call) -> CallState:
    """Where the call stands: a function of its instants alone."""
    if call.ended_at is not None:
        return "ENDED"
    if call.agent_since is not None:
        return "TALKING" if call.hold_since is None else "HELD"
    if call.message_at is not None:
        return "PLAYING"
    if call.waiting_at is not None:
        return "WAITING"
    if call.answered_at is not None:
        return "ANSWERED"
    if call.ringing_at is not None or call.progress_at is not None or call.early_at is not None:
        return "RINGING"
    return "INTENDED" if call.placed_at is None else "PLACED"


def leave_agent(call: Call, at: float) -> None:
    """The agent's part in it is over."""
    if call.agent_since is not None:
        resume(call, at)
        # A record of whole seconds may put the end before the beginning.
        since = min(call.agent_since, at)
        call.legs.append(Leg(_who(call), since, at, tuple(call.holds)))
        call.agent_since, call.holds = None, []


def _who(call: Call) -> str:
    return call.agent.rpartition(":")[0] if is_outside(call) else call.agent


def is_outside(call: Call) -> bool:
    """Whoever has it, or is to have it, is no agent."""
    return call.agent.startswith(OUTSIDE)


def resume(call: Call, at: float) -> None:
    """It is not on hold any more, or the news of its hold comes too late."""
    call.resumed_at = max(call.resumed_at, at)
    if call.hold_since is not None:
        call.holds.append((call.hold_since, max(at, call.hold_since)))
        call.hold_since = None


def pool_of(call: Call) -> str:
    """Whose agents may take it."""
    return call.queue or call.intent.pool


def is_by_hand(call: Call) -> bool:
    """An agent asked for it."""
    return call.intent.mode in BY_HAND


CALM = Call(
    intent=Intended(
        at=0.0, call="d1-0", lead="L1", list="list", campaign="spring", version=1, pool="sales",
        attempt=1, number_key="k", masked="+1555•••4567", region="US", trunk="lab",
        caller_id="+15550001111", ring_timeout_s=30.0, not_after=1e12, mode="progressive", epoch=1,
    ),
    ordered_at=0.0,
    placed_at=0.1,
)  # fmt: skip
"A named normal case for examples and tests: placed at 0.1, nothing heard yet."
