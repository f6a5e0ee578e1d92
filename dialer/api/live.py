"""`WS /api/v1/live`: first the picture, then what happens, as far as the visitor may see it.

Every message is one JSON object: `status` first, then events and facts as the journal has them. It
ends with the session (4401), and where the reader is too slow or the dialer was away (1013).
"""

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from litestar.exceptions import WebSocketDisconnect

from dialer.access.rules import User, may
from dialer.api.gate import visitor_or_none
from dialer.api.house import Here, House
from dialer.api.newsroom import Newsroom, Told, shown
from dialer.api.sockets import ENDED, TRY_AGAIN, Socket, close, say, until_gone
from dialer.api.state import within
from dialer.api.table import route

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
            await say(socket, {"status": picture})
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(until_gone, socket, tasks.cancel_scope)
                code = await _tell(socket, house, news)
                tasks.cancel_scope.cancel()
        except* (WebSocketDisconnect, TimeoutError):
            pass
    await close(socket, code)


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
            visitor = await visitor_or_none(socket, house)
            if visitor is None:
                return ENDED
            user = visitor.user
        if told is not None and _sees(user, told):
            await say(socket, shown(told[0]))


def _sees(user: User, told: Told) -> bool:
    return any(may(user, "live.see", thing) for thing in told[1])
