"""The audio of one call of a small SIP peer: RTP out, frame by frame, and ears for the pilots."""

import math
import struct
import time
from collections.abc import Mapping

import anyio
import anyio.abc
import numpy as np

from dialer.audio.g711 import ALAW, FRAME, PAYLOAD_TYPES, SILENCE, Float32Array, Law, decode
from sim.carrier.pilots import PILOTS

FRAME_S = 0.02
_WINDOW = 4
"Frames: the 80 ms after which a tone is a pilot."
_PURE = 0.5
"Share of the power that a pilot has in its window; talk has a few hundredths on one frequency."
_QUIET = 1e-5
_LOUD = 1e-3
"Power of a packet in which somebody speaks: -30 dB."
_PAYLOAD = 8


def _probes(pilots: Mapping[str, int]) -> dict[str, "np.typing.NDArray[np.complex128]"]:
    time = np.arange(_WINDOW * FRAME) / 8000
    return {name: np.exp(-2j * math.pi * hz * time) for name, hz in pilots.items()}


class Ears:
    """Notes whose pilot arrives. Fed 20 ms at a time."""

    def __init__(self) -> None:
        self.heard: dict[str, int] = {}
        "Pilot -> how many windows were full of it."
        self.frames = 0
        self._probes = _probes({name: pilot.hz for name, pilot in PILOTS.items()})
        self._window = np.zeros(_WINDOW * FRAME, dtype=np.float32)

    def feed(self, frame: Float32Array) -> None:
        """The next 160 samples."""
        self.frames += 1
        self._window = np.concatenate([self._window[len(frame) :], frame])
        power = float(np.sum(self._window**2))
        if power < _QUIET * len(self._window):
            return
        for name, probe in self._probes.items():
            share = 2 * abs(np.dot(self._window, probe)) ** 2 / (power * len(probe))
            if share > _PURE:
                self.heard[name] = self.heard.get(name, 0) + 1


class Stream:
    """One call's audio: what is played goes out every 20 ms, silence after it."""

    def __init__(self, socket: anyio.abc.UDPSocket, remote: tuple[str, int]) -> None:
        self.remote = remote
        self.ears = Ears()
        self.ssrc = id(self) & 0xFFFFFFFF
        self.loud_at: float | None = None
        "When the first packet arrived in which somebody speaks: seconds since 1970."
        self._socket = socket
        self._audio = b""
        self._at = 0
        self._loop = False
        self._sends = False
        self._sent = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.extra(anyio.abc.SocketAttribute.local_port))

    def play(self, audio: bytes, *, loop: bool = False) -> float:
        """Begin to play; how many seconds it takes once."""
        self._audio, self._at, self._loop, self._sends = audio, 0, loop, True
        return len(audio) / FRAME * FRAME_S

    def fork(self) -> None:
        """Go on as another source."""
        self.ssrc ^= 0x5A5A5A5A

    async def run(self) -> None:
        """Send and hear until cancelled."""
        async with self._socket, anyio.create_task_group() as both:
            both.start_soon(self._hear)
            both.start_soon(self._send)

    async def hear(self, frame: bytes, law: Law) -> None:
        """One packet's worth of sound has come."""
        at, sound = time.time(), decode(np.frombuffer(frame, dtype=np.uint8), law)
        if self.loud_at is None and float(np.mean(sound**2)) > _LOUD:
            self.loud_at = at
        self.ears.feed(sound)

    async def say(self, frame: bytes) -> None:
        """Send one packet's worth of A-law."""
        number, at = self._sent & 0xFFFF, self._sent * FRAME & 0xFFFFFFFF
        header = struct.pack(">BBHII", 0x80, _PAYLOAD, number, at, self.ssrc)
        self._sent += 1
        await self._socket.sendto(header + frame, *self.remote)

    async def _hear(self) -> None:
        async for packet, _ in self._socket:
            law = PAYLOAD_TYPES.get(packet[1] & 0x7F) if len(packet) > 12 else None
            if law:
                await self.hear(packet[12:], law)

    async def _send(self) -> None:
        due = anyio.current_time()
        while True:
            if self._sends:
                await self.say(self._next_frame())
            due += FRAME_S
            await anyio.sleep_until(due)

    def _next_frame(self) -> bytes:
        frame = self._audio[self._at : self._at + FRAME]
        self._at += FRAME
        if self._loop and self._at >= len(self._audio):
            self._at = 0
        return frame + SILENCE[ALAW][len(frame) :]


async def open_stream(remote: tuple[str, int]) -> Stream:
    """A stream on a port of its own."""
    return Stream(await anyio.create_udp_socket(local_host="127.0.0.1"), remote)
