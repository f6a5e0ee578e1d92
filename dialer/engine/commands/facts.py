"""What the engine has derived: the records that the warehouse is made of."""

from typing import Literal

import msgspec


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

_facts = msgspec.json.Decoder(Fact)


def fact(line: bytes) -> Fact:
    """The fact of a line of JSON."""
    known: Fact = _facts.decode(line)
    return known
