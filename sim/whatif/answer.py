"""What the simulated days came to: one forecast a mode and team, with bands over the days."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from models.intervals import exact_upper
from sim.fast.sweep import Band, Point
from sim.whatif.prices import Lines
from sim.whatif.question import MACHINE_S, Question


class Day(NamedTuple):
    """One simulated day by one mode."""

    occupancy: float
    persons: int
    abandoned: int
    contacts_per_h: float
    calls_per_h: float
    wait_s: float
    "Mean, of persons who were joined with an agent."


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """One mode, one team."""

    mode: str
    agents: int
    lines_per_agent: float | None
    "In the mode `ratio`: the best of those tried."
    days: int
    hours: float
    "Of each day that was simulated."
    occupancy: Band
    talk_min_per_h: Band
    "Minutes of conversation in an agent's hour."
    agent_wait_s: Band
    "Between an agent's two calls."
    person_wait_s: Band
    abandon_rate: Band
    abandon_bound: float
    "All days' abandoned of all days' persons is below this with 95 % confidence (exact)."
    worst_day: float
    days_over_cap: int
    persons_per_day: float
    "Who answer, in a whole working day."
    contacts_per_h: Band
    "Of the team."
    calls_per_h: Band
    cost_per_contact: Band | None
    "None: neither tariff nor wage is known, or nobody was reached."
    finish_h: Band | None
    "Working hours until the list is done; None: no list."
    contacts: Band | None
    "Of the whole list."


class Advice(msgspec.Struct, frozen=True):
    """A sentence of the catalogue (`whatif.advice_KEY`) and what fills its gaps."""

    key: str
    values: dict[str, float | str] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """As far as it is known: it grows while days are lived."""

    question: Question
    done: float = 0.0
    "Share of the work."
    limit: float | None = None
    "Occupancy that no dialer that lets every phone ring on exceeds under the cap (memoryless)."
    points: tuple[Point, ...] = ()
    "Of the frontier: from one line per waiting agent upwards."
    forecasts: tuple[Forecast, ...] = ()
    advice: tuple[Advice, ...] = ()

    def of(self, mode: str, agents: int | None = None) -> Forecast | None:
        """The forecast of a mode, if it is known by now."""
        wanted = self.question.agents if agents is None else agents
        return next((f for f in self.forecasts if (f.mode, f.agents) == (mode, wanted)), None)

    def share_of_limit(self, forecast: Forecast) -> float | None:
        """How near a mode of the whole team comes to what is possible."""
        if self.limit is None or forecast.agents != self.question.agents:
            return None
        return forecast.occupancy.mean / self.limit


def forecast(
    asked: Question, mode: str, agents: int, days: Sequence[Day], lines_per_agent: float | None
) -> Forecast:
    """Sum up at least one day."""

    def band(of: Callable[[Day], float]) -> Band:
        return Band.of([of(day) for day in days])

    talk_share = asked.talk_s / (asked.talk_s + asked.wrap_up_s)
    persons, abandoned = sum(d.persons for d in days), sum(d.abandoned for d in days)
    reached = min(day.contacts_per_h for day in days) > 0.0
    rates = [day.abandoned / max(day.persons, 1) for day in days]
    calls, lines = asked.leads * asked.calls_per_lead, asked.lines
    return Forecast(
        mode=mode,
        agents=agents,
        lines_per_agent=lines_per_agent,
        days=len(days),
        hours=asked.simulated_h,
        occupancy=band(lambda day: day.occupancy),
        talk_min_per_h=band(lambda day: 60.0 * day.occupancy * talk_share),
        agent_wait_s=band(lambda day: _idle_s(day, agents)),
        person_wait_s=band(lambda day: max(day.wait_s, 0.0)),
        abandon_rate=Band.of(rates),
        abandon_bound=float(exact_upper(abandoned, persons)),
        worst_day=max(rates),
        days_over_cap=sum(rate > asked.cap for rate in rates),
        persons_per_day=asked.hours * persons / len(days) / asked.simulated_h,
        contacts_per_h=band(lambda day: day.contacts_per_h),
        calls_per_h=band(lambda day: day.calls_per_h),
        cost_per_contact=band(lambda day: _cost(asked, lines, agents, day) / day.contacts_per_h)
        if reached and asked.is_priced else None,
        finish_h=band(lambda day: calls / day.calls_per_h) if reached and calls else None,
        contacts=Band.of([asked.leads * asked.reached * (1.0 - rate) for rate in rates])
        if calls else None,
    )  # fmt: skip


def _idle_s(day: Day, agents: int) -> float:
    """Each agent waits once for each contact of his: Little, backwards."""
    return 3600.0 * agents * (1.0 - day.occupancy) / max(day.contacts_per_h, 1e-9)


def _cost(asked: Question, lines: Lines, agents: int, day: Day) -> float:
    """Of an hour: calls that are answered, and the agents."""
    rate = day.abandoned / max(day.persons, 1)
    abandoned_per_h = day.contacts_per_h * rate / max(1.0 - rate, 1e-9)
    calls = (
        day.contacts_per_h * lines.talks(day.wait_s)
        + abandoned_per_h * lines.call(asked.connect_within_s)
        + day.calls_per_h * asked.machine_rate * lines.call(MACHINE_S)
    )
    return calls + asked.wage * agents
