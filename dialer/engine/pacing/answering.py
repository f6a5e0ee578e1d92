"""How many calls reach a person, learnt in the order in which they were placed.

Calls that were placed together do not end together: first those that failed, then the people, last
what nobody answered. Counted as they end, a wave of calls would look like a rate that falls, rises
and falls again. So each counts `COHORT_S` after it was placed, when nearly all of its wave have
ended, and those of one second count well mixed.
"""

from heapq import heappop, heappush

import msgspec

from dialer.engine.pacing.facts import Resolved
from models.estimators import Rate, Run, Watched

COHORT_S = 28.0
"Most phones ring no longer; a call that did counts at once."
PRIOR_RATE, PRIOR_CALLS = 0.3, 20.0
MIX = (5**0.5 - 1) / 2
"Multiples of it, without their whole parts, lie evenly between 0 and 1 (Weyl)."
HALF_LIFE, HALF_LIFE_EACH = 150.0, 3.0
"Of so many calls, and more per agent, the oldest counts half: some minutes of any team."


Early = tuple[float, float, bool]
"When it counts, its place among those of the same second, and whether a person answered."


class Kept(msgspec.Struct):
    """What was learnt, as plain data."""

    hits: float
    trials: float
    half_life: float
    changes: int
    runs: tuple[Run, Run]
    heard: int
    early: list[Early]


class Answering:
    """Of one campaign.

    >>> who = Answering()
    >>> for ring_s, person in ((1.0, False), (9.0, True)):   # placed together, at 0
    ...     who.hear(Resolved(at=ring_s, campaign="spring", person=person, ring_s=ring_s))
    >>> who.mean
    0.3
    >>> who.hear(Resolved(at=40.0, campaign="spring", person=False, ring_s=10.0))
    >>> round(who.mean, 3)   # the two of the first wave count
    0.318
    """

    def __init__(self) -> None:
        rate = Rate(prior=PRIOR_RATE, weight=PRIOR_CALLS, half_life=HALF_LIFE)
        self._watched = Watched(rate)
        self._early: list[Early] = []
        self._heard = 0

    @property
    def mean(self) -> float:
        """The chance that a person answers the next call."""
        return self._watched.mean

    @property
    def doubt(self) -> float:
        """How far it may be off: standard deviation per mean."""
        return self._watched.rate.spread / self._watched.mean

    def of_team(self, agents: int) -> None:
        """The larger the team, the faster calls come, and the more are remembered."""
        self._watched.rate.half_life = HALF_LIFE + HALF_LIFE_EACH * agents

    def hear(self, fact: Resolved) -> None:
        """A call has ended, or a person has answered it."""
        rang_s = COHORT_S if fact.ring_s is None else fact.ring_s
        self._heard += 1
        counts_at = float(round(fact.at - rang_s + COHORT_S))
        heappush(self._early, (counts_at, self._heard * MIX % 1.0, fact.person))
        while self._early and self._early[0][0] <= fact.at:
            self._watched.add(heappop(self._early)[2])

    def keep(self) -> Kept:
        """For a restart."""
        watched, rate = self._watched, self._watched.rate
        return Kept(
            rate.hits, rate.trials, rate.half_life, watched.changes, watched.runs,
            self._heard, self._early,
        )  # fmt: skip

    def resume(self, kept: Kept) -> None:
        """Go on where that was kept."""
        watched, rate = self._watched, self._watched.rate
        rate.hits, rate.trials, rate.half_life = kept.hits, kept.trials, kept.half_life
        watched.changes, watched.runs = kept.changes, kept.runs
        self._heard, self._early = kept.heard, kept.early
