"""`dialer serve`: one dialer, its door and its children, for as long as the service lives.

It owns the home: a second one on the same home is told who the first is. The engine's loop, the
journal and the door are in this process; loader, board and metrics are children, and any of them
may die without a call noticing. SIGTERM drains: nothing more is placed, what rings or talks ends
in its own time; a second signal ends at once.
"""

import fcntl
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import anyio.abc
import anyio.to_thread
import msgspec

from dialer import almanac, byhand, handover, logs
from dialer.byhand import ByHand
from dialer.chronicle import Chronicle
from dialer.clock import SteadyClock
from dialer.door import DURABLE_WITHIN_S, Door
from dialer.engine.commands import AnyCommand, Record
from dialer.engine.compliance import MISSING, Rules, readiness
from dialer.engine.detection import understood
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CallWanted,
    CampaignOpened,
    Event,
    Tick,
    TransferWanted,
    TrunkOpened,
)
from dialer.errors import AlreadyServed, DialerError, Unfit
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.rules import LeadRules
from dialer.live import Dialer, Inbox
from dialer.money.tariffs import Tariffs
from dialer.picture import seat
from dialer.ports import Switch
from dialer.settings import Settings
from dialer.supervise import Child, Supervisor
from dialer.typed import Typed, must_be_free

DRAIN_S = 120.0
"How long calls may go on after SIGTERM."


