"""Benches that need no telephone: engine, twin, formulas and pacers, in simulated time."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from dialer.commands import answer, aside, console
from dialer.engine.account import period
from dialer.engine.pacing import BENCHMARKS, POLICIES
from sim.bench.commands.options import Json, Short, chosen

if TYPE_CHECKING:
    from sim.scenario import Scenario

PEERS = "peers"
SHORT_S = 300.0


def engine(
    policy: Annotated[str, typer.Option(help="A pacing mode.")] = "progressive",
    ratio: Annotated[float, typer.Option(min=1.0, help="In the mode `ratio`.")] = 2.5,
    agents: Annotated[int | None, typer.Option(min=1, max=1000, help="100.")] = None,
    pypy: Annotated[
        bool, typer.Option("--pypy", help="Many days on PyPy instead, and some on CPython beside.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="With --pypy: of one hour each.")] = 30,
    short: Short = False,
    json: Json = False,
) -> None:
    """Time the engine among simulated people: alone, and with all of it beside SimPy alone.

    With --pypy, exit code 1 if what happens on a day there is not to the last digit what happens
    here.
    """
    if pypy:
        found = engine_elsewhere(2 if short else days, short, policy, ratio, agents)
    else:
        found = engine_timed(short, policy, ratio, agents)
    if json:
        answer(found)
    else:
        for key, value in found.items():
            console.print(f"{key.replace('_', ' ')}: [bold]{value}[/]")
    if pypy and found["days_alike"] != found["days_compared"]:
        raise typer.Exit(1)


def engine_timed(
    short: bool, policy: str = "progressive", ratio: float = 1.0, agents: int | None = None
) -> dict[str, Any]:
    """The engine's figures in one mode, for programs."""
    from sim.bench.engine import engine_figures

    day = _day(short, policy, ratio, agents)
    return msgspec.to_builtins(engine_figures(day, day.hours * 3600.0))  # type: ignore[no-any-return]


def engine_elsewhere(
    days: int, short: bool, policy: str, ratio: float, agents: int | None
) -> dict[str, Any]:
    """The same on PyPy."""
    from sim.bench.elsewhere import elsewhere
    from sim.living import living

    day = _day(short, policy, ratio, agents)
    words = f"[bold]{{}}[/] of {days} days of {day.agents} agents ..."
    with living(pypy=True) as lives, aside.status(words.format(0)) as status:
        found = elsewhere(day, days, lives, lambda one: status.update(words.format(one.seed)))
    return msgspec.to_builtins(found)  # type: ignore[no-any-return]


def _day(short: bool, policy: str, ratio: float, agents: int | None) -> "Scenario":
    """An hour of it, or some minutes."""
    from sim.scenario import scenario

    chosen([policy], [*POLICIES], "--policy")
    agents = agents or (10 if short else 100)
    hours = SHORT_S / 3600.0 if short else 1.0
    return scenario("std", agents=agents, hours=hours, pacing=policy, ratio=ratio)


def twin(short: Short = False, json: Json = False) -> None:
    """Time the fast twin beside SimPy on the same days; exit code 1 if a call differs."""
    from sim.bench.twin import twin_figures

    found = twin_figures(agents=10, hours=0.5, days=1) if short else twin_figures()
    if json:
        answer(msgspec.to_builtins(found))
    else:
        console.print(
            f"{found.calls} calls, each the same in both: {'yes' if found.same_calls else 'NO'}\n"
            f"fast twin [bold]{found.fast_per_s:,.0f}[/] calls per CPU second "
            f"({found.kernel_per_s:,.0f} without drawing them)\n"
            f"SimPy {found.simpy_per_s:,.0f}: [bold]{found.times:.0f}[/] times as slow",
            highlight=False,
        )
    if not found.same_calls:
        raise typer.Exit(1)


def erlang(short: Short = False, json: Json = False) -> None:
    """Compare our Erlang formulas with other libraries: speed and exactness.

    Exit code 1 if one of ours is not exact; a machine that is too slow is only told.
    """
    from sim.bench.erlang import erlang_figures, erlang_tables

    found = erlang_figures(20_000, 1000) if short else erlang_figures()
    if json:
        answer(msgspec.to_builtins(found))
    else:
        for one in erlang_tables(found):
            console.print(one)
    if not found.met["exact"]:
        raise typer.Exit(1)


def pacing(
    policy: Annotated[
        list[str] | None,
        typer.Option(help="A pacing mode, another dialer's rule, or `peers`: all those."),
    ] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="A day; again for more.")] = None,
    agents: Annotated[list[int] | None, typer.Option(min=1, max=1000)] = None,
    p: Annotated[float, typer.Option(min=0.01, max=0.99, help="Share who answer.")] = 0.3,
    seeds: Annotated[int, typer.Option(min=1, help="Days, from seed 1 on.")] = 2,
    hours: Annotated[float, typer.Option(min=0.5, max=24, help="Of a day.")] = 8.0,
    account: Annotated[str, typer.Option(help="Over what is counted: `day`, `30 days`, `1 h`.")]
    = "day",
    informed: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.9,
            help="Leads differ: so much of whether a person answers follows from the lead. Each "
            "pacer is measured without knowing each lead's chance, and with it.",
        ),
    ] = 0.0,
    ring_out: Annotated[
        bool,
        typer.Option(
            "--ring-out",
            help="Each phone rings to its end; else those that have rung 15 s are let alone while "
            "no agent is free, unless the rule is another dialer's.",
        ),
    ] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Compare pacing modes on simulated days: occupancy, abandoned, worst day, cost of a decision.

    All meet the same people on the same seeds; gains are over the first one, seed by seed.
    """
    from sim.bench.pacing import DAYS, Row, pacing_tables, rows

    try:
        period(account)
    except ValueError as why:
        raise typer.BadParameter(f"--account = {why}") from why
    days, pacers = chosen(scenario or ["std"], list(DAYS), "--scenario"), _pacers(policy)
    found: list[Row] = []
    for size in agents or [10]:
        with aside.status(f"{size} agents, {seeds} days each ..."):
            found += rows(
                days, pacers, agents=size, p=p, seeds=range(1, seeds + 1), hours=hours,
                account=account, informed=informed, ring_out=ring_out,
            )  # fmt: skip
    if json:
        answer({"source": "sim", "rows": msgspec.to_builtins(found)})
    else:
        for one in pacing_tables(found):
            console.print(one, highlight=False)


def _pacers(policy: list[str] | None) -> list[str]:
    """Those that were asked for, behind the one that all are compared with."""
    from sim.bench.pacing import BASE

    named = [name for one in policy or () for name in (BENCHMARKS if one == PEERS else (one,))]
    found = chosen(named or POLICIES, [*POLICIES, *BENCHMARKS], "--policy")
    return [BASE, *(one for one in found if one != BASE)]
