"""`dialer board`: the board in the browser, at the web process's door."""

import os
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Annotated

import anyio
import typer

from dialer.commands import aside, same_settings, settings_of
from dialer.parent import end_with_parent
from dialer.settings import Settings
from dialer.supervise import Child, Supervisor, python

APP = Path(__file__).with_name("app.py")


def board(
    context: typer.Context,
    browser: Annotated[
        bool | None,
        typer.Option(help="Open a browser. Unless said, only where somebody sits at a terminal."),
    ] = None,
    alone: Annotated[
        bool, typer.Option(help="Only the board: a web process is there (`dialer serve` says so).")
    ] = False,
) -> None:
    """Show the board: live tiles, calls, agents' time, pacing and why. Ctrl-C ends it.

    It is seen at the web process's `/board/`, where people log in; where none runs, one is started.
    """
    settings = settings_of(context)
    if alone:
        argv = command(settings)
        end_with_parent()
        os.execvp(argv[0], argv)
    _bring_up_to_date(settings)
    same = same_settings(context)
    children = [python("board", "dialer", *same, "board", "--alone")]
    if not _answers(settings):
        children.append(python("web", "dialer", *same, "web"))
    aside.print(f"board: [link={settings.web.board}]{settings.web.board}[/]", highlight=False)
    if sys.stdin.isatty() if browser is None else browser:
        webbrowser.open(settings.web.board)
    with suppress(KeyboardInterrupt):
        anyio.run(_keep, children)


def _bring_up_to_date(settings: Settings) -> None:
    """Let a loader make what another version of the program made anew, before anybody looks."""
    from dialer.warehouse.reading import is_outdated  # pandas takes a second to load
    from dialer.warehouse.store import Place

    sources = [one.name for one in (settings.home / "warehouse").glob("*") if one.is_dir()]
    places = [Place(settings.home, source) for source in sources]
    if settings.journal.exists() and any(is_outdated(one, Random()) for one in places):
        argv = [sys.executable, "-m", "dialer.warehouse.loader", "--catch-up",
                "--journal", str(settings.journal), "--home", str(settings.home)]  # fmt: skip
        with aside.status("another version of the program filled the warehouse: making it anew"):
            subprocess.run(argv, check=False)


def command(settings: Settings) -> list[str]:
    """Streamlit's command line. The process becomes Streamlit, so a signal to it ends the board."""
    options: Mapping[str, object] = {
        "server.address": settings.board.address,
        "server.port": settings.board.port,
        "server.baseUrlPath": "board",
        "server.headless": "true",
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "server.enableCORS": "true",  # the Origin of its WebSocket is looked at
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        # It asks the Internet for this machine's address, unless it is told one.
        "browser.serverAddress": settings.board.address,
    }
    return [
        sys.executable, "-m", "streamlit", "run", str(APP),
        *(f"--{name}={value}" for name, value in options.items()),
        "--", "--home", str(settings.home.absolute()), *_currency(settings), *_secure(settings),
        *_second(settings),
    ]  # fmt: skip


def _currency(settings: Settings) -> list[str]:
    return ["--currency", settings.reports.currency] if settings.reports.currency else []


def _secure(settings: Settings) -> list[str]:
    return ["--secure"] if settings.web.secure else []


def _second(settings: Settings) -> list[str]:
    return [word for role in settings.web.second_factor for word in ("--second-factor", role)]


def _answers(settings: Settings) -> bool:
    """Whether something listens where the web process would."""
    host = "127.0.0.1" if settings.web.address in ("0.0.0.0", "::") else settings.web.address
    with suppress(OSError), socket.create_connection((host, settings.web.port), timeout=1.0):
        return True
    return False


async def _keep(children: list[Child]) -> None:
    keeper = Supervisor(os.environ, time.monotonic)
    async with anyio.create_task_group() as tasks:
        for child in children:
            tasks.start_soon(keeper.keep, child)