Source = Literal["live", "lab", "sim"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk, as far as a campaign must fit it."""

    source: Source
    "Whom it reaches: people, the lab's carrier, or nobody but a simulation."
    caller_ids: tuple[str, ...] = ()
    "What it may show; empty: anything."
    lines: int = 10_000
    calls_per_s: float = 1000.0
    rest_s: float = 0.0
    "How long a caller id rests that is flagged; 0: none does."
    ring_timeout_s: float = 180.0
    outside: tuple[str, ...] = ()
    "Names of those outside of the house to whom customers may be handed over by it."

    def admitted(self, opened: CampaignOpened, rules: Rules) -> CampaignOpened:
        """The campaign within the trunk's limits. `Unfit` says why it may not use the trunk."""
        kind: Literal["live", "lab"] = "live" if self.source == "live" else "lab"
        if lacks := readiness(kind, rules, opened.caller_ids):
            words = "; ".join(MISSING[what] for what in lacks)
            raise Unfit(f"campaign `{opened.campaign}` may not dial people yet: {words}")
        if foreign := set(opened.caller_ids) - set(self.caller_ids or opened.caller_ids):
            raise Unfit(
                f"campaign `{opened.campaign}`: trunk `{opened.trunk}` may not show "
                f"{', '.join(sorted(foreign))}; it may show {', '.join(self.caller_ids)}"
            )
        ring_s = min(opened.ring_timeout_s, self.ring_timeout_s)
        if kind == "live" and ring_s < rules.ring_least_s:
            raise Unfit(
                f"campaign `{opened.campaign}`: it rings for {ring_s:g} s on trunk "
                f"`{opened.trunk}`; law `{rules.law}` asks for {rules.ring_least_s:g} s"
            )
        return msgspec.structs.replace(
            opened,
            source=self.source,
            lines=min(opened.lines, self.lines),
            calls_per_s=min(opened.calls_per_s, self.calls_per_s),
            ring_timeout_s=ring_s,
        )

    def opened(self, name: str, at: float) -> TrunkOpened:
        """What it carries, as the engine is told."""
        return TrunkOpened(
            trunk=name, lines=self.lines, calls_per_s=self.calls_per_s, rest_s=self.rest_s, at=at
        )


async def _nothing() -> Sequence[str]:
    return ()


class World(msgspec.Struct, frozen=True):
    """Where the dialer lives: real telephones behind an Asterisk, or something in their place."""

    switch: Callable[[SqliteJournal, Inbox, SteadyClock], AbstractAsyncContextManager[Switch]]
    "Opens the switch for the dialer's life."
    trunks: Mapping[str, Way]
    "The ways out, by name."
    recording: Callable[[str, Path], str] = lambda campaign, file: ""
    "Takes in a campaign's safe-harbour message; what the switch calls it."
    unfit: Callable[[], Awaitable[Sequence[str]]] = _nothing
    "Asked once the switch is up: what forbids to dial, each with its mend."
    listeners: Callable[[], Mapping[str, float]] = dict
    "What the listeners say of themselves: frames, late ones, workers."

    def admitted(self, opened: CampaignOpened, rules: Rules) -> CampaignOpened:
        """The campaign as its trunk takes it. `Unfit` says why it does not."""
        if opened.trunk not in self.trunks:
            known = ", ".join(sorted(self.trunks)) or "none"
            raise Unfit(f"no trunk `{opened.trunk}` here; there are: {known}")
        return self.trunks[opened.trunk].admitted(opened, rules)

    @property
    def outside(self) -> Mapping[str, Sequence[str]]:
        """Trunk -> whom customers may be handed over to by it."""
        return {name: way.outside for name, way in self.trunks.items() if way.outside}

    def source_of(self, trunk: str) -> Source:
        """Whom that trunk reaches; people, if it is not known any more."""
        return self.trunks[trunk].source if trunk in self.trunks else "live"


async def serve(
    settings: Settings,
    world: World,
    keeper: Supervisor | None = None,
    *,
    children: Iterable[Child] = (),
    drain_s: float = DRAIN_S,
    task_status: anyio.abc.TaskStatus[Dialer] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve this home until a signal, or until another dialer takes over."""
    with held(settings), opened_journal(settings) as (journal, inbox, clock):
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
            keeper = keeper or Supervisor(os.environ, time.monotonic)
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
    _log.info("served")


class House:
    """What the door needs of the dialer: orders checked before they are taken, and its state."""

    def __init__(
        self,
        settings: Settings,
        dialer: Dialer,
        journal: SqliteJournal,
        keeper: Supervisor,
        world: World,
    ) -> None:
        self._settings, self._world = settings, world
        self._dialer, self._journal, self._keeper = dialer, journal, keeper
        self._began = dialer.clock()

    def door(self) -> Door:
        """The door of this house; what happens is told to those who watch there."""
        by_hand = ByHand(
            self._dialer, self._journal, self._settings.journal,
            admitted=self._world.admitted, message=self._message,
        )  # fmt: skip
        typed = Typed(self._dialer, self._settings.journal, self.submit)
        door = Door(
            self._settings.socket,
            submit=self.submit,
            durable=lambda: self._journal.durable,
            state=self.state,
            clock=self._dialer.clock,
            answers={
                "open": self.open,
                "call": by_hand.call,
                "reach": by_hand.reach,
                "dial": typed.dial,
                "seat": self.seat,
            },
        )

        def publish(event: Event, commands: Sequence[AnyCommand]) -> None:
            if not isinstance(event, Tick):
                door.publish(event)
            for command in commands:
                if isinstance(command, Record):
                    door.publish(command.fact)

        self._dialer.observers += [publish, Chronicle()]
        return door

    def submit(self, order: Event) -> int:
        """Take a person's order. A campaign comes in by `open`, where its rules are checked."""
        if isinstance(order, CampaignOpened):
            raise DialerError('open a campaign with {"ask":"open","opened":...,"rules":...}')
        campaign = getattr(order, "campaign", "")
        if campaign and campaign not in self._dialer.engine.state.campaigns:
            known = ", ".join(sorted(self._dialer.engine.state.campaigns)) or "none"
            raise DialerError(f"no campaign `{campaign}` here; there are: {known}")
        if isinstance(order, CallWanted):
            must_be_free(self._dialer, order.agent, order.campaign)
        if isinstance(order, TransferWanted):
            order = handover.admitted(self._dialer, order, self._world.outside)
        return self._dialer.submit(order)

    async def open(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put a campaign in force: `opened` (as the event) and `rules` (see `LeadRules`)."""
        opened = msgspec.convert(body.get("opened"), CampaignOpened)
        rules = msgspec.convert(body.get("rules"), LeadRules)
        days = await anyio.to_thread.run_sync(almanac.load, self._settings.holidays)
        rules = almanac.applied(rules, days)
        if opened.campaign == byhand.CAMPAIGN:
            raise DialerError(f"`{byhand.CAMPAIGN}` is the name of calls by hand: choose another")
        opened = self._world.admitted(opened, rules.calling)
        message = await self._message(opened.campaign, rules.calling.safe_harbour)
        opened = msgspec.structs.replace(
            opened, at=self._dialer.clock(), message=message, after_beep=await self._after(opened)
        )
        opened = await anyio.to_thread.run_sync(self._journal.open_campaign, opened, rules)
        seq = self._dialer.submit(msgspec.structs.replace(opened, at=self._dialer.clock()))
        await self._on_disk(seq)
        return {"version": opened.version, "source": opened.source}

    async def seat(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """How one agent's desk stands: `agent` is its name."""
        state, at = self._dialer.engine.state, self._dialer.clock()
        return {"at": at, "seat": seat(state, str(body.get("agent", "")), at=at)}

    async def _message(self, campaign: str, file: str) -> str:
        if not file:
            return ""
        try:
            return await anyio.to_thread.run_sync(self._world.recording, campaign, Path(file))
        except OSError as why:
            raise DialerError(f"safe_harbour {file}: {why.strerror}") from why

    async def _after(self, opened: CampaignOpened) -> str:
        """What machines get after their beep: a recording that lies in the home."""
        name = understood(opened.detection).after_beep
        if not name:
            return ""
        file = self._settings.home / "messages" / f"{name}.wav"
        try:
            return await anyio.to_thread.run_sync(
                self._world.recording, f"{opened.campaign}/after-beep", file
            )
        except OSError as why:
            raise DialerError(f"after_beep={name}: {file}: {why.strerror}") from why

    async def _on_disk(self, seq: int) -> None:
        with anyio.move_on_after(DURABLE_WITHIN_S):
            while self._journal.durable < seq:  # noqa: ASYNC110 - the journal's thread has no events
                await anyio.sleep(0.005)
            return
        raise DialerError(f"order {seq} is not on disk: {self._journal.trouble or 'it is slow'}")

    def state(self) -> dict[str, Any]:
        """The picture, and how the process itself fares."""
        return {
            **self._dialer.state(),
            "outside": handover.names(self._world.outside),
            "pid": os.getpid(),
            "epoch": self._dialer.epoch,
            "up_s": self._dialer.clock() - self._began,
            "inbox": len(self._dialer.inbox),
            "lag_s": self._dialer.lag_s,
            "journal": {
                "durable": self._journal.durable,
                "waiting": self._journal.waiting,
                "commit_s": self._journal.commit_s,
                "trouble": self._journal.trouble,
                "lost": self._journal.lost,
            },
            "loader": _said(self._settings.loader_file),
            "listeners": dict(self._world.listeners()),
            "children": {
                name: {"pid": kept.pid, "starts": kept.starts, "why": kept.why}
                for name, kept in self._keeper.kept.items()
            },
        }


def _said(file: Path) -> Any:
    """What another process wrote of itself; nothing where it has not yet."""
    try:
        return msgspec.json.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """The home, for us alone. `AlreadyServed` names the process that has it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o711)  # Asterisk may run as `nobody` in a folder inside: pass, not look
    file = os.open(settings.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            pid = os.pread(file, 20, 0).decode().strip()
            raise AlreadyServed(
                f"process {pid} serves {settings.home}: stop it, or choose another --home"
            ) from why
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(file, 0)
    finally:
        os.close(file)


@contextmanager
def opened_journal(settings: Settings) -> Iterator[tuple[SqliteJournal, Inbox, SteadyClock]]:
    """The journal, and the inbox into which it reports."""
    inbox, clock = Inbox(), SteadyClock()
    journal = SqliteJournal(
        settings.journal, inbox.put, clock, settings.inbound, Tariffs(settings.home)
    )
    try:
        yield journal, inbox, clock
    finally:
        journal.close()


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
