"""The local door: a Unix socket through which people's orders come in and news go out.

One line of JSON each way. A line with `event` is an order: an event that only a person may cause.
It is acknowledged when the journal has it on disk, not before. A line with `ask` is a request:

    > {"event":"CampaignPaused","at":0,"campaign":"spring","why":"lunch"}
    < {"ok":true,"seq":412}
    > {"ask":"status"}
    < {"ok":true,"status":{...}}
    > {"ask":"watch"}                      from here on every event and fact, as it happens
    < {"ok":true}
    < {"event":"Ringing","at":1790000000.25,"call":"d1-..."}

A page at which an agent sits must be attended: see `attendance`, whose requests belong to a line.
Replies come in the order of the lines. Who asks nonsense is told so, in a line. Where one dialer
follows another in the same service, the door of the first one answers what it was told, then hangs
up; the socket stays, and whoever comes in between waits for the next door.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import reduce
from operator import or_
from pathlib import Path
from socket import socket
from typing import Any

import anyio
import msgspec
from anyio.abc import TaskStatus
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from dialer.attendance import LOOK_S, Attendance
from dialer.engine import events
from dialer.engine.commands import Fact
from dialer.engine.events import Event
from dialer.errors import DialerError
from dialer.ports import Clock
from dialer.wire import LINE_MAX, Hangup, LineTooLong, Wire, accepted, listening

ORDERS: dict[type[Event], str] = {
    events.CampaignOpened: "user",
    events.CampaignPaused: "user",
    events.CampaignResumed: "user",
    events.CampaignStopped: "user",
    events.BudgetSet: "user",
    events.CallerIdRestWanted: "user",
    events.NumberBlocked: "",
    events.LoggedIn: "agent",
    events.WentReady: "agent",
    events.Paused: "agent",
    events.AgentHungUp: "agent",
    events.GreetingWanted: "agent",
    events.HoldWanted: "agent",
    events.ResumeWanted: "agent",
    events.MuteWanted: "agent",
    events.TransferWanted: "agent",
    events.CallWanted: "agent",
    events.LeadSkipped: "agent",
    events.LegWanted: "agent",
    events.Disposed: "agent",
    events.DispositionUndone: "agent",
    events.DispositionCorrected: "user",
    events.LoggedOut: "agent",
    events.RecordingPauseWanted: "agent",
    events.RecordingResumeWanted: "agent",
    events.RecordingDeleteWanted: "user",
    events.MonitorWanted: "user",
    events.MonitorUnwanted: "user",
}
"What a person may cause -> the field that names the person. All else only the world can cause."

ATTENDING = ("alive", "attend", "leave")
CLIENTS_MAX = 64
BACKLOG_MAX = 10_000
"News that wait for a watcher who reads too slowly; then some are lost, and counted."
REPLIES_MAX = 256
DURABLE_WITHIN_S = 10.0
CLOSE_WITHIN_S = 3.0
"So long a door that closes waits for answers."

Submit = Callable[[Event], int]
"Hand an order to the engine and the journal; its sequence number."
Answer = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"What a request gets: its fields in, the reply's fields out. `DialerError` becomes an error line."


class _Head(msgspec.Struct):
    """Which kind of line it is."""

    event: str = ""
    ask: str = ""


class _Pending(msgspec.Struct):
    """An order that waits for the disk."""

    seq: int


class _Watching(msgspec.Struct):
    """From here on the line belongs to the news."""


_Reply = bytes | _Pending | _Watching

_head = msgspec.json.Decoder(_Head)
_order: msgspec.json.Decoder[Event] = msgspec.json.Decoder(reduce(or_, ORDERS))
_reply = msgspec.json.Encoder()


class Door:
    """Serves the socket inside the dialer's loop. All of it runs in the loop's thread."""

    def __init__(
        self,
        *,
        submit: Submit,
        durable: Callable[[], int],
        state: Callable[[], Mapping[str, Any]],
        clock: Clock,
        answers: Mapping[str, Answer] | None = None,
    ) -> None:
        self._submit = submit
        self._attendance = Attendance(submit, clock)
        self._durable = durable
        self._state = state
        self._clock = clock
        self._answers: dict[str, Answer] = {
            "status": self._status,
            "flush": self._flush,
            **(answers or {}),
        }
        self._watchers: dict[int, _Watcher] = {}
        self._wires: set[Wire] = set()
        self._last_seq = 0
        self._welcoming, self._closed = anyio.CancelScope(), anyio.Event()

    async def serve(
        self, listener: socket, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Take in who comes until it is closed."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._look)
                task_status.started()
                await self._converse(listener)
                tasks.cancel_scope.cancel()
        finally:
            for wire in self._wires:  # those whose conversation was not begun
                wire.close()
        self._closed.set()

    async def _converse(self, listener: socket) -> None:
        async with anyio.create_task_group() as conversations:
            with self._welcoming:
                while True:
                    wire = await accepted(listener)
                    self._wires.add(wire)
                    conversations.start_soon(self._client, wire)
            for wire in self._wires:
                wire.hear_out()
            conversations.cancel_scope.deadline = anyio.current_time() + CLOSE_WITHIN_S

    async def close(self) -> None:
        """Let nobody in, answer what was said, hang up. Who comes now waits for the next door."""
        self._welcoming.cancel()
        await self._closed.wait()

    def publish(self, item: Event | Fact) -> None:
        """Tell the watchers what has happened. Costs nothing while nobody watches."""
        if self._watchers:
            line = _reply.encode(item) + b"\n"
            for watcher in self._watchers.values():
                watcher.tell(line)

    async def _client(self, wire: Wire) -> None:
        try:
            if len(self._wires) > CLIENTS_MAX:
                await wire.send(_error(f"{CLIENTS_MAX} clients are the most"))
                await wire.drain(1.0)
            else:
                await self._talk(wire)
        except Hangup:
            pass
        finally:
            self._wires.discard(wire)
            self._attendance.gone(id(wire))
            wire.close()

    async def _look(self) -> None:
        while True:
            await anyio.sleep(LOOK_S)
            self._attendance.look()

    async def _talk(self, wire: Wire) -> None:
        replies, to_write = anyio.create_memory_object_stream[_Reply](REPLIES_MAX)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._write, wire, to_write, tasks.cancel_scope)
            with replies:
                if await self._read(wire, replies):
                    tasks.cancel_scope.cancel()

    async def _read(self, wire: Wire, replies: MemoryObjectSendStream[_Reply]) -> bool:
        """Take the lines until the client goes; whether it was watching."""
        watching = False
        try:
            while line := await wire.line():
                if wire.is_gone:  # nobody waits for it any more: it is not done behind his back
                    break
                if not watching:
                    reply = await self._answer(line, wire)
                    watching = isinstance(reply, _Watching)
                    await replies.send(reply)
        except LineTooLong:
            await replies.send(_error(f"a line may have {LINE_MAX} bytes"))
            await wire.drain(1.0)
        return watching

    async def _write(
        self,
        wire: Wire,
        replies: MemoryObjectReceiveStream[_Reply],
        conversation: anyio.CancelScope,
    ) -> None:
        """Replies in the order of their lines; an order's waits for the disk."""
        with replies, suppress(Hangup):
            async for reply in replies:
                match reply:
                    case bytes():
                        await wire.send(reply)
                    case _Pending(seq=seq):
                        await wire.send(await self._acknowledgement(seq))
                    case _Watching():
                        await self._news(wire)
            return
        conversation.cancel()

    async def _answer(self, line: bytes, wire: Wire) -> _Reply:
        try:
            head = _head.decode(line)
            if head.event:
                return _Pending(self._take(_order.decode(line), wire.user))
            if head.ask in ATTENDING:
                self._attendance.ask(id(wire), msgspec.json.decode(line))
                return _reply.encode({"ok": True}) + b"\n"
            if head.ask == "watch":
                return _Watching()
            if answer := self._answers.get(head.ask):
                fields = await answer(msgspec.json.decode(line))
                return _reply.encode({"ok": True, **fields}) + b"\n"
        except msgspec.DecodeError as why:
            return _error(_wrong(str(why)))
        except DialerError as why:
            return _error(str(why), why)
        known = sorted([*self._answers, *ATTENDING, "watch"])
        return _error(f"ask one of: {', '.join(known)}")

    def _take(self, order: Event, user: str) -> int:
        """Stamp the order with our clock and, where it names nobody, with the socket's owner."""
        stamped: dict[str, Any] = {"at": self._clock()}
        field = ORDERS[type(order)]
        if field == "user" and not getattr(order, field):
            stamped[field] = user
        order = msgspec.structs.replace(order, **stamped)
        self._last_seq = self._submit(order)
        self._attendance.submitted(order)
        return self._last_seq

    async def _acknowledgement(self, seq: int) -> bytes:
        if await self._is_durable(seq):
            return _reply.encode({"ok": True, "seq": seq}) + b"\n"
        return _error(f"order {seq} is not on disk after {DURABLE_WITHIN_S:.0f} s: is it full?")

    async def _is_durable(self, seq: int) -> bool:
        pause_s = 0.001
        with anyio.move_on_after(DURABLE_WITHIN_S):
            while self._durable() < seq:
                await anyio.sleep(pause_s)
                pause_s = min(2 * pause_s, 0.02)
        return self._durable() >= seq

    async def _status(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"status": self._state()}

    async def _flush(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """All orders taken so far are on disk."""
        if not await self._is_durable(self._last_seq):
            raise DialerError(f"not on disk after {DURABLE_WITHIN_S:.0f} s: is it full?")
        return {"durable": self._durable()}

    async def _news(self, wire: Wire) -> None:
        watcher = _Watcher()
        self._watchers[id(watcher)] = watcher
        try:
            await wire.send(_reply.encode({"ok": True}) + b"\n")
            async for news in watcher.news():
                await wire.send(news)
        finally:
            del self._watchers[id(watcher)]
            watcher.close()


class _Watcher:
    """One listener to the news, with a bounded backlog."""

    def __init__(self) -> None:
        self._in, self._out = anyio.create_memory_object_stream[bytes](BACKLOG_MAX)
        self._lost = 0

    def tell(self, line: bytes) -> None:
        try:
            if self._lost:
                self._in.send_nowait(_reply.encode({"lost": self._lost}) + b"\n")
                self._lost = 0
            self._in.send_nowait(line)
        except anyio.WouldBlock:
            self._lost += 1

    async def news(self) -> AsyncIterator[bytes]:
        """What was told, as many lines at once as have come together."""
        async for line in self._out:
            batch = [line]
            with suppress(anyio.WouldBlock):
                while len(batch) < 512:
                    batch.append(self._out.receive_nowait())
            yield b"".join(batch)

    def close(self) -> None:
        self._in.close()
        self._out.close()


@asynccontextmanager
async def opened(door: Door, path: Path) -> AsyncIterator[Door]:
    """The door, at a socket of its own for as long as the block lasts."""
    with listening(path) as listener:
        async with anyio.create_task_group() as tasks:
            await tasks.start(lambda *, task_status: door.serve(listener, task_status=task_status))
            yield door
            tasks.cancel_scope.cancel()


def _wrong(why: str) -> str:
    """A decoder's complaint, with what an order may be where that is the point."""
    if why.endswith("`$.event`"):
        return f"{why}; an order is one of: {', '.join(sorted(kind.__name__ for kind in ORDERS))}"
    return why


def _error(why: str, of: DialerError | None = None) -> bytes:
    reason = {"reason": of.reason, "values": of.values} if of and of.reason else {}
    return _reply.encode({"error": why, **reason}) + b"\n"
