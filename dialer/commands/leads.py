"""`dialer leads`: lists and the do-not-call list."""

import typer

from dialer.commands import dnc

app = typer.Typer(
    help="Lists and the do-not-call list.", no_args_is_help=True, add_completion=False
)
app.add_typer(dnc.app, name="dnc")
