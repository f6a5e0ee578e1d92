"""Was everybody heard who called us, and nobody called again who had pressed the key."""

from collections.abc import Iterator

from dialer.engine.commands import OptOut
from sim.judge.case import Case, Violation
from sim.judge.persons import DEAD_S, SLACK_S
from sim.truth import Lived

RINGS_S = 15.0
"How long a caller may ring until an agent or the message is there (`inbound.wait_s`)."
AT_ONCE_S = 1.0
"From the key to the last call that may still leave: what was on its way."


def callers(case: Case) -> Iterator[Violation]:
    """I17: whoever calls us hears an agent or the message in time, and has exactly one record."""
    truly = {lived.call for lived in case.callers}
    for call in case.arrivals.keys() - truly:
        yield _visit("nobody called", call)
    for lived in case.callers:
        records = case.cdrs.get(lived.call, [])
        if len(records) != 1 or records[0].direction != "in":
            yield _visit(f"a caller with {len(records)} records", lived.call, lived.placed_at)
            continue
        (cdr,) = records
        if lived.agent_at is not None and cdr.bridged_at is None and cdr.witness == "events":
            yield _visit("talked with an agent, and not counted so", lived.call, lived.agent_at)
        if (rang_s := _rang_s(lived)) > (allowed_s := _allowed_s(case, lived)):
            yield _visit("rang too long", lived.call, lived.placed_at, rang_s, allowed_s)


def _rang_s(lived: Lived) -> float:
    heard = [lived.agent_at, lived.message_at, lived.ended_at]
    return min((at for at in heard if at is not None), default=float("inf")) - lived.placed_at


def _allowed_s(case: Case, lived: Lived) -> float:
    """The same, where something was out of order meanwhile."""
    came_at = lived.placed_at
    until = came_at + RINGS_S
    for outage in case.outages_in(came_at, until):
        until = max(until, outage.to_at + RINGS_S) if outage.what == "disk" else until
        until = max(until, max(came_at, outage.from_at) + DEAD_S)
        if outage.what in ("frozen", "crashed"):
            until = max(until, outage.to_at + DEAD_S)
    return until - came_at + SLACK_S + case.lag_s


def wishes(case: Case) -> Iterator[Violation]:
    """I18: who pressed the key that ends our calls is written down, and is never called again."""
    kept = {fact.call for fact in case.facts if isinstance(fact, OptOut)}
    for lived in (*case.truth, *case.callers):
        if lived.pressed_at is None:
            continue
        if lived.call not in kept:
            yield _visit("a wish that is not written down", lived.call, lived.pressed_at)
        for other in case.truth:
            if other.number == lived.number and other.placed_at > lived.pressed_at + AT_ONCE_S:
                yield Violation(
                    rule="I18", what="called although he had pressed the key", call=other.call,
                    at=other.placed_at, evidence=(lived.call, lived.pressed_at),
                )  # fmt: skip


def _visit(what: str, call: str, at: float | None = None, *evidence: object) -> Violation:
    rule = "I18" if "wish" in what else "I17"
    return Violation(rule=rule, what=what, call=call, at=at, evidence=evidence)
