"""The rater as a process: `python -m dialer.money.process --journal FILE --home DIR`.

It alone beside the dialer holds the journal's key, because a price goes by the number called; what
it writes names a prefix at most. SIGTERM ends it; if its parent dies it ends too.
"""

import sqlite3
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from dialer import logs
from dialer.errors import DialerError
from dialer.journal.numbers import Numbers
from dialer.journal.reader import Reader
from dialer.money.rater import Bureau
from dialer.money.store import Money, file_in
from dialer.parent import begun

log = logs.get(__name__)

PAUSE_MOST_S = 30.0
"Between two tries that failed."


def serve(
    journal: Annotated[Path, typer.Option(help="The journal's SQLite file.")],
    home: Annotated[Path, typer.Option(help="Where the file of the money lies.")],
    every_s: Annotated[float, typer.Option(help="Seconds between two looks.")] = 1.0,
) -> None:
    """Rate every call by its trunk's tariff, soon after it ended."""
    stop = begun()
    failures = 0
    while not stop.is_set():
        try:
            _until_trouble(journal, home, every_s, stop)
        except (DialerError, OSError, sqlite3.Error):
            failures += 1
            log.exception("rating failed")
            stop.wait(min(PAUSE_MOST_S, every_s * float(2 ** min(failures, 10))))
        else:
            return


def _until_trouble(journal: Path, home: Path, every_s: float, stop: threading.Event) -> None:
    while not (journal.exists() and file_in(home).exists()):
        if stop.wait(every_s):
            return
    with ExitStack() as open_files:
        money = open_files.enter_context(Money(file_in(home)))
        numbers = open_files.enter_context(closing(Numbers(journal)))
        bureau = Bureau(money, Reader(journal), numbers)
        while not stop.is_set():
            if not bureau.step(time.time()):
                stop.wait(every_s)
        while bureau.step(time.time()):  # what ended meanwhile
            pass


if __name__ == "__main__":
    typer.run(serve)
