"""An over-dial factor that creeps up and is cut back: additive increase, and decrease by excess.

The rule is common in small open dialers. Every second the factor rises by .02 while the share of
abandoned is under the target, else it falls by .05 per percentage point over it. The window counts
a hundred answers and is halved when it is full; before the first twenty the factor is at most 1.2.
"""

from dialer.engine.pacing.benchmarks.peer import Every
from dialer.engine.pacing.facts import Abandoned, Fact, Resolved
from dialer.engine.pacing.snapshot import CampaignView, Snapshot

STEP_S, UP, DOWN = 1.0, 0.02, 0.05
LEAST, MOST, FULL, FEW, MOST_OF_FEW = 1.0, 2.0, 100.0, 20.0, 1.2


def stepped(factor: float, answers: float, abandoned: float, target: float) -> float:
    """The factor a second later.

    >>> round(stepped(1.5, answers=50.0, abandoned=1.0, target=0.03), 3)
    1.52
    >>> round(stepped(1.5, answers=50.0, abandoned=3.0, target=0.03), 3)
    1.35
    >>> stepped(1.5, answers=10.0, abandoned=0.0, target=0.03)
    1.2
    """
    over = 100.0 * (abandoned / answers - target) if answers else 0.0
    factor += UP if over <= 0.0 else -DOWN * over
    return max(LEAST, min(MOST_OF_FEW if answers < FEW else MOST, factor))


class Aimd:
    """The factor, its window, and the share of calls that are answered."""

    def __init__(self) -> None:
        self.factor, self.answers, self.abandoned = 1.0, 0.0, 0.0
        self._step = Every(STEP_S)

    def hear(self, fact: Fact) -> None:
        """Answers and abandoned of the window."""
        match fact:
            case Resolved(person=True):
                self.answers += 1.0
            case Abandoned():
                self.abandoned += 1.0
        if self.answers > FULL:
            self.answers, self.abandoned = self.answers / 2.0, self.abandoned / 2.0

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """Idle agents per share of answered calls, times the factor."""
        if self._step.is_due(seen.at):
            self.factor = stepped(self.factor, self.answers, self.abandoned, view.cap)
        return int(seen.ready / max(view.answer_rate, 0.01) * self.factor)
