"""The command line of the bench, in the order in which its help tells it."""

import typer

from sim.bench.commands.ears import detection, known, listen
from sim.bench.commands.house import desk, import_, reports
from sim.bench.commands.simulated import engine, erlang, pacing, twin
from sim.bench.commands.telephones import calls, lab

__all__ = ["bench"]

bench = typer.Typer(
    no_args_is_help=True, add_completion=False, help="How fast it is, measured on this machine."
)
for command in (
    calls, lab, engine, twin, erlang, pacing, desk, listen, detection, known, import_, reports,
):  # fmt: skip
    bench.command(name=command.__name__.rstrip("_"))(command)
