"""asyncari, mended in this one file: one connection life to Asterisk, from hello to end.

asyncari is the ARI library here: its `Client` reads the API's own description and opens the event
stream. As shipped (0.20.6) it puts the password into every URL, keeps three connections and after
one transport error none, repeats a POST by itself, ends the connection when an event waits 1.5 s,
formats every event for a debug log that nobody reads, and cannot connect twice in a process. So it
is given an HTTP client of ours and a reader that does nothing but enqueue.

Requests go over a few more ARI WebSockets (lanes): a tenth of the CPU, and Asterisk carries out
what comes in one lane in that order, which is why requests about one call share one.
"""

import base64
import itertools
import logging
import urllib.parse
import warnings
import zlib
from asyncio import Future, gather, get_running_loop
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import anyio
import msgspec
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from dialer.asterisk.settings import AsteriskSettings
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # escapes in its strings, when it is compiled
    import asyncari.client
    import asyncari.model
    from asyncswagger11.http_client import HttpClient

GOODBYE_S = 0.3
LANES = 4
BACKLOG = 100_000
"Events that may wait to be understood; beyond that the connection is given up."
_LOUD = ("asyncari", "asyncswagger11", "asyncwebsockets", "httpx", "httpcore", "aiohttp")

Json = dict[str, Any]


class Reply(msgspec.Struct, frozen=True):
    """What came of a request. A refusal is a value; `status` 0 means that nobody replied."""

    status: int
    body: str = ""

    @property
    def is_ok(self) -> bool:
        """It was done."""
        return 200 <= self.status < 300

    @property
    def is_unsure(self) -> bool:
        """It may have been done: no reply in time."""
        return self.status == 0

    def json(self) -> Any:
        """The body, decoded; None if there is none."""
        return msgspec.json.decode(self.body) if self.body else None

    def why(self) -> str:
        """For a log: the status and Asterisk's own words."""
        said = self.json() if self.body.startswith("{") else {}
        words = said.get("message") or said.get("error") or self.body
        return f"{self.status} {words}"[:200] if self.status else "no reply"


class Ari:
    """One connection. It is over when `events` ends."""

    def __init__(self, events: MemoryObjectReceiveStream[tuple[float, Json]]) -> None:
        self.events = events
        "Raw events with the instant at which each was received."
        self.lanes: list[_Lane] = []

    @property
    def backlog(self) -> int:
        """Events received but not yet understood."""
        return self.events.statistics().current_buffer_used

    async def request(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        lane: str = "",
        **query: object,
    ) -> Reply:
        """Ask once; never a second time. Requests of one `lane` are carried out in order.

        A request that was started before another in the same lane reaches Asterisk before it,
        so neither need wait for the other's reply.
        """
        return await self.lanes[zlib.crc32(lane.encode()) % len(self.lanes)].request(
            method, path.lstrip("/") + ("?" + _query(query) if query else ""), body
        )


@asynccontextmanager
async def connect(settings: AsteriskSettings, clock: Clock) -> AsyncIterator[Ari]:
    """A connection life. Raises `SwitchUnavailable` if there is none to be had."""
    _quieten()
    _forget_objects()
    send, receive = anyio.create_memory_object_stream[tuple[float, Json]](BACKLOG)
    async with AsyncExitStack() as stack:
        stack.enter_context(send)
        stack.enter_context(receive)
        http = await stack.enter_async_context(_Http(settings))
        client = _Client(settings, http, send, clock)
        try:
            with anyio.fail_after(4 * settings.patience_s):
                await client.open()
                sockets = [await http.lane() for _ in range(LANES)]
        except (aiohttp.ClientError, OSError, TimeoutError) as why:
            raise SwitchUnavailable(_reason(settings, why)) from why
        ari = Ari(receive)
        ari.lanes = [_Lane(socket, send, settings.patience_s) for socket in sockets]
        async with anyio.create_task_group() as tasks:
            client.taskgroup = tasks
            tasks.start_soon(client.read)
            for one in ari.lanes:
                tasks.start_soon(one.read)
            try:
                yield ari
            finally:
                tasks.cancel_scope.cancel()


class _Client(asyncari.client.Client):  # type: ignore[misc]
    """asyncari's client with a reader that only enqueues: no watchdog, no objects, no pformat."""

    def __init__(
        self,
        settings: AsteriskSettings,
        http: "_Http",
        events: MemoryObjectSendStream[tuple[float, Json]],
        clock: Clock,
    ) -> None:
        super().__init__(None, settings.url.rstrip("/") + "/", settings.app, http)
        self._events = events
        self._clock = clock
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self) -> None:
        """Read the API's description, register the application, begin to be told."""
        await self._init()
        self._socket = await self.swagger.events.eventWebsocket(app=self.app)

    async def read(self) -> None:
        """Every event into the queue, with its instant, until the connection ends."""
        decode = msgspec.json.Decoder(Json).decode
        assert self._socket is not None
        with self._events:
            async for message in self._socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                try:
                    self._events.send_nowait((self._clock(), decode(message.data)))
                except (anyio.WouldBlock, anyio.BrokenResourceError, anyio.ClosedResourceError):
                    return


