"""What every WebSocket of the web process has in common: how it is told, left and closed."""

from collections.abc import Mapping
from typing import Any

import anyio
import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from dialer.api.visitor import Visitor

Socket = WebSocket[Visitor, Any, Any]
SEND_WITHIN_S = 10.0
"Who takes nothing for so long is gone."
CLOSE_WITHIN_S = 1.0
ENDED, TRY_AGAIN = 4401, 1013
"With these a socket is closed: the session is over; come again."


async def say(socket: Socket, what: Mapping[str, Any]) -> None:
    """One JSON object. `TimeoutError` for a reader who takes nothing."""
    with anyio.fail_after(SEND_WITHIN_S):
        await socket.send_data(msgspec.json.encode(what).decode())


async def until_gone(socket: Socket, everything: anyio.CancelScope) -> None:
    """Nothing that the other end says means anything; that it goes ends everything."""
    try:
        while True:
            await socket.receive_data("text")
    except WebSocketDisconnect:
        everything.cancel()


async def close(socket: Socket, code: int) -> None:
    """Close it, whether or not somebody is there still."""
    with anyio.move_on_after(CLOSE_WITHIN_S):
        try:
            await socket.close(code)
        except (WebSocketDisconnect, RuntimeError):  # the other end went first
            return
