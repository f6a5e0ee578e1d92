"""`dialer bench pacing`: pacers beside each other on the same days, agents and people.

The pacers are what `dialer.engine.pacing.policy` gives, the days those of `sim.scenario`, the floor
that of `sim.pacing.floor`: people who answer are known to be people at once and wait two seconds.
Every pacer meets the same fates on a seed, so differences are paired. With our modes phones are let
alone as by our engine, with other dialers' rules each rings to its end, as it does with them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import sqrt
from statistics import fmean, stdev

import msgspec
from rich.table import Table

from dialer.engine.pacing import POLICIES, Limits, policy
from sim.pacing.floor import played
from sim.pacing.score import Played
from sim.scenario import Scenario, scenario

DAYS = ("std", "drift", "step", "spike", "shift", "mixring", "longtalk", "shorttalk", "bimodal",
        "all", "markov")  # fmt: skip
CAP, DAY_CAP = 0.03, 0.0315
"Abandoned in the mean, and on the worst day."
BASE = "progressive"
WHOLE_DAY = 8.0
"Hours for which the goals are meant."


class Goal(msgspec.Struct, frozen=True):
    """What the occupancy of one case must reach, and what it should."""

    must: float
    aim: float


GOALS: dict[tuple[str, int, float], Goal] = {
    ("std", 5, 0.3): Goal(0.820, 0.840),
    ("std", 10, 0.3): Goal(0.860, 0.875),
    ("std", 10, 0.2): Goal(0.846, 0.860),
    ("std", 50, 0.3): Goal(0.940, 0.947),
    ("std", 50, 0.2): Goal(0.937, 0.944),
    ("std", 50, 0.5): Goal(0.945, 0.951),
    ("std", 50, 0.1): Goal(0.934, 0.940),
    ("std", 200, 0.3): Goal(0.978, 0.981),
    ("drift", 50, 0.3): Goal(0.939, 0.944),
    ("step", 50, 0.3): Goal(0.936, 0.941),
    ("spike", 50, 0.3): Goal(0.939, 0.944),
    ("shift", 50, 0.3): Goal(0.932, 0.937),
    ("shorttalk", 50, 0.3): Goal(0.922, 0.927),
    ("longtalk", 50, 0.3): Goal(0.955, 0.960),
    ("mixring", 50, 0.3): Goal(0.936, 0.941),
    ("bimodal", 50, 0.3): Goal(0.939, 0.944),
    ("all", 10, 0.3): Goal(0.850, 0.865),
    ("all", 50, 0.3): Goal(0.930, 0.937),
    ("markov", 50, 0.3): Goal(0.942, 0.945),
}
"By day, agents and share of people who answer; the last from the exact optimum, .946."


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One pacer on one kind of day, over all seeds."""

    day: str
    agents: int
    p: float
    pacer: str
    seeds: int
    occupancy: float
    gain: float
    "Over the first pacer of the run, seed by seed, in the mean."
    gain_error: float | None
    "Standard error of that; none from a single seed."
    abandoned: float
    worst_day: float
    worst_hour: float | None
    first_half_hour: float
    wait_s: float
    decision_us: float
    calls: int
    let_alone: float
    "Of the calls: phones that had rung enough, while no agent was free."
    missed: float
    "Of the people who would have answered: whose phone was let alone before."
    must: float | None
    aim: float | None
    met: bool | None
    "Occupancy as it must be, and the cap kept in the mean and on every day."


def rows(
    days: Iterable[str], pacers: Sequence[str], *, agents: int, p: float, seeds: Sequence[int],
    hours: float = 8.0, account: str = "day", informed: float = 0.0, ring_out: bool = False,
) -> Iterable[Row]:  # fmt: skip
    """Case by case, as they are measured. `ring_out`: no phone is let alone.

    Where leads differ (`informed`) each pacer meets them twice: without knowing their chances, and
    with; the second gain is over the first.
    """
    limits = None if account == "day" else Limits(account=account)
    for name in days:
        day = scenario(name, agents=agents, p=p, hours=hours)
        patient = msgspec.structs.replace(day, ring_least_s=0.0)
        first: list[Played] = []
        for pacer in pacers:
            met = patient if ring_out or pacer not in POLICIES else day
            lived = [
                played(met, seed, policy(pacer, limits), informed=informed, tells=False)
                for seed in seeds
            ]
            first = first or lived
            yield row(day, pacer, lived, first)
            if informed:
                told = [played(met, seed, policy(pacer, limits), informed=informed)
                        for seed in seeds]  # fmt: skip
                yield row(day, f"{pacer}, told", told, lived)