class _Http(HttpClient):  # type: ignore[misc]
    """What asyncari asks for HTTP: Basic header, little patience, nothing repeated."""

    def __init__(self, settings: AsteriskSettings) -> None:
        self._base = settings.url.rstrip("/")
        self._user = settings.user
        self._app = settings.app
        secret = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Basic {secret}"},
            timeout=aiohttp.ClientTimeout(total=settings.patience_s),
            trust_env=False,
        )
        self._lanes = itertools.count()
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []

    async def __aenter__(self) -> "_Http":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Good-bye on every WebSocket; whoever does not answer is not waited for."""
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(2 * GOODBYE_S):
                await gather(*(socket.close() for socket in self._sockets))
            await self._session.close()

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> "_Page":
        """One request over plain HTTP: the description of the API."""
        query = {key: str(value) for key, value in (params or {}).items()}
        async with self._session.request(
            method, self._here(url), params=query, data=data, headers=headers, raise_for_status=True
        ) as response:
            return _Page(response.status, await response.text())

    async def ws_connect(
        self, url: str, params: Mapping[str, str] | None = None, headers: object = None
    ) -> aiohttp.ClientWebSocketResponse:
        """The event stream."""
        return await self._open(self._here(url), dict(params or {}))

    async def lane(self) -> aiohttp.ClientWebSocketResponse:
        """One more WebSocket, for requests; its application hears of nothing."""
        app = f"{self._app}-lane-{next(self._lanes)}"
        return await self._open(f"{self._base}/ari/events", {"app": app})

    async def close(self) -> None:
        """Closed by asyncari, too."""
        await self._session.close()

    async def _open(self, url: str, query: dict[str, str]) -> aiohttp.ClientWebSocketResponse:
        patience = aiohttp.ClientWSTimeout(ws_close=GOODBYE_S)
        socket = await self._session.ws_connect(
            url, params=query, max_msg_size=0, compress=0, timeout=patience
        )
        self._sockets.append(socket)
        return socket

    def _here(self, url: str) -> str:
        """The description names the host as Asterisk sees itself; we know the way to it."""
        return self._base + "/ari/" + url.split("/ari/", 1)[1]


class _Page(msgspec.Struct, frozen=True):
    """A reply as asyncswagger11 wants it."""

    status_code: int
    text: str

    def json(self) -> Any:
        return msgspec.json.decode(self.text)

    def raise_for_status(self) -> None:
        """It was checked already."""


class _Lane:
    """Requests over one WebSocket, answered in any order, carried out in this one."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        events: MemoryObjectSendStream[tuple[float, Json]],
        patience_s: float,
    ) -> None:
        self._socket = socket
        self._events = events
        self._patience_s = patience_s
        self._asked: dict[str, Future[Reply]] = {}
        self._numbers = itertools.count(1)

    async def request(self, method: str, uri: str, body: Json | None) -> Reply:
        """Send it, wait for its reply as long as patience lasts."""
        number = str(next(self._numbers))
        order = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri}
        if body is not None:
            order["content_type"] = "application/json"
            order["message_body"] = msgspec.json.encode(body).decode()
        reply: Future[Reply] = get_running_loop().create_future()
        self._asked[number] = reply
        try:
            with anyio.move_on_after(self._patience_s):
                await self._socket.send_str(msgspec.json.encode(order).decode())
                return await reply
        except (aiohttp.ClientError, ConnectionError):
            pass
        finally:
            del self._asked[number]
        return Reply(0)

    async def read(self) -> None:
        """Hand out replies; the end of a lane is the end of the connection."""
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            said = msgspec.json.decode(message.data)
            asked = self._asked.get(said.get("request_id", ""))
            if asked and not asked.done():
                asked.set_result(Reply(said["status_code"], said.get("message_body") or ""))
        for asked in self._asked.values():
            if not asked.done():
                asked.set_result(Reply(0))
        self._events.close()


def _query(query: Mapping[str, object]) -> str:
    return urllib.parse.urlencode(
        {key: value for key, value in query.items() if value is not None},
        quote_via=urllib.parse.quote,
    )


def _reason(settings: AsteriskSettings, why: BaseException) -> str:
    match why:
        case aiohttp.ClientResponseError(status=401):
            return f"Asterisk at {settings.url} does not know user {settings.user}: see ari.conf"
        case aiohttp.ClientResponseError(status=404):
            return f"Asterisk at {settings.url} has no ARI (yet): it boots, or res_ari is missing"
        case aiohttp.ClientResponseError(status=status):
            return f"Asterisk at {settings.url} says {status}"
        case TimeoutError():
            return f"Asterisk at {settings.url} does not reply"
    return f"no Asterisk at {settings.url}"


def _quieten() -> None:
    """These print arguments when they are talkative: numbers and secrets."""
    for name in _LOUD:
        log = logging.getLogger(name)
        log.setLevel(max(log.level, logging.WARNING))


def _forget_objects() -> None:
    """Its classes remember objects and assert that they belong to the same client."""
    for kind in asyncari.model.CLASS_MAP.values():
        kind.cache = None
        kind.active = None
