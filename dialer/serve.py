"""`dialer serve`: one dialer, its door and its children, for as long as the service lives.

It owns the home: a second one on the same home is told who the first is. The engine's loop, the
journal and the door are in this process; loader, board and metrics are children, and any of them
may die without a call noticing. SIGTERM drains: nothing more is placed, what rings or talks ends
in its own time; a second signal ends at once. Where the machine's clock was put right the dialer
ends and another one begins in its place: every instant in it is by the clock that it began with.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import anyio
import anyio.abc
import anyio.to_thread

from dialer import byhand, logs
from dialer.door import Door
from dialer.engine.engine import Engine
from dialer.errors import Unfit
from dialer.home import held, opened_journal
from dialer.house import House
from dialer.live import Dialer
from dialer.settings import Settings
from dialer.supervise import Child, Supervisor
from dialer.world import World

DRAIN_S = 120.0
"How long calls may go on after SIGTERM."


async def serve(
    settings: Settings,
    world: World,
    keeper: Supervisor | None = None,
    *,
    children: Iterable[Child] = (),
    drain_s: float = DRAIN_S,
    wall: Callable[[], float] = time.time,
    task_status: anyio.abc.TaskStatus[Dialer] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve this home until a signal, or until another dialer takes over."""
    keeper = keeper or Supervisor(os.environ, time.monotonic)
    service = _Service(settings, world, keeper, tuple(children), drain_s, wall)
    with held(settings):
        async with world.service():
            while await _served(service, task_status):
                task_status = anyio.TASK_STATUS_IGNORED
    _log.info("served")


class _Service(NamedTuple):
    """What each of its dialers begins with."""

    settings: Settings
    world: World
    keeper: Supervisor
    children: Sequence[Child]
    drain_s: float
    wall: Callable[[], float]


async def _served(service: _Service, task_status: anyio.abc.TaskStatus[Dialer]) -> bool:
    """One dialer's life; whether another one shall begin."""
    settings, world, keeper, children, drain_s, wall = service
    with opened_journal(settings, wall) as (journal, inbox, clock):
        epoch = journal.take_lease(f"{socket.gethostname()}:{os.getpid()}", clock())
        await anyio.to_thread.run_sync(byhand.settle, journal, world.source_of, clock())
        async with world.switch(journal, inbox, clock) as switch:
            dialer = Dialer(
                engine=Engine(),
                journal=journal,
                switch=switch,
                inbox=inbox,
                clock=clock,
                epoch=epoch,
                state_file=settings.home / "state.json",
                limits=settings.alerts,
            )
            house = House(settings, dialer, journal, keeper, world)
            door = house.door()
            for name, way in world.trunks.items():
                inbox.put(way.opened(name, clock()))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_run, dialer, tasks.cancel_scope)  # replays before it first waits
                await tasks.start(_serve_door, door)
                tasks.start_soon(_must_be_fit, dialer, world)
                for child in children:
                    tasks.start_soon(keeper.keep, child)
                await tasks.start(_obey_signals, dialer, drain_s, tasks.cancel_scope)
                _log.info("serving", pid=os.getpid(), epoch=epoch, path=str(settings.home))
                task_status.started(dialer)
    if dialer.begins_anew:
        _log.warning("the clock was put right: begins anew", by_s=dialer.engine.state.clock_off_s)
    return dialer.begins_anew


async def _run(dialer: Dialer, everything: anyio.CancelScope) -> None:
    await dialer.run()
    everything.cancel()


async def _must_be_fit(dialer: Dialer, world: World) -> None:
    """End the service where something forbids to dial: `dialer doctor` shows all of it."""
    fatal: Sequence[str] = ()
    for _ in range(2):  # the switch may have gone away just while it was looked at
        while not dialer.engine.state.switch_up:  # noqa: ASYNC110 - the state has no events
            await anyio.sleep(0.05)
        if not (fatal := await world.unfit()):
            return
        await anyio.sleep(1.0)
    raise Unfit("; ".join(fatal))


async def _serve_door(door: Door, *, task_status: anyio.abc.TaskStatus[None]) -> None:
    await door.serve(task_status=task_status)


async def _obey_signals(
    dialer: Dialer,
    drain_s: float,
    everything: anyio.CancelScope,
    *,
    task_status: anyio.abc.TaskStatus[None],
) -> None:
    """The first signal drains, the second ends at once."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        task_status.started()
        number = await anext(signals)
        _log.info("draining", why=signal.Signals(number).name, seconds=drain_s)
        dialer.drain(drain_s)
        await anext(signals)
        everything.cancel()


_log = logs.get(__name__)
