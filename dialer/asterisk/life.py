"""What one connection life to Asterisk shares: the connection, the calls, who waits for whom."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

import anyio
import msgspec
from anyio.abc import TaskGroup

from dialer.asterisk import names
from dialer.asterisk.client import Ari, Json, Reply
from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.translate import Past
from dialer.asterisk.trunks import Trunk
from dialer.engine.commands import Originate
from dialer.engine.events import Event
from dialer.listening.protocol import Saved
from dialer.ports import Clock, Reception, Report

CUT_OFF = "cut off"
REMEMBERED = 5_000
"Calls that are over and still remembered as such: at 60 new ones a second for over a minute."

Job = Callable[[], Awaitable[None]]


class Listeners(Protocol):
    """Where a call's audio goes. Nothing here blocks; what is heard is reported by themselves."""

    def endpoint_for(self, call: str) -> tuple[str, int]:
        """Address of the socket that shall hear this call."""

    def open(self, call: str, source_port: int, country: str, preset: str) -> None:
        """Its audio will come from that port."""

    def phase(self, call: str, phase: Literal["early", "answer"]) -> None:
        """What comes now is `early` or after the `answer`."""

    def rest(self, call: str) -> None:
        """Nobody needs to hear it any more; what was said so far may be wanted again."""

    async def save(self, call: str, path: Path) -> Saved:
        """Write what was said since the answer; when it is there, or why it is not."""

    def close(self, call: str) -> None:
        """Nothing more will come or be wanted."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What outlives a connection."""

    settings: AsteriskSettings
    trunks: Mapping[str, Trunk]
    listeners: Listeners
    number_of: Callable[[str], str]
    "The number of a call that the journal has promised."
    report: Report
    clock: Clock
    reception: Reception | None = None
    "Who looks callers up. None: whoever calls hears the message."
    install: str = "00000000"
    "Of the journal: part of every call's id."


class Line:
    """One customer's call: its channel, its tap, its lease. Orders about it are done in order."""

    def __init__(self, call: str) -> None:
        self.call = call
        self.channel = names.channel(call)
        "Its id in Asterisk: the call's own, but where somebody called us."
        self.is_answered = False
        "Of a caller: we have taken the call."
        self.past = Past()
        self.told: set[object] = set()
        "Events that were reported: Asterisk says some things twice."
        self.order: Originate | None = None
        self.ordered_at = 0.0
        self.is_placed = False
        "Asterisk has it."
        self.entered = anyio.Event()
        "It is in our application: an instant after the answer; or it is over."
        self.is_ended = False
        self.is_tapped = False
        self.floor = ""
        "The agent's bridge that it is in."
        self.is_held = False
        "It hears music: on hold, or on its way to another agent."
        self.waits_since = 0.0
        "When the lease was first taken: nobody is kept waiting without end."
        self.leased_at: float | None = None
        "When the lease was last renewed; None when none is held."
        self.missed = 0
        "How many listings of Asterisk's channels in a row it was absent from."

    @property
    def is_caller(self) -> bool:
        """The person called us."""
        return self.channel != self.call


class Leg:
    """An agent's nailed-up channel."""

    def __init__(self, agent: str, channel: str) -> None:
        self.agent = agent
        self.channel = channel
        self.is_up = False
        self.customer = ""
        self.packets = 0
        "How many had come from the phone when they were last counted."
        self.heard_at: float | None = None
        "When there were last more of them than before."
        self.silent_for: str | None = None
        "No more have come for so long that it was told, of whoever was the customer then."


class Whisper:
    """A greeting on its way to an agent's ear."""

    def __init__(self, call: str, agent: str, path: Path) -> None:
        self.call, self.agent, self.path = call, agent, path
        self.over = anyio.Event()
        self.why = CUT_OFF
        "Why it was not heard to its end; empty if it was."

    def end(self, why: str) -> None:
        """It is over; the first reason is the one that counts."""
        if not self.over.is_set():
            self.why = why
            self.over.set()


class Ear:
    """A supervisor who hears an agent."""

    def __init__(self, user: str, agent: str, leg: str) -> None:
        self.user, self.agent, self.leg = user, agent, leg
        self.up = anyio.Event()
        "The supervisor's phone was picked up, or is gone."
        self.is_gone = False
        self.snoop = ""
        "On whose life that of the ear hangs."
        self.made: list[str] = []
        "Channels that were made on the agent's side."

    @property
    def channels(self) -> frozenset[str]:
        """All that belongs to it."""
        return frozenset((self.leg, *self.made))


