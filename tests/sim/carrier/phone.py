"""A telephone for tests: places a call over SIP, keeps every answer, hears and says audio."""

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import anyio.abc

from dialer.audio.g711 import Law
from sim.carrier.media import Stream
from sim.carrier.sip import Message, parse, render, response, sdp


class Ear(Stream):
    """Keeps what it hears; may be patched through to another."""

    def __init__(self, socket: anyio.abc.UDPSocket) -> None:
        super().__init__(socket, ("127.0.0.1", 9))
        self.kept = b""
        self.other: Stream | None = None

    async def hear(self, frame: bytes, law: Law) -> None:
        await super().hear(frame, law)
        self.kept += frame
        if self.other:
            await self.other.say(frame)


class Call:
    """One call that was placed."""

    def __init__(self, sip: anyio.abc.UDPSocket, ear: Ear, number: str, port: int) -> None:
        self.ear = ear
        self.number = number
        self.call_id = uuid.uuid4().hex
        self.answers: list[tuple[float, Message]] = []
        self.ended_by_them = False
        self.early = b""
        self._sip = sip
        self._port = port
        self._branch = "z9hG4bK" + uuid.uuid4().hex
        self._news = anyio.Event()
        self._one_writer = anyio.Lock()

    @property
    def statuses(self) -> list[int]:
        return [message.status for _, message in self.answers]

    @property
    def final(self) -> Message:
        return next(message for _, message in self.answers if message.status >= 200)

    def saw(self, status: int) -> float:
        """When the first answer of this status came, by the wall clock."""
        return next(at for at, message in self.answers if message.status == status)

    async def invite(self) -> None:
        headers = [*self._headers("INVITE", 1), ("content-type", "application/sdp")]
        await self._send("INVITE", headers, sdp(self.ear.port))

    async def cancel(self) -> None:
        await self._send("CANCEL", self._headers("CANCEL", 1))

    async def bye(self) -> None:
        await self._send("BYE", self._headers("BYE", 2, self._branch + "b"))

    async def until(self, *statuses: int, within_s: float = 60.0) -> int:
        """Wait for one of these answers."""
        with anyio.fail_after(within_s):
            while not (seen := set(statuses) & set(self.statuses)):
                await self._news.wait()
        return seen.pop()

    async def until_they_end(self, within_s: float = 60.0) -> None:
        with anyio.fail_after(within_s):
            while not self.ended_by_them:
                await self._news.wait()

    async def listen(self) -> None:
        async for data, peer in self._sip:
            message = parse(data)
            if message is None:
                continue
            if message.status and "INVITE" in message.get("cseq"):
                await self._hear(message)
            elif message.method == "BYE":
                await self._sip.sendto(response(message, 200, tag="t", contact="sip:t"), *peer)
                self.ended_by_them = True
            news, self._news = self._news, anyio.Event()
            news.set()

    async def _hear(self, message: Message) -> None:
        self.answers.append((time.time(), message))
        if message.media:
            self.ear.remote = message.media
        if message.status >= 200:
            self.early = self.early or self.ear.kept
            branch = self._branch + ("a" if message.status < 300 else "")
            await self._send("ACK", self._headers("ACK", 1, branch))

    def _headers(self, method: str, cseq: int, branch: str = "") -> list[tuple[str, str]]:
        me = self._sip.extra(anyio.abc.SocketAttribute.local_port)
        to = f"<sip:{self.number}@127.0.0.1>"
        if method in ("ACK", "BYE"):
            to = self.final.get("to")
        return [
            ("via", f"SIP/2.0/UDP 127.0.0.1:{me};branch={branch or self._branch};rport"),
            ("max-forwards", "70"),
            ("from", "<sip:test@127.0.0.1>;tag=test"),
            ("to", to),
            ("call-id", self.call_id),
            ("cseq", f"{cseq} {method}"),
            ("contact", f"<sip:test@127.0.0.1:{me}>"),
        ]

    async def _send(self, method: str, headers: list[tuple[str, str]], body: str = "") -> None:
        first = f"{method} sip:{self.number}@127.0.0.1:{self._port} SIP/2.0"
        async with self._one_writer:
            await self._sip.sendto(render(first, headers, body), "127.0.0.1", self._port)


@asynccontextmanager
async def calling(number: str, port: int) -> AsyncIterator[Call]:
    """A call that has been placed; it is ended when the block is left."""
    sip = await anyio.create_udp_socket(local_host="127.0.0.1")
    ear = Ear(await anyio.create_udp_socket(local_host="127.0.0.1"))
    call = Call(sip, ear, number, port)
    async with sip, anyio.create_task_group() as tasks:
        tasks.start_soon(call.listen)
        tasks.start_soon(ear.run)
        await call.invite()
        try:
            yield call
        finally:
            with anyio.CancelScope(shield=True):
                await _end(call)
            tasks.cancel_scope.cancel()


async def _end(call: Call) -> None:
    if any(status >= 300 for status in call.statuses) or call.ended_by_them:
        return
    await (call.bye() if 200 in call.statuses else call.cancel())
    await anyio.sleep(0.1)
