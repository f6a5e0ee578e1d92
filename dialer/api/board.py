"""`/board/`: Streamlit, which listens on loopback only, for whoever is logged in.

What it serves passes through as it is, HTTP and its one WebSocket. It trusts nobody but us, and
looks itself who comes: see `dashboards/viewer.py`.
"""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import aiohttp
import anyio
from litestar import Request, Response
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from yarl import URL

from dialer.access import browser, passage
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.api.gate import visitor_or_none
from dialer.api.house import Here, House, in_thread
from dialer.api.problems import Refused
from dialer.api.sockets import ENDED, TRY_AGAIN, Socket, close
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk import files
from dialer.i18n import LANGUAGES

Asking = Request[Visitor, Any, Any]
FILE_MAX = 200_000_000
"Bytes of a file for a form."
PIECE = 65_536
GRACE_S = 3.0
"After a session has ended the board shows that by itself; who then does not go is sent away."

HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "origin", "authorization", "expect",
    "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host",
    passage.HEADER, passage.SOURCE, passage.BACK,
})  # fmt: skip
"Headers that are between two neighbours, or that only we may set."
OURS = frozenset({"server", "date"})
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
'Of a page: one that is "not modified" would be read by the headers of what is no page.'
OF_SOCKETS = "sec-websocket-"
FIRST = "/board/live"
"The name of its first page, which Streamlit knows as `/board/` alone."
OF_PEOPLE = ("/board/media/", "/board/component/", "/board/app/")
"What lies below was brought by people: markup in it is no page, and no script of it runs."


@route("PAGE /board")
async def front(request: Asking, house: Here) -> Response[Any]:
    """Its first page, which finds its files only from below `/board/`."""
    if not _address(request, house).raw_path.endswith("/"):
        return Redirect("/board/", status_code=303)
    return await _passed(request, house)


@route("PAGE /board/{file}")
async def look(file: FromPath[str], request: Asking, house: Here) -> Response[Any]:
    """A page or a file of the board."""
    where = _address(request, house)
    if where.raw_path.rstrip("/") == FIRST:
        return Redirect(str(URL("/board/").with_query(where.query)), status_code=303)
    return await _passed(request, house)


@route("PAGE /board/static/{file}")
async def part(file: FromPath[str], request: Asking, house: Here) -> Response[Any]:
    """A program of Streamlit's, as anybody can have it: one that shows the way out comes late."""
    return await _passed(request, house, known=False)


@route("PUT /board/{file}", opt={"wordless": True}, request_max_body_size=FILE_MAX)
async def put(file: FromPath[str], request: Asking, house: Here) -> Response[Any]:
    """A file for a form of the board; Streamlit asks for a word of its own."""
    return await _passed(request, house)


@route("DELETE /board/{file}", opt={"wordless": True})
async def drop(file: FromPath[str], request: Asking, house: Here) -> Response[Any]:
    """That file is not wanted any more."""
    return await _passed(request, house)


@route("WS /board/{file}")
async def talk(socket: Socket, file: FromPath[str], house: Here) -> None:
    """What the board shows and what is done there, both ways, while the session lasts."""
    protocols = socket.scope["subprotocols"]  # Streamlit's word against forgery is among them
    asked = {**await _headers(socket, house), "origin": _base(house)}
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.ws_connect(
                _address(socket, house), headers=asked, protocols=protocols, max_msg_size=0
            ) as board,
        ):
            await socket.accept(subprotocols=board.protocol)
            await _both_ways(socket, house, board)
    except aiohttp.ClientError:
        await socket.close(TRY_AGAIN)


HANDLERS = (front, look, part, put, drop, talk)


# ---- HTTP ----------------------------------------------------------------------------------------


async def _passed(request: Asking, house: House, *, known: bool = True) -> Response[Any]:
    where = _address(request, house)
    headers = await _headers(request, house) if known else {}
    if "text/html" in headers.get("accept", ""):
        headers["accept-encoding"] = "identity"  # a page is read on its way
        headers = {name: said for name, said in headers.items() if name not in CONDITIONS}
    session = aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=300, connect=5),
    )  # fmt: skip
    try:
        answer = await session.request(
            request.method, where, headers=headers,
            data=None if request.method == "GET" else request.stream(), allow_redirects=False,
        )  # fmt: skip
    except (aiohttp.ClientError, TimeoutError):
        await session.close()
        return _not_yet()
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if is_page and not where.path.startswith(OF_PEOPLE):
        return await _page(session, answer)
    return Stream(_pieces(session, answer), status_code=answer.status, headers=_kept(answer))


