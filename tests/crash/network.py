"""A switch with its telephones, in a page: it loses, delays and refuses as lots fall.

What becomes of a call hangs on its id and the seed alone, so that a story stays itself when some
of what people did in it is left out.
"""

import heapq
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Any

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    DeleteRecording,
    DropAgent,
    FinishRecording,
    HangUp,
    Hold,
    Monitor,
    Originate,
    PauseRecording,
    Play,
    PlayGreeting,
    Reconcile,
    Resume,
    ResumeRecording,
    StopMonitor,
    SwitchCommand,
)
from dialer.engine.events import (
    Answered,
    Bridged,
    Event,
    GreetingEnded,
    Heard,
    Held,
    HungUp,
    LegDown,
    LegUp,
    MessageEnded,
    MessageStarted,
    MonitorEnded,
    MonitorStarted,
    NotBridged,
    NotPlaced,
    OptedOut,
    Placed,
    Progressed,
    Reconciled,
    Recorded,
    RecordingDeleted,
    RecordingLost,
    RecordingPaused,
    RecordingResumed,
    Resumed,
    Ringing,
    Witness,
)
from sim.truth import Lived, Stay

FAILURES = ((17, 486), (34, 503), (34, 503), (38, 500), (19, 480), (1, 404))
"Q.850 and SIP: every other one is the carrier's."
SOUNDS = (
    "human", "human", "human", "machine", "silence", "no_audio", "speech", "speech_end", "beep",
    "fax", "ivr", "audio",
)  # fmt: skip