def row(day: Scenario, pacer: str, lived: Sequence[Played], base: Sequence[Played]) -> Row:
    """Sum up one pacer's days beside those of another on the same seeds."""
    gains = [one.occupancy - other.occupancy for one, other in zip(lived, base, strict=True)]
    goal = GOALS.get((day.name, day.agents, day.p)) if day.hours == WHOLE_DAY else None
    occupancy, mean = fmean(one.occupancy for one in lived), _rate(lived)
    worst = max(one.rate for one in lived)
    kept = mean <= CAP and worst <= DAY_CAP
    first = [one.first_half_hour for one in lived]
    missed = sum(one.missed for one in lived)
    return Row(
        day=day.name,
        agents=day.agents,
        p=day.p,
        pacer=pacer,
        seeds=len(lived),
        occupancy=occupancy,
        gain=fmean(gains),
        gain_error=stdev(gains) / sqrt(len(gains)) if len(gains) > 1 else None,
        abandoned=mean,
        worst_day=worst,
        worst_hour=max(
            (one.worst_hour for one in lived if one.worst_hour is not None), default=None
        ),
        first_half_hour=sum(gone for _, gone in first) / max(sum(n for n, _ in first), 1),
        wait_s=fmean(one.wait_s for one in lived),
        decision_us=fmean(one.decision_us for one in lived),
        calls=(calls := sum(one.calls for one in lived)),
        let_alone=sum(one.let_alone for one in lived) / max(calls, 1),
        missed=missed / max(missed + sum(one.persons for one in lived), 1),
        must=goal.must if goal else None,
        aim=goal.aim if goal else None,
        met=occupancy >= goal.must and kept if goal else None,
    )


def _rate(lived: Sequence[Played]) -> float:
    return sum(one.abandoned for one in lived) / max(sum(one.persons for one in lived), 1)


COLUMNS = ("pacer", "busy", "gain", "lost", "day", "hour", "start", "wait", "us", "must", "met")
"Short: all of them are to be read on a terminal of 80 letters."
READ = (
    "In per cent: busy is occupancy; gain, over the first pacer; lost, the abandoned of those who "
    "answered, of all days; day and hour, the worst; start, the first half hour; must, of busy. "
    "wait: seconds that people waited. us: CPU of a decision."
)


def pacing_tables(found: Iterable[Row]) -> Iterator[Table | str]:
    """For people: a table for each day, and how to read them."""
    for (day, agents, p), rows in groupby(found, key=lambda one: (one.day, one.agents, one.p)):
        title = f"SIMULATED: {day}, {agents} agents, {100 * p:g} % answer"
        table = Table(title=title, box=None, title_justify="left", padding=(0, 1, 0, 0))
        for column in COLUMNS:
            table.add_column(column, justify="left" if column == "pacer" else "right")
        for one in rows:
            table.add_row(*_row(one))
        yield table
    yield READ


def _row(one: Row) -> Iterator[str]:
    error = "" if one.gain_error is None else f" ±{100 * one.gain_error:.1f}"
    yield one.pacer
    yield f"{100 * one.occupancy:.1f}"
    yield f"{100 * one.gain:+.1f}{error}"
    yield from (
        "" if rate is None else f"{100 * rate:.2f}"
        for rate in (one.abandoned, one.worst_day, one.worst_hour, one.first_half_hour)
    )
    yield f"{one.wait_s:.2f}"
    yield f"{one.decision_us:.0f}"
    yield "" if one.must is None else f"{100 * one.must:.1f}"
    yield {True: "yes", False: "no", None: ""}[one.met]
