"""How long it takes to call everybody once, when each may be called at some times only.

A fluid: calls flow at one rate, and go first to those whose time ends soonest.
"""

from collections.abc import Callable, Sequence

Window = tuple[float, float]
"From when until when somebody may be called, in seconds from now."


def finished_s(
    groups: Sequence[tuple[float, Sequence[Window]]],
    calls_per_s: float,
    *,
    step_s: float = 300.0,
    horizon_s: float = 30 * 86400.0,
) -> float:
    """Seconds until every group has been called once; infinity: not within the horizon.

    `groups`: how many, and their windows. Right to one step.

    >>> finished_s([(600, [(0, 3600)])], calls_per_s=1.0)
    600.0
    >>> finished_s([(600, [(0, 3600)]), (300, [(7200, 9000)])], calls_per_s=1.0)
    7500.0
    >>> finished_s([(1, [])], calls_per_s=1.0)
    inf
    """
    left = [float(n) for n, _ in groups]
    at = 0.0
    while any(n > 0 for n in left):
        if at >= horizon_s or calls_per_s <= 0:
            return float("inf")
        room = calls_per_s * step_s
        for k in _soonest_first(groups, at, lambda k: left[k]):
            taken = min(left[k], room)
            left[k] -= taken
            room -= taken
        if not any(n > 0 for n in left):
            return at + step_s - room / calls_per_s
        at += step_s
    return at


def _soonest_first(
    groups: Sequence[tuple[float, Sequence[Window]]], at: float, left: Callable[[int], float]
) -> list[int]:
    ends = {
        k: until
        for k, (_, windows) in enumerate(groups)
        if left(k) > 0
        for opens, until in windows
        if opens <= at < until
    }
    return sorted(ends, key=lambda k: ends[k])
