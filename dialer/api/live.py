"""`WS /api/v1/live`: first the picture, then what happens, as far as the visitor may see it.

Every message is one JSON object: `status` first, then events and facts as the journal has them. It
ends with the session (4401), and where the reader is too slow or the dialer was away (1013).
"""

from typing import Any

import anyio
import msgspec
from anyio.streams.memory import MemoryObjectReceiveStream
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from dialer.access.rules import User, may
from dialer.api.gate import visitor_of
from dialer.api.house import Here, House
from dialer.api.newsroom import Newsroom, Told, shown
from dialer.api.problems import Refused
from dialer.api.state import within
from dialer.api.table import route
from dialer.api.visitor import Visitor

SEND_WITHIN_S = 10.0
"Who takes nothing for so long is gone."
ENDED, TRY_AGAIN = 4401, 1013

Socket = WebSocket[Visitor, Any, Any]
News = MemoryObjectReceiveStream[Told]


@route("WS /api/v1/live")
async def live(socket: Socket, house: Here) -> None:
    """What happens, until it ends."""
    newsroom: Newsroom = socket.app.state.newsroom
    await socket.accept()
    code = TRY_AGAIN
    with newsroom.subscribed() as news:
        try:
            picture = within(socket.user.user, await house.status_or_nothing())
            await _say(socket, {"status": picture})
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_hear, socket, tasks.cancel_scope)
                code = await _tell(socket, house, news)
                tasks.cancel_scope.cancel()
        except* (WebSocketDisconnect, TimeoutError):
            pass
    await _close(socket, code)


HANDLERS = (live,)


async def _tell(socket: Socket, house: House, news: News) -> int:
    """Say what he may see, while his session lasts; with which code it ends."""
    user = socket.user.user
    look_at = anyio.current_time() + house.look_again_s
    while True:
        told = None
        with anyio.CancelScope(deadline=look_at):
            try:
                told = await news.receive()
            except anyio.EndOfStream:
                return TRY_AGAIN
        if anyio.current_time() >= look_at:
            look_at = anyio.current_time() + house.look_again_s
            now = await _user_now(socket, house)
            if now is None:
                return ENDED
            user = now
        if told is not None and _sees(user, told):
            await _say(socket, shown(told[0]))


def _sees(user: User, told: Told) -> bool:
    return any(may(user, "live.see", thing) for thing in told[1])


async def _user_now(socket: Socket, house: House) -> User | None:
    try:
        return (await visitor_of(socket, house)).user
    except Refused:
        return None


async def _say(socket: Socket, what: dict[str, Any]) -> None:
    with anyio.fail_after(SEND_WITHIN_S):
        await socket.send_data(msgspec.json.encode(what).decode())


async def _hear(socket: Socket, everything: anyio.CancelScope) -> None:
    """Nothing that he says means anything; that he goes does."""
    try:
        while True:
            await socket.receive_data("text")
    except WebSocketDisconnect:
        everything.cancel()


async def _close(socket: Socket, code: int) -> None:
    with anyio.move_on_after(1.0):
        try:
            await socket.close(code)
        except (WebSocketDisconnect, RuntimeError):  # he went first
            return
