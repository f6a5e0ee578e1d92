"""One real listening process: how soon it hears its first call, what it holds, what it takes.

It is started as the dialer starts it, and gets RTP from as many sockets as there are calls, each
packet at its time. The sender is this process: give it a core of its own.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import msgspec
import numpy as np

from dialer.audio.features import RATE, Float32Array
from dialer.audio.g711 import ALAW, FRAME, encode
from dialer.listening.pool import COMMAND, ONE_THREAD
from dialer.listening.protocol import Open, Phase, Ready, Stats, Told, decode_news
from dialer.listening.protocol import encode as line
from dialer.listening.rtp import Packet, build

PAYLOAD_TYPE = 8
PACKET_S = FRAME / RATE
HOST = "127.0.0.1"


class WorkerFigures(msgspec.Struct, frozen=True):
    """Of one listening process."""

    calls: int
    seconds: float
    ready_s: float
    "From its start until it says that it listens,"
    ready_cpu_s: float
    "... and the CPU that this took: so long it takes where the machine has nothing else to do."
    first_heard_s: float
    "From its start until something of the first call was heard, which came when it was ready."
    memory_mb: float
    "Resident, with all calls, at the end."
    cores: float
    "CPU seconds a second, with all calls."
    tick_late_p99_ms: float
    "How late the worker began to listen to 20 ms, 99 of 100 times at most."
    late_rate: float
    "Frames heard more than 60 ms after they had arrived."
    lost_rate: float
    told: int
    "What was heard, in all calls."


def worker_figures(
    sounds: Sequence[Float32Array], calls: int, seconds: float, prompts: Path | None = None
) -> WorkerFigures:
    """Play these recordings, each call another, over and over, into a worker; every other call
    is answered from the beginning. `prompts`: the file of a library of announcements."""
    began = time.monotonic()
    words = (str(prompts),) if prompts else ()
    with (
        subprocess.Popen(
            (*COMMAND, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        ) as process,
        ExitStack() as stack,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        ready = decode_news(process.stdout.readline())
        assert isinstance(ready, Ready)
        ready_s, ready_cpu_s = time.monotonic() - began, _cpu_s(process.pid)
        lines = [_Line(stack, sounds[i % len(sounds)], i) for i in range(calls)]
        for one in lines:
            process.stdin.write(line(Open(one.call, one.port, "us")) + b"\n")
            if one.is_answered:
                process.stdin.write(line(Phase(one.call, "answer")) + b"\n")
        process.stdin.flush()
        os.set_blocking(process.stdout.fileno(), False)
        stats: list[Stats] = []
        told, first_s, unread = 0, float("nan"), b""
        for _ in _paced(lines, ready.udp_port, seconds):
            *whole, unread = (unread + (process.stdout.read() or b"")).split(b"\n")
            for text in whole:
                match decode_news(text):
                    case Stats() as one_second:
                        stats.append(one_second)
                    case Told():
                        told += 1
                        first_s = first_s if told > 1 else time.monotonic() - began
        memory_mb = _resident_mb(process.pid)
        process.stdin.close()
        process.wait(timeout=30.0)
    full = [one for one in stats if one.calls == calls][1:]
    frames = max(sum(one.frames for one in full), 1)
    behind = [ms for one in full for ms in one.behind_ms]
    return WorkerFigures(
        calls=calls, seconds=seconds,
        ready_s=round(ready_s, 2), ready_cpu_s=ready_cpu_s, first_heard_s=round(first_s, 2),
        memory_mb=round(memory_mb, 1),
        cores=round(sum(one.cpu_s for one in full) / max(len(full), 1), 3),
        tick_late_p99_ms=round(float(np.percentile(behind or [0], 99)), 1),
        late_rate=round(sum(one.late for one in full) / frames, 5),
        lost_rate=round(sum(one.lost for one in full) / frames, 5),
        told=told,
    )  # fmt: skip


class _Line:
    """A telephone: a socket that sends one recording in packets, again and again."""

    def __init__(self, stack: ExitStack, sound: Float32Array, number: int) -> None:
        self.call, self.is_answered = f"bench-{number}", number % 2 == 1
        self._udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._udp.bind((HOST, 0))
        self.port = int(self._udp.getsockname()[1])
        whole = sound[: max(len(sound) // FRAME, 1) * FRAME].astype(np.float32)
        data = encode(np.resize(whole, -(-len(whole) // FRAME) * FRAME), ALAW).tobytes()
        self._frames = [data[at : at + FRAME] for at in range(0, len(data), FRAME)]

    def send(self, k: int, port: int) -> None:
        """The k-th packet."""
        frame = self._frames[k % len(self._frames)]
        packet = Packet(PAYLOAD_TYPE, k % 65536, k * FRAME, 7, frame)
        self._udp.sendto(build(packet), (HOST, port))


def _paced(lines: Sequence[_Line], port: int, seconds: float) -> Iterator[int]:
    """All packets of an instant, then what is left of its 20 ms."""
    began = time.monotonic()
    for k in count():
        if k * PACKET_S >= seconds:
            return
        for one in lines:
            one.send(k, port)
        yield k
        time.sleep(max(0.0, began + (k + 1) * PACKET_S - time.monotonic()))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
