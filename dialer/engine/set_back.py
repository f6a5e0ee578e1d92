"""The clock was ahead, and is right now: what is remembered is moved back by as much.

A process reads the wall clock once, at its start. Where that has been put right since the process
before it, instants would lie in the future for so long: whoever answers would have waited for an
hour, and wrap-ups would last as long. Durations stay what they were, and so does the account: it
is of days and minutes that were told.
"""

from typing import Any

import msgspec

from dialer.engine.state import State

NEAR_S = 30 * 86400.0
"A number no farther from now is an instant; durations are far from it."


def set_back(kept: bytes, at: float) -> State:
    """The state of that checkpoint, as if its last instant had been `at`."""
    known = msgspec.msgpack.decode(kept, type=State)
    plain = _moved(msgspec.msgpack.decode(kept), known.at, known.at - at)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(plain), type=State)
    for name, campaign in state.campaigns.items():
        was = known.campaigns[name]
        campaign.ledger, campaign.machines, campaign.others = was.ledger, was.machines, was.others
    return state


def _moved(value: Any, now: float, by_s: float) -> Any:
    if isinstance(value, float):
        return value - by_s if abs(value - now) < NEAR_S else value
    if isinstance(value, dict):
        return {key: _moved(one, now, by_s) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, now, by_s) for one in value]
    return value
