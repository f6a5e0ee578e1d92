"""Processes that read rows: numbers take most of an import's time, and one core is not enough.

    with Parsers(Work(source, layout), count=2) as parsers:
        for rows, leads in parsers.read(batches): ...        # in the order in which they came

One process loads the tables of telephone numbers and divides itself into `count`, which share them:
so each costs a few MB. A batch that came to a process that died is lost with the import, which then
goes on from the last batch that was kept.
"""

import gc
import os
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Self

import msgspec

from dialer.errors import ImportStopped
from dialer.leads.columns import Layout
from dialer.leads.normalise import NewLead
from dialer.leads.reading import Reader, Source
from dialer.leads.text import Bad, Row

Batch = list[Row | Bad]
Read = list[tuple[Row | Bad, NewLead | str]]

AHEAD = 3
"Batches that wait for each process; it never has nothing to do, and nothing piles up."
MOST = 8
_HEAD = struct.Struct("<I")
_encode = msgspec.msgpack.Encoder().encode
_cells = msgspec.msgpack.Decoder(list[list[str]]).decode
_leads = msgspec.msgpack.Decoder(list[NewLead | str]).decode


class Work(msgspec.Struct, frozen=True):
    """What a process must know before its first row."""

    source: Source
    layout: Layout


class Parsers:
    """`count` processes that read rows; none: this process does it itself."""

    def __init__(self, work: Work, count: int) -> None:
        self._count = min(count, MOST)
        self._reader = None if self._count else Reader(work.source, work.layout)
        self._work = work

    def __enter__(self) -> Self:
        if self._count:
            self._begin()
        return self

    def _begin(self) -> None:
        pairs = [socket.socketpair() for _ in range(self._count)]
        theirs = [pair[1].fileno() for pair in pairs]
        origins = "without" if self._work.source.lab else "origins"
        self._process = subprocess.Popen(
            (sys.executable, "-m", "dialer.leads.parsers", origins, *map(str, theirs)),
            pass_fds=theirs, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        for _, end in pairs:
            end.close()
        self._ends = [end for end, _ in pairs]
        self._free: SimpleQueue[socket.socket] = SimpleQueue()
        for end in self._ends:
            _send(end, _encode(self._work))
            self._free.put(end)
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="parser")

    def __exit__(self, *_: object) -> None:
        if self._count:
            self._threads.shutdown(cancel_futures=True)
            for end in self._ends:
                end.close()
            self._process.wait()

    def read(self, batches: Iterable[Batch]) -> Iterator[Read]:
        """Each batch with what became of its rows."""
        if self._reader is not None:
            reader = self._reader
            yield from ([(row, reader.lead(row)) for row in batch] for batch in batches)
            return
        waiting: deque[tuple[Batch, Future[list[NewLead | str]]]] = deque()
        for batch in batches:
            waiting.append((batch, self._threads.submit(self._asked, batch)))
            if len(waiting) > AHEAD * self._count:
                yield _together(*waiting.popleft())
        while waiting:
            yield _together(*waiting.popleft())

    def _asked(self, batch: Batch) -> list[NewLead | str]:
        end = self._free.get()
        try:
            _send(end, _encode([row.cells for row in batch if isinstance(row, Row)]))
            return _leads(_received(end))
        except (EOFError, OSError) as error:
            raise ImportStopped("a process that reads rows has died") from error
        finally:
            self._free.put(end)


def _together(batch: Batch, told: "Future[list[NewLead | str]]") -> Read:
    leads = iter(told.result())
    return [(row, row.reason if isinstance(row, Bad) else next(leads)) for row in batch]


def _send(end: socket.socket, body: bytes) -> None:
    end.sendall(_HEAD.pack(len(body)) + body)


def _received(end: socket.socket) -> bytes:
    (length,) = _HEAD.unpack(_exactly(end, _HEAD.size))
    return _exactly(end, length)


def _exactly(end: socket.socket, length: int) -> bytes:
    read = bytearray()
    while len(read) < length:
        if not (more := end.recv(length - len(read))):
            raise EOFError
        read += more
    return bytes(read)


# ---- in the processes ---------------------------------------------------------------------------
def serve(end: socket.socket) -> None:
    """Read rows until nobody asks any more."""
    with suppress(EOFError, ConnectionError):
        work = msgspec.msgpack.decode(_received(end), type=Work)
        reader = Reader(work.source, work.layout)
        while True:
            _send(end, _encode([reader.of_cells(cells) for cells in _cells(_received(end))]))


def main(origins: str, handles: list[int]) -> None:
    """Divide into as many as there are ends; each serves one."""
    if origins == "origins":
        import dialer.leads.origin  # noqa: F401 - before the division: all share its tables
    gc.freeze()  # else the first collection touches, and so copies, all of them
    mine = handles[0]
    children = []
    for handle in handles[1:]:
        if child := os.fork():
            children.append(child)
        else:
            mine, children = handle, []
            break
    for handle in handles:
        if handle != mine:
            os.close(handle)
    with socket.socket(fileno=mine) as end:
        serve(end)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], [int(word) for word in sys.argv[2:]])
