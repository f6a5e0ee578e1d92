"""As many calls as leave the chance small that more people answer than agents are idle now.

The binomial quantile: each call in flight is answered with the same chance, whenever; nobody else
becomes free meanwhile. The chance that it
allows has to be chosen for each team: no single one suits ten agents and fifty.
"""

from math import exp, lgamma, log

from dialer.engine.pacing.facts import Fact
from dialer.engine.pacing.snapshot import CampaignView, Snapshot

TOO_MANY = 0.15
"The chance that is allowed."


def calls_at_once(idle: int, answer_rate: float, too_many: float = TOO_MANY) -> int:
    """The most calls of which more than `idle` are answered with at most this chance.

    >>> calls_at_once(2, 0.3, 0.084), calls_at_once(2, 0.3, 0.083), calls_at_once(0, 0.3)
    (4, 3, 0)
    """
    p = min(max(answer_rate, 0.01), 1.0 - 1e-9)
    if idle <= 0:
        return 0
    calls = idle
    while _more_than(idle, calls + 1, p) <= too_many:
        calls += 1
    return calls


def _more_than(idle: int, calls: int, p: float) -> float:
    return 1.0 - sum(_of(k, calls, p) for k in range(min(idle, calls) + 1))


def _of(k: int, calls: int, p: float) -> float:
    ways = lgamma(calls + 1) - lgamma(k + 1) - lgamma(calls - k + 1)
    return exp(ways + k * log(p) + (calls - k) * log(1.0 - p))


class Quantile:
    """It learns nothing itself: the share of answered calls is the campaign's."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}

    def hear(self, fact: Fact) -> None:
        """Nothing to learn."""

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """For the agents who are idle now, answer rates in steps of a hundredth."""
        key = seen.ready, round(100.0 * view.answer_rate)
        if key not in self._known:
            self._known[key] = calls_at_once(seen.ready, key[1] / 100.0)
        return self._known[key]
