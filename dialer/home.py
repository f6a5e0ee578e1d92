"""A home: whoever serves it has it alone."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dialer.clock import SteadyClock
from dialer.errors import AlreadyServed
from dialer.journal.sqlite import SqliteJournal
from dialer.live import Inbox
from dialer.money.tariffs import Tariffs
from dialer.settings import Settings


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """The home, for us alone. `AlreadyServed` names the process that has it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o711)  # Asterisk may run as `nobody` in a folder inside: pass, not look
    file = os.open(settings.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            pid = os.pread(file, 20, 0).decode().strip()
            raise AlreadyServed(
                f"process {pid} serves {settings.home}: stop it, or choose another --home"
            ) from why
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(file, 0)
    finally:
        os.close(file)


@contextmanager
def opened_journal(
    settings: Settings, wall: Callable[[], float] = time.time
) -> Iterator[tuple[SqliteJournal, Inbox, SteadyClock]]:
    """The journal, the inbox into which it reports, and a clock that was read just now."""
    inbox, clock = Inbox(), SteadyClock(wall)
    journal = SqliteJournal(
        settings.journal, inbox.put, clock, settings.inbound, Tariffs(settings.home)
    )
    try:
        yield journal, inbox, clock
    finally:
        journal.close()
