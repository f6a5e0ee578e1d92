"""What lies between dialer and switch: orders one way, events the other, and bad luck.

Events may come twice, late and so out of order; what is not the end of anything may be lost. A
*gap* loses all of them, as a socket that broke does; a *freeze* holds orders and events back.
"""

from collections import deque
from random import Random

import msgspec
import simpy

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    Monitor,
    Originate,
    PauseRecording,
    Play,
    PlayGreeting,
    ResumeRecording,
    SwitchCommand,
)
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Bridged,
    Event,
    GreetingEnded,
    Heard,
    HungUp,
    LegDown,
    MessageEnded,
    MessageStarted,
    MonitorEnded,
    NotBridged,
    NotPlaced,
    Placed,
    Progressed,
    RecordingPaused,
    RecordingResumed,
    Ringing,
)
from dialer.ports import Report
from sim.switch import SimSwitch

MAY_BE_LOST = (Placed, Progressed, Ringing, Heard, AgentHeard, MessageStarted)


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """How bad the luck is: chances per event."""

    double: float = 0.0
    late: float = 0.0
    lost: float = 0.0
    late_s: float = 0.4
    "At most so late."

    @property
    def is_fair(self) -> bool:
        """Nothing ever happens."""
        return not (self.double or self.late or self.lost)


class Wire:
    """Between a dialer that may change and a switch that stays."""

    def __init__(
        self, env: simpy.Environment, to_dialer: Report, weather: Weather, rng: Random
    ) -> None:
        self._env, self._to_dialer, self._weather, self._rng = env, to_dialer, weather, rng
        self.switch: SimSwitch
        "Set by whoever joins the two."
        self.connected = False
        "Events arrive."
        self.refuses = True
        "The dialer knows that it is not connected: orders come back at once."
        self.frozen = False
        self._held: deque[SwitchCommand | Event] = deque()
        self._on_the_way: dict[str, list[Event]] = {}
        "News of a call that its end must not overtake."

    # ---- orders -------------------------------------------------------------------------------
    def execute(self, command: SwitchCommand) -> None:
        """On to the switch."""
        if self.refuses:
            self._refuse(command)
        elif self.frozen:
            if isinstance(command, Originate):
                self.switch.number_of(command.call)
            self._held.append(command)
        else:
            self.switch.execute(command)

    def _refuse(self, command: SwitchCommand) -> None:
        at = float(self._env.now)
        match command:
            case Originate(call=call):
                self._to_dialer(NotPlaced(call, "not connected", at=at))
            case Bridge(call=call, agent=agent):
                self._to_dialer(NotBridged(call, agent, "call gone", at=at))
            case Play(call=call, message=message):
                self._to_dialer(MessageEnded(call, message, played=False, at=at))
            case PlayGreeting(call=call, agent=agent):
                self._to_dialer(GreetingEnded(call, agent, played=False, why="call gone", at=at))
            case CallAgent(agent=agent) | CallOutside(agent=agent):
                self._to_dialer(LegDown(agent, at=at))
            case PauseRecording(call=call):
                self._to_dialer(RecordingPaused(call, done=False, why="call gone", at=at))
            case ResumeRecording(call=call):
                self._to_dialer(RecordingResumed(call, done=False, why="call gone", at=at))
            case Monitor(user=user, agent=agent):
                self._to_dialer(MonitorEnded(user, agent, "no connection", at=at))

    # ---- events -------------------------------------------------------------------------------
    def report(self, event: Event) -> None:
        """On to the dialer."""
        if self.frozen:
            self._held.append(event)
        elif self.connected:
            if self._weather.is_fair:
                self._to_dialer(event)
            else:
                self._through_weather(event)

    def _through_weather(self, event: Event) -> None:
        luck, weather = self._rng.random, self._weather
        if isinstance(event, MAY_BE_LOST) and luck() < weather.lost:
            return
        if isinstance(event, HungUp):
            for earlier in self._on_the_way.pop(event.call, ()):
                self._to_dialer(earlier)
        if luck() < weather.double:
            self._later(event)
        if luck() < weather.late:
            if isinstance(event, Answered | Bridged):
                self._on_the_way.setdefault(event.call, []).append(event)
            self._later(event)
        else:
            self._to_dialer(event)

    def _later(self, event: Event) -> None:
        timeout = self._env.timeout(self._rng.uniform(0.0, self._weather.late_s))
        timeout.callbacks.append(lambda _: self._arrive(event))

    def _arrive(self, event: Event) -> None:
        if self.connected:
            self._to_dialer(event)

    # ---- a switch that hangs ------------------------------------------------------------------
    def freeze(self) -> None:
        """The switch's process is stopped."""
        self.frozen = True

    def thaw(self) -> None:
        """It goes on: with what it was told meanwhile, and with what it had to say."""
        self.frozen = False
        held, self._held = self._held, deque()
        for one in held:
            if isinstance(one, Event):
                self.report(one)
            else:
                self.execute(one)
