"""What shall be done: orders to the switch and to the journal. They return nothing.

Whatever comes of an order is an event later. `Record` hands the journal a fact that the engine
has derived; facts are what the warehouse is made of.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from dialer.engine.events import How


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=True):
    """An order."""


# ---- to the switch ------------------------------------------------------------------------------
class Originate(Command, frozen=True, tag=True):
    """Place the call. The call's id is the channel's id; the switch asks the journal for the
    number. Not after `not_after` (seconds since 1970)."""

    call: str
    trunk: str
    caller_id: str
    ring_timeout_s: float
    not_after: float
    max_talk_s: float
    country: str
    "Tone plan for the listeners."
    detection: str
    "Listener preset."
    message: str = ""
    "The campaign's safe-harbour recording, as the switch names it; empty: the house's own."
    record: bool = False
    "Whether the talk is recorded: from the bridge on, by itself."
    agent: str = ""
    "Who called by hand and hears the call being made."


class Listen(Command, frozen=True, tag=True):
    """What the listeners hear from now on is after the answer. (`early` begins by itself.)"""

    call: str
    phase: Literal["early", "answer"]


class StopListening(Command, frozen=True, tag=True):
    """Nobody needs to listen to this call any more."""

    call: str


class Bridge(Command, frozen=True, tag=True):
    """Join customer and agent, now. A caller is answered for it."""

    call: str
    agent: str


class Hold(Command, frozen=True, tag=True):
    """Take the customer out of the agent's bridge, to hear music -> Held."""

    call: str
    agent: str


class Resume(Command, frozen=True, tag=True):
    """Bring a held customer back to the agent -> Resumed, or NotBridged."""

    call: str
    agent: str


class Mute(Command, frozen=True, tag=True):
    """Let the customer not hear the agent, or hear them again."""

    call: str
    agent: str
    muted: bool


class Reassure(Command, frozen=True, tag=True):
    """Tell the customer, who hears nothing of the agent, that somebody will be there at once."""

    call: str
    agent: str


class Play(Command, frozen=True, tag=True):
    """Let the customer hear a recording: `safe_harbour`, or `after_beep`. A caller is answered for
    it."""

    call: str
    message: str
    recording: str = ""
    """The campaign's own, as the switch names it, where the call was not placed with one, or is a
    machine's."""


class PlayGreeting(Command, frozen=True, tag=True):
    """Let the agent alone hear what this customer said before they were joined -> GreetingEnded."""

    call: str
    agent: str


class PauseRecording(Command, frozen=True, tag=True):
    """Let silence go into the call's recording -> RecordingPaused."""

    call: str


class ResumeRecording(Command, frozen=True, tag=True):
    """Let the voices go into it again -> RecordingResumed."""

    call: str


class FinishRecording(Command, frozen=True, tag=True):
    """The call is over: put its recording where it belongs and look at it -> Recorded or
    RecordingLost. May be given twice."""

    call: str
    talk_s: float
    "So long somebody was joined with the customer."
    ended_at: float


class DeleteRecording(Command, frozen=True, tag=True):
    """Remove a recording -> RecordingDeleted."""

    call: str
    campaign: str
    path: str
    user: str


class Monitor(Command, frozen=True, tag=True):
    """Let a supervisor hear an agent's leg, and speak into it as `how` says -> MonitorStarted,
    then MonitorEnded. Given again it changes agent or `how`; the supervisor's leg stays."""

    user: str
    agent: str
    how: How
    endpoint: str


class StopMonitor(Command, frozen=True, tag=True):
    """Take the supervisor's leg down -> MonitorEnded."""

    user: str


class HangUp(Command, frozen=True, tag=True):
    """End the call, whatever its state."""

    call: str
    why: str


class CallAgent(Command, frozen=True, tag=True):
    """Set up the agent's nailed-up leg."""

    agent: str
    endpoint: str


class CallOutside(Command, frozen=True, tag=True):
    """Call somebody outside of the house, whom the trunk's allow-list names, and keep the leg as an
    agent's -> LegUp, LegDown. Only the switch knows the number."""

    agent: str
    "What the leg is called in every other order, and in events."
    to: str
    trunk: str
    ring_timeout_s: float


class DropAgent(Command, frozen=True, tag=True):
    """Take the agent's leg down."""

    agent: str


class Reconcile(Command, frozen=True, tag=True):
    """Ask all witnesses about these open intents and report `Reconciled`, with the same `whole`.

    The whole question comes after `SwitchUp`: it also ends orphans, calls and legs of ours that it
    does not name. The others are about single calls that were lost sight of.
    """

    calls: tuple[str, ...]
    agents: tuple[str, ...]
    whole: bool = False


# ---- to the journal -----------------------------------------------------------------------------
class Claim(Command, frozen=True, tag=True):
    """Promise up to `n` calls of a campaign in one transaction -> Intended..., Refused."""

    campaign: str
    n: int
    mode: str
    epoch: int
    lead: str = ""
    "Only this one."
    agent: str = ""
    "For this agent."
    priced: bool = False
    "With what each call will cost: the campaign has a budget."
    resting: tuple[str, ...] = ()
    "Numbers of the campaign's that must not be shown now."


class Withdraw(Command, frozen=True, tag=True):
    """Take an intent back that was never placed -> Withdrawn."""

    call: str
    why: str


