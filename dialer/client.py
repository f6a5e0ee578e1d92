"""How to speak through the local door: with an event loop, or without.

    with client.connected(settings.socket) as dialer:
        dialer.order(CampaignPaused(campaign="spring", at=0))     # returns when it is on disk
        for news in dialer.watch(): ...

One conversation at a time per connection; connections are cheap. Where one dialer follows another
in the same service, who comes meanwhile waits for the next one.
"""

import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import msgspec

from dialer.engine.commands import Fact, fact
from dialer.engine.events import Event, decode
from dialer.errors import NoServer, NotTaken, OrderRefused
from dialer.wire import Hangup, Wire, connection

REPLY_WITHIN_S = 15.0


class Lost(msgspec.Struct, frozen=True):
    """We read too slowly: so many events and facts were not sent."""

    lost: int


News = Event | Fact | Lost

_encode = msgspec.json.Encoder().encode


class Connection:
    """A connection, for threads and scripts. It is made anew where the dialer was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begin()

    def _begin(self) -> None:
        self._connection = _connection(self._path)
        self._connection.settimeout(REPLY_WITHIN_S)
        self._lines = self._connection.makefile("rb")

    def order(self, order: Event) -> int:
        """Give an order; its number in the journal, when it is on disk."""
        return int(self._exchange(_encode(order))["seq"])

    def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        """Make a request."""
        return self._exchange(_request(what, fields))

    def status(self) -> dict[str, Any]:
        """What the dialer says of itself now."""
        return dict(self.ask("status")["status"])

    def watch(self) -> Iterator[News]:
        """Everything that happens from now on. Ends when the dialer does."""
        self._exchange(_request("watch", {}))
        self._connection.settimeout(None)
        with suppress(ConnectionError):
            for line in self._lines:
                if line.endswith(b"\n"):  # the last one of a dialer that died may be cut off
                    yield news(line)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._connection.close()

    def _exchange(self, line: bytes) -> dict[str, Any]:
        try:
            self._say(line + b"\n")
            return _checked(self._lines.readline())
        except TimeoutError as why:
            raise _silent(REPLY_WITHIN_S) from why
        except OSError as why:
            raise NoServer(f"the dialer is gone: {why.strerror}") from why

    def _say(self, line: bytes) -> None:
        try:
            self._connection.sendall(line)
        except ConnectionError:  # half a line is none: it was not taken
            self.close()
            self._begin()
            self._connection.sendall(line)


class AsyncConnection:
    """A connection, inside an event loop."""

    def __init__(self, wire: Wire, reply_within_s: float = REPLY_WITHIN_S) -> None:
        self._wire, self._reply_within_s = wire, reply_within_s

    async def order(self, order: Event) -> int:
        """Give an order; its number in the journal, when it is on disk."""
        return int((await self._exchange(_encode(order)))["seq"])

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        """Make a request."""
        return await self._exchange(_request(what, fields))

    async def status(self) -> dict[str, Any]:
        """What the dialer says of itself now."""
        return dict((await self.ask("status"))["status"])

    async def watch(self, begun: Callable[[], None] = lambda: None) -> AsyncIterator[News]:
        """Everything that happens from when `begun` is called on. Ends when the dialer does."""
        await self._exchange(_request("watch", {}))
        begun()
        while line := await self._wire.line():
            yield news(line)

    async def _exchange(self, line: bytes) -> dict[str, Any]:
        try:
            with anyio.fail_after(self._reply_within_s):
                await self._wire.send(line + b"\n")
                return _checked(await self._wire.line())
        except TimeoutError as why:
            raise _silent(self._reply_within_s) from why
        except Hangup as why:  # half a line is none
            raise NotTaken("the dialer is gone") from why


@contextmanager
def connected(path: Path) -> Iterator[Connection]:
    """A connection to the dialer behind this socket."""
    with closing(Connection(path)) as dialer:
        yield dialer


@asynccontextmanager
async def connected_async(
    path: Path, reply_within_s: float = REPLY_WITHIN_S
) -> AsyncIterator[AsyncConnection]:
    """A connection to the dialer behind this socket."""
    with await _async_connection(path, reply_within_s) as ours:
        yield AsyncConnection(Wire(ours), reply_within_s)


def news(line: bytes) -> News:
    """What a line of the watched stream tells.

    >>> news(b'{"event":"Answered","at":12.0,"call":"d1-0"}')
    Answered(call='d1-0', at=12.0)
    """
    if line.startswith(b'{"event":'):
        return decode(line)
    if line.startswith(b'{"fact":'):
        return fact(line)
    return msgspec.json.decode(line, type=Lost)


def _request(what: str, fields: Mapping[str, Any]) -> bytes:
    return _encode({"ask": what, **fields})


def _checked(line: bytes) -> dict[str, Any]:
    if not line:
        raise NoServer("the dialer hung up")
    reply: dict[str, Any] = msgspec.json.decode(line)
    if "error" in reply:
        raise OrderRefused(reply["error"], reply.get("reason", ""), **reply.get("values", {}))
    return reply


def _connection(path: Path) -> socket.socket:
    try:
        return connection(path)
    except OSError as why:
        raise _nobody(path) from why


async def _async_connection(path: Path, within_s: float) -> socket.socket:
    try:
        with anyio.fail_after(within_s):
            while True:
                with suppress(BlockingIOError):  # as many wait there as may
                    return connection(path, waits=False)
                await anyio.sleep(0.05)
    except TimeoutError as why:
        raise _silent(within_s) from why
    except OSError as why:
        raise _nobody(path) from why


def _nobody(path: Path) -> NoServer:
    return NoServer(f"no dialer serves {path.parent}: start one with `dialer serve`")


def _silent(within_s: float) -> NoServer:
    return NoServer(f"the dialer did not answer within {within_s:.0f} s")