class Register:
    """Who is on the line. It survives the connection."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.legs: dict[str, Leg] = {}
        "By agent."
        self.agents: dict[str, str] = {}
        "Who stands behind a mark (`names.mark`)."
        self.callers: dict[str, str] = {}
        "Channel -> call of those who called us."
        self.late: set[str] = set()
        "Calls of those who came while nobody was there: the dial plan has them."
        self._over: dict[str, None] = {}

    def line(self, call: str) -> Line:
        """The call's line, a new one if there is none."""
        return self.lines.setdefault(call, Line(call))

    def close(self, call: str) -> None:
        """It is over, and what Asterisk says of it again is not news."""
        self.late.discard(call)
        if line := self.lines.pop(call, None):
            self.callers.pop(line.channel, None)
            self._over[call] = None
        if len(self._over) > REMEMBERED:
            del self._over[next(iter(self._over))]

    def is_over(self, call: str) -> bool:
        """Whether that call was ours and has ended."""
        return call in self._over


class Arrivals:
    """Channels of ours that shall enter the application, or be gone, and who waits for that."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._entered: dict[str, anyio.Event] = {}
        self._gone: dict[str, anyio.Event] = {}

    def expect(self, channel: str) -> None:
        """Before it is asked for: the news can be faster than the reply."""
        self._entered[channel] = anyio.Event()
        self._gone[channel] = anyio.Event()

    def tell(self, said: Json, channel: str) -> None:
        """A message about it came."""
        if said["type"] == "StasisStart" and channel in self._entered:
            self._entered[channel].set()
        if said["type"] == "ChannelDestroyed" and channel in self._gone:
            self._gone[channel].set()
            self._entered.setdefault(channel, anyio.Event()).set()

    async def entered(self, channel: str) -> bool:
        """It is in the application (and not already gone)."""
        with anyio.move_on_after(self._patience_s):
            await self._entered[channel].wait()
        return self._entered[channel].is_set() and not self._gone[channel].is_set()

    async def gone(self, channel: str) -> None:
        """It has left, or has been waited for long enough; it is forgotten."""
        with anyio.move_on_after(self._patience_s):
            await self._gone.setdefault(channel, anyio.Event()).wait()
        self.forget(channel)

    def forget(self, channel: str) -> None:
        """Nobody waits for it any more."""
        self._entered.pop(channel, None)
        self._gone.pop(channel, None)


class Life:
    """From one hello to the end of the connection."""

    def __init__(self, world: World, register: Register, ari: Ari, tasks: TaskGroup) -> None:
        self.world = world
        self.register = register
        self.ari = ari
        self.tasks = tasks
        self.arrivals = Arrivals(world.settings.patience_s)
        self.beat_at = world.clock()
        "When our own heartbeat last came back."
        self.felt = anyio.Event()
        "It came back once."
        self.asterisk_ahead_s = 0.0
        "Asterisk's clock minus ours, as of the last heartbeat."
        self.is_reconciled = False
        self.doubt = ""
        "Why this connection is not trusted any longer."
        self.doubted = anyio.Event()
        self.is_replaced = False
        self.whispers: dict[str, Whisper] = {}
        "By channel."
        self.chimes: dict[str, anyio.Event] = {}
        "By channel: set when the tone has ended."
        self.ears: dict[str, Ear] = {}
        "By supervisor."
        self._queues: dict[str, deque[Job]] = {}

    @property
    def is_fresh(self) -> bool:
        """The connection has proved itself lately."""
        return self.world.clock() - self.beat_at < self.world.settings.patience_s

    @property
    def streams(self) -> int:
        """RTP streams that our channels use or are about to use."""
        return 2 * len(self.register.lines) + len(self.register.legs) + len(self.ears)

    @property
    def is_idle(self) -> bool:
        """Nothing is being done."""
        return not self._queues

    def give_up(self, why: str) -> None:
        """End this life: the next one asks all witnesses."""
        self.doubt = self.doubt or why
        self.doubted.set()

    async def ask(
        self, who: str, method: str, path: str, body: Json | None = None, **query: object
    ) -> Reply:
        """A request in the lane of a call or a leg: what concerns one is done in order."""
        reply = await self.ari.request(method, path, body, lane=who, **query)
        if reply.is_unsure:
            self.give_up(f"no reply to {method} {path.split('/')[0]}")
        return reply

    def tell(self, event: Event) -> None:
        """Report it."""
        self.world.report(event)

    def now(self) -> float:
        """The instant."""
        return self.world.clock()

    def enqueue(self, key: str, job: Job) -> None:
        """Jobs with the same key are done one after the other, others beside them."""
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(job)
            return
        self._queues[key] = deque([job])
        self.tasks.start_soon(self._work, key)

    async def _work(self, key: str) -> None:
        queue = self._queues[key]
        while queue:
            await queue.popleft()()
        del self._queues[key]