class Record(Command, frozen=True, tag=True):
    """Keep a derived fact."""

    fact: "Fact"


# ---- facts --------------------------------------------------------------------------------------
class Leg(msgspec.Struct, frozen=True):
    """One agent's part in a call."""

    agent: str
    bridged_at: float
    ended_at: float
    holds: tuple[tuple[float, float], ...] = ()
    "When the customer was on hold in it: from, to."


class Cdr(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """All the instants of one attempt, and what came of it. Durations are never stored."""

    call: str
    lead: str
    list: str
    campaign: str
    version: int
    pool: str
    attempt: int
    number_key: str
    masked: str
    region: str
    trunk: str
    caller_id: str
    mode: str
    source: str
    epoch: int
    intended_at: float
    placed_at: float | None = None
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
    hang_up_at: float | None = None
    "When we asked for the end."
    ended_at: float
    outcome: str
    early: str = ""
    "Early-media class."
    verdict: str = ""
    confidence: float | None = None
    verdict_cause: str = ""
    cause: int = 0
    sip: int | None = None
    ended_by: str = ""
    "`customer`, `agent`, `dialer`, `network`, `crash`"
    why: str = ""
    "Our reason, when we ended it."
    witness: str = "events"
    "`events`, or `switch_cdr` and `journal` after a crash."
    legs: tuple[Leg, ...] = ()
    direction: Literal["out", "in"] = "out"
    "`in`: the person called us; `caller_id` is what was called, `intended_at` when it came."


class AgentWas(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """An interval of an agent's shift, told when it ends."""

    agent: str
    pool: str
    state: str
    reason: str = ""
    call: str = ""
    campaign: str = ""
    from_at: float
    to_at: float


class DispositionSet(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """What an agent recorded."""

    call: str
    lead: str
    campaign: str
    agent: str
    disposition: str
    "With the instant of a callback after an `@`. Empty: what was said before is taken back."
    at: float
    callback_for: str = ""


class OptOut(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """Somebody pressed the key that ends our calls."""

    call: str
    everywhere: bool
    at: float
    campaign: str = ""
    "Of that call: the journal knows."


class Decided(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """One pacing decision: what was seen, what was chosen, and what bound it."""

    at: float
    pool: str
    campaign: str
    mode: str
    ready: int
    logged_in: int
    waiting: int
    ringing: int
    lines_free: int
    leads_left: int
    answer_rate: float
    persons: int
    "Denominator of the account: the campaign's, or its group's where that has less left."
    abandoned: int
    "Numerator."
    n: int
    level: float
    "Calls in flight per agent who could take one, after this decision."
    bound: str
    "The binding constraint: agents, lines, calls_per_s, leads, hours, cap, trunk, switch, ..."
    worst_rate: float
    "Abandonment if every call in flight were abandoned."
    owed: int = 0
    "Abandoned whose calls go on, and at worst in other pools of the group: in no book yet."
    expected_free: float | None = None
    "Busy agents who will be free by the time at which a call placed now is answered, in the mean."
    expected_answers: float | None = None
    "Calls in flight that people will have answered by then."
    chance: float | None = None
    "That the last call placed finds no agent; None: nothing was foreseen, or it did not matter."
    next_chance: float | None = None
    "That one call more would."
    chance_allowed: float | None = None
    "The largest such chance that the account bears."


class RecordingKept(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """What came of a call's recording."""

    call: str
    campaign: str
    at: float
    "When it was looked at."
    path: str
    "Below the folder of recordings; empty if there is none."
    why: str
    "What is wrong with it; empty if nothing is."
    seconds: float
    talk_s: float
    size: int
    customer_db: float
    agent_db: float


class RecordingGone(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """A recording was deleted."""

    call: str
    campaign: str
    at: float
    why: str
    user: str


class CallerIdRested(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact", tag=True):
    """A number that we show began to rest, or its rest ended."""

    caller_id: str
    at: float
    cause: str
    "A `caller_ids.Cause`: `flagged`, `ordered`; `over`, `woken`."
    until_at: float
    why: str
    "`unwanted`, `blocked`, `short`, `answers`, `order`."
    n: int
    "So many calls ..."
    of: int
    "... of so many."
    usual: float
    "The answer rate that it was compared with."
    said: str
    "What the person who ordered it said."
    campaign: str
    "In which it was flagged."
    user: str


Fact = (
    Cdr | AgentWas | DispositionSet | OptOut | Decided | RecordingKept | RecordingGone
    | CallerIdRested
)  # fmt: skip

SwitchCommand = (
    Originate | Listen | StopListening | Bridge | Play | PlayGreeting | HangUp
    | Hold | Resume | Mute | Reassure
    | CallAgent | CallOutside | DropAgent | Reconcile
    | PauseRecording | ResumeRecording | FinishRecording | DeleteRecording | Monitor | StopMonitor
)  # fmt: skip
JournalCommand = Claim | Withdraw | Record
AnyCommand = SwitchCommand | JournalCommand

Order = Callable[[AnyCommand], None]
"Give an order: it is carried out when the turn is over."

_facts = msgspec.json.Decoder(Fact)


def fact(line: bytes) -> Fact:
    """The fact of a line of JSON."""
    known: Fact = _facts.decode(line)
    return known
