"""Lines over a Unix socket, inside an event loop.

anyio's own Unix streams can raise in the loop when data and a cancellation meet; waiting on the
bare socket cannot.
"""

import os
import pwd
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import anyio
from anyio.lowlevel import checkpoint

LINE_MAX = 64 * 1024
_CHUNK = 64 * 1024
_PATH_MAX = 107
BACKLOG = 512
"Who comes while nobody takes anybody in waits, up to so many."


class LineTooLong(Exception):
    """More than `LINE_MAX` bytes and no end of line."""


class Hangup(Exception):
    """The other side is gone."""


class Wire:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._buffer = bytearray()

    async def line(self) -> bytes:
        """The next line with its newline; nothing when the other side has said its last."""
        await checkpoint()
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            if len(self._buffer) > LINE_MAX:
                raise LineTooLong
            searched = len(self._buffer)
            if not (piece := await self._receive()):
                return b""
            self._buffer += piece
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                await anyio.wait_writable(self._socket)
            except OSError as why:
                raise Hangup from why

    async def drain(self, within_s: float) -> None:
        """Read and forget what still comes: closing on unread bytes would void our last line."""
        with anyio.move_on_after(within_s):
            while await self._receive():
                self._buffer.clear()

    def hear_out(self) -> None:
        """Take no line more: what was sent is still to be read, what is sent from now on fails."""
        with suppress(OSError):  # the other side went first
            self._socket.shutdown(socket.SHUT_RD)

    @property
    def is_gone(self) -> bool:
        """The other side has closed altogether; that it has said its last is less than that."""
        poll = select.poll()
        poll.register(self._socket, 0)  # a hang-up is always told
        return bool(poll.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    @property
    def user(self) -> str:
        """Who is at the other end, as the kernel knows."""
        size = struct.calcsize("3i")
        uid = struct.unpack(
            "3i", self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        )[1]
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)

    async def _receive(self) -> bytes:
        while True:
            try:
                return self._socket.recv(_CHUNK)
            except BlockingIOError:
                await anyio.wait_readable(self._socket)
            except OSError:
                return b""


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket at this path that only its owner may use. The place of a dead one is taken."""
    with socket.socket(socket.AF_UNIX) as listener:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with reachable(path) as name:
                listener.bind(name)
        finally:
            os.umask(before)
        try:
            listener.listen(BACKLOG)
            listener.setblocking(False)
            yield listener
        finally:
            path.unlink(missing_ok=True)


async def accepted(listener: socket.socket) -> Wire:
    """The next one who comes."""
    while True:
        try:
            return Wire(listener.accept()[0])
        except BlockingIOError:
            await anyio.wait_readable(listener)


def connection(path: Path, *, waits: bool = True) -> socket.socket:
    """A connection to the socket at this path; `OSError` if nobody listens.

    Where as many wait there as may, it waits, too, or else raises `BlockingIOError`.
    """
    ours = socket.socket(socket.AF_UNIX)
    ours.setblocking(waits)
    try:
        with reachable(path) as name:
            ours.connect(name)
    except OSError:
        ours.close()
        raise
    return ours


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A name for it that the kernel takes: a socket's may have 107 bytes, folders may be deeper."""
    if len(os.fsencode(path)) <= _PATH_MAX:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