class Network:
    """It outlives every dialer. What it tells while none is connected nobody hears."""

    def __init__(
        self, seed: int, clock: Callable[[], float], tell: Callable[[Event], None]
    ) -> None:
        self._seed, self._clock, self._tell = seed, clock, tell
        self.now = 0.0
        "Seconds, steady: clocks may be put right, telephones do not care."
        self.connected = False
        self._connection = 0
        self._began_at = 0.0
        "When its own process did."
        self.calls: dict[str, Lived] = {}
        "That are up."
        self.truth: list[Lived] = []
        self._numbers: dict[str, str] = {}
        self._legs: dict[str, str] = {}
        "Agent, or party outside: `calling`, `up`."
        self._order = count()
        self._later: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._lots: dict[str, Random] = {}

    # ---- time ----
    def after(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        """Do something later."""
        heapq.heappush(self._later, (self.now + delay_s, next(self._order), act, args))

    def next_at(self) -> float:
        """When something happens next."""
        return self._later[0][0] if self._later else float("inf")

    def happen(self) -> None:
        """The next thing."""
        self.now, _, act, args = heapq.heappop(self._later)
        act(*args)

    def _lot(self, key: str) -> Random:
        if key not in self._lots:
            self._lots[key] = Random(f"{self._seed} {key}")
        return self._lots[key]

    def _say(self, kind: Callable[..., Event], *what: Any, **more: Any) -> None:
        if self.connected:
            self._tell(kind(*what, at=self._clock(), **more))

    # ---- the line to the dialer ----
    def connect(self) -> None:
        """From now on it hears us."""
        self._connection += 1
        self.connected = True

    def crash(self) -> None:
        """All calls and legs are gone, and nobody is told."""
        self.connected, self._began_at = False, self._clock() + 1.0
        for call in list(self.calls):
            self._end(call, "crash")
        self._legs.clear()

    def execute(self, command: SwitchCommand) -> None:
        """Take the order; without a connection it is lost."""
        act = ORDERS.get(type(command))
        if act is not None and self.connected:
            act(self, command)

    # ---- calls ----
    def ring_us(self, call: str, number: str) -> None:
        """Somebody calls us, for so long as patience lasts."""
        self._live(Lived(call=call, number=number, placed_at=self._clock(), direction="in"))
        self.after(self._lot(call).uniform(2.0, 40.0), self._hang_up, call)

    def _live(self, lived: Lived) -> None:
        self.calls[lived.call] = lived
        self.truth.append(lived)

    def _place(self, order: Originate) -> None:
        call, lot = order.call, self._lot(order.call)
        if lot.random() < 0.03:
            self.after(0.05, self._say, NotPlaced, call, "no channel")
            return
        self._live(Lived(call=call, number=call, placed_at=self._clock(), kind="person"))
        answers = lot.random() < 0.65
        self.after(lot.choice((0.0, 0.05)), self._about, call, Placed)
        self.after(lot.uniform(0.1, 3.0), self._about, call, lot.choice((Ringing, Progressed)))
        self.after(lot.uniform(0.2, 20.0), self._answer if answers else self._fail, call)

    def _about(self, call: str, kind: type[Event]) -> None:
        if call in self.calls:
            self._say(kind, call)

    def _answer(self, call: str) -> None:
        lived, lot = self.calls.get(call), self._lot(call)
        if lived is None or lived.answered_at is not None:
            return
        lived.answered_at = self._clock()
        self._say(Answered, call)
        self.after(lot.uniform(0.3, 4.0), self._sound, call)
        if lot.random() < 0.8:  # all others have time
            self.after(lot.uniform(0.5, 60.0), self._hang_up, call)

    def _fail(self, call: str) -> None:
        if call in self.calls and self.calls[call].answered_at is None:
            cause, sip = self._lot(call).choice(FAILURES)
            self._end(call, "network")
            self._say(HungUp, call, cause, sip)

    def _sound(self, call: str) -> None:
        if call not in self.calls:
            return
        lot = self._lot(call)
        confidence, greeting_end_s = lot.choice((0.5, 0.97)), lot.choice((None, 0.5))
        self._say(
            Heard, call, lot.choice(SOUNDS), "answer",
            confidence=confidence, greeting_end_s=greeting_end_s,
        )  # fmt: skip
        if lot.random() < 0.6:
            self.after(lot.uniform(0.1, 4.0), self._sound, call)

    def _hang_up(self, call: str, *, by_us: bool = False) -> None:
        if call in self.calls:
            self._end(call, "dialer" if by_us else "customer")
            self._say(HungUp, call, 16, by_us=by_us)

    def _end(self, call: str, by: str) -> None:
        self._leave(call)
        lived = self.calls.pop(call)
        lived.ended_at, lived.ended_by = self._clock(), by

    # ---- agents ----
    def agent_of(self, call: str) -> str:
        """Who is joined with that customer."""
        stays = self.calls[call].stays if call in self.calls else []
        return stays[-1].agent if stays and stays[-1].to_at is None else ""

    def _customers(self, agent: str) -> list[str]:
        return [call for call in self.calls if self.agent_of(call) == agent]

    def legs(self) -> list[str]:
        """Of agents and parties outside."""
        return [leg for leg, state in self._legs.items() if state == "up"]

    def _leave(self, call: str) -> None:
        if self.agent_of(call):
            self.calls[call].stays[-1].to_at = self._clock()

    def _bridge(self, order: Bridge) -> None:
        luck = self._lot(order.call).random()
        if luck < 0.05:
            self.after(0.02, self._say, NotBridged, order.call, order.agent, "no bridge")
        elif luck > 0.08:
            pause_s = self._lot(order.call).choice((0.02, 0.02, 0.3, 1.6))
            self.after(pause_s, self._join, order.call, order.agent, Bridged)

    def _join(self, call: str, agent: str, kind: type[Event]) -> None:
        if call not in self.calls:
            self._say(NotBridged, call, agent, "call ended")
        elif self._legs.get(agent) != "up":
            self._say(NotBridged, call, agent, "no leg")
        elif self._customers(agent) not in ([], [call]):
            self._say(NotBridged, call, agent, "busy")
        else:
            self._answer(call)
            self._leave(call)
            self.calls[call].stays.append(Stay(agent, self._clock(), self._clock()))
            self._say(kind, call, agent)

    def _hold(self, order: Hold) -> None:
        if order.call in self.calls:
            self._leave(order.call)
            self.after(0.05, self._about_hold, order)

    def _about_hold(self, order: Hold) -> None:
        if order.call in self.calls and not self.agent_of(order.call):
            self._say(Held, order.call, order.agent)

    def _call_leg(self, order: CallAgent | CallOutside) -> None:
        lot = self._lot(order.agent)
        self._legs[order.agent] = "calling"
        is_outside = isinstance(order, CallOutside)
        waits_s = lot.uniform(0.1, 20.0) if is_outside else lot.choice((0.1, 1.0))
        there = lot.random() < (0.6 if is_outside else 0.9)
        self.after(waits_s, self._pick_up if there else self.lose_leg, order.agent)
        if is_outside:
            self.after(waits_s + lot.uniform(5.0, 40.0), self.lose_leg, order.agent)

    def _pick_up(self, agent: str) -> None:
        if self._legs.get(agent) == "calling":
            self._legs[agent] = "up"
            self._say(LegUp, agent)

    def lose_leg(self, agent: str) -> None:
        """An agent's telephone is not there any more."""
        if self._legs.pop(agent, ""):
            for call in self._customers(agent):
                self._leave(call)
            self._say(LegDown, agent)

    # ---- sounds of ours, recordings, supervisors ----
    def _play(self, order: Play) -> None:
        call, lot = order.call, self._lot(order.call)
        if call not in self.calls:
            over = partial(MessageEnded, call, order.message, played=False)
            self.after(0.02, self._say, over)
            return
        self._answer(call)
        self._leave(call)
        self.after(0.05, self._message, call, order.message, MessageStarted)
        self.after(lot.uniform(1.0, 8.0), self._message, call, order.message, MessageEnded)
        if lot.random() < 0.2:
            self.after(1.0, self._say, OptedOut, call)

    def _message(self, call: str, message: str, kind: type[Event]) -> None:
        if call in self.calls:
            self._say(kind, call, message)

    def _finish(self, order: FinishRecording) -> None:
        if self._lot(order.call).random() < 0.7:
            self.after(0.5, self._say, Recorded, order.call, "talk.wav", 1.0)
        else:
            self.after(0.5, self._say, RecordingLost, order.call, "gone")

    def _monitor(self, order: Monitor) -> None:
        self.after(0.3, self._say, MonitorStarted, order.user, order.agent, order.how)

    # ---- witnesses ----
    def _reconcile(self, order: Reconcile) -> None:
        pause_s = self._lot("witnesses").choice((0.05, 1.0))
        self.after(pause_s, self._testify, order, self._connection)

    def _testify(self, order: Reconcile, connection: int) -> None:
        if connection != self._connection or not self.connected:
            return
        if order.whole:
            for call in sorted(self.calls.keys() - set(order.calls)):
                self._hang_up(call, by_us=True)
            for leg in sorted(self._legs.keys() - set(order.agents)):
                self.lose_leg(leg)
        told, up = tuple(map(self._witness, order.calls)), tuple(self.legs())
        self._say(Reconciled, told, up if order.whole else (), order.whole, self._began_at)

    def _witness(self, call: str) -> Witness:
        if (lived := self.calls.get(call)) is not None:
            if lived.answered_at is None:
                return Witness(call, "ringing")
            return Witness(call, "up", self.agent_of(call), answered_at=lived.answered_at)
        over = next((one for one in self.truth if one.call == call), None)
        if over is None or over.ended_by == "crash":
            return Witness(call)
        return Witness(call, row=True, answered_at=over.answered_at, ended_at=over.ended_at)


def _tells(kind: type[Event], *fields: str) -> Callable[[Network, Any], None]:
    def soon(network: Network, order: Any) -> None:
        told = [getattr(order, field) for field in fields]
        network.after(0.05, network._say, kind, *told)

    return soon


ORDERS: dict[type[SwitchCommand], Callable[[Network, Any], None]] = {
    Originate: Network._place,
    Bridge: Network._bridge,
    Hold: Network._hold,
    Resume: lambda self, order: self.after(0.05, self._join, order.call, order.agent, Resumed),
    HangUp: lambda self, order: self.after(
        0.02, lambda: self._hang_up(order.call, by_us=True)
    ),
    Play: Network._play,
    PlayGreeting: _tells(GreetingEnded, "call", "agent"),
    CallAgent: Network._call_leg,
    CallOutside: Network._call_leg,
    DropAgent: lambda self, order: self.after(0.05, self.lose_leg, order.agent),
    Reconcile: Network._reconcile,
    PauseRecording: _tells(RecordingPaused, "call"),
    ResumeRecording: _tells(RecordingResumed, "call"),
    FinishRecording: Network._finish,
    DeleteRecording: lambda self, order: self.after(
        0.05, lambda: self._say(
            RecordingDeleted, order.call, "order", campaign=order.campaign, user=order.user
        )
    ),
    Monitor: Network._monitor,
    StopMonitor: lambda self, order: self.after(0.05, self._say, MonitorEnded, order.user, ""),
}  # fmt: skip
