"""RTP made to order."""

import numpy as np

from dialer.audio.g711 import ALAW, ULAW, encode
from dialer.listening.rtp import Packet, build

FRAME = 160


def packets(samples, *, law=ALAW, ssrc=7, sequence=0, timestamp=0):
    """The packets of a sound, 20 ms each."""
    data = encode(samples[: len(samples) // FRAME * FRAME].astype(np.float32), law).tobytes()
    kind = {ALAW: 8, ULAW: 0}[law]
    return [
        Packet(
            kind,
            (sequence + k) % 65536,
            (timestamp + k * FRAME) % (1 << 32),
            ssrc,
            data[k * FRAME : (k + 1) * FRAME],
        )
        for k in range(len(data) // FRAME)
    ]


def wires(samples, **how):
    return [build(packet) for packet in packets(samples, **how)]