async def _pieces(
    session: aiohttp.ClientSession, answer: aiohttp.ClientResponse
) -> AsyncIterator[bytes]:
    async with session, answer:
        async for piece in answer.content.iter_chunked(PIECE):
            yield piece


async def _page(session: aiohttp.ClientSession, answer: aiohttp.ClientResponse) -> Response[Any]:
    """A page whose own scripts may run, and ours, and no others."""
    async with session, answer:
        body = (await answer.read()).replace(b"</head>", _words() + b"</head>")
    told = _kept(answer)
    headers = {name: told[name] for name in told.keys() - {"content-type", "content-length"}}
    policy = "; ".join(f"{what} {of}" for what, of in policy_of(body.decode()).items())
    return Response(
        body, status_code=answer.status, media_type="text/html; charset=utf-8",
        headers={**headers, "content-security-policy": policy},
    )  # fmt: skip


def _words() -> bytes:
    """What says Streamlit's own words in the reader's language."""
    known = " ".join(LANGUAGES)
    source = f"{files.base()}/board.js"
    return f'<script type="module" src="{source}" data-languages="{known}"></script>'.encode()


def policy_of(page: str) -> Mapping[str, str]:
    """What a page of Streamlit may load: its styles stand in the page, its charts draw themselves.

    >>> policy_of("<script>go()</script>")["script-src"].split()[1]
    "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"
    """
    inline = [*re.findall(r"<script>(.*?)</script>", page, re.DOTALL), passage.LEAVE]
    hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in inline]
    return {
        **browser.PAGE,
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
    }


def _kept(answer: aiohttp.ClientResponse) -> dict[str, str]:
    kept = {name.lower(): said for name, said in answer.headers.items()}
    return {name: said for name, said in kept.items() if name not in HOP | OURS}


def _not_yet() -> Response[Any]:
    """It is being started; the browser asks again by itself."""
    return Response(
        "The board is being started ...", status_code=503, media_type="text/plain",
        headers={"refresh": "2", "retry-after": "2"},
    )  # fmt: skip


# ---- its WebSocket -------------------------------------------------------------------------------


async def _both_ways(socket: Socket, house: House, board: aiohttp.ClientWebSocketResponse) -> None:
    code = TRY_AGAIN
    async with anyio.create_task_group() as tasks:

        async def ended() -> None:
            nonlocal code
            while await _lasts(socket, house):  # noqa: ASYNC110 - a session has no events
                await anyio.sleep(house.look_again_s)
            await anyio.sleep(GRACE_S)
            code = ENDED
            tasks.cancel_scope.cancel()

        async def up() -> None:
            with _gone():
                while True:
                    await board.send_bytes(await socket.receive_data("binary"))
            tasks.cancel_scope.cancel()

        tasks.start_soon(ended)
        tasks.start_soon(up)
        with _gone():
            async for message in board:
                if message.type is aiohttp.WSMsgType.BINARY:
                    await socket.send_data(message.data, mode="binary")
        tasks.cancel_scope.cancel()
    await close(socket, code)


async def _lasts(socket: Socket, house: House) -> bool:
    visitor = await visitor_or_none(socket, house)
    return visitor is not None and reach(visitor.user, "board.see") is not Reach.NONE


def _gone() -> Any:
    return suppress(WebSocketDisconnect, ConnectionError, aiohttp.ClientError, RuntimeError)


# ---- both ----------------------------------------------------------------------------------------


def _base(house: House) -> str:
    if not house.board:
        raise Refused(404, "No board is served here: set `board.on`, or start `dialer board`.")
    return house.board


def _address(connection: Any, house: House) -> URL:
    """The same address at the board's own port."""
    base = _base(house)
    raw = connection.scope.get("raw_path") or quote(connection.scope["path"]).encode()
    path = raw.decode("latin-1").partition("?")[0]
    query = connection.scope.get("query_string", b"").decode("latin-1")
    return URL(f"{base}{path}" + (f"?{query}" if query else ""), encoded=True)


async def _headers(connection: Any, house: House) -> dict[str, str]:
    visitor: Visitor = connection.user
    passed = {
        name: said for name, said in connection.headers.items()
        if name not in HOP and not name.startswith(OF_SOCKETS)
    }  # fmt: skip
    word = await in_thread(passage.word, house.home)
    own = {passage.HEADER: word, passage.SOURCE: visitor.source, passage.BACK: _back(house)}
    return {**passed, **own}


def _back(house: House) -> str:
    """Our own address, as this machine reaches it."""
    web = house.settings.web
    host = "127.0.0.1" if web.address in ("0.0.0.0", "") else web.address
    host = "[::1]" if host == "::" else f"[{host}]" if ":" in host else host
    return f"{'https' if web.certificate else 'http'}://{host}:{web.port}"
