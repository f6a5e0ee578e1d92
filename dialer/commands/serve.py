"""`dialer serve`: the service."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Annotated

import anyio
import typer

from dialer import logs
from dialer import serve as service
from dialer.commands import same_settings, settings_of
from dialer.commands.exits import FAILED
from dialer.errors import DialerError
from dialer.room import is_full
from dialer.settings import Settings
from dialer.supervise import Child, Supervisor, python


def serve(
    context: typer.Context,
    board: Annotated[bool | None, typer.Option(help="Run the board; unless: as set.")] = None,
    metrics: Annotated[bool | None, typer.Option(help="Offer metrics; unless: as set.")] = None,
    web: Annotated[bool | None, typer.Option(help="Run the web process; unless: as set.")] = None,
    drain_s: Annotated[
        float, typer.Option(min=0, help="How long calls may go on after the first signal.")
    ] = service.DRAIN_S,
) -> None:
    """Serve this home: dial what campaigns ask for until a signal comes.

    The first SIGTERM or Ctrl-C drains: nothing more is placed, calls end in their own time. The
    second ends at once.
    """
    from dialer.asterisk.world import world

    settings = settings_of(context)
    logs.configure(settings.logs.level, settings.logs.file, settings.logs.keep)
    wanted = {
        "loader": True,
        "rater": True,
        "metrics": settings.metrics.on if metrics is None else metrics,
        "board": settings.board.on if board is None else board,
        "web": settings.web.on if web is None else web,
        "reporter": bool(settings.reports.every),
    }
    kept = [one for one in children(settings, same_settings(context)) if wanted[one.name]]
    with ExitStack() as stack:
        keeper = Supervisor(os.environ, time.monotonic, _output(settings, stack))
        real = world(settings)
        try:
            anyio.run(lambda: service.serve(settings, real, keeper, children=kept, drain_s=drain_s))
        except Exception as error:
            first = logs.leaves(error)[0]
            if isinstance(first, DialerError) or is_full(first):
                raise
            # A bug. The log's sieve is the right place for words that nobody has looked at.
            logs.get(__name__).critical("the dialer failed", exc_info=error)
            raise typer.Exit(FAILED.code) from error


def children(settings: Settings, same: list[str]) -> Iterator[Child]:
    """What runs beside the dialer; each may die without a call noticing."""
    yield python(
        "loader", "dialer.warehouse.loader", "--journal", str(settings.journal),
        "--home", str(settings.home), "--every-s", str(settings.warehouse.every_s),
        "--snapshot-s", str(settings.warehouse.snapshot_every_s),
    )  # fmt: skip
    yield python(
        "rater", "dialer.money.process", "--journal", str(settings.journal),
        "--home", str(settings.home),
    )  # fmt: skip
    yield python("metrics", "dialer", *same, "metrics")
    yield python("board", "dialer", *same, "board", "--alone")
    yield python("web", "dialer", *same, "web")
    yield python("reporter", "dashboards.paper.process", *same)


def _output(settings: Settings, stack: ExitStack) -> IO[bytes] | None:
    """With a log file, what the children say goes beside it."""
    if settings.logs.file is None:
        return None
    path = settings.logs.file.with_name("children.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return stack.enter_context(path.open("ab"))
