"""How often the agents of a pool became free lately, and whether one will in time."""

from math import exp

import msgspec

LATELY_S = 600.0
"What was so long ago counts a third."


class Turnover(msgspec.Struct):
    """Agents who became free, counted with forgetting.

    >>> lately = Turnover()
    >>> for n in range(300):
    ...     lately.add(10.0 * n)
    >>> round(lately.per_s(2990.0), 3), round(lately.per_s(3590.0), 3)
    (0.1, 0.037)
    """

    n: float = 0.0
    at: float = 0.0
    "When the last one did."

    def add(self, at: float) -> None:
        """One did."""
        self.n = self.n * self._left(at) + 1.0
        self.at = at

    def per_s(self, at: float) -> float:
        """How many do in a second, in the mean."""
        return self.n * self._left(at) / LATELY_S

    def _left(self, at: float) -> float:
        return exp(min(0.0, self.at - at) / LATELY_S)  # a clock that was put back forgets nothing


def is_too_late(free: int, soon: float) -> bool:
    """Whether somebody who answers now would rather find nobody than an agent.

    `free` agents are ready and needed by nobody else: it is negative where people wait. `soon` are
    expected to become free while one may wait, as many as a Poisson law says.

    >>> [is_too_late(free, soon) for free, soon in ((1, 0.0), (0, 0.1), (0, 0.5), (0, 1.0))]
    [False, True, True, False]
    >>> is_too_late(-1, 1.0), is_too_late(-1, 2.0)   # two would have to become free
    (True, False)
    """
    if free > 0:
        return False
    chance = term = exp(-soon)
    for n in range(1, 1 - free):
        term *= soon / n
        chance += term
    return chance > 0.5
