"""Were phones let alone only after they had rung enough, and for want of an agent."""

from bisect import bisect_right
from collections.abc import Iterator

from dialer.engine.call import BY_HAND, NO_AGENT
from dialer.engine.commands import Cdr
from dialer.engine.events import CampaignOpened
from sim.judge.case import Case, Violation

SLACK_S = 0.05


def rings(case: Case) -> Iterator[Violation]:
    """I20: a phone is let alone no sooner than its campaign says, never one that an agent dialled
    in person, and only while every agent who is ready is needed by somebody who has answered."""
    rules = [event for event in case.told() if isinstance(event, CampaignOpened)]
    for cdr in case.cdr.values():
        if cdr.why != NO_AGENT or cdr.hang_up_at is None:
            continue
        rung_s = _rung_s(cdr)
        least_s = _least_s(rules, cdr)
        if rung_s is None or not least_s or rung_s < least_s - SLACK_S:
            yield _violation("a phone let alone too soon", cdr, rung_s, least_s)
        if cdr.mode in BY_HAND:
            yield _violation("a phone let alone that an agent dialled", cdr, cdr.mode)
        if len(free := _ready(case, cdr)) > (needed := _needed(case, cdr)):
            yield _violation("a phone let alone while an agent was free", cdr, *free, needed)


def _rung_s(cdr: Cdr) -> float | None:
    """From the first sign of ringing, or else of progress, to our hang-up."""
    since = cdr.progress_at if cdr.ringing_at is None else cdr.ringing_at
    return None if since is None or cdr.hang_up_at is None else cdr.hang_up_at - since


def _least_s(rules: list[CampaignOpened], cdr: Cdr) -> float:
    own = [one for one in rules if one.campaign == cdr.campaign]
    before = bisect_right([one.at for one in own], (cdr.hang_up_at or 0.0) + SLACK_S)
    return own[max(0, before - 1)].ring_least_s if own else 0.0


def _ready(case: Case, cdr: Cdr) -> list[str]:
    """The agents of its pool who were ready just before and just after."""
    at = cdr.hang_up_at or 0.0
    return [
        was.agent for was in case.agents_were
        if was.state == "READY" and was.pool == cdr.pool
        and was.from_at < at - SLACK_S and was.to_at > at + SLACK_S
    ]  # fmt: skip


def _needed(case: Case, cdr: Cdr) -> int:
    """People of any kind who had answered, or called, and whom nobody had yet."""
    at = cdr.hang_up_at or 0.0
    return sum(
        since is not None and since <= at + SLACK_S and (has_agent_at or ended_at) >= at - SLACK_S
        for since, has_agent_at, ended_at in map(_waited, case.cdr.values())
    )


def _waited(cdr: Cdr) -> tuple[float | None, float | None, float]:
    since = cdr.intended_at if cdr.direction == "in" else cdr.answered_at
    return since, cdr.bridged_at, cdr.ended_at


def _violation(what: str, cdr: Cdr, *evidence: object) -> Violation:
    return Violation(rule="I20", what=what, call=cdr.call, at=cdr.hang_up_at, evidence=evidence)
