"""The lab's people who called us, against our records of them: who came, was taken, was told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from dialer.engine.commands import Cdr
from sim.carrier.fitting import EAR_S, Tolerance
from sim.carrier.log import CallBack

Fault = tuple[str, str, str]
"Call (ours; empty if no record tells of it), number, what is wrong."


class Came(msgspec.Struct, frozen=True):
    """How many called us, and what became of them."""

    came: int = 0
    taken: int = 0
    told: int = 0


def witnessed(visits: Iterable[CallBack]) -> Came:
    """As they say themselves."""
    visits = list(visits)
    taken = sum(one.heard_agent_at is not None for one in visits)
    told = sum(one.answered_at is not None and one.heard_agent_at is None for one in visits)
    return Came(len(visits), taken, told)


def recorded(cdrs: Iterable[Cdr]) -> Came:
    """As our records say."""
    outcomes = [cdr.outcome for cdr in cdrs]
    return Came(len(outcomes), outcomes.count("taken"), outcomes.count("told"))


def faults(
    cdrs: Sequence[Cdr], numbers: Mapping[str, str], visits: Iterable[CallBack], by: Tolerance
) -> Iterator[Fault]:
    """Where they disagree. Nobody calls twice at once: a record is of the visit then."""
    left = sorted(visits, key=lambda one: one.started_at)
    for cdr in sorted(cdrs, key=lambda cdr: cdr.intended_at):
        number = numbers[cdr.call]
        mine = (one for one in left if one.number == number and _is_during(one, cdr, by.instant_s))
        visit = next(mine, None)
        if visit is None:
            yield cdr.call, number, f"{cdr.outcome}: nobody of the lab called so"
            continue
        left.remove(visit)
        yield from ((cdr.call, number, why) for why in _judged(cdr, visit, by))
    yield from (("", one.number, "called us, and no record tells of it") for one in left)


def _is_during(visit: CallBack, cdr: Cdr, slack_s: float) -> bool:
    return visit.started_at - slack_s <= cdr.intended_at <= (visit.ended_at or 1e18) + slack_s


def _judged(cdr: Cdr, visit: CallBack, by: Tolerance) -> Iterator[str]:
    """What each of the two must say, given the other; nobody hears in less than a moment."""
    if (cdr.outcome == "gave_up") != (visit.answered_at is None):
        yield f"{cdr.outcome}, but it was {'not ' if visit.answered_at is None else ''}answered"
    if visit.called != cdr.caller_id:
        yield f"it was {visit.called} that was called, not {cdr.caller_id}"
    heard, joined = visit.heard_agent_at, cdr.bridged_at
    if heard is not None and cdr.outcome != "taken":
        yield f"{cdr.outcome}, but an agent was heard"
    if heard is None and joined is not None and cdr.ended_at - joined > EAR_S + by.instant_s:
        yield "taken, but no agent was heard"
    if (
        heard is not None
        and joined is not None
        and not (-by.instant_s <= heard - joined <= by.instant_s + EAR_S)
    ):
        yield f"agent heard {heard - joined:+.2f} s from the record's"
    if visit.ended_at is not None and abs(visit.ended_at - cdr.ended_at) > by.instant_s:
        yield f"ended {visit.ended_at - cdr.ended_at:+.2f} s from the record's"
