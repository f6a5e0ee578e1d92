"""Another dialer's rule in the place of one of our pacers, and the counts that such rules keep."""

from collections import deque
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from dialer.engine.pacing.facts import Abandoned, Fact, Resolved
from dialer.engine.pacing.snapshot import CampaignView, Decision, Snapshot, share_out


class PeerRule(Protocol):
    """Folds facts, and says how many calls it wants in flight: calls that no agent has yet."""

    def hear(self, fact: Fact) -> None:
        """Fold a fact."""

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """Calls in flight; fewer than there are place none."""


class Peer:
    """One rule, for one campaign. It starts anew each day: nothing of it is kept."""

    looks_at_ages = True

    def __init__(self, rule: PeerRule) -> None:
        self.rule = rule

    def hear(self, fact: Any) -> None:
        """Fold a fact."""
        self.rule.hear(fact)

    def decide(self, seen: Snapshot) -> Decision:
        """What the rule wants, within lines and leads."""
        return share_out(seen, lambda now, view: (self.rule.wish(now, view), "rule"))

    def checkpoint(self) -> bytes:
        """Nothing is kept."""
        return b""

    def resume(self, kept: bytes) -> None:
        """Nothing to go on with."""


class Every:
    """An interval of a loop of theirs.

    >>> every = Every(2.5)
    >>> [every.is_due(at) for at in (0.0, 1.0, 2.5, 4.0, 5.0)]
    [True, False, True, False, True]
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.next_at = seconds, float("-inf")

    def is_due(self, at: float) -> bool:
        """Whether it is time again; it then waits for the next."""
        if at < self.next_at:
            return False
        self.next_at = at + self.seconds
        return True


class Count(msgspec.Struct, frozen=True):
    """Of a stretch of time."""

    calls: int = 0
    "That ended or were answered."
    persons: int = 0
    abandoned: int = 0

    @property
    def dropped_percent(self) -> float:
        """Abandoned per person, in per cent, as vendors write it; 0 of nobody."""
        return 100.0 * self.abandoned / self.persons if self.persons else 0.0


class Tally:
    """Calls, persons and abandoned: all of them, and those of the last seconds.

    >>> tally = Tally(60.0)
    >>> for fact in (Resolved(at=0.0, campaign="c", person=True), Abandoned(at=2.0, campaign="c"),
    ...              Resolved(at=70.0, campaign="c", person=False)):
    ...     tally.hear(fact)
    >>> tally.all, tally.lately(70.0)
    (Count(calls=2, persons=1, abandoned=1), Count(calls=1, persons=0, abandoned=0))
    """

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self.all = Count()
        self._marks: deque[tuple[float, Count]] = deque()

    def hear(self, fact: Fact) -> None:
        """Count a fact."""
        match fact:
            case Resolved(person=person):
                one = Count(calls=1, persons=int(person))
            case Abandoned():
                one = Count(abandoned=1)
            case _:
                return
        self.all = _sum((self.all, one))
        self._marks.append((fact.at, one))

    def lately(self, at: float) -> Count:
        """Of the last `window_s` seconds."""
        while self._marks and self._marks[0][0] <= at - self.window_s:
            self._marks.popleft()
        return _sum(one for _, one in self._marks)


def _sum(counts: Iterable[Count]) -> Count:
    calls = persons = abandoned = 0
    for one in counts:
        calls, persons = calls + one.calls, persons + one.persons
        abandoned += one.abandoned
    return Count(calls, persons, abandoned)


class Mean:
    """Of all that was added, or a first guess.

    >>> talk_s = Mean(150.0)
    >>> talk_s.add(100.0)
    >>> talk_s.n, talk_s.mean
    (1, 100.0)
    """

    def __init__(self, guess: float) -> None:
        self.guess, self.n, self.total = guess, 0, 0.0

    def add(self, value: float) -> None:
        """One more."""
        self.n, self.total = self.n + 1, self.total + value

    @property
    def mean(self) -> float:
        """The guess while nothing was added."""
        return self.total / self.n if self.n else self.guess
