"""Real listening processes: how soon one hears its first call, what it holds, what it takes.

They are started as the dialer starts them, and get RTP from as many sockets as there are calls,
each packet at its time. The sender is this process: give it a core of its own.
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
    """Of one listening process, or of several that share the calls: what is said of one is of the
    worst of them."""

    workers: int
    calls: int
    "In all."
    seconds: float
    ready_s: float
    "From its start until it says that it listens,"
    ready_cpu_s: float
    "... and the CPU that this took: so long it takes where the machine has nothing else to do."
    first_heard_s: float
    "From its start until something of the first call was heard, which came when it was ready."
    memory_mb: float
    "Resident, with all its calls, at the end."
    cores: float
    "CPU seconds a second, with all its calls."
    tick_late_p99_ms: float
    "How late a worker began to listen to 20 ms, 99 of 100 times at most."
    late_rate: float
    "Frames heard more than 60 ms after they had arrived."
    lost_rate: float
    tones_only_s: int
    "Seconds in which one of them heard nothing but tones, because it had too much to do."
    told: int
    "What was heard, in all calls."


def worker_figures(
    sounds: Sequence[Float32Array], calls: int, seconds: float, *,
    workers: int = 1, prompts: Path | None = None,
) -> WorkerFigures:  # fmt: skip
    """Play these recordings, each call another, over and over, into so many workers; every other
    call of each is answered from the beginning. `prompts`: the file of a library of
    announcements."""
    with ExitStack() as stack:
        processes = [_Process(stack, prompts) for _ in range(workers)]
        for i in range(calls):
            processes[i % workers].open(_Line(stack, sounds[i % len(sounds)], i // workers))
        for one in processes:
            one.begin()
        for _ in _paced(processes, seconds):
            for one in processes:
                one.read()
        memory_mb = max(_resident_mb(one.pid) for one in processes)
        for one in processes:
            one.end()
    full = [figures for one in processes for figures in one.full]
    frames = max(sum(one.frames for one in full), 1)
    behind = [ms for one in full for ms in one.behind_ms]
    return WorkerFigures(
        workers=workers, calls=calls, seconds=seconds,
        ready_s=round(max(one.ready_s for one in processes), 2),
        ready_cpu_s=max(one.ready_cpu_s for one in processes),
        first_heard_s=round(max(one.first_heard_s for one in processes), 2),
        memory_mb=round(memory_mb, 1),
        cores=round(max(one.cores for one in processes), 3),
        tick_late_p99_ms=round(float(np.percentile(behind or [0], 99)), 1),
        late_rate=round(sum(one.late for one in full) / frames, 5),
        lost_rate=round(sum(one.lost for one in full) / frames, 5),
        tones_only_s=sum(one.tones_only for one in full),
        told=sum(one.told for one in processes),
    )  # fmt: skip


class _Process:
    """A worker, started as the dialer does it, and the lines that it listens to."""

    def __init__(self, stack: ExitStack, prompts: Path | None) -> None:
        self._began = time.monotonic()
        words = (str(prompts),) if prompts else ()
        process = subprocess.Popen(
            (*COMMAND, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )  # fmt: skip
        self._process = stack.enter_context(process)
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        ready = decode_news(self._out.readline())
        assert isinstance(ready, Ready)
        self.pid, self.udp_port = process.pid, ready.udp_port
        self.ready_s, self.ready_cpu_s = time.monotonic() - self._began, _cpu_s(process.pid)
        self.first_heard_s, self.told = float("nan"), 0
        self.lines: list[_Line] = []
        self._stats: list[Stats] = []
        self._unread = b""

    def open(self, one: "_Line") -> None:
        """Order it to listen to a line."""
        self.lines.append(one)
        self._in.write(line(Open(one.call, one.port, "us")) + b"\n")
        if one.is_answered:
            self._in.write(line(Phase(one.call, "answer")) + b"\n")

    def begin(self) -> None:
        """All lines are there."""
        self._in.flush()
        os.set_blocking(self._out.fileno(), False)

    def read(self) -> None:
        """What it has said."""
        *whole, self._unread = (self._unread + (self._out.read() or b"")).split(b"\n")
        for text in whole:
            match decode_news(text):
                case Stats() as one_second:
                    self._stats.append(one_second)
                case Told():
                    if not self.told:
                        self.first_heard_s = time.monotonic() - self._began
                    self.told += 1

    def end(self) -> None:
        """Let go of it."""
        self._in.close()
        self._process.wait(timeout=30.0)

    @property
    def full(self) -> list[Stats]:
        """Its seconds with all lines, but for the first."""
        return [one for one in self._stats if one.calls == len(self.lines)][1:]

    @property
    def cores(self) -> float:
        """CPU seconds a second."""
        return sum(one.cpu_s for one in self.full) / max(len(self.full), 1)


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


def _paced(processes: Sequence[_Process], seconds: float) -> Iterator[int]:
    """All packets of an instant, then what is left of its 20 ms."""
    began = time.monotonic()
    for k in count():
        if k * PACKET_S >= seconds:
            return
        for process in processes:
            for one in process.lines:
                one.send(k, process.udp_port)
        yield k
        time.sleep(max(0.0, began + (k + 1) * PACKET_S - time.monotonic()))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
