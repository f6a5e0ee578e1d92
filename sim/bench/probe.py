"""A dialer process under a probe: the service itself, timed, with agents who need no telephone.

    python -m sim.bench.probe SETTINGS READINGS

`READINGS` gets a line of JSON each second: what was handled since the start, and how long it took.
An agent at `PJSIP/virtual...` has a leg as soon as the dialer asks for one; there is nobody on it,
so such agents are for campaigns whose calls nobody answers.
"""

import ctypes
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import anyio
import msgspec

from dialer import logs
from dialer import settings as settings_module
from dialer.asterisk.switch import AsteriskSwitch
from dialer.asterisk.world import world as telephones
from dialer.clock import SteadyClock
from dialer.commands.serve import children
from dialer.engine import events
from dialer.engine.commands import (
    AnyCommand,
    Bridge,
    CallAgent,
    DropAgent,
    HangUp,
    SwitchCommand,
)
from dialer.engine.events import Event
from dialer.journal.sqlite import SqliteJournal
from dialer.listening.pool import SUMMED, ListenerPool
from dialer.live import Dialer, Inbox
from dialer.ports import Clock, Report, Switch
from dialer.serve import serve
from dialer.supervise import Supervisor
from dialer.world import World
from sim.bench.spread import Spread

VIRTUAL = "PJSIP/virtual"
EACH = 7
LOOP_S = 0.05
"How often the loop is asked how late it is."

FROM_THE_SWITCH: tuple[type[Event], ...] = (
    events.Placed, events.NotPlaced, events.Progressed, events.Ringing, events.Answered,
    events.Bridged, events.NotBridged, events.AgentHeard, events.MessageStarted,
    events.MessageEnded, events.HungUp, events.LegUp, events.LegDown,
)  # fmt: skip
"""Events whose instant is the one at which they were received. What listeners hear is dated back
to the sound, and a promise to the moment before its commit: their age is no waiting."""


class Reading(msgspec.Struct):
    """All since the start."""

    at: float = 0.0
    events: int = 0
    lag: Spread = msgspec.field(default_factory=Spread)
    "From an event's receipt to the end of its turn."
    engine: Spread = msgspec.field(default_factory=Spread)
    "CPU time inside `handle`, of every seventh event: to look at that clock is not free."
    loop: Spread = msgspec.field(default_factory=Spread)
    "How much later than asked for the loop woke a sleeper: what an event waits before receipt."
    commit: Spread = msgspec.field(default_factory=Spread)
    "The journal's last transaction, looked at as often."
    told: Spread = msgspec.field(default_factory=Spread)
    "From the sound on which a verdict rests to the end of its turn."
    not_placed: dict[str, int] = {}
    "Why orders never became calls."
    downs: int = 0
    "How often the switch was lost."
    ears: dict[str, float] = {}
    "What the listeners have heard: frames, late, lost."
    cache_mb: float = 0.0
    "Memory that SQLite holds now: the journal's cache grows to its limit as the journal grows."

    def since(self, before: "Reading") -> "Reading":
        """What has come since then."""
        return Reading(
            at=self.at - before.at,
            events=self.events - before.events,
            lag=self.lag.since(before.lag),
            engine=self.engine.since(before.engine),
            loop=self.loop.since(before.loop),
            commit=self.commit.since(before.commit),
            told=self.told.since(before.told),
            not_placed={
                why: n - before.not_placed.get(why, 0) for why, n in self.not_placed.items()
            },
            downs=self.downs - before.downs,
            cache_mb=self.cache_mb,
            ears={name: n - before.ears.get(name, 0.0) for name, n in self.ears.items()},
        )


