"""Are machines that an agent was given at the answer taken away again."""

from collections.abc import Iterator

from dialer.engine.detection import understood
from dialer.engine.meeting import TAKEN_AWAY_S
from sim.judge.case import Case, Violation
from sim.judge.persons import MACHINES, SLACK_S
from sim.truth import Lived

VERDICTS = ("human", *MACHINES)
OVER_S = 1.0
"From the verdict to the end of the call, at most."


def machines(case: Case) -> Iterator[Violation]:
    """I19: with `connect_first` a call that is heard to be a machine's ends at that verdict, is on
    record as one, and its agent is free again after a glance."""
    first = {name for name, it in case.campaigns.items() if understood(it.detection).connect_first}
    for lived in case.truth:
        intent, told_at = case.intents.get(lived.call), _told_at(case, lived.call)
        if intent is None or intent.campaign not in first or told_at is None:
            continue
        if not any(stay.from_at <= told_at and not _left(stay.to_at, told_at)
                   for stay in lived.stays):  # fmt: skip
            continue
        if not case.outages_in(lived.placed_at, told_at + OVER_S):
            yield from _kept(case, lived, told_at)


def _left(to_at: float | None, at: float) -> bool:
    return to_at is not None and to_at <= at


def _told_at(case: Case, call: str) -> float | None:
    """When it was heard to be a machine, if that was the first verdict."""
    verdicts = [heard for heard in case.sounds.get(call, ()) if heard.sound in VERDICTS]
    return verdicts[0].at if verdicts and verdicts[0].sound in MACHINES else None


def _kept(case: Case, lived: Lived, told_at: float) -> Iterator[Violation]:
    limit = told_at + OVER_S + case.lag_s
    if lived.ended_at is None or lived.ended_at > limit:
        yield _violation("a machine left with an agent", lived, told_at, lived.ended_at)
    cdr = case.cdr.get(lived.call)
    if cdr is not None and cdr.verdict not in MACHINES:
        yield _violation("a machine not on record as one", lived, told_at, cdr.outcome)
    for agent, wrap_up_s in _wrap_ups(case, lived.call):
        if wrap_up_s > TAKEN_AWAY_S + SLACK_S:
            yield _violation("an agent whom a machine keeps", lived, told_at, agent, wrap_up_s)


def _wrap_ups(case: Case, call: str) -> Iterator[tuple[str, float]]:
    """Who had this call, and how long he was in wrap-up after it."""
    over = {(was.agent, was.to_at) for was in case.agents_were if was.call == call}
    for was in case.agents_were:
        if was.state == "WRAP_UP" and (was.agent, was.from_at) in over:
            yield was.agent, was.to_at - was.from_at


def _violation(what: str, lived: Lived, at: float, *evidence: object) -> Violation:
    return Violation(rule="I19", what=what, call=lived.call, at=at, evidence=evidence)
