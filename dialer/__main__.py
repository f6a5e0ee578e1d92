"""The command line. Its own commands and those of other packages are loaded when they are named."""

import sqlite3
import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from dialer import logs, settings
from dialer.commands import aside, console
from dialer.commands.exits import FAILED, INTERRUPTED, exit_for
from dialer.errors import DialerError
from dialer.room import NONE_LEFT, is_full

GROUP = "dialer.commands"
"Entry points of this group are sub-commands: how `sim` and `dashboards` add theirs."

OWN = {
    "serve": "dialer.commands.serve:serve",
    "run": "dialer.commands.run:run",
    "preflight": "dialer.commands.preflight:preflight",
    "campaign": "dialer.commands.campaign:app",
    "forecast": "dialer.commands.forecast:forecast",
    "evidence": "dialer.commands.evidence:evidence",
    "person": "dialer.commands.person:app",
    "archive": "dialer.commands.archive:archive",
    "export": "dialer.commands.archive:export",
    "leads": "dialer.commands.leads:app",
    "dnc": "dialer.commands.dnc:app",
    "prompts": "dialer.commands.prompts:app",
    "tariffs": "dialer.commands.tariffs:app",
    "detection": "dialer.commands.detection:app",
    "status": "dialer.commands.status:status",
    "sql": "dialer.commands.sql:sql",
    "rebuild": "dialer.commands.rebuild:rebuild",
    "backup": "dialer.commands.backup:backup",
    "restore": "dialer.commands.backup:restore",
    "upgrade": "dialer.commands.upgrade:upgrade",
    "doctor": "dialer.commands.doctor:doctor",
    "asterisk-config": "dialer.commands.asterisk_config:asterisk_config",
    "call": "dialer.commands.call:call",
    "calendar": "dialer.commands.calendar:app",
    "caller-ids": "dialer.commands.caller_ids:app",
    "users": "dialer.commands.users:app",
    "audit": "dialer.commands.audit:app",
    "metrics": "dialer.commands.metrics:metrics",
    "web": "dialer.commands.web:web",
    "explain": "dialer.commands.explain:explain",
    "exits": "dialer.commands.exit_codes:exit_codes",
}
"Name -> function, or an application of sub-commands."


class Commands(TyperGroup):
    """A group that loads a command when somebody names it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names: our own first, as they stand in the table."""
        return [*OWN, *sorted(set(_foreign()) - set(OWN))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name."""
        if cmd_name in OWN:
            module, _, name = OWN[cmd_name].partition(":")
            return _command(cmd_name, getattr(import_module(module), name))
        if entry := _foreign().get(cmd_name):
            return _command(cmd_name, _loaded(entry))
        return None


def _foreign() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _loaded(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except (ImportError, AttributeError) as why:
        reason = f"`dialer {entry.name}` cannot be loaded: {why}"

        def broken() -> None:
            raise DialerError(reason)

        broken.__doc__ = f"(cannot be loaded: {why})"
        return broken


def _command(name: str, target: Any) -> Any:
    """A function or an application, as a command."""
    if not isinstance(target, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(name)(target)
        target = app
    command = typer.main.get_command(target)
    command.name = name
    return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        console.print(version("predictive-dialer"), highlight=False)
        raise typer.Exit


@app.callback()
def dialer(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("--settings", envvar="DIALER_SETTINGS", help="Settings, a TOML file."),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(envvar="DIALER_HOME", help="Databases, socket, keys; unless the file says."),
    ] = None,
    asterisk: Annotated[
        Path | None,
        typer.Option(envvar="DIALER_ASTERISK", help="Asterisk's folder; unless the file says."),
    ] = None,
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """A predictive outbound dialer with analytics, on Asterisk.

    `dialer serve` is the service; `run`, `status`, `campaign` and others are its clients.
    """
    logs.configure("warning")
    context.obj = settings.load(file, home=home, prefix=asterisk)


def main(args: list[str] | None = None) -> None:
    """Run a command. What somebody must mend is one line on standard error and an exit code."""
    try:
        _run(args)
    except DialerError as why:
        aside.print(f"[red]dialer:[/] {escape(str(why))}", highlight=False)
        sys.exit(exit_for(why).code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED.code)
    except BrokenPipeError:  # `dialer sql ... | head`
        sys.stderr.close()
        sys.exit(0)
    except (OSError, sqlite3.Error) as why:
        said = _said(why)
        if said is None:
            raise
        aside.print(f"[red]dialer:[/] {escape(said)}", highlight=False)
        sys.exit(FAILED.code)


def _said(why: OSError | sqlite3.Error) -> str | None:
    """What somebody can mend, in a line; nothing where it is a bug."""
    if is_full(why):
        return NONE_LEFT
    if isinstance(why, OSError) and why.filename is not None:
        return f"{why.filename}: {why.strerror}"
    return None


def _run(args: list[str] | None) -> None:
    try:
        app(args, prog_name="dialer")
    except BaseExceptionGroup as group:  # a task group's: the first cause brought down the others
        known = [one for one in logs.leaves(group) if isinstance(one, DialerError) or is_full(one)]
        if not known:
            raise
        raise known[0] from group


if __name__ == "__main__":
    main()
