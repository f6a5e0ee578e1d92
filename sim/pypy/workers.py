"""Processes of PyPy that live days: each is asked for one, and for the next when it has answered.

A process begins slowly, as its compiler has everything to learn, and is several times as fast as
CPython after the first some ten thousand calls: worth it for many days, not for a few.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import msgspec
import simpy

from dialer.errors import DialerError
from sim.days import Lives, Worth
from sim.pypy.interpreter import cache
from sim.scenario import Scenario

COMPILER = "threshold=200,function_threshold=300,trace_eagerness=20,decay=0"
"""How soon it compiles a loop, a function, a branch: a fifth of its defaults, as all here is long.

It counts for ever: by default each of the collector's looks at the young (six hundred a day) takes
a twenty-fifth off every count, and what happens but a few thousand times a day is never compiled.
"""
COLLECTOR = {"PYPY_GC_MIN": "512MB"}
"With less in memory it looks through nothing but what is young: a day throws hardly more away."
STANDINS = Path(__file__).with_name("standins")
_ROOT = Path(__file__).parents[2]
_LIBRARIES = Path(simpy.__file__).parents[1]
_LAST_WORDS = 2000


@contextmanager
def on_pypy(interpreter: Path, processes: int = 1) -> Iterator[Lives]:
    """Lives days in so many processes."""
    with ExitStack() as stack:
        crew = [stack.enter_context(Worker(interpreter)) for _ in range(processes)]

        def lives(day: Scenario, seeds: Sequence[int]) -> Iterator[Worth]:
            return _lived(crew, day, seeds)

        yield lives


class Worker(AbstractContextManager["Worker"]):
    """One of them, ended in any case."""

    def __init__(self, interpreter: Path) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lasts as long as this
        self._process = subprocess.Popen(
            [interpreter, "-S", "-s", "--jit", COMPILER, "-m", "sim.pypy.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
            env={**_kept(os.environ), **COLLECTOR, **_paths()}, start_new_session=True,
        )  # fmt: skip

    def live(self, day: Scenario, seed: int) -> Worth:
        """One day."""
        words, answers = self._process.stdin, self._process.stdout
        assert words is not None
        assert answers is not None
        answer = ""
        with suppress(BrokenPipeError):
            words.write(json.dumps({"day": msgspec.to_builtins(day), "seed": seed}) + "\n")
            words.flush()
            answer = answers.readline()
        if not answer:
            raise DialerError(
                f"PyPy ended while it lived the day of seed {seed}; its last words:\n"
                f"{self._last_words()}"
            )
        return msgspec.json.decode(answer, type=Worth)

    def kill(self) -> None:
        """In the middle of a day."""
        self._process.kill()

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what was asked of it last it may not have read
                    pipe.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._said.seek(0)
        return self._said.read()[-_LAST_WORDS:].decode(errors="replace").strip()


def _lived(crew: Sequence[Worker], day: Scenario, seeds: Sequence[int]) -> Iterator[Worth]:
    """As they end. Where one fails no more are begun."""
    left: SimpleQueue[int] = SimpleQueue()
    for seed in seeds:
        left.put(seed)
    found: SimpleQueue[Worth | BaseException] = SimpleQueue()

    def live(worker: Worker) -> None:
        try:
            with suppress(Empty):
                while True:
                    found.put(worker.live(day, left.get_nowait()))
        except BaseException as why:
            found.put(why)

    with ThreadPoolExecutor(len(crew)) as threads:
        for worker in crew:
            threads.submit(live, worker)
        try:
            for _ in seeds:
                one = found.get()
                if isinstance(one, BaseException):
                    raise one
                yield one
        except BaseException:  # also who asked is gone: nobody waits for days that go on
            for worker in crew:
                worker.kill()
            raise


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    """Nothing that is meant for CPython."""
    return {name: value for name, value in environment.items() if not name.startswith("PYTHON")}


def _paths() -> dict[str, str]:
    """The stand-ins go before the libraries that they stand for, and nothing before them."""
    path = os.pathsep.join(map(str, (STANDINS, _ROOT, _LIBRARIES)))
    return {"PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PYTHONPYCACHEPREFIX": str(cache())}
