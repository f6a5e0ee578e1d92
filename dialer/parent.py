"""What a child process owes to the one that started it."""

import ctypes
import os
import signal
import threading

from dialer import logs


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
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    end_with_parent()
    return stop
