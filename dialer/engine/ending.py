"""What came of a call: its outcome, as a function of what is known, and its record.

>>> from dialer.engine.call import CALM, fold
>>> from dialer.engine.events import HungUp, Ringing
>>> call = fold(CALM, Ringing("d1-0", at=2.0), HungUp("d1-0", at=9.0, cause=17, sip=486))
>>> outcome(call), cdr(call).ended_by
('busy', 'network')
"""

from dialer.engine.announced import TERMINAL, ends
from dialer.engine.call import MACHINES, NO_AGENT, Call, is_inbound
from dialer.engine.commands import Cdr
from dialer.engine.deadlines import limit_at
from dialer.engine.events import Heard
from dialer.engine.outcomes import OUTCOMES, unanswered
from dialer.engine.pacing.facts import Resolved


def outcome(call: Call) -> str:
    """What came of it. Only meaningful once it has ended."""
    if is_inbound(call):
        return _inbound(call)
    if call.answered_at is None:
        return _unanswered(call)
    if call.bridged_at is not None:
        return _connected(call)
    if call.verdict in MACHINES and not call.let_through:
        return call.verdict
    if call.message_at is not None or call.witness != "events":
        return "abandoned"
    if call.verdict in ("silence", "no_audio") and call.waiting_at is None:
        return "silence"
    # A person, or nobody can tell: our own hang-up that met an answer counts as well.
    limit = limit_at(call)
    late = limit is not None and call.ended_at is not None and call.ended_at > limit
    ours = call.hang_up_at is not None or call.by_us
    return "abandoned" if late or ours else "hung_up_waiting"


def _inbound(call: Call) -> str:
    if call.bridged_at is not None:
        return "taken"
    return "told" if call.message_at is not None or call.answered_at is not None else "gave_up"


def _connected(call: Call) -> str:
    if call.verdict in MACHINES:
        return call.verdict
    limit = limit_at(call)
    if limit is not None and call.bridged_at is not None and call.bridged_at > limit:
        return "late_connect"
    return "agent_lost" if call.lost_agent else "connected"


def _unanswered(call: Call) -> str:
    rang = not (call.ringing_at is None and call.progress_at is None and call.early_at is None)
    if call.hang_up_at is not None and call.why.startswith("heard"):
        return _announced(call)
    if call.hang_up_at is not None and call.why == NO_AGENT:
        return "no_answer"
    if call.hang_up_at is not None and call.why != "ring":
        return "cancelled"
    if call.why == "crash":
        return "crashed"
    return unanswered(call.cause, call.sip, rang=rang, local=call.local)


def _announced(call: Call) -> str:
    if call.early == "announcement":
        return ends(call.early_kind) or EARLY[call.early]
    return call.early_kind if call.early_kind in OUTCOMES else EARLY[call.early]


EARLY: dict[str, str] = {
    "busy": "busy",
    "congestion": "congestion",
    "busy_or_congestion": "busy",
    "sit": "no_service",
    "announcement": "unreachable",
    "fax": "fax",
}
"Early-media class that frees the line -> outcome, where the listener names no finer kind."


def is_terminal(event: Heard) -> bool:
    """Whether what was heard before the answer ends the attempt. Unknown never does."""
    if event.sound == "announcement":
        return event.kind in TERMINAL
    if event.sound == "sit":
        return event.kind in OUTCOMES
    return event.sound in ("busy", "congestion", "busy_or_congestion")


_ENDED_BY = {"agent": "agent", "outside": "agent", "crash": "crash"}


def _ended_by(call: Call) -> str:
    if call.why == "crash" or call.hang_up_at is not None:
        return _ENDED_BY.get(call.why, "dialer")
    if call.answered_at is None:
        return "customer" if is_inbound(call) else "network"
    return "dialer" if call.by_us else "customer"


def cdr(call: Call) -> Cdr:
    """The record of an ended call."""
    if call.ended_at is None:
        raise ValueError(f"call {call.intent.call} has not ended: it has no CDR yet")
    intent, end = call.intent, call.ended_at
    placed_at = _by(call.placed_at, end)
    if call.placed_at and call.ordered_at and not call.placed_told:
        placed_at = min(call.placed_at, call.ordered_at)
    return Cdr(
        call=intent.call, lead=intent.lead, list=intent.list, campaign=intent.campaign,
        version=intent.version, pool=intent.pool, attempt=intent.attempt,
        number_key=intent.number_key, masked=intent.masked, region=intent.region,
        trunk=intent.trunk, caller_id=intent.caller_id, mode=intent.mode, source=call.source,
        epoch=intent.epoch, intended_at=intent.at, placed_at=placed_at,
        progress_at=_by(call.progress_at, end), ringing_at=_by(call.ringing_at, end),
        early_at=call.early_at, answered_at=_by(call.answered_at, end), speech_at=call.speech_at,
        greeting_end_at=call.greeting_end_at, verdict_at=call.verdict_at,
        waiting_at=call.waiting_at, bridged_at=_by(call.bridged_at, end),
        agent_heard_at=_by(call.agent_heard_at, end), message_at=_by(call.message_at, end),
        hang_up_at=call.hang_up_at, ended_at=end, outcome=outcome(call), early=call.early,
        verdict=call.verdict, confidence=call.confidence, verdict_cause=call.verdict_cause,
        cause=call.cause, sip=call.sip, ended_by=_ended_by(call), why=call.why,
        witness=call.witness, legs=tuple(call.legs),
        direction="in" if is_inbound(call) else "out",
    )  # fmt: skip


def _by(at: float | None, end: float) -> float | None:
    """Of a call that went on without us the end may be told before what went before it."""
    return end if at is not None and at > end else at


def is_abandoned(call: Call) -> bool:
    """Whether it is known, while the call still lasts, that it will be counted as abandoned.

    >>> from dialer.engine.call import CALM, fold
    >>> from dialer.engine.events import Answered, MessageStarted
    >>> late = fold(CALM, Answered("d1-0", at=5.0))
    >>> is_abandoned(late), is_abandoned(fold(late, MessageStarted("d1-0", "sorry", at=6.9)))
    (False, True)
    """
    if (call.bridged_at is None and call.message_at is None) or call.ended_at is not None:
        return False
    return not is_inbound(call) and OUTCOMES[outcome(call)].abandoned


def resolved(call: Call, at: float, *, person: bool) -> Resolved:
    """It rings no more: the fact for pacers."""
    rang_until = at if call.answered_at is None else call.answered_at
    rang_s = None if call.ordered_at is None else max(0.0, rang_until - call.ordered_at)
    return Resolved(
        at=at, campaign=call.intent.campaign, person=person, ring_s=rang_s,
        let_alone=call.answered_at is None and call.why == NO_AGENT,
    )  # fmt: skip
