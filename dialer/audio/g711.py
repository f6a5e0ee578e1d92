"""G.711: a byte on the wire and the sample that it stands for, as two tables each way.

>>> LEVELS[ALAW][[0xD5, 0x55, 0xAA]].tolist(), LEVELS[ULAW][[0xFF, 0x80, 0x00]].tolist()
([8, -8, 32256], [0, 32124, -32124])
>>> SILENCE[ALAW][:2].hex(), SILENCE[ULAW][:2].hex()
('d5d5', 'ffff')
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Law = Literal["alaw", "ulaw"]

ALAW: Final = "alaw"
ULAW: Final = "ulaw"
PAYLOAD_TYPES: dict[int, Law] = {0: ULAW, 8: ALAW}
"RTP payload type -> companding law (RFC 3551)."
FRAME: Final = 160
"Samples, and bytes, in the usual packet of 20 ms."
SILENCE: dict[Law, bytes] = {ALAW: b"\xd5" * FRAME, ULAW: b"\xff" * FRAME}
"A frame in which nothing is said."


def _alaw_levels() -> NDArray[np.int32]:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    linear = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, linear, -linear).astype(np.int32)


def _ulaw_levels() -> NDArray[np.int32]:
    code = ~np.arange(256) & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    linear = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -linear, linear).astype(np.int32)


LEVELS: dict[Law, NDArray[np.int32]] = {ALAW: _alaw_levels(), ULAW: _ulaw_levels()}
"Byte -> 16-bit sample, as G.711 has it."


def _samples(law: Law) -> Float32Array:
    return (LEVELS[law] / 32768.0).astype(np.float32)


def _bytes(law: Law) -> Bytes:
    """16-bit sample, shifted to be an index, -> the byte whose level is nearest."""
    order = np.argsort(LEVELS[law], kind="stable")
    levels = LEVELS[law][order]
    bounds = (levels[1:] + levels[:-1]) / 2.0
    nearest = order[np.searchsorted(bounds, np.arange(-32768, 32768), side="right")]
    table: Bytes = nearest.astype(np.uint8)
    return table


_DECODE: dict[Law, Float32Array] = {law: _samples(law) for law in LEVELS}
_ENCODE: dict[Law, Bytes] = {law: _bytes(law) for law in LEVELS}


def decode(data: Bytes, law: Law) -> Float32Array:
    """Samples in -1..1, in the shape of the bytes."""
    samples: Float32Array = _DECODE[law][data]
    return samples


def encode(samples: Float32Array, law: Law) -> Bytes:
    """The bytes nearest to samples in -1..1; what is louder is clipped."""
    linear = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int32)
    data: Bytes = _ENCODE[law][linear + 32768]
    return data
