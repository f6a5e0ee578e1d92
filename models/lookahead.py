"""How many more calls may ring before the next one is too likely to find nobody free.

At some instants ahead each busy agent is free with a chance, each call that rings is answered with
a chance, all independent: the agents who are left are the free ones less the answers. Of that
difference the first three moments are known, and the chance that nobody is left is that of the
normal law with its correction for skewness (Edgeworth). One more call is placed while this chance,
averaged over the instants, is at most a limit.
"""

from math import erf, exp, pi, sqrt
from typing import NamedTuple

_FAR, _CERTAIN = 6.0, 1e-6
_ROOT_HALF, _DENSITY = sqrt(0.5), 1.0 / sqrt(2.0 * pi)


class Instants(NamedTuple):
    """Some instants ahead: of everything a number for each of them."""

    mean: list[float]
    "Of agents who are left before any more calls are placed."
    variance: list[float]
    third: list[float]
    "Third central moment."
    answers: list[float]
    "Of the calls that ring, how many will have been answered: a part of the mean."
    each: list[float]
    "The chance that a call placed now will have been answered."


class Ahead(NamedTuple):
    """Calls to place."""

    calls: int
    chance: float
    "That the last of them finds nobody; 0 of none."
    next_chance: float
    "That one more would; that of the last where as many were found as were asked for."


def calls_ahead(
    instants: Instants, *, limit: float, most: int, begun: int = 0, doubt: float = 0.0
) -> Ahead:
    """As many calls as each find nobody with at most this chance, and no more than `most`.

    `begun` calls were just placed. `doubt` is the relative error of the chances of all answers: as
    it is the same in all of them, it does not average out.

    >>> one_agent = Instants(mean=[1.0], variance=[0.0], third=[0.0], answers=[0.0], each=[0.25])
    >>> calls_ahead(one_agent, limit=0.2, most=9).calls
    1
    >>> eleven = one_agent._replace(mean=[11.0])
    >>> found = calls_ahead(eleven, limit=0.01, most=99)   # by the binomial: .00642, .00997
    >>> found.calls, round(found.chance, 5), round(found.next_chance, 5)
    (22, 0.00711, 0.01091)
    """
    before = 0.0
    for more in range(most):
        lost = _lost(instants, begun + more, doubt)
        if lost > limit:
            return Ahead(more, before, lost)
        before = lost
    return Ahead(max(most, 0), before, before)


def _lost(instants: Instants, calls: int, doubt: float) -> float:
    lost = 0.0
    for mean, variance, third, answers, each in zip(*instants, strict=True):
        more = calls * each
        spread = more * (1.0 - each)
        common = doubt * (answers + more)
        lost += nobody(
            mean - more,
            variance + spread + common * common,
            third - spread * (1.0 - 2.0 * each),
        )
    return lost / len(instants.mean)


def nobody(mean: float, variance: float, third: float) -> float:
    """That a count of these moments is 0 or less.

    >>> nobody(0.5, 1.0, 0.0), round(nobody(1.5, 1.0, 0.0), 4), nobody(9.0, 1.0, 0.0)
    (0.5, 0.1587, 0.0)
    """
    sd = sqrt(variance + _CERTAIN)
    z = (0.5 - mean) / sd
    if abs(z) > _FAR:
        return 1.0 if z > 0.0 else 0.0
    skew = third / (sd * sd * sd) / 6.0 * (z * z - 1.0) * exp(-0.5 * z * z) * _DENSITY
    chance = 0.5 * (1.0 + erf(z * _ROOT_HALF)) - skew
    if chance < 0.0:
        return 0.0
    return chance if chance < 1.0 else 1.0
