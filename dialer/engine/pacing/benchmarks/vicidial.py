"""VICIdial's three ADAPT methods: a dial level that is multiplied up and down every 15 seconds.

Written anew from the behaviour of its scripts AST_VDadapt (count_agents_lines, calculate_drops,
calculate_dial_level) and AST_VDauto_dial, with their default settings. Three loops: ready agents
and waiting calls are sampled each second and averaged over 15, the share of dropped calls is read
once a minute, calls are placed every 2.5 seconds. Hopper, trunks and the manager's delays are left
out; a level of 1 is progressive dialling.
"""

from collections import deque
from typing import Literal

import msgspec

from dialer.engine.pacing.benchmarks.peer import Count, Every, Tally
from dialer.engine.pacing.facts import Fact
from dialer.engine.pacing.snapshot import CampaignView, Snapshot

Method = Literal["HARD_LIMIT", "AVERAGE", "TAPERED"]
SAMPLES, LEVEL_S, DROPS_S, PLACE_S = 15, 15.0, 60.0, 2.5
MOST_LEVEL, DROPPED_PERCENT = 3.0, 3.0
"Defaults of adaptive_maximum_level and adaptive_dropped_percentage."
MANY_A_MINUTE, HALF_LOST, MANY_A_DAY = 20, 50.0, 50
BEGINS_H, CLOSES_HHMM = 9, 1700
"The bench's day on their clock, latest_server_time."
TALKING = 0


class Drops(msgspec.Struct, frozen=True):
    """What the loop of drops knows."""

    minute: Count = Count()
    day: Count = Count()


def drifted(
    level: float, ready: float, waiting: float, agents: float, *, target: float = 0.0,
    intensity: float = 0.0,
) -> float:  # fmt: skip
    """The level after 15 seconds with so many ready agents and waiting calls, in the mean.

    One agent in ten ready raises it by a tenth; an intensity in per cent moves it faster up and
    slower down.

    >>> round(drifted(1.5, ready=2.0, waiting=0.0, agents=20.0), 3)
    1.65
    >>> round(drifted(1.5, ready=0.0, waiting=2.0, agents=20.0, intensity=50.0), 3)
    1.425
    >>> drifted(2.9, ready=10.0, waiting=0.0, agents=20.0)
    3.0
    """
    percent = 100.0 * (ready - waiting + target) / agents if agents else 0.0
    share = intensity / 100.0
    percent *= abs(share - 1.0) if percent < 0.0 else share + 1.0
    return max(1.0, min(MOST_LEVEL, level * (1.0 + percent / 100.0)))


def braked(method: Method, level: float, drops: Drops, hhmm: int) -> float:
    """The level after the day's share of dropped calls had its say.

    >>> over = Drops(day=Count(calls=900, persons=300, abandoned=12))
    >>> [braked(how, 2.6, over, 1200) for how in ("HARD_LIMIT", "AVERAGE", "TAPERED")]
    [1.0, 1.3, 1.3]
    >>> braked("HARD_LIMIT", 2.6, Drops(day=Count(calls=900, persons=300, abandoned=9)), 1200)
    2.6
    """
    minute, day = drops.minute, drops.day
    if minute.calls > MANY_A_MINUTE and 100.0 * minute.abandoned > HALF_LOST * minute.calls:
        level /= 2.0
    if day.calls > MANY_A_DAY and day.dropped_percent > DROPPED_PERCENT:
        left = CLOSES_HHMM - hhmm
        level = {
            "HARD_LIMIT": 1.0,
            "AVERAGE": level / 2.0,
            "TAPERED": level * min(left / 1000.0, 1.0) if left >= 0 else 1.0,
        }[method]
    return max(1.0, level)


def goal(level: float, in_call: int, ready: int) -> int:
    """Calls without an agent: the level for every agent in a call or ready, less those in calls.

    >>> goal(1.0, in_call=8, ready=2), goal(1.25, in_call=8, ready=2)
    (2, 4)
    """
    return round(level * (in_call + ready)) - in_call


class Vicidial:
    """The three loops."""

    def __init__(self, method: Method) -> None:
        self.method: Method = method
        self.level = 1.0
        self.drops = Drops()
        self._began_at: float | None = None
        self._tally = Tally(DROPS_S)
        self._samples: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES)
        self._sample, self._count = Every(1.0), Every(DROPS_S)
        self._adapt, self._place = Every(LEVEL_S), Every(PLACE_S)

    def hear(self, fact: Fact) -> None:
        """Drops and answers are counted."""
        self._tally.hear(fact)

    def wish(self, seen: Snapshot, view: CampaignView) -> int:
        """Every 2.5 seconds what the level asks for, in between nothing."""
        if self._began_at is None:
            self._began_at = seen.at
        if self._sample.is_due(seen.at):
            self._samples.append((seen.ready, seen.waiting, seen.logged_in))
        if self._count.is_due(seen.at):
            self.drops = Drops(self._tally.lately(seen.at), self._tally.all)
        if self._adapt.is_due(seen.at):
            ready, waiting, agents = (
                sum(row) / len(self._samples) for row in zip(*self._samples, strict=True)
            )
            level = drifted(self.level, ready, waiting, agents)
            self.level = braked(self.method, level, self.drops, _hhmm(seen.at - self._began_at))
        if not self._place.is_due(seen.at):
            return 0
        return goal(self.level, int((seen.busy_phase == TALKING).sum()), seen.ready)


def _hhmm(since_s: float) -> int:
    """The time of day as a number, as the script compares it.

    >>> _hhmm(5400.0)
    1030
    """
    minutes = int(since_s // 60)
    return 100 * (BEGINS_H + minutes // 60) + minutes % 60
