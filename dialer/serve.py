"""`dialer serve`: one dialer, its door and its children, for as long as the service lives.

It owns the home: a second one on the same home is told who the first is. The engine's loop, the
journal and the door are in this process; loader, board and metrics are children, and any of them
may die without a call noticing. SIGTERM drains: nothing more is placed, what rings or talks ends
in its own time; a second signal ends at once. Where the machine's clock was put right the dialer
ends and another one begins in its place: every instant in it is by the clock that it began with.
Socket, children and signals are the service's; whoever comes to the door between two dialers waits.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
from dialer.wire import listening
from dialer.world import World

DRAIN_S = 120.0
"How long calls may go on after SIGTERM."

Begun = Callable[[Dialer], None]
"Told of a dialer that serves."


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
    with held(settings), listening(settings.socket) as listener:
        async with world.service(), anyio.create_task_group() as life:
            signals = Signals(drain_s)
            await life.start(signals.obey, life.cancel_scope)
            service = _Service(settings, world, keeper, listener, signals, wall)

            def first(dialer: Dialer) -> None:
                for child in children:
                    life.start_soon(keeper.keep, child)
                task_status.started(dialer)

            begun: Begun = first
            while await _served(service, begun):
                begun = _again
            life.cancel_scope.cancel()
    _log.info("served")


class _Service(NamedTuple):
    """What each of its dialers begins with."""

    settings: Settings
    world: World
    keeper: Supervisor
    listener: socket.socket
    signals: "Signals"
    wall: Callable[[], float]


async def _served(service: _Service, begun: Begun) -> bool:
    """One dialer's life; whether another one shall begin."""
    settings, world = service.settings, service.world
    with opened_journal(settings, service.wall) as (journal, inbox, clock):
        if service.signals.why and not (journal.open_intents() or journal.open_arrivals()):
            return False  # nobody is there for whom one should begin
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
            door = House(settings, dialer, journal, service.keeper, world).door()
            for name, way in world.trunks.items():
                inbox.put(way.opened(name, clock()))
            await _lived(service, dialer, door, begun)
    if dialer.begins_anew:
        _log.warning("the clock was put right: begins anew", by_s=dialer.engine.state.clock_off_s)
    return dialer.begins_anew


async def _lived(service: _Service, dialer: Dialer, door: Door, begun: Begun) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_run, dialer, door, tasks.cancel_scope)  # replays before it first waits
        await tasks.start(door.serve, service.listener)
        tasks.start_soon(_must_be_fit, dialer, service.world)
        with service.signals.drain(dialer):
            home = str(service.settings.home)
            _log.info("serving", pid=os.getpid(), epoch=dialer.epoch, path=home)
            begun(dialer)
            await anyio.sleep_forever()


def _again(dialer: Dialer) -> None:
    """The children live on: they find the door again by themselves."""


async def _run(dialer: Dialer, door: Door, everything: anyio.CancelScope) -> None:
    await dialer.run()
    await door.close()
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


class Signals:
    """SIGTERM and SIGINT for as long as the service lives: also where no dialer is there just now.

    The first drains the dialer that is there, or else the one that comes; the second ends all.
    """

    def __init__(self, drain_s: float) -> None:
        self.why = ""
        "The first signal's name, once it has come."
        self._drain_s = drain_s
        self._dialer: Dialer | None = None

    async def obey(
        self, everything: anyio.CancelScope, *, task_status: anyio.abc.TaskStatus[None]
    ) -> None:
        """Until cancelled."""
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            task_status.started()
            self.why = signal.Signals(await anext(signals)).name
            _log.info("draining", why=self.why, seconds=self._drain_s)
            if self._dialer is not None:
                self._dialer.drain(self._drain_s)
            await anext(signals)
            everything.cancel()

    @contextmanager
    def drain(self, dialer: Dialer) -> Iterator[None]:
        """This is the dialer that a signal drains, for as long as the block lasts."""
        self._dialer = dialer
        if self.why:
            dialer.drain(self._drain_s)
        try:
            yield
        finally:
            self._dialer = None


_log = logs.get(__name__)
