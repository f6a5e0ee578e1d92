"""Child processes that are kept alive: started again when they end, and gone when we are.

A child that ends is started again after a pause that doubles from half a second to half a minute,
and begins anew once it has lived for a minute. If we are killed, even with -9, the kernel ends
the children: they ask for that before they become what they are.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from subprocess import DEVNULL
from typing import IO

import anyio
import msgspec
from anyio.abc import Process

from dialer import logs

PAUSE_FIRST_S = 0.5
PAUSE_MOST_S = 30.0
HEALTHY_AFTER_S = 60.0
GRACE_S = 5.0
"Between SIGTERM and SIGKILL."

# Asks for our death signal, looks whether we died meanwhile, and becomes the program. It runs
# without site packages: 20 ms. preexec_fn would do the same, but not safely beside threads.
_BECOME = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15)
if os.getppid() != int(sys.argv[1]): sys.exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


class Child(msgspec.Struct, frozen=True):
    """What is kept running."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = {}


def python(name: str, module: str, *args: str) -> Child:
    """A child that is a module of ours, run by this very interpreter."""
    return Child(name, (sys.executable, "-m", module, *args))


class Kept(msgspec.Struct):
    """How a child fares."""

    name: str
    pid: int = 0
    "0: it is not running."
    starts: int = 0
    why: str = ""
    "How it ended last."


class Supervisor:
    """Keeps its children; `kept` says how each fares. What they say goes to `output`, or ours."""

    def __init__(
        self,
        environment: Mapping[str, str],
        clock: Callable[[], float],
        output: IO[bytes] | None = None,
    ) -> None:
        self._environment = dict(environment)
        self._clock = clock
        self._output = output
        self.kept: dict[str, Kept] = {}

    async def keep(self, child: Child) -> None:
        """Run it again and again until cancelled; then end it."""
        kept = self.kept[child.name] = Kept(child.name)
        pause_s = PAUSE_FIRST_S
        while True:
            began = self._clock()
            await self._run(child, kept)
            if self._clock() - began > HEALTHY_AFTER_S:
                pause_s = PAUSE_FIRST_S
            _log.warning("child ended", child=child.name, why=kept.why, seconds=pause_s)
            await anyio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_MOST_S)

    async def _run(self, child: Child, kept: Kept) -> None:
        try:
            with anyio.CancelScope(shield=True):  # half begun it would be nobody's
                process = await anyio.open_process(
                    (sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid()), *child.argv),
                    stdin=DEVNULL,
                    stdout=self._output,
                    stderr=self._output,
                    env={**self._environment, **child.env},
                    start_new_session=True,  # Ctrl-C is for us: we end the children in order
                )
        except OSError as why:
            kept.why = f"cannot be started: {why.strerror}"
            return
        kept.pid, kept.starts = process.pid, kept.starts + 1
        _log.info("child started", child=child.name, pid=process.pid)
        try:
            kept.why = _ended(await process.wait())
        finally:
            kept.pid = 0
            with anyio.CancelScope(shield=True):
                await _end(process)


async def _end(process: Process) -> None:
    """Ask it to end, insist after a while."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        with anyio.move_on_after(GRACE_S):
            await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    await process.aclose()


def _ended(code: int) -> str:
    """How a process ended, in words.

    >>> _ended(0), _ended(3), _ended(-9)
    ('exit 0', 'exit 3', 'SIGKILL')
    """
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


_log = logs.get(__name__)
