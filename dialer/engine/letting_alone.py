"""Phones that are let alone while no agent would be there for whoever answered them.

A phone may ring for longer than the law asks, and usually does: now and then somebody comes late.
If that person would sooner find nobody than an agent, it is better for both that the phone stops
ringing: a call that is not answered is tried again, a person who hears nobody is abandoned. Few
are lost, since who has not answered within fifteen seconds seldom does, and pacing may place more
calls for the same number of abandoned people (docs/adr/0018).
"""

from dialer.engine.call import Call, is_by_hand
from dialer.engine.index import Index
from dialer.engine.state import State
from dialer.engine.turnover import is_too_late


def rings_since(call: Call) -> float | None:
    """Since when the called side rings, as far as the network says; None: it says nothing.

    Networks that play music instead of a tone report progress, and perhaps no ringing. Where they
    report both, the ringing counts: none shall have rung for less than the law asks.

    >>> from dialer.engine.call import CALM, fold
    >>> from dialer.engine.events import Progressed, Ringing
    >>> rings_since(fold(CALM, Progressed("d1-0", at=2.0), Ringing("d1-0", at=4.0)))
    4.0
    """
    return call.progress_at if call.ringing_at is None else call.ringing_at


def to_let_alone(state: State, index: Index, pool: str, at: float) -> list[Call]:
    """The calls of a pool to hang up now."""
    least_s = _least_s(state, index, pool, at)
    if not least_s:
        return []
    soonest_s, found = min(least_s.values()), []
    for key, ordered_at in index.pool(pool).ringing.items():
        if ordered_at > at - soonest_s:
            break  # those behind it were placed later
        call = state.calls[key]
        asked_s, since = least_s.get(call.intent.campaign), rings_since(call)
        if asked_s is None or since is None or is_by_hand(call):
            continue
        if since <= at - asked_s:
            found.append(call)
    return found


def _least_s(state: State, index: Index, pool: str, at: float) -> dict[str, float]:
    """How long the phones of each campaign must have rung that may be let alone now."""
    here, crew = index.pool(pool), index.crew(pool)
    ready = len(here.ready) - len(here.callers) - crew.spoken_for
    free = ready - len(here.waiting) - len(here.deciding)
    if free > 0 or not here.ringing:
        return {}
    per_s = here.turnover.per_s(at)
    return {
        name: opened.ring_least_s
        for name in index.ringing(pool)
        if 0.0 < (opened := state.campaigns[name].opened).ring_least_s < opened.ring_timeout_s
        and is_too_late(free, per_s * opened.connect_within_s)
    }
