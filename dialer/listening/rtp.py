"""RTP packets (RFC 3550): what of them matters to a listener.

>>> packet = build(Packet(payload_type=8, sequence=7, timestamp=160, ssrc=5, payload=b"abc"))
>>> parse(packet)
Packet(payload_type=8, sequence=7, timestamp=160, ssrc=5, payload=b'abc')
>>> parse(b"not RTP at all") is None
True
"""

import struct
from typing import NamedTuple

_HEADER = struct.Struct("!BBHII")
VERSION = 2
PLAIN = VERSION << 6
"The first byte of a packet with nothing but a payload after its header: nearly all are so."


class Packet(NamedTuple):
    """A packet of audio."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def parse(data: bytes) -> Packet | None:
    """The packet, or None if it is none."""
    if len(data) <= _HEADER.size or data[0] >> 6 != VERSION:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first == PLAIN:
        return Packet(second & 0x7F, sequence, timestamp, ssrc, data[_HEADER.size :])
    start, end = _HEADER.size + 4 * (first & 0x0F), len(data)
    if first & 0x10 and len(data) >= start + 4:
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if first & 0x20:
        end -= data[-1]
    if start >= end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, data[start:end])


def build(packet: Packet) -> bytes:
    """The bytes of a packet."""
    header = _HEADER.pack(
        PLAIN,
        packet.payload_type & 0x7F,
        packet.sequence & 0xFFFF,
        packet.timestamp & 0xFFFFFFFF,
        packet.ssrc,
    )
    return header + packet.payload
