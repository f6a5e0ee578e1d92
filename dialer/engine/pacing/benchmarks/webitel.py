"""webitel's over-dial factor: attempts per person of the last hour, bent by the abandoned.

Written anew from the rule in its call_center (every 30 seconds over a window of an hour). How the
factor becomes calls lies in an extension that is not public: here idle agents times the factor,
less the calls in flight. Between target and maximum the factor is shrunk by the distance to the
maximum and tends to 0, less than progressive: where a target below the maximum is set, it stalls.
"""

from dialer.engine.pacing.benchmarks.peer import Count, Every, Tally
from dialer.engine.pacing.facts import Fact
from dialer.engine.pacing.snapshot import CampaignView, Snapshot

STEP_S, WINDOW_S = 30.0, 3600.0
LOAD_FACTOR, TARGET, MOST = 10.0, 3.0, 3.0
"Defaults, in per cent."


def over_dial(lately: Count, *, target: float = TARGET, most: float = MOST) -> float:
    """Calls per idle agent.

    >>> round(over_dial(Count(calls=400, persons=100, abandoned=1)), 3)
    4.8
    >>> round(over_dial(Count(calls=400, persons=100, abandoned=2), target=1.0), 3)
    1.467
    >>> over_dial(Count(calls=400, persons=100, abandoned=3)), over_dial(Count())
    (1.0, 1.0)
    """
    if not lately.persons or lately.dropped_percent >= most:
        return 1.0
    over, percent = lately.calls / lately.persons, lately.dropped_percent
    short = target - percent or 0.99
    if short > 0.0:
        return over * (1.0 + short * LOAD_FACTOR / 100.0)
    return over * ((most - percent) * (100.0 + LOAD_FACTOR) / most) / 100.0


class Webitel:
    """The factor, every 30 seconds."""

    def __init__(self) -> None:
        self._tally, self._step = Tally(WINDOW_S), Every(STEP_S)
        self.factor = 1.0

    def hear(self, fact: Fact) -> None:
        """Attempts, persons and abandoned are counted."""
        self._tally.hear(fact)

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """Idle agents times the factor."""
        if self._step.is_due(seen.at):
            self.factor = over_dial(self._tally.lately(seen.at))
        return int(seen.ready * self.factor)
