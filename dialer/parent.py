"""What a child process owes to the one that started it."""

import ctypes
import os
import select
import signal
import threading
from contextlib import suppress

from dialer import logs


class Ending(threading.Event):
    """An event that a signal handler may set while the same thread is waiting for it.

    Of `threading` both take a lock: a signal that comes while the thread that waits has it would
    wait for itself for ever, and the process with all that it holds. Here a pipe is written to.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_set = False
        self._seen, self._told = os.pipe()
        os.set_blocking(self._told, False)

    def is_set(self) -> bool:
        """Whether it was told."""
        return self._is_set

    def set(self) -> None:
        """Tell it."""
        self._is_set = True
        with suppress(BlockingIOError):  # enough was told
            os.write(self._told, b".")

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is told, or so many seconds; whether it was."""
        if not self._is_set:
            poll = select.poll()
            poll.register(self._seen, select.POLLIN)
            poll.poll(None if timeout is None else 1000.0 * max(0.0, timeout))
        return self._is_set


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies (Linux; elsewhere nothing happens)."""
    parent = os.getppid()
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def begun() -> threading.Event:
    """Begin as every process beside the dialer does; the event is set when it shall end.

    Files are its user's alone, logs go out, SIGTERM, SIGINT and the parent's death end it.
    """
    os.umask(0o077)
    logs.configure()
    stop = Ending()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    end_with_parent()
    return stop
