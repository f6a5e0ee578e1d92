"""`dialer twin`: a day of the real engine among simulated people, in seconds."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table

from dialer.commands import answer, aside, console
from dialer.engine.agent import BUSY
from dialer.engine.commands import AgentWas
from dialer.engine.outcomes import OUTCOMES
from dialer.errors import SettingsError
from models.abandonment import abandon_rate
from sim import scenario_file
from sim.judge import Case, judge
from sim.ordeal import Plan, ordeal
from sim.scenario import SCENARIOS, Scenario, scenario

if TYPE_CHECKING:
    from sim.fast.outlook import Outlook
    from sim.fast.sweep import Band, Point

twin = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The real engine among simulated people."
)

BROKEN = 1
"Exit code when a promise of docs/invariants.md was not kept."


@twin.command()
def scenarios() -> None:
    """The days that have a name."""
    for name in sorted(SCENARIOS):
        console.print(name, highlight=False)


@twin.command()
def run(
    name: Annotated[
        str, typer.Option("--scenario", help="Which day, see `twin scenarios`; or a TOML file.")
    ] = "std",
    hours: Annotated[
        float | None, typer.Option(min=0.01, help="How long it dials; 1, or as the file says.")
    ] = None,
    agents: Annotated[int, typer.Option(min=0, max=500, help="0: as many as the day has.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same day, to the byte.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Live through a day; its figures, and every promise that was broken."""
    day = _day(name, hours, agents)
    with aside.status(f"{day.agents} agents, {day.hours:g} hours ..."):
        case = ordeal(Plan(day=day), seed)
        broken = judge(case)
    told = {"source": "sim", "scenario": name, "seed": seed, **figures(case),
            "violations": [str(one) for one in broken]}  # fmt: skip
    if json:
        answer(told)
    else:
        console.print(_table(told))
    if broken:
        raise typer.Exit(BROKEN)


@twin.command()
def frontier(
    agents: Annotated[int, typer.Option(min=1, max=500, help="How many work at once.")],
    answer_rate: Annotated[float, typer.Option(min=0.01, max=1.0, help="Of calls, by a person.")],
    talk_s: Annotated[float, typer.Option(min=1, help="Mean conversation.")] = 150.0,
    wrap_up_s: Annotated[float, typer.Option(min=0.1, help="Mean wrap-up.")] = 30.0,
    ring_s: Annotated[float, typer.Option(min=0.5, help="Mean ring until the answer.")] = 11.0,
    cap: Annotated[float, typer.Option(min=0.0001, max=0.5, help="Abandoned per person.")] = 0.03,
    hours: Annotated[float, typer.Option(min=0.5, help="Of a day.")] = 8.0,
    days: Annotated[int, typer.Option(min=2, help="Simulated for each figure.")] = 20,
    processes: Annotated[int, typer.Option(min=1, help="Of this machine.")] = 1,
    dask: Annotated[str, typer.Option(help="A Dask scheduler's address instead.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Before a campaign starts: occupancy and abandonment by lines per waiting agent."""
    from sim.fast.outlook import Team, outlook
    from sim.fast.workers import workers

    team = Team(
        agents=agents, answer_rate=answer_rate, talk_s=talk_s, wrap_up_s=wrap_up_s, ring_s=ring_s,
        cap=cap, hours=hours,
    )  # fmt: skip
    with aside.status(f"{days} days of {agents} agents ..."), workers(processes, dask) as many:
        seen = outlook(team, range(1, days + 1), many)
    if json:
        answer(
            {"source": "sim", **msgspec.to_builtins(seen), "share_of_limit": seen.share_of_limit}
        )
    else:
        for line in _outlook(seen, days):
            console.print(line, highlight=False)


def _outlook(seen: "Outlook", days: int) -> Iterator[Table | str]:
    team = seen.team
    table = Table(title=f"SIMULATED: {days} days of {team.agents} agents, {team.hours:g} h each")
    for head in ("lines per waiting agent", "occupancy", "abandoned / person", "persons an hour"):
        table.add_column(head, justify="right")
    for one in seen.points:
        mark = "[bold]" if one is seen.best else ""
        table.add_row(
            f"{mark}{one.lines_per_agent:g}", f"{mark}{_percent(one.occupancy)}",
            f"{mark}{_percent(one.abandon_rate, 2)}", f"{mark}{one.persons_per_hour.mean:.1f}",
        )  # fmt: skip
    yield table
    if seen.limit is not None and seen.share_of_limit is not None:
        yield (
            f"No dialer that lets every phone ring on exceeds {100 * seen.limit:.1f} % under a cap "
            f"of {100 * team.cap:g} % (memoryless optimum); the best line that keeps the cap "
            f"({seen.best.lines_per_agent:g} per waiting agent) reaches "
            f"{100 * seen.share_of_limit:.0f} % of that."
        )
    if seen.fewer is not None:
        yield f"One agent fewer ({team.agents - 1}): {_in_words(seen.fewer)}"
    yield f"One agent more ({team.agents + 1}): {_in_words(seen.more)}"


def _in_words(one: "Point") -> str:
    return (
        f"occupancy {_percent(one.occupancy)}, abandoned {_percent(one.abandon_rate, 2)}, "
        f"{one.persons_per_hour.mean:.1f} persons an hour."
    )


def _percent(band: "Band", digits: int = 1) -> str:
    off = "" if band.off is None else f" ± {100 * band.off:.{digits}f}"
    return f"{100 * band.mean:.{digits}f}{off} %"


def figures(case: Case) -> dict[str, Any]:
    """What the day came to. Rates are 0 to 1, of what their names say."""
    outcomes = Counter(cdr.outcome for cdr in case.placed)
    count = {
        flag: sum(n for kind, n in outcomes.items() if getattr(OUTCOMES[kind], flag))
        for flag in ("answered", "person", "connected", "abandoned")
    }
    spent: Counter[str] = Counter()
    for was in case.agents_were:
        spent[_phase(was)] += was.to_at - was.from_at  # type: ignore[assignment]
    worked = spent["busy"] + spent["READY"]
    return {
        "placed": sum(cdr.placed_at is not None for cdr in case.placed),
        **count,
        "abandon_rate": abandon_rate(count["abandoned"], count["person"]),
        "occupancy": spent["busy"] / worked if worked else None,
        "by_outcome": dict(outcomes.most_common()),
    }


def _phase(was: AgentWas) -> str:
    return "busy" if was.state in BUSY else was.state


def _day(name: str, hours: float | None, agents: int) -> Scenario:
    if name.endswith(".toml"):
        day = scenario_file.load(Path(name))
        return msgspec.structs.replace(day, hours=hours or day.hours, agents=agents or day.agents)
    if name not in SCENARIOS:
        known = ", ".join(sorted(SCENARIOS))
        raise SettingsError(f"--scenario {name}: there is no such day; there are: {known}")
    return scenario(name, hours=hours or 1.0, **({"agents": agents} if agents else {}))


def _table(told: dict[str, Any]) -> Table:
    table = Table(title=f"SIMULATED: {told['scenario']}, seed {told['seed']}", show_header=False)
    for key in ("placed", "answered", "person", "connected", "abandoned"):
        table.add_row(key, str(told[key]))
    table.add_row("abandoned / person", f"{100 * told['abandon_rate']:.2f} %")
    if told["occupancy"] is not None:
        table.add_row("occupancy", f"{100 * told['occupancy']:.1f} %")
    for kind, n in told["by_outcome"].items():
        table.add_row(f"  {kind}", str(n))
    for violation in told["violations"]:
        table.add_row("[red]broken promise[/]", violation)
    return table
