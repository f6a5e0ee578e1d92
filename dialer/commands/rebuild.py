"""`dialer rebuild`: make the warehouse anew from the journal."""

import subprocess
import sys

import typer

from dialer.commands import aside, console, settings_of
from dialer.commands.exits import FAILED
from dialer.errors import JournalError
from dialer.settings import Settings


def rebuild(context: typer.Context) -> None:
    """Make the warehouse anew from the journal. Nothing but the journal is needed."""
    settings = settings_of(context)
    if not settings.journal.exists():
        raise JournalError(
            f"there is no journal at {settings.journal}: name the --home that has one"
        )
    if made_anew(settings):
        raise typer.Exit(FAILED.code)
    console.print(f"the warehouse in {settings.home / 'warehouse'} is as the journal says")


def made_anew(settings: Settings) -> int:
    """Let the loader make all files anew; its exit code."""
    argv = [sys.executable, "-m", "dialer.warehouse.loader", "--rebuild",
            "--journal", str(settings.journal), "--home", str(settings.home)]  # fmt: skip
    with aside.status("making the warehouse anew"):
        return subprocess.run(argv, check=False).returncode
