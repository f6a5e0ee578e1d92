"""The carrier's log judges our CDRs, call by call: no word of the dialer is believed here.

What a CDR may say follows from what the carrier saw (`fitting`). Besides, the instants of both must
agree, every call must have its CDR, and an agent must have heard whom the CDR says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from dialer.engine.call import OUTSIDE
from dialer.engine.commands import Cdr
from dialer.engine.outcomes import OUTCOMES
from sim.carrier.behaviours import Carrier
from sim.carrier.fitting import EAR_S, USUAL, Tolerance, behaviour_of, fitting
from sim.carrier.judge_callers import Came, faults, recorded, witnessed
from sim.carrier.log import AgentLeg, CallBack, CarrierCall
from sim.carrier.pilots import PILOTS

Kind = Literal[
    "missing", "answered", "connected", "abandoned", "verdict", "outcome", "instant", "one_way",
    "caller",
]  # fmt: skip
_SURE_S = PILOTS["person"].period_s + 1.0
"In a conversation as long as this an agent hears the customer's pilot."


class Mismatch(msgspec.Struct, frozen=True):
    """A call on which CDR and carrier disagree."""

    kind: Kind
    call: str
    "Ours; empty if no CDR tells of it."
    number: str
    why: str


class Counts(msgspec.Struct, frozen=True):
    """The figures of a campaign."""

    placed: int
    answered: int
    connected: int
    abandoned: int
    by_outcome: dict[str, int]


class Comparison(msgspec.Struct, frozen=True):
    """What the carrier counted, what the CDRs say, and where they disagree."""

    counts: Counts
    "The carrier's."
    told: Counts
    "The CDRs'."
    mismatches: tuple[Mismatch, ...]
    callers: Came = Came()
    "People of the lab who called us, as they say."
    told_callers: Came = Came()
    "As our records say."


def compare(
    cdrs: Iterable[Cdr],
    numbers: Mapping[str, str],
    calls: Iterable[CarrierCall],
    carrier: Carrier,
    tolerance: Tolerance = USUAL,
    legs: Iterable[AgentLeg] | None = None,
    callers: Iterable[CallBack] = (),
) -> Comparison:
    """Judge CDRs. `numbers` tells which number (digits) each CDR's call was with.

    With the agents' `legs` it is judged, too, whether the agent of a CDR has heard the customer.
    `callers` are the people of the lab who called us.
    """
    told, calls, callers = list(cdrs), list(calls), list(callers)
    cdrs = [cdr for cdr in told if cdr.direction == "out"]
    came = [cdr for cdr in told if cdr.direction == "in"]
    pairs = list(_pairs(cdrs, numbers, calls, tolerance))
    mismatches = [found for cdr, call in pairs for found in _judged(cdr, call, carrier, tolerance)]
    if legs is not None:
        mismatches += _unheard(pairs, carrier, _heard_by(legs), tolerance)
    mismatches += [
        Mismatch("caller", call, number, why)
        for call, number, why in faults(came, numbers, callers, tolerance)
    ]
    placed = [cdr for cdr in cdrs if cdr.placed_at is not None]
    outcomes = [_outcome(cdr, call, carrier, tolerance) for cdr, call in pairs if call]
    return Comparison(
        counts=_counts(outcomes, sum(call.answered_at is not None for call in calls)),
        told=_counts([c.outcome for c in placed], sum(c.answered_at is not None for c in placed)),
        mismatches=tuple(
            msgspec.structs.replace(found, number=numbers.get(found.call, found.number))
            for found in mismatches
        ),
        callers=witnessed(callers),
        told_callers=recorded(came),
    )


# ---- pairing ------------------------------------------------------------------------------------
Pair = tuple[Cdr | None, CarrierCall | None]


def _pairs(
    cdrs: Sequence[Cdr], numbers: Mapping[str, str], calls: Sequence[CarrierCall], by: Tolerance
) -> Iterator[Pair]:
    """A number is never called twice at once: a call belongs to the CDR during which it came."""
    waiting: dict[str, list[CarrierCall]] = {}
    for call in sorted(calls, key=lambda call: call.started_at):
        waiting.setdefault(call.number, []).append(call)
    for cdr in sorted(cdrs, key=_began):
        mine = waiting.get(numbers[cdr.call], [])
        found = next((call for call in mine if _is_during(call, cdr, by.instant_s)), None)
        if found is not None:
            mine.remove(found)
        yield cdr, found
    yield from ((None, call) for left in waiting.values() for call in left)


def _began(cdr: Cdr) -> float:
    return cdr.intended_at if cdr.placed_at is None else cdr.placed_at


def _is_during(call: CarrierCall, cdr: Cdr, slack_s: float) -> bool:
    return _began(cdr) - slack_s <= call.started_at <= cdr.ended_at + slack_s


# ---- judging ------------------------------------------------------------------------------------
def _judged(
    cdr: Cdr | None, call: CarrierCall | None, carrier: Carrier, by: Tolerance
) -> Iterator[Mismatch]:
    if cdr is None and call is not None:
        why = f"the carrier had a call ({call.behaviour}) of which no CDR tells"
        yield Mismatch("missing", "", call.number, why)
    elif cdr is not None and call is None:
        if cdr.placed_at is not None and cdr.outcome not in ("failed", "crashed"):
            yield Mismatch("missing", cdr.call, "", f"{cdr.outcome}: the carrier had no such call")
    elif cdr is not None and call is not None and cdr.outcome != "crashed":
        for kind, why in (*_disagreements(cdr, call, carrier, by), *_skews(cdr, call, by)):
            yield Mismatch(kind, cdr.call, call.number, f"{call.behaviour}: {why}")


def _disagreements(
    cdr: Cdr, call: CarrierCall, carrier: Carrier, by: Tolerance
) -> Iterator[tuple[Kind, str]]:
    races = behaviour_of(call, carrier).races or _crossed(cdr, call, by)
    if (cdr.answered_at is None) != (call.answered_at is None) and not races:
        yield "answered", f"the CDR says {_yes(cdr.answered_at)}, {_yes(call.answered_at)} it is"
    elif cdr.outcome not in (fits := _fitting_cdr(cdr, call, carrier, by)):
        yield _kind(cdr, call, fits), f"{cdr.outcome}, but it was {' or '.join(fits)}"


def _crossed(cdr: Cdr, call: CarrierCall, by: Tolerance) -> bool:
    """Whether our hang-up met the answer: then nobody can tell who was first."""
    if call.answered_at is None:
        return False
    gave_up = cdr.ended_at if cdr.hang_up_at is None else cdr.hang_up_at
    return cdr.answered_at is None and abs(call.answered_at - gave_up) <= by.instant_s


def _yes(answered_at: float | None) -> str:
    return "unanswered" if answered_at is None else "answered"


def _fitting_cdr(cdr: Cdr, call: CarrierCall, carrier: Carrier, by: Tolerance) -> tuple[str, ...]:
    """What fits the call, and what a CDR with these instants may add to it."""
    fits = fitting(call, carrier, by)
    who = behaviour_of(call, carrier).who
    if call.answered_at is None:
        return fits
    if cdr.bridged_at is not None and cdr.ended_at - cdr.bridged_at < EAR_S:
        fits += carrier.answered[who].agent  # too short to hear anybody
    return (*fits, "no_answer", "cancelled") if _crossed(cdr, call, by) else fits


def _kind(cdr: Cdr, call: CarrierCall, fits: tuple[str, ...]) -> Kind:
    told, seen = OUTCOMES[cdr.outcome], OUTCOMES[fits[0]]
    if told.connected != seen.connected:
        return "connected"
    if told.person != seen.person and call.answered_at is not None:
        return "verdict"
    return "abandoned" if told.abandoned != seen.abandoned else "outcome"


def _outcome(cdr: Cdr | None, call: CarrierCall, carrier: Carrier, by: Tolerance) -> str:
    """The carrier's word for a call: the CDR's own if it fits."""
    if cdr is not None and cdr.outcome in _fitting_cdr(cdr, call, carrier, by):
        return cdr.outcome
    return fitting(call, carrier, by)[0]


# ---- both ways ----------------------------------------------------------------------------------
def _heard_by(legs: Iterable[AgentLeg]) -> dict[str, list[float]]:
    heard: dict[str, list[float]] = {}
    for leg in legs:
        heard.setdefault(leg.agent, []).extend(leg.heard_at)
    return heard


def _unheard(
    pairs: Iterable[Pair], carrier: Carrier, heard_by: Mapping[str, list[float]], by: Tolerance
) -> Iterator[Mismatch]:
    """Conversations whose agent never heard the customer. Only people have a pilot."""
    for cdr, call in pairs:
        if cdr is None or call is None or behaviour_of(call, carrier).who != "person":
            continue
        for leg in cdr.legs:
            if leg.agent.startswith(OUTSIDE):
                continue  # no agent of ours: what it heard is in no leg of the lab's agents
            heard = heard_by.get(leg.agent, [])
            first, last = leg.bridged_at - by.instant_s, leg.ended_at + by.instant_s
            if last - first > _SURE_S and not any(first <= at <= last for at in heard):
                why = f"{call.behaviour}: {leg.agent} never heard the customer"
                yield Mismatch("one_way", cdr.call, call.number, why)


# ---- instants -----------------------------------------------------------------------------------
def _skews(cdr: Cdr, call: CarrierCall, by: Tolerance) -> Iterator[tuple[Kind, str]]:
    slack_s = by.instant_s if cdr.witness == "events" else by.instant_s + 1.0  # whole seconds
    for name, told, seen, late_s in _instants(cdr, call):
        if (
            told is not None
            and seen is not None
            and not -slack_s <= seen - told <= slack_s + late_s
        ):
            yield "instant", f"{name} {seen - told:+.2f} s from the CDR's"


def _instants(
    cdr: Cdr, call: CarrierCall
) -> Iterator[tuple[str, float | None, float | None, float]]:
    """Name, the CDR's, the carrier's, and how much later the carrier may notice."""
    yield "ringing", cdr.ringing_at, call.ringing_at, 0.0
    yield "answered", cdr.answered_at, call.answered_at, 0.0
    yield "agent heard", cdr.bridged_at, call.heard_agent_at, EAR_S
    said_something = call.ringing_at or call.early_at or call.answered_at or call.sip
    yield "ended", cdr.ended_at, call.ended_at if said_something else None, 0.0


def _counts(outcomes: Sequence[str], answered: int) -> Counts:
    return Counts(
        placed=len(outcomes),
        answered=answered,
        connected=sum(OUTCOMES[outcome].connected for outcome in outcomes),
        abandoned=sum(OUTCOMES[outcome].abandoned for outcome in outcomes),
        by_outcome=dict(Counter(outcomes).most_common()),
    )
