"""`dialer board`: the board in the browser."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from dialer.settings import Settings, load
from dialer.warehouse.process import end_with_parent

APP = Path(__file__).with_name("app.py")


def board(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="The dialer's home; unless: as set.")] = None,
    port: Annotated[int | None, typer.Option(help="HTTP port; unless: as set.")] = None,
    browser: Annotated[
        bool | None,
        typer.Option(help="Open a browser. Unless said, only where somebody sits at a terminal."),
    ] = None,
) -> None:
    """Show the board: live tiles, calls, agents' time, pacing and why. Ctrl-C ends it."""
    settings = context.find_object(Settings) or load(home=home)
    seen = sys.stdin.isatty() if browser is None else browser
    argv = command(
        home or settings.home, port or settings.board.port, settings.board.address, browser=seen
    )
    end_with_parent()
    os.execvp(argv[0], argv)


def command(home: Path, port: int, address: str, *, browser: bool) -> list[str]:
    """Streamlit's command line. The process becomes Streamlit, so a signal to it ends the board."""
    options: Mapping[str, object] = {
        "server.address": address,
        "server.port": port,
        "server.headless": str(not browser).lower(),
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    return [
        sys.executable, "-m", "streamlit", "run", str(APP),
        *(f"--{name}={value}" for name, value in options.items()),
        "--", "--home", str(home.absolute()),
    ]  # fmt: skip


if __name__ == "__main__":
    typer.run(board)