class Probe:
    """Looks on."""

    def __init__(self, dialer: Dialer) -> None:
        assert isinstance(dialer.switch, Virtual)
        assert isinstance(dialer.journal, SqliteJournal)
        self.reading = Reading()
        self._dialer, self._switch, self._journal = dialer, dialer.switch, dialer.journal
        self._handle = dialer.engine.handle
        vars(dialer.engine)["handle"] = self._timed
        dialer.observers.append(self._observe)

    def _timed(self, event: Event) -> list[AnyCommand]:
        self.reading.events += 1
        if self.reading.events % EACH:
            return self._handle(event)
        began = time.thread_time_ns()
        commands = self._handle(event)
        self.reading.engine.add((time.thread_time_ns() - began) * 1e-9)
        return commands

    def _observe(self, event: Event, commands: Sequence[AnyCommand]) -> None:
        reading = self.reading
        if isinstance(event, FROM_THE_SWITCH):
            reading.lag.add(max(0.0, self._dialer.clock() - event.at))
        if isinstance(event, events.Heard) and event.sound in events.VERDICTS:
            reading.told.add(self._dialer.clock() - event.at)
        if isinstance(event, events.NotPlaced):
            reading.not_placed[event.why] = reading.not_placed.get(event.why, 0) + 1
        reading.downs += isinstance(event, events.SwitchDown)

    async def watch_loop(self) -> None:
        """Sleep shortly, again and again; note by how much too long it was."""
        while True:
            due = time.monotonic() + LOOP_S
            await anyio.sleep(LOOP_S)
            self.reading.loop.add(max(0.0, time.monotonic() - due))
            self.reading.commit.add(self._journal.commit_s)

    async def write(self, out: TextIO) -> None:
        """A line each second."""
        while True:
            self.reading.at = self._dialer.clock()
            self.reading.ears = self._switch.ears()
            self.reading.cache_mb = sqlite_memory_mb()
            out.write(msgspec.json.encode(self.reading).decode() + "\n")
            out.flush()
            await anyio.sleep(1.0)


def sqlite_memory_mb() -> float:
    """What SQLite has allocated in this process; 0 where that cannot be asked."""
    try:
        used = ctypes.CDLL("libsqlite3.so.0").sqlite3_memory_used
    except (OSError, AttributeError):
        return 0.0
    used.restype = ctypes.c_int64
    return float(used()) / 2**20


class Virtual:
    """A switch beside which agents sit who need no leg."""

    def __init__(self, switch: AsteriskSwitch, report: Report, clock: Clock) -> None:
        self._switch, self._report, self._clock = switch, report, clock
        self._agents: set[str] = set()

    def ears(self) -> dict[str, float]:
        """What the listeners have heard."""
        listeners = self._switch.listeners
        assert isinstance(listeners, ListenerPool)
        sums = listeners.figures()
        return {name: sums[name] for name in SUMMED}

    def execute(self, command: SwitchCommand) -> None:
        """Answer for virtual agents, hand on the rest."""
        match command:
            case CallAgent(agent=agent, endpoint=endpoint) if endpoint.startswith(VIRTUAL):
                self._agents.add(agent)
                self._report(events.LegUp(agent=agent, at=self._clock()))
            case DropAgent(agent=agent) if agent in self._agents:
                self._agents.discard(agent)
                self._report(events.LegDown(agent=agent, at=self._clock()))
            case Bridge(call=call, agent=agent) if agent in self._agents:
                why = "call gone"  # nobody is there: the call must end, and the agent stay
                self._report(events.NotBridged(call=call, agent=agent, why=why, at=self._clock()))
                self._switch.execute(HangUp(call=call, why="nobody at a virtual agent's desk"))
            case _:
                self._switch.execute(command)


def beside_virtual_agents(world: World) -> World:
    """The same world; its switch answers for virtual agents."""

    @asynccontextmanager
    async def switch(
        journal: SqliteJournal, inbox: Inbox, clock: SteadyClock
    ) -> AsyncIterator[Switch]:
        async with world.switch(journal, inbox, clock) as real:
            assert isinstance(real, AsteriskSwitch)
            yield Virtual(real, inbox.put, clock)

    return World(switch, world.trunks, world.service)


async def main(settings_file: Path, readings: Path) -> None:
    """Serve until SIGTERM."""
    settings = settings_module.load(settings_file)
    logs.configure(settings.logs.level, settings.logs.file, settings.logs.keep)
    loader = [one for one in children(settings, []) if one.name == "loader"]
    keeper = Supervisor(os.environ, time.monotonic)
    served = partial(
        serve, settings, beside_virtual_agents(telephones(settings)), keeper, children=loader,
        drain_s=1.0,
    )  # fmt: skip
    with readings.open("w") as out:
        async with anyio.create_task_group() as tasks:
            ended = anyio.Event()

            async def serve_and_tell(*, task_status: anyio.abc.TaskStatus[Any]) -> None:
                await served(task_status=task_status)
                ended.set()

            probe = Probe(await tasks.start(serve_and_tell))
            tasks.start_soon(probe.watch_loop)
            tasks.start_soon(probe.write, out)
            await ended.wait()
            tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]))
