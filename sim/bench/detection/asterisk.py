"""Asterisk's own app_amd on the same recordings: each is played over RTP into a channel of a real
Asterisk, whose dial plan asks AMD() what it is.

The Asterisk is one of the bench's own, with amd.conf as it comes; no call leaves the machine.
"""

import itertools
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import numpy as np
from anyio import to_thread

from dialer.asterisk import instance
from dialer.asterisk.client import Ari, Json, connect
from dialer.asterisk.instance import Instance
from dialer.asterisk.settings import AsteriskSettings
from dialer.audio.features import RATE
from dialer.audio.g711 import ALAW, FRAME, encode
from dialer.clock import SteadyClock
from dialer.detection.manifest import Recording
from dialer.errors import SwitchUnavailable
from dialer.listening.rtp import Packet, build
from sim.bench.detection.app_amd import Answer

HOST, APP, PAYLOAD_TYPE = "127.0.0.1", "amd-bench", 8
SIP_PORT, HTTP_PORT, RTP = 17560, 17588, (39000, 39999)
PACKET_S = FRAME / RATE
AT_ONCE = 20
"Calls at the same time."
WITHIN_S = 30.0
"AMD decides within five seconds; on a busy machine later."
DIAL_PLAN = f"""[{APP}]
exten = s,1,AMD()
 same = n,Stasis({APP},${{AMDSTATUS}},${{AMDCAUSE}})
 same = n,Hangup()
"""


def real_app_amd(
    recordings: Sequence[Recording], prefix: Path, folder: Path, port_offset: int = 0
) -> list[Answer]:
    """What AMD() of the Asterisk in `prefix` says of each. `folder` is where it lives meanwhile.

    `decided_ms` is counted from the first packet to Asterisk's word, so it holds what the machine
    was late. `SwitchUnavailable` if that Asterisk does not start, or does not answer.
    """
    return anyio.run(_answers, recordings, prefix, folder, port_offset)


async def _answers(
    recordings: Sequence[Recording], prefix: Path, folder: Path, port_offset: int
) -> list[Answer]:
    one = Instance(
        name="amd-bench", home=folder, prefix=prefix, sip_port=SIP_PORT + port_offset,
        http_port=HTTP_PORT + port_offset, rtp=RTP,
    )  # fmt: skip
    async with _running(one) as settings, connect(settings, SteadyClock()) as ari:
        asked = _Asked(ari)
        answers: list[Answer | None] = [None] * len(recordings)
        turn = anyio.Semaphore(AT_ONCE)

        async def ask(place: int) -> None:
            async with turn:
                answers[place] = await asked.of(f"amd-{place}", recordings[place])

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(asked.read)
            async with anyio.create_task_group() as calls:
                for place in range(len(recordings)):
                    calls.start_soon(ask, place)
            tasks.cancel_scope.cancel()
    return [answer for answer in answers if answer is not None]


@asynccontextmanager
async def _running(one: Instance) -> AsyncIterator[AsteriskSettings]:
    await to_thread.run_sync(instance.write_base, one, {"extensions.conf": DIAL_PLAN})
    await to_thread.run_sync(instance.start, one)
    try:
        yield AsteriskSettings(
            url=one.ari_url, user=one.ari_user, password=instance.ari_password(one), app=APP
        )
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(instance.stop, one)


class _Asked:
    """Calls, and what Asterisk has said of them."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._came: dict[str, anyio.Event] = {}
        self._said: dict[str, tuple[str, ...]] = {}
        "Channel -> the arguments with which it came to us last."

    async def read(self) -> None:
        """Note who comes to the application: a new channel without a word, then with AMD's."""
        async for _, event in self._ari.events:
            if event.get("type") == "StasisStart":
                channel = str(event["channel"]["id"])
                self._said[channel] = tuple(str(word) for word in event.get("args", ()))
                self._came.setdefault(channel, anyio.Event()).set()

    async def of(self, channel: str, recording: Recording) -> Answer:
        """Play one recording, and silence after it, until AMD has decided."""
        clock = SteadyClock()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((HOST, 0))
            port = await self._opened(channel, udp.getsockname()[1])
            self._came[channel] = anyio.Event()
            await self._ask(channel, f"channels/{channel}/continue", context=APP, extension="s")
            began = clock()
            with anyio.move_on_after(WITHIN_S):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_play, udp, port, recording)
                    await self._came[channel].wait()
                    tasks.cancel_scope.cancel()
            decided_ms = round(1000.0 * (clock() - began))
        said = self._said.get(channel, ())
        await self._ari.request("DELETE", f"channels/{channel}", lane=channel)
        status, cause = said if len(said) == 2 else ("NOTSURE", "no answer")
        return Answer(status, cause, decided_ms)

    async def _opened(self, channel: str, port: int) -> int:
        """A channel that takes our RTP: the port for it, once it is with the application."""
        self._came[channel] = anyio.Event()
        media = await self._ask(
            channel, "channels/externalMedia", channelId=channel, app=APP, format="alaw",
            external_host=f"{HOST}:{port}",
        )  # fmt: skip
        with anyio.fail_after(WITHIN_S):
            await self._came[channel].wait()
        return int(media["channelvars"]["UNICASTRTP_LOCAL_PORT"])

    async def _ask(self, channel: str, path: str, **query: object) -> Json:
        reply = await self._ari.request("POST", path, None, lane=channel, **query)
        if not reply.is_ok:
            raise SwitchUnavailable(f"{path}: {reply.why()}")
        return reply.json() or {}


async def _play(udp: socket.socket, port: int, recording: Recording) -> None:
    """Packets of 20 ms, each at its time."""
    clock = SteadyClock()
    whole = recording.samples[: len(recording.samples) // FRAME * FRAME].astype(np.float32)
    data = encode(whole, ALAW).tobytes()
    silence = encode(np.zeros(FRAME, dtype=np.float32), ALAW).tobytes()
    began = clock()
    for k in itertools.count():
        frame = data[k * FRAME : (k + 1) * FRAME] or silence
        udp.sendto(build(Packet(PAYLOAD_TYPE, k % 65536, k * FRAME, 7, frame)), (HOST, port))
        await anyio.sleep(max(0.0, began + (k + 1) * PACKET_S - clock()))
