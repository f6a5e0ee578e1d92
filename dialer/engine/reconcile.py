"""What the witnesses' words make of a call that we may have lost sight of. A pure function.

Ranked: the switch's channels, then its own CDR, then our journal. "Never placed" needs all of
them silent; whatever stays doubtful counts as an attempt and is not dialled again by itself.
"""

from dialer.engine.call import Call
from dialer.engine.commands import Command, Withdraw
from dialer.engine.events import (
    Answered,
    Bridged,
    Event,
    Held,
    HungUp,
    MessageStarted,
    Placed,
    Witness,
)

OWED_S = 30.0
"For this long the switch still owes us `Placed` or `NotPlaced` for what it was ordered."


def consequence(
    call: Call, witness: Witness, *, at: float, started_at: float, switch_since: float = 0.0
) -> list[Event | Command | str]:
    """Events to fold, a command to give, or the word `crash`.

    >>> from dialer.engine.call import CALM
    >>> consequence(CALM, Witness("d1-0"), at=60.0, started_at=50.0)
    ['crash']
    >>> consequence(CALM, Witness("d1-0", "ringing"), at=60.0, started_at=50.0)
    [Placed(call='d1-0', at=0.0)]

    A switch that has itself begun since then cannot say that a call was never placed. Its records
    are of whole seconds, cut off: a call that we ordered at 7.2 did not end at 7.0.
    """
    key = call.intent.call
    if witness.channel == "ringing":  # ordered in the turn of its promise, whoever lost the news
        return [Placed(key, at=_ordered_at(call))]
    if witness.channel == "up":
        events: list[Event | Command | str] = [Answered(key, at=witness.answered_at or at)]
        if witness.bridged_to:
            events.append(Bridged(key, witness.bridged_to, at=at))
        elif witness.message:
            events.append(MessageStarted(key, "safe_harbour", at=at))
        elif call.agent_since is not None:  # out of every bridge: the news of its hold is lost
            events.append(Held(key, call.agent, at=at))
        return events
    ordered = call.ordered_at
    if witness.row:
        began = _ordered_at(call)
        ended_at = witness.ended_at if witness.ended_at is not None else at
        end = HungUp(key, witness.cause, witness.sip, at=max(ended_at, began))
        if witness.answered_at is None:
            return [end]
        return [Answered(key, at=max(witness.answered_at, began)), end]
    owed = ordered is not None and ordered >= started_at and at - ordered < OWED_S
    if call.placed_at is not None:
        return ["crash"]
    if ordered_by_us(call, started_at) and _ordered_at(call) < switch_since:
        return ["crash"]
    return [] if owed else [Withdraw(key, "not placed")]


def ordered_by_us(call: Call, started_at: float) -> bool:
    """Whether the switch may have been told of it: surely, or by a process that is no more."""
    if call.given_back:
        return False
    return call.ordered_at is not None or call.intent.at < started_at


def _ordered_at(call: Call) -> float:
    return call.intent.at if call.ordered_at is None else call.ordered_at
