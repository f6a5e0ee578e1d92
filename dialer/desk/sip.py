"""`WS /desk/sip`: the softphone's line to Asterisk, through this process and its log-in.

Asterisk's own HTTP stays on loopback. What is passed on is SIP, frame by frame; nothing is changed
but the signature of one's own telephone (`digest`).
"""

import aiohttp
import anyio
from litestar.exceptions import WebSocketDisconnect

from dialer import logs
from dialer.api.gate import visitor_or_none
from dialer.api.house import Here, House
from dialer.api.sockets import ENDED, TRY_AGAIN, Socket, close
from dialer.api.table import route
from dialer.desk.digest import signed
from dialer.desk.phones import Soft

PROTOCOL = "sip"
MESSAGE_MAX = 65_536
NO_SIP = 1002
CONNECT_WITHIN_S = 5.0

Theirs = aiohttp.ClientWebSocketResponse


@route("WS /desk/sip")
async def sip(socket: Socket, house: Here) -> None:
    """Pass on what either says, while the session lasts."""
    if PROTOCOL not in socket.scope["subprotocols"]:
        await socket.close(NO_SIP)
        return
    await socket.accept(subprotocols=PROTOCOL)
    code, phones = TRY_AGAIN, socket.app.state.desks.phones
    try:
        with anyio.fail_after(CONNECT_WITHIN_S):
            session = aiohttp.ClientSession()
            theirs = await session.ws_connect(
                phones.sip_url,
                protocols=(PROTOCOL,),
                max_msg_size=MESSAGE_MAX,
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as why:
        _log.warning("Asterisk takes no SIP over WebSocket", why=type(why).__name__)
        await session.close()
    else:
        async with session, theirs:
            soft = phones.soft.get(socket.user.user.name)
            code = await _passed(socket, theirs, soft, house)
    await close(socket, code)


HANDLERS = (sip,)


async def _passed(socket: Socket, theirs: Theirs, soft: Soft | None, house: House) -> int:
    """Until one of them goes, or the session ends; the code for the browser."""
    code = TRY_AGAIN
    async with anyio.create_task_group() as tasks:

        async def out() -> None:
            try:
                while True:
                    said = await socket.receive_data("text")
                    await theirs.send_str(signed(said, soft.name, soft.password) if soft else said)
            except (WebSocketDisconnect, ConnectionError):
                tasks.cancel_scope.cancel()

        async def back() -> None:
            async for message in theirs:
                if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    text = message.data if isinstance(message.data, str) else message.data.decode()
                    await socket.send_data(text)
            tasks.cancel_scope.cancel()

        async def watch() -> None:
            nonlocal code
            while True:
                await anyio.sleep(house.look_again_s)
                if await visitor_or_none(socket, house) is None:
                    code = ENDED
                    tasks.cancel_scope.cancel()

        for part in (out, back, watch):
            tasks.start_soon(part)
    return code


_log = logs.get(__name__)
