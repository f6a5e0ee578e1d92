"""Before a campaign starts: what a team of this size can do, and at what price.

Counts only: a line or more for each agent who waits. A pacer that looks at ages does better by a
point or so, none does better than the limit.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import msgspec

from models.limit import MOST_AGENTS, physical_limit
from sim.fast.sweep import Point, frontier
from sim.scenario import STD, Law, People, Scenario, gamma, lognormal

RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0)


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before the first call. Means, in seconds."""

    agents: int
    answer_rate: float
    "Share of calls that a person answers."
    talk_s: float = 150.0
    wrap_up_s: float = 30.0
    ring_s: float = 11.0
    "Of calls that are answered."
    connect_within_s: float = 2.0
    cap: float = 0.03
    hours: float = 8.0

    @property
    def day(self) -> Scenario:
        """A day of theirs: the shapes of durations are those of the scenario `std`."""
        people: People = msgspec.structs.replace(
            STD.people,
            talk=lognormal(self.talk_s, STD.people.talk.cv),
            human_ring=gamma(self.ring_s, STD.people.human_ring.cv),
        )
        wrap_up: Law = gamma(self.wrap_up_s, STD.shift.wrap_up.cv)
        return msgspec.structs.replace(
            STD, name="team", agents=self.agents, p=self.answer_rate, hours=self.hours,
            connect_within_s=self.connect_within_s, abandon_cap=self.cap, people=people,
            shift=msgspec.structs.replace(STD.shift, wrap_up=wrap_up),
        )  # fmt: skip


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What can be expected of a team."""

    team: Team
    limit: float | None
    "Occupancy that nobody can exceed under the cap, in the memoryless case; None for huge teams."
    points: tuple[Point, ...]
    "From one line per waiting agent upwards."
    best: Point
    "The highest occupancy of those whose whole band of abandonment is under the cap."
    fewer: Point | None
    "One agent less, at the best one's lines; None where there is none to spare."
    more: Point

    @property
    def share_of_limit(self) -> float | None:
        """How near the best of them comes."""
        return self.best.occupancy.mean / self.limit if self.limit else None


def outlook(team: Team, seeds: Sequence[int], executor: Executor | None = None) -> Outlook:
    """So many days of each ratio, and of one agent more or less; ValueError as `physical_limit`.

    >>> seen = outlook(Team(agents=5, answer_rate=0.3, hours=1.0), seeds=(1, 2, 3))
    >>> seen.points[0].abandon_rate.mean, seen.best.occupancy.mean < seen.limit
    (0.0, True)
    """
    known = team.agents <= MOST_AGENTS
    limit = physical_limit(
        min(team.agents, MOST_AGENTS), team.answer_rate, team.cap,
        ring_s=team.ring_s, handling_s=team.talk_s + team.wrap_up_s, hold_s=team.connect_within_s,
    ) if known else None  # fmt: skip
    points = tuple(frontier(team.day, RATIOS, seeds, executor))
    best = max(
        (one for one in points if _kept(one, team.cap)),
        key=lambda one: one.occupancy.mean,
        default=points[0],
    )

    def with_agents(n: int) -> Point:
        other = msgspec.structs.replace(team, agents=n)
        return frontier(other.day, (best.lines_per_agent,), seeds, executor)[0]

    return Outlook(
        team=team,
        limit=limit.occupancy if limit else None,
        points=points,
        best=best,
        fewer=with_agents(team.agents - 1) if team.agents > 1 else None,
        more=with_agents(team.agents + 1),
    )


def _kept(point: Point, cap: float) -> bool:
    return point.abandon_rate.mean + (point.abandon_rate.off or 0.0) <= cap
