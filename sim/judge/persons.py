"""Was every person who answered treated as promised, and counted."""

from collections.abc import Iterator

from dialer.engine.commands import Cdr
from dialer.engine.outcomes import OUTCOMES
from sim.judge.case import Case, Violation
from sim.truth import Lived

SLACK_S = 0.3
"From the limit to the first sound, at most."
VERDICT_S = 4.0
"However long a greeting seems, the engine waits no longer."
DEAD_S = 2.5
"From a dialer's death, or the answer after it, to the first sound or the end."
MACHINES = ("machine", "ivr", "fax")


def silence(case: Case) -> Iterator[Violation]:
    """I4: whoever answers hears an agent or the message in time, or is released; and so does
    whoever an agent leaves."""
    for lived in case.truth:
        if not lived.is_person or lived.answered_at is None:
            continue
        limit = _limit(case, lived)
        for began, until, heard in _silences(lived, limit):
            allowed = _allowed(case, began, until) + SLACK_S + case.lag_s
            if heard is None or heard > allowed:
                yield Violation(
                    rule="I4", what="a person in silence", call=lived.call, at=began,
                    evidence=(f"until {heard}", f"allowed {allowed:.3f}", lived.ended_by),
                )  # fmt: skip


Silence = tuple[float, float, float | None]
"When it began, when it should end, when it did."


def _silences(lived: Lived, limit: float) -> Iterator[Silence]:
    assert lived.answered_at is not None
    sounds = [s.heard_at for s in lived.stays] + [lived.message_at, lived.ended_at]
    heard = sorted(at for at in sounds if at is not None)
    yield lived.answered_at, limit, heard[0] if heard else None
    for stay in lived.stays:
        if stay.to_at is not None and stay.to_at != lived.ended_at:
            after = [at for at in heard if at >= stay.to_at]
            yield stay.to_at, stay.to_at + 2.0, after[0] if after else None


def _within_s(case: Case, lived: Lived) -> float:
    intent = case.intents.get(lived.call)
    opened = case.campaigns.get(intent.campaign) if intent else None
    return opened.connect_within_s if opened else 2.0


def _limit(case: Case, lived: Lived) -> float:
    """When the first sound is due, as far as our listeners could know."""
    answered_at = lived.answered_at or 0.0
    latest = answered_at + VERDICT_S
    heard = [event for event in case.sounds.get(lived.call, ()) if event.at <= latest]
    began = answered_at
    if any(event.sound == "speech_end" or event.greeting_end_s is not None for event in heard):
        began = min(lived.greeting_end_at or answered_at, latest)
    elif heard or case.outages_in(answered_at, latest, "disk"):
        began = latest
    return began + _within_s(case, lived)


def _allowed(case: Case, began: float, until: float) -> float:
    """The same, where something was out of order meanwhile."""
    for outage in case.outages_in(began, until, "dead", "stopped", "unconnected"):
        until = max(until, max(began, outage.from_at) + DEAD_S)
    for outage in case.outages_in(began, until, "frozen", "crashed"):
        until = max(until, outage.to_at + DEAD_S)
    return until


# ---- the count ----------------------------------------------------------------------------------
def counted(case: Case) -> Iterator[Violation]:
    """I4: a person's CDR says that a person answered, and truly what became of it."""
    for lived in case.truth:
        cdr = case.cdr.get(lived.call)
        if not lived.is_person or cdr is None or cdr.verdict in MACHINES:
            continue
        if lived.ended_by == "crash" and cdr.answered_at is None:
            continue  # nobody was left to tell
        for what in _miscounted(case, lived, cdr):
            yield Violation(
                rule="I4", what=what, call=lived.call, at=lived.answered_at,
                evidence=(cdr.outcome, cdr.witness, lived.agent_at, lived.message_at),
            )  # fmt: skip


def _miscounted(case: Case, lived: Lived, cdr: Cdr) -> Iterator[str]:
    flags = OUTCOMES[cdr.outcome]
    if not flags.person:
        yield "a person who is not counted"
        return
    seen = cdr.witness == "events" or cdr.bridged_at is not None
    if lived.agent_at is not None and not flags.connected and seen:
        yield "talked with an agent, and not counted as connected"
    if flags.connected and not lived.stays:
        yield "counted as connected, and never was"
    late = lived.agent_at is not None and lived.agent_at > _limit(case, lived) + SLACK_S
    alone = lived.agent_at is None and not (lived.stays and flags.connected)
    kept_waiting = alone and (lived.message_at is not None or lived.ended_by == "dialer")
    if (late or kept_waiting) and not flags.abandoned and cdr.outcome != "agent_lost":
        yield "kept waiting, and not counted as abandoned"
