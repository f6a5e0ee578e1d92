"""The worker's one UDP socket: every packet that has come, with the instant of its arrival.

The kernel stamps each packet as it comes, so that a worker which was kept from running knows how
late it is. Its stamps are of the wall clock; they are turned into CLOCK_MONOTONIC at once.
"""

import contextlib
import socket
import struct
import time
from collections.abc import Iterator

SO_TIMESTAMPNS = 35
"Linux, on 64 bits; Python has no name for it."
SO_RCVBUFFORCE = 33
BUFFER_BYTES = 8 * 1024 * 1024
"A second of 400 calls; without CAP_NET_ADMIN the kernel gives net.core.rmem_max."
LARGEST = 2048
MOST = 2000
"Packets taken at once."
_TIMESPEC = struct.Struct("@qq")


def bound(host: str = "127.0.0.1") -> socket.socket:
    """A socket on a port of the kernel's choice."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setblocking(False)
    try:
        udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    except OSError:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    with contextlib.suppress(OSError):
        udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    udp.bind((host, 0))
    return udp


def drain(udp: socket.socket) -> Iterator[tuple[bytes, int, float]]:
    """The packets that wait: data, source port, instant of arrival. Not for ever: on a machine
    with no CPU to spare they may come as fast as they go."""
    offset = time.time() - time.monotonic()
    room = socket.CMSG_SPACE(_TIMESPEC.size)
    for _ in range(MOST):
        try:
            data, ancillary, _, source = udp.recvmsg(LARGEST, room)
        except BlockingIOError:
            return
        except ConnectionRefusedError:  # an answer to silence that we sent to a closed port
            continue
        yield data, source[1], _stamp(ancillary, offset)


def _stamp(ancillary: list[tuple[int, int, bytes]], offset: float) -> float:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            arrived: float = seconds + nanoseconds * 1e-9 - offset
            return arrived
    return time.monotonic()
