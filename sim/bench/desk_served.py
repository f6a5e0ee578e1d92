"""`python -m sim.bench.desk_served SETTINGS`: a whole `dialer serve`, but for its telephones."""

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import anyio

from dialer import logs, serve
from dialer import settings as settings_file
from dialer.clock import SteadyClock
from dialer.commands.serve import children
from dialer.journal.sqlite import SqliteJournal
from dialer.live import Inbox
from dialer.ports import Switch
from dialer.supervise import Supervisor
from dialer.world import Way, World
from sim.bench.telephones import Telephones

LINES = 2000


@asynccontextmanager
async def switch(journal: SqliteJournal, inbox: Inbox, clock: SteadyClock) -> AsyncIterator[Switch]:
    """Telephones, for the dialer's life."""
    made = Telephones(inbox.put, clock, Random(1))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(made.run)
        yield made
        tasks.cancel_scope.cancel()


async def main(file: Path) -> None:
    """Serve until SIGTERM, with the web process and the loader beside it."""
    settings = settings_file.load(file)
    logs.configure("warning")
    world = World(switch, {"lab": Way(source="lab", lines=LINES, calls_per_s=100.0)})
    wanted = [
        one for one in children(settings, ["--settings", str(file)])
        if one.name in ("loader", "web")
    ]  # fmt: skip
    keeper = Supervisor(os.environ, time.monotonic)
    await serve.serve(settings, world, keeper, children=wanted, drain_s=0.0)


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]))
