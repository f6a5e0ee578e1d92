"""The days themselves: by the fast twin where a rule looks at counts alone, else by the real pacer.

`progressive` and `ratio` are tables of lines by busy agents: the fast twin lives them, call by call
as SimPy does. `selftuned` and `predictive` learn as they go: the objects that the engine uses pace
a floor of the same agents and people. In `preview` there is nobody to pace.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import msgspec

from dialer.engine.pacing import policy
from models.limit import physical_limit
from sim.fast.outlook import RATIOS
from sim.fast.sweep import Band, Point, ratio, worth
from sim.pacing.floor import played
from sim.scenario import Scenario
from sim.whatif.advice import advice
from sim.whatif.answer import Answer, Day, forecast
from sim.whatif.preview import previewed
from sim.whatif.question import Question

TABLED, LEARNING = ("progressive", "ratio"), ("selftuned", "predictive")
PREVIEW = "preview"
MODES = (PREVIEW, *TABLED, *LEARNING)
DAYS = {PREVIEW: 20, "progressive": 20, "ratio": 20, "selftuned": 8, "predictive": 5}
"Lived for each figure of the whole team, unless said."
DAYS_BESIDE = {PREVIEW: 20, "progressive": 20, "ratio": 20, "selftuned": 4, "predictive": 3}
"The same with one agent less or more."
WEIGHT = {PREVIEW: 0.01, "progressive": 0.01, "ratio": 0.01, "selftuned": 0.6, "predictive": 4.0}
"Seconds a day, roughly: only the bar of progress looks at it."


class Job(NamedTuple):
    """One day to live."""

    mode: str
    agents: int
    lines_per_agent: float
    seed: int
    look_s: float
    "Only `preview` looks."


def lived(day: Scenario, job: Job) -> Day:
    """Live it. The same seed meets the same people, in all modes of a kind."""
    if job.mode == PREVIEW:
        return previewed(day, job.look_s, job.seed)
    if job.mode in LEARNING:
        one = played(day, job.seed, policy(job.mode))
        return Day(one.occupancy, one.persons, one.abandoned, one.connected / day.hours,
                   one.calls / day.hours, one.wait_s)  # fmt: skip
    scored_h = day.hours - day.warm_up_s / 3600.0
    told = worth(day, ratio(job.agents, job.lines_per_agent), job.seed)
    return Day(told.occupancy, told.persons, told.abandoned,
               (told.persons - told.abandoned) / scored_h, told.calls / day.hours,
               told.wait_s)  # fmt: skip


def reckoned(
    asked: Question, *, days: int | None = None, executor: Executor | None = None, seed: int = 1
) -> Iterator[Answer]:
    """The answer as it grows; the last one is complete. `days`: for each figure."""
    work = _Work(asked, days, executor, seed)
    yield from work.frontier()
    yield from work.bound()
    yield from work.modes()
    yield msgspec.structs.replace(work.told, done=1.0, advice=tuple(advice(work.told)))


class _Work:
    def __init__(
        self, asked: Question, days: int | None, executor: Executor | None, seed: int
    ) -> None:
        self.asked, self.days, self.executor, self.seed = asked, days, executor, seed
        self.told = Answer(question=asked)
        self.teams = [n for n in (asked.agents, asked.agents - 1, asked.agents + 1) if n > 0]
        self.best = 1.0
        self.spent = 0.0
        self.whole = len(RATIOS) * self._seeds("ratio", asked.agents) * WEIGHT["ratio"]
        self.whole += sum(self._seeds(mode, n) * WEIGHT[mode] for mode in MODES for n in self.teams)

    def _seeds(self, mode: str, agents: int) -> int:
        return self.days or (DAYS if agents == self.asked.agents else DAYS_BESIDE)[mode]

    def _live(self, jobs: Sequence[Job]) -> Iterator[Day]:
        """In order, each as soon as it is known."""
        run = self.executor.map if self.executor else map
        for job, day in zip(
            jobs, run(lived, [self.asked.day(job.agents) for job in jobs], jobs), strict=True
        ):
            self.spent += WEIGHT[job.mode]
            self.told = msgspec.structs.replace(self.told, done=min(0.99, self.spent / self.whole))
            yield day

    def _jobs(self, mode: str, agents: int, lines: float) -> list[Job]:
        seeds = range(self.seed, self.seed + self._seeds(mode, agents))
        return [Job(mode, agents, lines, seed, self.asked.look_s) for seed in seeds]

    def frontier(self) -> Iterator[Answer]:
        """Every ratio; the best that keeps the cap with its whole band."""
        for lines in RATIOS:
            days = list(self._live(self._jobs("ratio", self.asked.agents, lines)))
            point = _point(lines, days)
            self.told = msgspec.structs.replace(self.told, points=(*self.told.points, point))
            yield self.told
        kept = [p for p in self.told.points if _upper(p.abandon_rate) <= self.asked.cap]
        best = max(kept, key=lambda p: p.occupancy.mean, default=self.told.points[0])
        self.best = best.lines_per_agent

    def bound(self) -> Iterator[Answer]:
        """The exact optimum."""
        asked = self.asked
        limit = physical_limit(
            asked.agents, asked.answer_rate, asked.cap, ring_s=asked.ring_s,
            handling_s=asked.talk_s + asked.wrap_up_s, hold_s=asked.connect_within_s,
        )  # fmt: skip
        self.told = msgspec.structs.replace(self.told, limit=limit.occupancy)
        yield self.told

    def modes(self) -> Iterator[Answer]:
        """Each for the whole team first, then with one agent less and more."""
        for mode in MODES:
            for agents in self.teams:
                lines = self.best if mode == "ratio" else 1.0
                days: list[Day] = []
                for day in self._live(self._jobs(mode, agents, lines)):
                    days.append(day)
                    yield self.told
                found = forecast(self.asked, mode, agents, days, lines if mode == "ratio" else None)
                self.told = msgspec.structs.replace(
                    self.told, forecasts=(*self.told.forecasts, found)
                )
                yield self.told


def _upper(band: Band) -> float:
    return band.mean + (band.off or 0.0)


def _point(lines: float, days: Sequence[Day]) -> Point:
    return Point(
        lines_per_agent=lines,
        occupancy=Band.of([day.occupancy for day in days]),
        abandon_rate=Band.of([day.abandoned / max(day.persons, 1) for day in days]),
        persons_per_hour=Band.of([day.contacts_per_h for day in days]),
        wait_s=Band.of([day.wait_s for day in days]),
    )
