"""`dialer twin`: a day of the real engine among simulated people, in seconds."""

from collections import Counter
from typing import Annotated, Any

import typer
from rich.table import Table

from dialer.commands import answer, aside, console
from dialer.engine.commands import AgentWas
from dialer.engine.outcomes import OUTCOMES
from dialer.errors import SettingsError
from models.abandonment import abandon_rate
from sim.judge import Case, judge
from sim.ordeal import Plan, ordeal
from sim.scenario import SCENARIOS, Scenario, scenario

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
        str, typer.Option("--scenario", help="Which day; see `twin scenarios`.")
    ] = "std",
    hours: Annotated[float, typer.Option(min=0.01, help="How long it dials.")] = 1.0,
    agents: Annotated[int, typer.Option(min=0, help="0: as many as the day has.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same day, to the byte.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Live through a day; its figures, and every promise that was broken."""
    day = _day(name, hours, agents)
    with aside.status(f"{day.agents} agents, {hours:g} hours ..."):
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


def figures(case: Case) -> dict[str, Any]:
    """What the day came to. Rates are 0 to 1, of what their names say."""
    outcomes = Counter(cdr.outcome for cdr in case.cdr.values())
    count = {
        flag: sum(n for kind, n in outcomes.items() if getattr(OUTCOMES[kind], flag))
        for flag in ("answered", "person", "connected", "abandoned")
    }
    spent: Counter[str] = Counter()
    for was in case.agents_were:
        spent[_phase(was)] += was.to_at - was.from_at  # type: ignore[assignment]
    worked = spent["busy"] + spent["READY"]
    return {
        "placed": sum(cdr.placed_at is not None for cdr in case.cdr.values()),
        **count,
        "abandon_rate": abandon_rate(count["abandoned"], count["person"]),
        "occupancy": spent["busy"] / worked if worked else None,
        "by_outcome": dict(outcomes.most_common()),
    }


def _phase(was: AgentWas) -> str:
    return "busy" if was.state in ("RESERVED", "TALKING", "WRAP_UP") else was.state


def _day(name: str, hours: float, agents: int) -> Scenario:
    if name not in SCENARIOS:
        known = ", ".join(sorted(SCENARIOS))
        raise SettingsError(f"--scenario {name}: there is no such day; there are: {known}")
    return scenario(name, hours=hours, **({"agents": agents} if agents else {}))


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
