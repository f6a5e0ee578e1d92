"""Benches of the house around the calls: the desks, the import of lists, the questions of pages."""

from typing import Annotated

import msgspec
import typer

from dialer.commands import answer, aside, console, settings_of
from sim.bench.commands.options import Json, Short


def desk(
    context: typer.Context,
    desks: Annotated[int, typer.Option(min=1, max=900, help="Agents at once.")] = 240,
    seconds: Annotated[float, typer.Option(min=1, help="How long it is measured.")] = 180.0,
    port_offset: Annotated[int, typer.Option(help="Added to the port, to run two.")] = 0,
    short: Short = False,
    json: Json = False,
) -> None:
    """Seat a floor at the web process: how soon it is told, and what a desk costs.

    Real but for the telephones. Exit code 1 if a desk lost its line or was refused something.
    """
    from sim.bench.desk import Plan, desk_figures

    plan = Plan(desks=desks, seconds=seconds)
    if short:
        plan = Plan(desks=24, seconds=30.0, warm_up_s=20.0, talk_s=2.0, wrap_up_s=1.0)
    plan = msgspec.structs.replace(plan, port=plan.port + port_offset)
    with aside.status(f"{plan.desks} agents at work ..."):
        found = desk_figures(settings_of(context), plan)
    if json:
        answer(msgspec.to_builtins(found))
    else:
        console.print_json(msgspec.json.encode(found).decode())
    if found.lost:
        raise typer.Exit(1)


def import_(
    rows: Annotated[int, typer.Option(min=100, help="Of the list, bad ones included.")] = 1_000_000,
    bad: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share that is none.")] = 0.1,
    workers: Annotated[int, typer.Option(min=0, help="Processes that parse.")] = 2,
    seed: int = 1,
    json: Json = False,
) -> None:
    """Import a made list into a journal of its own: rows a second, and memory of all processes."""
    from sim.bench.lists import Made, measured

    with aside.status(f"{rows} rows, {workers} processes ..."):
        found = measured(Made(rows=rows, bad=bad, seed=seed), workers)
    if json:
        answer(found)
        return
    for name, figure in msgspec.to_builtins(found).items():
        console.print(f"{name:14} {figure}", highlight=False)


def reports(
    rows: Annotated[int, typer.Option(min=100, help="Calls of a month.")] = 1_000_000,
    json: Json = False,
) -> None:
    """Ask each page's questions of made calls while others are written: ms each, and memory."""
    from sim.bench.questions import measured

    with aside.status(f"{rows} calls ..."):
        found = measured(rows)
    if json:
        answer(found)
        return
    for one in found.queries:
        said = f"{one.name:28} {one.ms:10.1f} ms {one.cpu_ms:10.1f} ms of CPU {one.rows:8} rows"
        console.print(said, highlight=False)
    console.print(
        f"{found.rows} calls, {found.file_mb} MB, filled in {found.fill_s} s, rolled up in "
        f"{found.roll_s} s; at most {found.peak_mb} MB of memory; {found.written} batches written"
    )
