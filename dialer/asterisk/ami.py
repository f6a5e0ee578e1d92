"""The one order that ARI has no word for: let silence go into a recording, or the voices again.

AMI on loopback, one short conversation for each order: they are rare, and a connection that does
not stand needs no watching. The account may do nothing that ARI's may not.
"""

import anyio
from anyio.abc import SocketStream

from dialer.asterisk.settings import AsteriskSettings

END = b"\r\n\r\n"
LONGEST = 65536


async def mute_recording(settings: AsteriskSettings, channel: str, *, silent: bool) -> str:
    """Both sides of the channel's recording; empty, or why it was not done."""
    if not settings.ami_port:
        return "Asterisk's manager interface is not reached: recordings cannot be paused"
    try:
        with anyio.fail_after(settings.patience_s):
            async with await anyio.connect_tcp("127.0.0.1", settings.ami_port) as stream:
                return await _converse(stream, settings, channel, silent)
    except (OSError, TimeoutError, anyio.EndOfStream, anyio.BrokenResourceError) as why:
        return f"no answer from Asterisk's manager interface: {type(why).__name__}"


async def _converse(
    stream: SocketStream, settings: AsteriskSettings, channel: str, silent: bool
) -> str:
    said = _Said(stream)
    await stream.send(
        _order(
            "Login", ActionID="login", Username=settings.user, Secret=settings.password,
            Events="off",
        )
    )  # fmt: skip
    why = await said.reply_to("login")
    if why:
        return f"log-in: {why}"
    state = "1" if silent else "0"
    await stream.send(
        _order("MixMonitorMute", ActionID="mute", Channel=channel, Direction="both", State=state)
    )
    return await said.reply_to("mute")


class _Said:
    """What Asterisk says, a packet of lines at a time."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream
        self._read = b""

    async def reply_to(self, action: str) -> str:
        """Empty for a success, else its words."""
        while True:
            packet = await self._packet()
            if packet.get("ActionID") == action:
                done = packet.get("Response") == "Success"
                return "" if done else packet.get("Message", "refused")

    async def _packet(self) -> dict[str, str]:
        while END not in self._read:
            self._read += await self._stream.receive(LONGEST)
        text, _, self._read = self._read.partition(END)
        return fields(text)


def fields(text: bytes) -> dict[str, str]:
    """Key and value of each line.

    >>> fields(b"Asterisk Call Manager/11.0.0\\r\\nResponse: Error\\r\\nMessage: no: never")
    {'Response': 'Error', 'Message': 'no: never'}
    """
    lines = (line.partition(": ") for line in text.decode(errors="replace").splitlines())
    return {key: value for key, mark, value in lines if mark}


def _order(action: str, **more: str) -> bytes:
    lines = [f"Action: {action}", *(f"{key}: {value}" for key, value in more.items())]
    return "\r\n".join(lines).encode() + END
