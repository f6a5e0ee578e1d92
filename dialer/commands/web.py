"""`dialer web`: log-in and the API; `dialer serve` runs it."""

import time

import typer

from dialer import logs
from dialer.commands import settings_of


def web(context: typer.Context) -> None:
    """Serve log-in and the API (`dialer serve` runs this).

    While there are no accounts, a token for the first one is in the home's `first-token`.
    """
    from dialer.api import server

    settings = settings_of(context)
    logs.configure(settings.logs.level)
    server.serve(settings, time.time)
