"""The outcomes that fit what the carrier saw of a call: whom it heard, who hung up first, and when.

Where the instants leave two words, at the very limit of two seconds, both fit.
"""

import msgspec

from dialer.engine.outcomes import OUTCOMES
from sim.carrier.behaviours import Answered, Behaviour, Carrier
from sim.carrier.log import CarrierCall
from sim.carrier.pilots import PILOTS

EAR_S = PILOTS["agent"].period_s + 0.3
"Who hears an agent for as long has heard the pilot."


class Tolerance(msgspec.Struct, frozen=True):
    """How much two observers of one call may differ."""

    instant_s: float = 0.5
    limit_s: float = 2.0
    "Abandoned is who hears no agent so long after the hello."


USUAL = Tolerance()


_NEVER_BEGAN = Behaviour(steps=("ever",))


def behaviour_of(call: CarrierCall, carrier: Carrier) -> Behaviour:
    """What its number does; nothing, if the call was cancelled too soon for anything."""
    return carrier.behaviours.get(call.behaviour, _NEVER_BEGAN)


def fitting(call: CarrierCall, carrier: Carrier, tolerance: Tolerance = USUAL) -> tuple[str, ...]:
    """The outcomes that a CDR may give to a call, the best word first."""
    behaviour = behaviour_of(call, carrier)
    unanswered = behaviour.outcomes
    if call.ended_by != "carrier":
        unanswered = (*unanswered, "no_answer", "cancelled")
    if call.answered_at is None:
        return unanswered
    answered = _of_answered(call, carrier.answered[behaviour.who], tolerance)
    return (*answered, *unanswered) if behaviour.races else answered


def _of_answered(call: CarrierCall, table: Answered, by: Tolerance) -> tuple[str, ...]:
    if call.heard_agent:
        words = table.agent
    elif call.ended_by == "carrier":
        words = table.left
    else:
        words = table.let_go
    abandoned = _abandoned(call, by)
    sure = tuple(word for word in words if OUTCOMES[word].abandoned == abandoned)
    return sure or words


def _abandoned(call: CarrierCall, by: Tolerance) -> bool | None:
    """Whether a person waited in vain; None at the limit, or if only machines could tell."""
    if call.greeted_at is None:
        return None
    if not call.heard_agent and (call.heard_message_at or call.ended_by == "dialer"):
        return True
    until = call.heard_agent_at if call.heard_agent else call.ended_at
    if until is None:
        return None
    late_s = until - call.greeted_at - by.limit_s
    noticed_s = EAR_S if call.heard_agent else 0.0
    return None if -by.instant_s <= late_s <= by.instant_s + noticed_s else late_s > 0
