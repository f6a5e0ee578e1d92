"""Benches that telephone: scenes and a whole campaign in the lab, on a real Asterisk."""

from pathlib import Path
from typing import Annotated, Any

import anyio
import msgspec
import typer
from rich.markup import escape

from dialer.commands import answer, aside, console, settings_of
from dialer.engine.pacing import POLICIES
from sim.bench.commands.options import Json, Short, chosen
from sim.bench.commands.simulated import engine_timed

ENGINE = "engine"


def calls(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option(help="voice, rate, ears, soak, engine; again for more.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long the soak takes.")] = 10.0,
    lines: Annotated[
        int | None, typer.Option(min=1, help="Of the soak; unless: what the cores carry.")
    ] = None,
    seed: int = 1,
    port_offset: Annotated[int, typer.Option(help="Added to all ports, to run two.")] = 0,
    short: Short = False,
    json: Json = False,
) -> None:
    """Dial the lab's carrier on a real Asterisk and measure: reaction, rate, ears, memory.

    Exit code 1 if a call was lost or dialled twice; a goal that was not met is only told.
    """
    from dialer.asterisk.instance import ensure_installed
    from sim.bench.machine import machine
    from sim.bench.scenes import scenes
    from sim.bench.stage import lab

    settings = settings_of(context)
    prefix = settings.asterisk.prefix.absolute()
    ensure_installed(prefix)
    seen = machine(prefix)
    known = scenes(cores=seen.cores, minutes=minutes, lines=lines, short=short)
    wanted = chosen(only, [*known, ENGINE])
    folder = (settings.home.parent / "bench").absolute()
    found: dict[str, Any] = {}
    played = [known[name] for name in wanted if name in known]
    if played:
        network = lab(folder, prefix, seed, known["soak"].hold_s, port_offset)
        found |= anyio.run(_played, played, network, folder)
    if ENGINE in wanted:
        found[ENGINE] = engine_timed(short)
    _tell({"machine": msgspec.to_builtins(seen), "short": short, "scenes": found}, json)


async def _played(scenes: list[Any], network: Any, folder: Path) -> dict[str, Any]:
    """One lab, scene after scene, each with a dialer of its own."""
    from anyio import to_thread

    from sim.bench.calls import OWN, figures, play

    found: dict[str, Any] = {}
    with aside.status("starting the lab carrier ...") as status:
        await to_thread.run_sync(network.up)
        try:
            for scene in scenes:
                at = folder / scene.name
                played = await play(scene, network, at, lambda word: status.update(escape(word)))
                found[scene.name] = {**figures(played), **OWN[scene.name](played)}
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(network.down)
    return found


def _tell(result: dict[str, Any], json: bool) -> None:
    from sim.bench.report import goals, lost_or_doubled, tables

    met = () if result["short"] else goals(result["scenes"])
    result["goals"] = [msgspec.to_builtins(goal) for goal in met]
    if json:
        answer(result)
    else:
        for table in tables(result):
            console.print(table)
    if lost_or_doubled(result["scenes"]):
        raise typer.Exit(1)


def lab(
    context: typer.Context,
    agents: Annotated[int, typer.Option(min=1, max=50)] = 20,
    minutes: Annotated[float, typer.Option(min=0.5, help="How long it dials.")] = 10.0,
    policy: Annotated[str, typer.Option(help="A pacing mode.")] = "predictive",
    days: Annotated[int, typer.Option(min=3, help="The twin lives, for its band.")] = 20,
    seed: int = 1,
    port_offset: Annotated[int, typer.Option(help="Added to all ports, to run two.")] = 0,
    json: Json = False,
) -> None:
    """Dial the lab on a real Asterisk by one pacing mode, and set the twin's band beside it.

    The board shows it while it goes on. The scenario of the twin is fitted to this very campaign.
    Exit code 1 if our records and the carrier's log differ; a figure out of its band is told.
    """
    from sim.bench.lab import lab_figures, lab_tables

    if policy not in POLICIES:
        raise typer.BadParameter(f"`{policy}` is none of {', '.join(POLICIES)}")
    found = lab_figures(
        settings_of(context), agents=agents, minutes=minutes, policy=policy, days=days, seed=seed,
        port_offset=port_offset,
    )  # fmt: skip
    if json:
        answer(found)
    else:
        for one in lab_tables(found):
            console.print(one)
    if found.measured["mismatches"]:
        raise typer.Exit(1)
