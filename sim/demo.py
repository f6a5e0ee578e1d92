"""`dialer demo`: a whole campaign on this machine, with nobody's telephone ringing.

A lab carrier plays the network, a real Asterisk dials it, lab agents talk, the board shows it; at
the end our records are held against the carrier's own log, call by call.
"""

import json as jsonlib
import signal
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import anyio
import typer
from rich.progress import Progress, TextColumn
from rich.table import Table

from dialer.asterisk.instance import ensure_installed
from dialer.commands import aside, console, settings_of
from dialer.commands.written import must_be_writable, write_whole
from dialer.errors import SwitchUnavailable
from sim.month import ZONE, Day, write_month
from sim.month import days as days_before
from sim.props import GUEST, guest
from sim.stage import Stage, lab_ports, shifted


def demo(
    context: typer.Context,
    minutes: Annotated[float, typer.Option(min=0.2, help="How long it dials.")] = 10.0,
    headless: Annotated[bool, typer.Option(help="Open no browser.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the summary to this file.")] = None,
    agents: Annotated[int, typer.Option(min=1, max=50)] = 10,
    seed: Annotated[int, typer.Option(help="The same seed, the same telephone network.")] = 1,
    simulated: Annotated[bool, typer.Option(help="Without Asterisk, in SimPy: no audio.")] = False,
    port_offset: Annotated[
        int, typer.Option(min=0, max=4000, help="Added to every port, for a second one beside.")
    ] = 0,
    days: Annotated[
        int, typer.Option(min=0, max=366, help="Instead: so many days, SIMULATED, for the reports.")
    ] = 0,
    to: Annotated[Path | None, typer.Option(help="With --days: the folder for it.")] = None,
) -> None:
    """Run a demo campaign in the lab and hold our records against the carrier's log."""
    if days:
        _month((to or settings_of(context).home.parent / "demo-month").absolute(), days)
        return
    must_be_writable(json)
    settings = shifted(settings_of(context), port_offset)
    stage = Stage(settings, minutes=minutes, agents=agents, seed=seed, ports=lab_ports(port_offset))
    why = "" if simulated else _no_asterisk(stage.settings.asterisk.prefix)
    if simulated or why:
        aside.print(f"[yellow]{why}[/]\n[bold]Without Asterisk: this run is SIMULATED.[/]")
        result = stage.simulated()
    else:
        result = anyio.run(stage.play, headless)
    if json:
        text = jsonlib.dumps(result, indent=2, ensure_ascii=False) + "\n"
        write_whole(json, text.encode())
    _show(result)
    if result["mismatches"]:
        raise typer.Exit(1)


def _month(home: Path, count: int) -> None:
    """Fill a home of its own; what was written when it is broken off stays."""
    if (home / "journal.sqlite").exists():
        aside.print(f"[red]{home} has a journal already: remove it, or name another (--to)[/]")
        raise typer.Exit(2)
    todo = days_before(datetime.now(ZoneInfo(ZONE)).date(), count)
    aside.print(f"[bold]SIMULATED:[/] {len(todo)} campaign days into {home}; Ctrl-C ends it early.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Progress(*Progress.get_default_columns(), TextColumn("{task.fields[said]}")) as progress:
        bar = progress.add_task("days", total=len(todo), said="")

        def told(day: Day, calls: int) -> None:
            said = f"{day.on} {day.firm.campaign}, {calls:,} calls"
            progress.update(bar, advance=1, said=said)

        calls = write_month(home, todo, at=time.time(), told=told)
    password = guest(home, time.time())
    console.print(
        f"{calls:,} simulated calls. See them: dialer --home {home} board", highlight=False
    )
    console.print(
        f"log in as {GUEST} with the password {password}; "
        "the reports begin at /board/funnel?period=month", highlight=False,
    )  # fmt: skip


def _no_asterisk(prefix: Path) -> str:
    """Why there is none, and none can be had; empty if there is one."""
    try:
        ensure_installed(prefix)
    except SwitchUnavailable as why:
        return str(why)
    return ""


def _show(result: Mapping[str, Any]) -> None:
    table = Table(title=f"demo in the world of {result['world']}")
    table.add_column("figure")
    table.add_column("dialer", justify="right")
    table.add_column("lab's own log", justify="right")
    for name in ("placed", "answered", "connected", "abandoned"):
        table.add_row(name, str(result[name]), str(result["lab"].get(name, "")))
    for name in ("verdict_to_agent_ms", "answer_to_agent_ms"):
        spread = ", ".join(f"{p} {result[name][p]}" for p in ("p50", "p95", "p99"))
        table.add_row(name, spread, "")
    if (occupancy := result["agent_occupancy"]) is not None:
        table.add_row("agent occupancy", f"{100 * occupancy:.1f} %", "")
    for name, said in (("came", "people who called us"), ("taken", "of these, taken")):
        if "callers" in result:
            told, seen = result["callers"][name], result["lab_callers"][name]
            table.add_row(said, str(told), str(seen))
    if "recorded" in result:
        table.add_row("connected and recorded", str(result["recorded"]), "")
    table.add_row("mismatches", str(result["mismatches"]), "")
    console.print(table)
