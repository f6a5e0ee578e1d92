"""What the machine allows us, and how a finding about it is told."""

import resource
import socket
from collections.abc import Iterator
from typing import Literal

import msgspec

from dialer.listening.sockets import BUFFER_BYTES, bound

FILES = 4096
PACKETS_PER_S = 50
PACKET_BYTES = 832
"What the kernel books for a packet of 20 ms, measured on Linux 6."


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    level: Literal["fatal", "warning", "ok"]
    what: str
    mend: str = ""


def allowances() -> Iterator[Finding]:
    """Open files, and room for the packets that come while a listener waits for a CPU."""
    yield _files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    with bound() as udp:
        # The kernel tells the double, its own bookkeeping included.
        yield _buffer(udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2)


def _files(soft: int) -> Finding:
    """Two channels, a socket and a file for each call.

    >>> _files(65536).level, _files(1024).level, _files(128).level
    ('ok', 'warning', 'fatal')
    """
    if soft >= FILES or soft == resource.RLIM_INFINITY:
        return Finding("ok", f"{soft} open files allowed")
    mend = f"ulimit -n {FILES}, or LimitNOFILE= in the service unit"
    return Finding("fatal" if soft < 256 else "warning", f"{soft} open files allowed", mend)


def _buffer(given: int) -> Finding:
    """A second of audio, of as many calls as a worker hears.

    >>> _buffer(212_992).what
    'a listener that waits a second for a CPU loses audio beyond 10 calls'
    """
    calls = 2 * given // (PACKETS_PER_S * PACKET_BYTES)
    if given >= BUFFER_BYTES:
        return Finding("ok", f"a listener may wait a second for a CPU with {calls} calls")
    what = f"a listener that waits a second for a CPU loses audio beyond {calls} calls"
    return Finding("warning", what, f"sysctl -w net.core.rmem_max={BUFFER_BYTES}")
