"""The loader as a process: `python -m dialer.warehouse.loader --journal FILE --home DIR`.

SIGTERM ends it: what the journal has by then is brought in first. If its parent dies it ends too.
There is one for each home: a second one ends at once.
"""

import fcntl
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from prometheus_client import start_http_server

from dialer import logs
from dialer.money.store import file_in
from dialer.parent import begun
from dialer.warehouse.loader import Loader
from dialer.warehouse.service import Service, State, loader_state, rebuild_mark
from dialer.warehouse.tail import SqliteTail

__all__ = ["State", "loader_state", "made_anew", "main", "serve"]

log = logs.get(__name__)


@contextmanager
def only_loader(home: Path) -> Iterator[bool]:
    """Be the one loader of this home; false if another process is."""
    file = home / "warehouse" / "loader.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def serve(
    journal: Annotated[Path, typer.Option(help="The journal's SQLite file.")],
    home: Annotated[Path, typer.Option(help="Where the warehouse lies.")],
    every_s: Annotated[float, typer.Option(help="Seconds between two batches.")] = 1.0,
    snapshot_s: Annotated[float, typer.Option(help="Seconds between two snapshots.")] = 60.0,
    metrics_port: Annotated[int, typer.Option(help="Prometheus on 127.0.0.1; 0 for none.")] = 0,
    rebuild: Annotated[bool, typer.Option(help="Make all files anew, then end.")] = False,
    catch_up: Annotated[bool, typer.Option(help="Bring them up to date, then end.")] = False,
) -> None:
    """Bring the journal's facts into the warehouse."""
    stop = begun()
    if (rebuild or catch_up) and not journal.exists():
        log.error("there is no journal", path=str(journal))
        sys.exit(1)
    if metrics_port:
        start_http_server(metrics_port, addr="127.0.0.1")
    with only_loader(home) as alone:
        if not alone:
            if catch_up:
                return  # that is what the other one is about
            sys.exit(0 if rebuild and _asked_to_rebuild(home, stop) else _busy(home))
        tail = _tail(journal, stop)
        if tail is None:
            return
        service = Service(
            Loader(home, tail, money=file_in(home)), home, every_s=every_s, snapshot_s=snapshot_s
        )
        if catch_up:
            service.catch_up()
        else:
            service.rebuild() if rebuild else service.run(stop)
        tail.close()


def _asked_to_rebuild(home: Path, stop: threading.Event) -> bool:
    """The loader that runs does it; whether it has."""
    mark = rebuild_mark(home)
    mark.touch()
    while mark.exists() and not stop.wait(0.2):
        with only_loader(home) as alone:
            if alone:  # it ended meanwhile
                mark.unlink(missing_ok=True)
                return False
    return not stop.is_set()


def made_anew(journal: Path, home: Path) -> bool:
    """Make all files anew, here or by the loader that runs; whether that is done."""
    with only_loader(home) as alone:
        if not alone:
            return _asked_to_rebuild(home, threading.Event())
        with closing(SqliteTail(journal)) as tail:
            Service(
                Loader(home, tail, money=file_in(home)), home, every_s=1.0, snapshot_s=60.0
            ).rebuild()
    return True


def _busy(home: Path) -> int:
    log.error("another loader works in this home", path=str(home))
    return 1


def _tail(journal: Path, stop: threading.Event) -> SqliteTail | None:
    """The journal, as soon as there is one."""
    while not stop.is_set():
        if journal.exists():
            with suppress(sqlite3.OperationalError):  # its tables are just being made
                return SqliteTail(journal)
        stop.wait(0.2)
    return None


def main() -> None:
    """The command."""
    typer.run(serve)
