"""Rates that drift: learnt from each trial, forgetting what is old, by place and with an alarm.

A place is a path such as campaign, list, hour; the fewer trials it has seen, the more it believes
what the place above it says. All state is plain numbers; the same trials give the same belief.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from math import log, log1p, sqrt

from scipy.special import betaincinv

Place = tuple[Hashable, ...]


@dataclass(slots=True)
class Rate:
    """Hits per trial; a trial counts half after `half_life` more.

    >>> answered = Rate(prior=0.3, weight=10.0)
    >>> for hit in (True, False, False):
    ...     answered.add(hit)
    >>> round(answered.mean, 3), round(answered.spread, 3)
    (0.308, 0.123)
    """

    prior: float = 0.3
    weight: float = 10.0
    "How many trials the prior is worth; it is never forgotten."
    half_life: float = 300.0
    hits: float = 0.0
    trials: float = 0.0

    def __post_init__(self) -> None:
        if not (0.0 < self.prior < 1.0 and self.weight > 0.0 and self.half_life > 0.0):
            raise ValueError(f"{self}: the prior must lie inside 0 and 1, the others above 0")

    def add(self, hit: bool) -> None:
        """One trial."""
        keep = 0.5 ** (1.0 / self.half_life)
        self.hits = self.hits * keep + hit
        self.trials = self.trials * keep + 1.0

    @property
    def mean(self) -> float:
        """What to expect of the next trial."""
        return (self.hits + self.weight * self.prior) / (self.trials + self.weight)

    @property
    def spread(self) -> float:
        """Standard deviation of the belief in the mean."""
        return sqrt(self.mean * (1.0 - self.mean) / (self.trials + self.weight + 1.0))

    def quantile(self, chance: float) -> float:
        """Below it the rate lies with this chance, by the beta distribution believed."""
        a = self.hits + self.weight * self.prior
        return float(betaincinv(a, self.trials + self.weight - a, chance))


@dataclass(slots=True)
class Frequency:
    """Events per second; a second counts half after `half_life_s` more.

    >>> calls = Frequency(prior_per_s=0.1, prior_s=60.0, half_life_s=1800.0)
    >>> calls.add(events=30, within_s=60.0)
    >>> round(calls.mean_per_s, 3)
    0.3
    """

    prior_per_s: float
    prior_s: float
    "How many seconds the prior is worth."
    half_life_s: float
    events: float = 0.0
    seen_s: float = 0.0

    def add(self, events: float, within_s: float) -> None:
        """So many events while so much time passed."""
        keep = 0.5 ** (within_s / self.half_life_s)
        self.events = self.events * keep + events
        self.seen_s = self.seen_s * keep + within_s

    @property
    def mean_per_s(self) -> float:
        """What to expect."""
        believed = self.events + self.prior_s * self.prior_per_s
        return believed / (self.seen_s + self.prior_s)


@dataclass(slots=True)
class Rates:
    """A rate for each place and for each above it, up to the empty path: all trials together.

    >>> answered = Rates(prior=0.3)
    >>> for hour, hit in [(9, False)] * 90 + [(9, True)] * 10 + [(17, True)] * 2:
    ...     answered.add(("spring", "list 7", hour), hit)
    >>> [round(answered.mean(("spring", "list 7", hour)), 2) for hour in (9, 17, 12)]
    [0.12, 0.19, 0.13]
    """

    prior: float = 0.3
    weight: float = 30.0
    "Trials that a place needs to believe itself as much as the place above it."
    half_life: float = 300.0
    places: dict[Place, Rate] = field(default_factory=dict)

    def add(self, place: Place, hit: bool) -> None:
        """One trial there."""
        for depth in range(len(place) + 1):
            above = place[:depth]
            if above not in self.places:
                self.places[above] = Rate(self.prior, self.weight, self.half_life)
            self.places[above].add(hit)

    def mean(self, place: Place) -> float:
        """What to expect of the next trial there."""
        mean = self.prior
        for depth in range(len(place) + 1):
            rate = self.places.get(place[:depth])
            if rate is None:
                break
            mean = (rate.hits + self.weight * mean) / (rate.trials + self.weight)
        return mean


@dataclass(slots=True)
class Run:
    """The trials since the last instant at which nothing spoke for a change in one direction."""

    odds: float
    "How many times the odds would be after the change."
    score: float = 0.0
    "Log-likelihood ratio of the change."
    hits: int = 0
    trials: int = 0

    def add(self, hit: bool, rate: float) -> None:
        """One trial, where this rate was expected."""
        scale = 1.0 - rate + rate * self.odds
        score = self.score + (log(self.odds) if hit else 0.0) - log(scale)
        self.hits, self.trials = (self.hits + hit, self.trials + 1) if score > 0.0 else (0, 0)
        self.score = max(score, 0.0)


@dataclass(slots=True)
class Watched:
    """A rate that starts anew when it has changed, from the trials since then (Page 1954).

    >>> answered = Watched(Rate(prior=0.3))
    >>> for trial in range(400):
    ...     answered.add(trial % 10 < (3 if trial < 300 else 7))
    >>> answered.changes, round(answered.mean, 1)
    (1, 0.7)
    """

    rate: Rate
    odds: float = 2.0
    "The smallest change that is looked for: odds so many times larger or smaller."
    alarm: float = log1p(2000.0)
    "Evidence that suffices; false alarms are at least its exponential of trials apart in the mean."
    changes: int = 0
    runs: tuple[Run, Run] = field(init=False)

    def __post_init__(self) -> None:
        if self.odds <= 1.0:
            raise ValueError(f"odds: {self.odds} makes no sense, it must be above 1")
        self._watch()

    def add(self, hit: bool) -> None:
        """One trial."""
        expected = self.rate.mean
        self.rate.add(hit)
        for run in self.runs:
            run.add(hit, expected)
        found = max(self.runs, key=lambda run: run.score)
        if found.score >= self.alarm:
            self.rate.hits, self.rate.trials = float(found.hits), float(found.trials)
            self.changes += 1
            self._watch()

    @property
    def mean(self) -> float:
        """What to expect of the next trial."""
        return self.rate.mean

    def _watch(self) -> None:
        self.runs = (Run(self.odds), Run(1.0 / self.odds))
