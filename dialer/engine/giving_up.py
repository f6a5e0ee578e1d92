"""Phones that are let alone while no agent is free for whoever might answer them.

A phone may ring for longer than the law asks, and usually does: now and then somebody comes late.
If nobody could take that person, it is better for both that the phone stops ringing: a call that is
not answered is tried again, a person who hears nobody is abandoned. Few are lost, since who has not
answered within fifteen seconds seldom does, and pacing may place more calls for the same number of
abandoned people (docs/benchmarks/pacing.md).
"""

from collections.abc import Iterable
from typing import TypeVar

from dialer.engine.call import Call, is_by_hand
from dialer.engine.index import Index
from dialer.engine.state import State

Key = TypeVar("Key")


def rung_enough(
    rings: Iterable[tuple[Key, float]], *, free: int, at: float, least_s: float
) -> list[Key]:
    """Those to give up: all that have rung so long, if nobody is free.

    `rings` says since when each rings, `free` how many agents are ready and needed by nobody who
    has answered: it may be negative.

    >>> rings = (("d1-0", 2.0), ("d1-1", 9.0))
    >>> [rung_enough(rings, free=free, at=20.0, least_s=15.0) for free in (0, 1)]
    [['d1-0'], []]
    """
    if free > 0:
        return []
    return [key for key, since in rings if since <= at - least_s]


def rings_since(call: Call) -> float | None:
    """When the called side was first known to ring; None: it is not known to.

    Networks that play music instead of a tone report progress, and perhaps no ringing.

    >>> from dialer.engine.call import CALM, fold
    >>> from dialer.engine.events import Progressed, Ringing
    >>> rings_since(fold(CALM, Progressed("d1-0", at=2.0), Ringing("d1-0", at=4.0)))
    2.0
    """
    known = [at for at in (call.ringing_at, call.progress_at) if at is not None]
    return min(known, default=None)


def given_up(state: State, index: Index, pool: str, at: float) -> list[Call]:
    """The calls of a pool to hang up now."""
    here, crew = index.pool(pool), index.crew(pool)
    ready = len(here.ready) - len(here.callers) - crew.spoken_for
    free = ready - len(here.waiting) - len(here.deciding)
    if free > 0 or not here.ringing:
        return []
    least_s = {name: state.campaigns[name].opened.ring_least_s for name in index.ringing(pool)}
    soonest_s = min(filter(None, least_s.values()), default=None)
    if soonest_s is None:
        return []
    found = []
    for key, ordered_at in here.ringing.items():
        if ordered_at > at - soonest_s:
            break  # those behind it were placed later
        call = state.calls[key]
        asked_s, since = least_s[call.intent.campaign], rings_since(call)
        if asked_s and since is not None and not is_by_hand(call):
            found += rung_enough(((call, since),), free=free, at=at, least_s=asked_s)
    return found
