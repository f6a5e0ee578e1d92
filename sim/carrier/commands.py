"""`dialer lab up | down | status`: the telephone network to practise on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dialer.asterisk.instance import ensure_installed
from dialer.commands import answer, aside, console, settings_of
from sim.carrier.behaviours import LAB
from sim.carrier.lab import DEFAULT_PORTS, Lab, Ports, State
from sim.carrier.plugs import plug_in
from sim.desk import staff

lab = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The lab: a telephone network to practise on."
)

NOT_UP = 1
"Exit code of `status` if the lab, or half of it, is down."

Home = Annotated[
    Path | None, typer.Option("--lab-home", help="Its folder; `lab` in the dialer's home if not.")
]
Folder = Annotated[
    Path, typer.Option("--carrier", help="What its numbers do: a folder with a carrier.toml.")
]
Seed = Annotated[int, typer.Option(help="Which number does what: the same seed, the same numbers.")]
Offset = Annotated[int, typer.Option(help="Added to its ports, for a second lab beside the first.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@lab.command()
def up(
    context: typer.Context,
    home: Home = None,
    carrier: Folder = LAB,
    seed: Seed = 1,
    port_offset: Offset = 0,
    json: Json = False,
) -> None:
    """Start the lab, or leave it running."""
    settings = settings_of(context)
    ports = Ports(
        sip=DEFAULT_PORTS.sip + port_offset,
        http=DEFAULT_PORTS.http + port_offset,
        responder=DEFAULT_PORTS.responder + port_offset,
    )
    folder, prefix = home or settings.home / "lab", settings.asterisk.prefix
    network = Lab(folder, prefix, seed, carrier.absolute(), ports)
    with _progress("Asterisk"):
        ensure_installed(network.prefix)
    with _progress("the lab"):
        network.up()
        plug_in(network, settings)
    _tell(network.status(), json)


@lab.command()
def down(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """Stop what `up` started, and nothing else."""
    network = _found(context, home)
    network.down()
    _tell(network.status(), json)


@lab.command()
def status(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """Whether it is up (exit code 0) or not (1), and how many calls it has seen."""
    state = _found(context, home).status()
    _tell(state, json)
    if not state.up:
        raise typer.Exit(NOT_UP)


@lab.command()
def agents(
    context: typer.Context,
    count: Annotated[int, typer.Argument(min=1, max=50)] = 10,
    pool: Annotated[str, typer.Option(help="The pool they work for.")] = "main",
    seed: Seed = 1,
) -> None:
    """Let lab agents work for the dialer that is served, until Ctrl-C: then they go home.

    They sit out a restart; a dialer that is gone for half a minute is gone (exit code 4).
    """
    staff(settings_of(context).socket, count, pool, seed)


def _found(context: typer.Context, home: Path | None) -> Lab:
    settings = settings_of(context)
    return Lab.found(home or settings.home / "lab", settings.asterisk.prefix)


@contextmanager
def _progress(what: str) -> Iterator[None]:
    with aside.status(f"starting {what} ..."):
        yield


def _tell(state: State, json: bool) -> None:
    if json:
        answer(state)
    else:
        console.print(_shown(state, state.ports))


def _shown(state: State, ports: Ports) -> Table:
    table = Table(box=None, show_header=False)
    table.add_row("lab", "up" if state.up else "down", state.home)
    table.add_row("trunk lab", f"127.0.0.1:{ports.sip}", _process(state.asterisk))
    table.add_row("trunk lab-quirks", f"127.0.0.1:{ports.responder}", _process(state.responder))
    table.add_row("calls", f"{state.calls} in the log", f"{state.channels} channels now")
    return table


def _process(pid: int | None) -> str:
    return f"pid {pid}" if pid else "down"
