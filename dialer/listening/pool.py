"""The listening workers as the dialer sees them: shared out, watched, started again.

    async with ListenerPool(report, on_lost, workers=2) as pool:
        await pool.ready()
        host, port = pool.endpoint_for(call)      # then the external media channel, to there
        pool.open(call, source_port, "cn", "careful")

Orders only enqueue. A worker that ends or falls silent is killed and started again; its calls
are reported as lost, and the engine's deadlines connect them.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
import msgspec
from anyio.abc import Process, TaskGroup
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from dialer import logs
from dialer.clock import SteadyClock
from dialer.engine.events import Heard
from dialer.listening.protocol import (
    Close,
    News,
    Open,
    Order,
    Phase,
    Ready,
    Rest,
    Save,
    Saved,
    Stats,
    Told,
    decode_news,
    encode,
)

HOST = "127.0.0.1"
NOWHERE = 9
"The discard port: where audio goes while no worker listens."
READY_WITHIN_S = 180.0
"A start takes two seconds of CPU; a machine that swaps gives it late."
SILENT_FOR_S = 5.0
"A worker that says nothing for so long is hung: it reports each second."
STARVED = 6
"So much more patience with one that waits for a CPU."
SAVED_WITHIN_S = 2.0
"A file that has not been written by then is not waited for."
PAUSE_FIRST_S, PAUSE_MOST_S = 0.2, 10.0
HEALTHY_S = 30.0
ORDERS_MOST = 20_000
SUMMED = ("frames", "late", "lost", "cpu_s")
LINE_MOST = 1 << 20
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR")
}
GONE = (
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    anyio.IncompleteRead,
    anyio.DelimiterNotFound,
)
WHY = {TimeoutError: "it said nothing for too long", msgspec.ValidationError: "it talks nonsense",
       msgspec.DecodeError: "it talks nonsense"}  # fmt: skip
COMMAND = (sys.executable, "-m", "dialer.listening.worker")


class _Worker:
    """One slot: the process that is in it now, and the calls that it hears."""

    def __init__(self) -> None:
        self.process: Process | None = None
        self.udp_port = NOWHERE
        self.calls: set[str] = set()
        self.resting: set[str] = set()
        "Calls that it hears no more, but remembers."
        self.stats = Stats()
        self.starts = 0
        self.orders: MemoryObjectSendStream[bytes] | None = None

    @property
    def is_ready(self) -> bool:
        """It has said where it listens."""
        return self.udp_port != NOWHERE


class _Awaited:
    """A file that was ordered."""

    def __init__(self) -> None:
        self.there = anyio.Event()
        self.saved: Saved | None = None


class ListenerPool:
    """Shares calls out among workers and keeps the workers alive."""

    def __init__(
        self,
        report: Callable[[Heard], None],
        on_lost: Callable[[tuple[str, ...]], None] = lambda calls: None,
        *,
        workers: int = 1,
        clock: SteadyClock | None = None,
        environment: Mapping[str, str] | None = None,
        command: tuple[str, ...] = COMMAND,
        silent_for_s: float = SILENT_FOR_S,
    ) -> None:
        self._report, self._on_lost = report, on_lost
        self._clock = clock or SteadyClock()
        self._environment = {**(os.environ if environment is None else environment), **ONE_THREAD}
        self._command, self._silent_for_s = command, silent_for_s
        self._workers = [_Worker() for _ in range(workers)]
        self._of_call: dict[str, _Worker] = {}
        self._sums = dict.fromkeys(SUMMED, 0.0)
        self._awaited: dict[str, _Awaited] = {}
        "Path -> who waits for that file."
        self._news = anyio.Event()
        "Set, and replaced, when a worker gets ready."
        self._tasks: TaskGroup | None = None

    async def __aenter__(self) -> Self:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        for worker in self._workers:
            self._tasks.start_soon(self._keep, worker)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        assert self._tasks is not None
        for worker in self._workers:  # we let go of them: nothing is lost
            worker.calls = set()
        self._tasks.cancel_scope.cancel()
        return await self._tasks.__aexit__(kind, error, trace)

    # ---- for the dialer ----
    async def ready(self) -> None:
        """Until every worker is warmed up."""
        while not all(worker.is_ready for worker in self._workers):
            await self._news.wait()

    def endpoint_for(self, call: str) -> tuple[str, int]:
        """Where its external media shall go: known before there is any. Nowhere, if all are down;
        the call goes on without ears."""
        worker = self._of_call.get(call)
        if worker is None:
            up = [worker for worker in self._workers if worker.is_ready]
            if not up:
                return HOST, NOWHERE
            worker = min(up, key=lambda one: len(one.calls))
            worker.calls.add(call)
            self._of_call[call] = worker
        return HOST, worker.udp_port

    def open(self, call: str, source_port: int, country: str, preset: str) -> None:
        """Its audio comes from that port. It is lost at once if its worker is gone."""
        if call not in self._of_call:
            self._on_lost((call,))
            return
        self._order(call, Open(call, source_port, country, preset))

    def phase(self, call: str, phase: str) -> None:
        """What comes now is `early`, or after the `answer`."""
        self._order(call, Phase(call, "answer" if phase == "answer" else "early"))

    def rest(self, call: str) -> None:
        """Stop listening; what was said since the answer can be saved until it is closed."""
        self._order(call, Rest(call))
        worker = self._of_call.get(call)
        if worker is not None:
            worker.calls.discard(call)
            worker.resting.add(call)

    async def save(self, call: str, path: Path) -> Saved:
        """Write its first seconds after the answer; when they are there, or why they are not."""
        if call not in self._of_call:
            return Saved(call, str(path), 0.0, "its listener is gone")
        awaited = self._awaited[str(path)] = _Awaited()
        self._order(call, Save(call, str(path)))
        with anyio.move_on_after(SAVED_WITHIN_S):
            await awaited.there.wait()
        del self._awaited[str(path)]
        return awaited.saved or Saved(call, str(path), 0.0, "its listener does not answer")

    def close(self, call: str) -> None:
        """Stop listening, and forget what was said."""
        self._order(call, Close(call))
        worker = self._of_call.pop(call, None)
        if worker is not None:
            worker.calls.discard(call)
            worker.resting.discard(call)

    def figures(self) -> dict[str, float]:
        """Sums over the workers: frames, late, lost and CPU since the start, all else of now."""
        now = {
            "calls": sum(worker.stats.calls for worker in self._workers),
            "tones_only": sum(worker.stats.tones_only for worker in self._workers),
            "strangers": sum(worker.stats.strangers for worker in self._workers),
            "workers": sum(worker.is_ready for worker in self._workers),
            "starts": sum(worker.starts for worker in self._workers),
        }
        return {**self._sums, **now}

    def pids(self) -> list[int]:
        """Of the workers that run."""
        return [worker.process.pid for worker in self._workers if worker.process is not None]

    # ---- one worker ----
    def _order(self, call: str, order: Order) -> None:
        worker = self._of_call.get(call)
        if worker is None or worker.orders is None:
            return
        # A worker that has not read twenty thousand orders is hung: it will be found out. One
        # that is just being ended takes no more.
        with suppress(anyio.WouldBlock, *GONE):
            worker.orders.send_nowait(encode(order) + b"\n")

    async def _keep(self, worker: _Worker) -> None:
        """Run it again and again until cancelled."""
        pause_s = PAUSE_FIRST_S
        while True:
            worker.starts += 1
            began = anyio.current_time()
            try:
                await self._run(worker)
            finally:
                self._forget(worker)
            lived_s = anyio.current_time() - began
            pause_s = PAUSE_FIRST_S if lived_s > HEALTHY_S else min(2 * pause_s, PAUSE_MOST_S)
            await anyio.sleep(pause_s)

    def _forget(self, worker: _Worker) -> None:
        """Nothing of a process that has ended is left; its calls are lost."""
        lost = tuple(sorted(worker.calls))
        for call in (*lost, *worker.resting):
            self._of_call.pop(call, None)
        worker.process, worker.udp_port, worker.orders = None, NOWHERE, None
        worker.calls, worker.resting, worker.stats = set(), set(), Stats()
        if lost:
            self._on_lost(lost)

    async def _run(self, worker: _Worker) -> None:
        """One process from its start to its end."""
        with anyio.CancelScope(shield=True):  # half begun it would be nobody's
            process = await anyio.open_process(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None,
                env=self._environment,
            )  # fmt: skip
        orders, to_write = anyio.create_memory_object_stream[bytes](ORDERS_MOST)
        worker.process, worker.orders = process, orders
        try:
            async with orders, to_write, anyio.create_task_group() as tasks:
                tasks.start_soon(_write, process, to_write)
                await self._listen(worker, process)
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)

    async def _listen(self, worker: _Worker, process: Process) -> None:
        """Take what it says, until it ends, or falls silent, or talks nonsense."""
        assert process.stdout is not None
        lines = BufferedByteReceiveStream(process.stdout)
        try:
            while True:
                patience_s = self._silent_for_s if worker.is_ready else READY_WITHIN_S
                line = await _line(lines, patience_s, process.pid)
                self._take(worker, decode_news(line))
        except (*GONE, TimeoutError, msgspec.MsgspecError) as why:
            _log.warning("listener lost", pid=process.pid, why=WHY.get(type(why), "it ended"))

    def _take(self, worker: _Worker, news: News) -> None:
        match news:
            case Ready(udp_port):
                worker.udp_port = udp_port
                self._news.set()
                self._news = anyio.Event()
            case Told(heard) if heard.call in worker.calls:
                at = self._clock.of(heard.at)
                self._report(msgspec.structs.replace(heard, at=at))
            case Saved(path=path) if awaited := self._awaited.get(path):
                awaited.saved = news
                awaited.there.set()
            case Stats():
                worker.stats = news
                for name in SUMMED:
                    self._sums[name] += getattr(news, name)
            case _:
                pass


async def _line(lines: BufferedByteReceiveStream, patience_s: float, pid: int) -> bytes:
    """The next line. `TimeoutError`, unless it was we who slept (then it lies there unread), or the
    worker would run if it got a CPU: to start another would only make the crowd larger."""
    first = anyio.current_time()
    while True:
        began = anyio.current_time()
        with anyio.move_on_after(patience_s):
            return await lines.receive_until(b"\n", LINE_MOST)
        now = anyio.current_time()
        is_starved = _is_runnable(pid) and now - first < STARVED * patience_s
        if now - began < 1.5 * patience_s and not is_starved:
            raise TimeoutError


def _is_runnable(pid: int) -> bool:
    """It runs or waits for a CPU; a hung process sleeps or is stopped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"
    except (OSError, IndexError):
        return False


async def _write(process: Process, lines: MemoryObjectReceiveStream[bytes]) -> None:
    assert process.stdin is not None
    with suppress(*GONE):
        async for line in lines:
            await process.stdin.send(line)


async def _end(process: Process) -> None:
    """It ends by itself when its stdin does; a hung one does not."""
    assert process.stdin is not None
    with suppress(*GONE):
        await process.stdin.aclose()
    with anyio.move_on_after(1.0):
        await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
    with anyio.move_on_after(1.0):
        await _nothing_left(process)
    await process.aclose()


async def _nothing_left(process: Process) -> None:
    """What it said last is read to the end: until then asyncio keeps the pipe open."""
    assert process.stdout is not None
    with suppress(*GONE):
        while True:
            await process.stdout.receive()


_log = logs.get(__name__)
