"""How many calls to place now, and why.

A pacer is a learner, an account and a pure policy; a policy looks at one frozen `Snapshot`.
"""

from collections.abc import Callable

import numpy as np

from dialer.engine.pacing.benchmarks import BENCHMARKS
from dialer.engine.pacing.limits import Limited, Limits
from dialer.engine.pacing.predictive import Predictive
from dialer.engine.pacing.progressive import Progressive
from dialer.engine.pacing.ratio import Ratio
from dialer.engine.pacing.selftuned import SelfTuned
from dialer.engine.pacing.snapshot import CampaignView, Decision, Pacer, Share, Snapshot

__all__ = [
    "BENCHMARKS", "POLICIES", "CampaignView", "Decision", "Limits", "Pacer", "Share", "Snapshot",
    "calm", "policy",
]  # fmt: skip

POLICIES: dict[str, Callable[[], Pacer]] = {
    "progressive": Progressive,
    "selftuned": SelfTuned,
    "predictive": Predictive,
    "ratio": Ratio,
}
"From the most careful to the boldest: a pool whose campaigns differ takes the most careful one."


def policy(name: str, limits: Limits | None = None) -> Pacer:
    """A pacer by its mode's name, or a benchmark by its own; KeyError for one that does not exist.

    Without limits it keeps to those in its snapshots, with them to the tighter of both.

    >>> policy("ratio", Limits(lines=2)).decide(calm(ready=5)).shares
    (Share(campaign='spring', n=2, bound='lines', ahead=None),)
    """
    pacer = (POLICIES | BENCHMARKS)[name]()
    return pacer if limits is None else Limited(pacer, limits)


def calm(*, ready: int = 5, ringing: int = 0, **view: float) -> Snapshot:
    """A named normal case for examples and tests: plenty of leads and lines, nobody waiting."""
    none = np.empty(0)
    return Snapshot(
        at=0.0,
        ready=ready,
        logged_in=max(ready, 10),
        lines_free=100,
        calls_per_s_left=100.0,
        ringing_since=np.zeros(ringing),
        ringing_chance=np.full(ringing, 0.3),
        ringing_campaign=np.zeros(ringing, dtype=np.int64),
        waiting_since=none,
        busy_since=none,
        busy_phase=np.empty(0, dtype=np.int64),
        leaving=none,
        campaigns=(
            CampaignView(
                campaign="spring",
                **{"leads_now": 1000, "lines_left": 100, "may_place": 100, **view},  # type: ignore[arg-type]
            ),
        ),
    )
