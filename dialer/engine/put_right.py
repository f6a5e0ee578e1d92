"""The clock was wrong, and is right now: what is remembered is moved by as much.

A process reads the wall clock once, at its start. Where that has been put right since, instants
would lie an hour off for the process that comes next: whoever answers would have waited for an
hour, or talked for one more. Durations stay what they were, and so does the account: it is of days
and minutes that were told.
"""

from typing import Any

import msgspec

from dialer.engine.state import PutRight, State

WRONG_S = 30.0
"With a clock that is wrong by more nobody knows whether it is the hour to call."
NEAR_S = 30 * 86400.0
"A number no farther from now is an instant; durations are far from it."


def is_wrong(state: State) -> bool:
    """Whether the clock that this process read is too far from the right one."""
    return abs(state.clock_off_s) > WRONG_S


def put_right(kept: bytes, at: float) -> State:
    """The state of that checkpoint by the clock that says `at` now.

    It is moved by what the wall clock was seen to move, and back far enough in any case: `at` is
    not before its last instant.
    """
    known = msgspec.msgpack.decode(kept, type=State)
    by_s = min(known.clock_off_s, at - known.at)
    if known.at < 2 * NEAR_S:
        return known  # by a clock that began with 1970 durations look like instants
    plain = _moved(msgspec.msgpack.decode(kept), known.at, by_s)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(plain), type=State)
    for name, campaign in state.campaigns.items():
        was = known.campaigns[name]
        campaign.ledger, campaign.machines, campaign.others = was.ledger, was.machines, was.others
    if abs(by_s) > WRONG_S:
        state.put_right = PutRight(by_s, at)
    return state


def _moved(value: Any, now: float, by_s: float) -> Any:
    if isinstance(value, float):
        return value + by_s if abs(value - now) < NEAR_S else value
    if isinstance(value, dict):
        return {key: _moved(one, now, by_s) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, now, by_s) for one in value]
    return value
