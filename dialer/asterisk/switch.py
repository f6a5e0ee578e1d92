"""A real Asterisk as the engine's switch: orders in, events out, one connection life after another.

Every call and every agent has a queue of its own: orders about one are carried out in order, and
nobody waits for another's. Whatever comes of an order is reported; nothing here decides.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial

import anyio
import msgspec

from dialer.asterisk import aside, greeting, monitor, names, pulse, recorder, seat, sweep, voice
from dialer.asterisk import line as lines
from dialer.asterisk.client import Ari, connect
from dialer.asterisk.hearing import hear
from dialer.asterisk.life import Life, Listeners, Register, World
from dialer.asterisk.reconcile import reconcile
from dialer.asterisk.recorder import Recorder
from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.translate import UNDERSTOOD
from dialer.asterisk.trunks import Trunk
from dialer.engine import events
from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    DeleteRecording,
    DropAgent,
    FinishRecording,
    HangUp,
    Hold,
    Listen,
    Monitor,
    Mute,
    Originate,
    PauseRecording,
    Play,
    PlayGreeting,
    Reassure,
    Reconcile,
    Resume,
    ResumeRecording,
    StopListening,
    StopMonitor,
    SwitchCommand,
)
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock, Reception, Report

BATCH = 200
"Messages understood before other tasks get their turn."
BACK_OFF_S = (0.2, 5.0)
"The pause before a new connection begins and ends with these; it doubles, and it is jittered."

_LINE: Mapping[type, Callable[..., Awaitable[None]]] = {
    Originate: lines.originate,
    Listen: lines.listen,
    StopListening: lines.stop_listening,
    Bridge: lines.bridge,
    Play: lines.play,
    PlayGreeting: greeting.play_greeting,
    HangUp: lines.hang_up,
    PauseRecording: recorder.pause,
    ResumeRecording: recorder.resume,
    Hold: aside.hold,
    Resume: aside.resume,
    Mute: aside.mute,
    Reassure: aside.reassure,
}


class AsteriskSwitch:
    """The `Switch` of a dialer that dials for real. Needs `run` in a task group, on asyncio."""

    def __init__(
        self,
        settings: AsteriskSettings,
        trunks: Mapping[str, Trunk],
        listeners: Listeners,
        number_of: Callable[[str], str],
        report: Report,
        clock: Clock,
        rng: random.Random,
        reception: Reception | None = None,
        install: str = "00000000",
    ) -> None:
        self._world = World(
            settings=settings,
            trunks=trunks,
            listeners=listeners,
            number_of=number_of,
            report=report,
            clock=clock,
            reception=reception,
            install=install,
        )
        self._rng = rng
        self._recorder = Recorder(settings, report, clock)
        self._register = Register()
        self._life: Life | None = None
        self._is_up: bool | None = None

    @property
    def backlog(self) -> int:
        """Messages of Asterisk that were received but not yet understood."""
        return self._life.ari.backlog if self._life else 0

    @property
    def is_idle(self) -> bool:
        """Every order was carried out; what comes of them may still come."""
        return self._life is None or self._life.is_idle

    @property
    def listeners(self) -> Listeners:
        """Who hears the calls."""
        return self._world.listeners

    def execute(self, command: SwitchCommand) -> None:
        """Enqueue the order. Without a connection nothing is placed, and that is reported."""
        life, register = self._life, self._register
        if isinstance(command, FinishRecording | DeleteRecording):
            return self._recorder.take(command)
        if life is None:
            return self._refuse(command)
        match command:
            case Reconcile(agents=agents):
                register.agents |= {names.mark(agent): agent for agent in agents}
                life.enqueue("reconcile", partial(_work, life, command))
            case CallAgent(agent=agent) | CallOutside(agent=agent) | DropAgent(agent=agent):
                register.agents[names.mark(agent)] = agent
                life.enqueue(names.mark(agent), partial(_work, life, command))
            case Monitor(user=user) | StopMonitor(user=user):
                ear = life.ears.get(user)
                key = ear.leg if ear else names.mark(user)
                life.enqueue(key, partial(_work, life, command))
            case _ if register.is_over(command.call):
                return self._refuse(command)
            case _:
                line = register.line(command.call)
                if isinstance(command, Originate):
                    line.order, line.ordered_at = command, self._world.clock()
                if isinstance(command, HangUp):  # a launch that has not left yet stops
                    line.past = msgspec.structs.replace(line.past, asked=True)
                life.enqueue(command.call, partial(_work, life, command))
        return None

    async def run(self) -> None:
        """Connect, serve, connect again, until another dialer takes the application."""
        greeting.clear(self._world.settings)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._recorder.run)
            await self._live_again_and_again()
            tasks.cancel_scope.cancel()

    async def _live_again_and_again(self) -> None:
        pause_s = BACK_OFF_S[0]
        why = ""
        while True:
            try:
                async with connect(self._world.settings, self._world.clock) as ari:
                    why, is_replaced = await self._live(ari)
                    pause_s = BACK_OFF_S[0]
            except SwitchUnavailable as unavailable:
                why, is_replaced = str(unavailable), False
            self._down(why)
            if is_replaced:
                return
            await anyio.sleep(pause_s * self._rng.uniform(0.5, 1.5))
            pause_s = min(2 * pause_s, BACK_OFF_S[1])

    async def _live(self, ari: Ari) -> tuple[str, bool]:
        """One connection life: why it ended, and whether for good."""
        async with anyio.create_task_group() as tasks:
            life = Life(self._world, self._register, ari, tasks)
            tasks.start_soon(_hear_all, life)
            why = await pulse.subscribe(life, UNDERSTOOD)
            if why:
                life.give_up(why)
            else:
                self._life = life
                for one in (pulse.beat, pulse.renew_leases, sweep.sweep, voice.watch):
                    tasks.start_soon(one, life)
                self._is_up = True
                self._world.report(events.SwitchUp(at=self._world.clock()))
                await pulse.until_doubtful(life)
            self._life = None
            tasks.cancel_scope.cancel()
        return life.doubt, life.is_replaced

    def _down(self, why: str) -> None:
        """Once for every time that it was up, and once if it never was."""
        if self._is_up is not False:
            self._is_up = False
            self._world.report(events.SwitchDown(why=why, at=self._world.clock()))

    def _refuse(self, command: SwitchCommand) -> None:
        """What an order comes to when there is no connection, or no such call any more."""
        at, report = self._world.clock(), self._world.report
        match command:
            case Originate(call=call):
                report(events.NotPlaced(call=call, why="no connection to Asterisk", at=at))
            case Bridge(call=call, agent=agent) | Resume(call=call, agent=agent):
                report(events.NotBridged(call=call, agent=agent, why="call gone", at=at))
            case Play(call=call, message=message):
                report(events.MessageEnded(call=call, message=message, played=False, at=at))
            case PlayGreeting(call=call, agent=agent):
                report(
                    events.GreetingEnded(
                        call=call, agent=agent, played=False, why="call gone", at=at
                    )
                )
            case CallAgent(agent=agent) | CallOutside(agent=agent):
                report(events.LegDown(agent=agent, at=at))
            case PauseRecording(call=call):
                report(events.RecordingPaused(call=call, done=False, why="call gone", at=at))
            case ResumeRecording(call=call):
                report(events.RecordingResumed(call=call, done=False, why="call gone", at=at))
            case Monitor(user=user, agent=agent):
                report(events.MonitorEnded(user=user, agent=agent, why="no connection", at=at))


async def _hear_all(life: Life) -> None:
    """Understand message after message; the end of the stream is the end of the life."""
    events = life.ari.events
    async for at, said in events:
        hear(life, at, said)
        # All that is there, not one a round of the loop: a round is long when there is much to do.
        with suppress(anyio.WouldBlock, anyio.EndOfStream):
            for _ in range(BATCH):
                hear(life, *events.receive_nowait())
    life.give_up("connection lost")


async def _work(life: Life, order: SwitchCommand) -> None:
    """Carry one order out."""
    match order:
        case Reconcile():
            await reconcile(life, order)
        case CallAgent():
            await seat.call_agent(life, order)
        case CallOutside():
            await seat.call_outside(life, order)
        case DropAgent():
            await seat.drop_agent(life, order)
        case Monitor():
            await monitor.monitor(life, order)
        case StopMonitor():
            await monitor.stop(life, order)
        case FinishRecording() | DeleteRecording():
            pass  # the recorder's
        case _ if not life.register.is_over(order.call):
            line = life.register.line(order.call)
            await _LINE[type(order)](life, line, order)
