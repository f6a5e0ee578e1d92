"""One day in fair weather, from the first login to the last CDR, and what it was worth.

>>> from sim.scenario import scenario
>>> result = run(scenario("lab", agents=3, hours=0.05), seed=1)
>>> result.log == run(scenario("lab", agents=3, hours=0.05), seed=1).log
True
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from dialer.engine.commands import AgentWas, Cdr
from dialer.engine.events import CampaignStopped, encode
from dialer.engine.outcomes import OUTCOMES
from models.abandonment import abandon_rate
from sim.garbage import seldom_collected
from sim.judge import Case, collected
from sim.scenario import MONDAY, SECONDS, Scenario
from sim.world import CAMPAIGN, Parts, World

LAST_CALLS_S = 3600.0
"How long the calls that are up at the end may take."
GOING_HOME_S = 60.0
WORK = ("TALKING", "HELD", "CONSULTING", "WRAP_UP")


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What a day was worth, its first minutes left out."""

    occupancy: float
    "Share of the time with calls that agents talked or wrapped up: breaks excluded."
    persons: int
    abandoned: int
    abandon_rate: float
    calls: int
    "That we placed."


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A day that has been lived."""

    day: Scenario
    seed: int
    case: Case
    score: Score

    @property
    def log(self) -> bytes:
        """The journal's events, a line each."""
        return b"\n".join(encode(event) for _, event in self.case.events)


def run(day: Scenario, seed: int, parts: Parts | None = None) -> Result:
    """Live through the day."""
    world = begun(day, seed, parts)
    ended = lived(world)
    case = collected(
        world.journal,
        world.switch.network.truth,
        leftovers=[*world.switch.network.channels, *world.switch.legs],
        state=world.process.engine.checkpoint(),
    )
    began = MONDAY + day.warm_up_s
    return Result(day=day, seed=seed, case=case, score=score(case, began, ended))


def begun(day: Scenario, seed: int, parts: Parts | None = None) -> World:
    """The day's first moment: the list is there, the campaign is opened."""
    world = World(day, seed, parts=parts)
    world.open()
    return world


@seldom_collected()
def lived(world: World) -> float:
    """Let the day pass; when its campaign was stopped."""
    world.run(world.day.hours * SECONDS)
    world.order(CampaignStopped(CAMPAIGN, at=world.clock()))
    ended = world.clock()
    while world.process.engine.state.calls and world.clock() < ended + LAST_CALLS_S:
        world.run(world.clock() - MONDAY + 20.0)
    world.floor.go_home()
    world.run(world.clock() - MONDAY + GOING_HOME_S)
    return ended


def score(case: Case, from_at: float, to_at: float) -> Score:
    """What is told of an interval."""
    spent = time_spent(case.agents_were, from_at, to_at)
    work = sum(spent[state] for state in WORK)
    # A reserved agent still waits, as far as anybody can hear.
    waited = spent["READY"] + spent["RESERVED"]
    calls = [cdr for cdr in case.placed if from_at <= cdr.intended_at < to_at]
    persons, abandoned = _count(calls, "person"), _count(calls, "abandoned")
    return Score(
        occupancy=work / (work + waited) if work + waited else 0.0,
        persons=persons,
        abandoned=abandoned,
        abandon_rate=abandon_rate(abandoned, persons),
        calls=len(calls),
    )


def time_spent(agents_were: Iterable[AgentWas], from_at: float, to_at: float) -> Counter[str]:
    """Seconds that agents spent in each state within an interval."""
    spent: Counter[str] = Counter()
    for was in agents_were:
        within = min(was.to_at, to_at) - max(was.from_at, from_at)
        if within > 0:
            spent[was.state] += within  # type: ignore[assignment]
    return spent


def _count(calls: Iterable[Cdr], flag: str) -> int:
    return sum(getattr(OUTCOMES[cdr.outcome], flag) for cdr in calls)
