"""The loader's working day: steps, snapshots, rebuilding when asked, and what is told of it."""

import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from prometheus_client import Counter, Gauge

from dialer import logs
from dialer.errors import DialerError
from dialer.warehouse.loader import Loader, Progress
from dialer.warehouse.store import Busy

log = logs.get(__name__)

LAG_ROWS = Gauge("warehouse_lag_rows", "Facts of the journal that are not in the warehouse yet")
LAG_S = Gauge("warehouse_lag_seconds", "Age of the oldest fact that is not in the warehouse yet")
LOADED = Counter("warehouse_facts_total", "Facts brought in")
BUSY = Counter("warehouse_busy_total", "Batches put off because somebody had the file open")
FAILED = Counter("warehouse_failures_total", "Steps that failed for any other reason")
REBUILT = Gauge("warehouse_rebuilt", "How often a file was made anew", ["source"])

PAUSE_MOST_S = 30.0
"Between two steps that failed."
REST = 9.0
"Pause after a step per CPU time of the step: loading takes a tenth of a core ..."
REST_MOST_S = 5.0
"... unless a step costs so much that the boards would wait for longer than this."
LAST_S = 5.0
"How long the last batches may take at the end."


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`HOME/warehouse/loader.json`, for whoever wants to know how far the loader is."""

    at: float
    pid: int
    seq: int
    lag_rows: int
    lag_s: float
    rebuilt: dict[str, int]
    snapshots: dict[str, float]
    "Source -> when its snapshot was made."
    trouble: str = ""


def loader_state(home: Path) -> State | None:
    """What the loader said last."""
    try:
        return msgspec.json.decode(_state_file(home).read_bytes(), type=State)
    except FileNotFoundError:
        return None


class Service:
    """Keeps a loader going."""

    def __init__(
        self,
        loader: Loader,
        home: Path,
        *,
        every_s: float,
        snapshot_s: float,
    ) -> None:
        self._loader = loader
        self._home = home
        self._every_s = every_s
        self._snapshot_s = snapshot_s
        self._snapshot_at = 0.0
        self._snapshots: dict[str, float] = {}
        self._told = Progress(0, 0, 0, 0.0)
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Until stopped; then once more, so that nothing committed stays behind."""
        log.info("loading", path=str(self._home))
        while not stop.is_set():
            stop.wait(self._once())
        self._try(lambda: self._loader.drain(time.time() + LAST_S))
        self._try(self._publish)

    def rebuild(self) -> None:
        """Make all files anew from the journal, and then the snapshots."""
        self._loader.rebuild_all()
        self._loader.drain(time.time() + LAST_S)
        self._publish()
        rebuild_mark(self._home).unlink(missing_ok=True)

    def catch_up(self) -> bool:
        """Bring the files to where this program and the journal are; whether that is done."""
        return self._try(lambda: self._loader.drain(math.inf))

    def _once(self) -> float:
        """One step; how long to wait before the next."""
        if rebuild_mark(self._home).exists():
            self._try(self.rebuild)
        began = time.process_time()
        fine = self._try(self._loader.step)
        rest_s = max(self._every_s, min(REST * (time.process_time() - began), REST_MOST_S))
        if time.monotonic() >= self._snapshot_at and fine:
            self._try(self._publish)
        if self._failures:
            return min(PAUSE_MOST_S, self._every_s * float(2 ** min(self._failures, 10)))
        is_behind = self._told.lag_rows > self._told.loaded > 0  # not: some came meanwhile
        return 0.0 if is_behind else rest_s

    def _publish(self) -> None:
        began = time.monotonic()
        for source, made in self._loader.publish().items():
            self._snapshots[source] = made.at
        # A large file takes long to copy: never more than a twentieth of the time.
        self._snapshot_at = began + max(self._snapshot_s, 20 * (time.monotonic() - began))

    def _try(self, work: Callable[[], Progress | None]) -> bool:
        trouble = ""
        try:
            told = work()
            self._told, self._failures = told or self._told, 0
            LOADED.inc(told.loaded if told else 0)
        except Busy as error:
            BUSY.inc()
            trouble = str(error)
        except (DialerError, OSError, sqlite3.Error) as error:
            FAILED.inc()
            self._failures += 1
            trouble = str(error)
            log.exception("step failed")
        self._tell(trouble)
        return not trouble

    def _tell(self, trouble: str) -> None:
        told, rebuilt = self._told, dict(self._loader.rebuilt)
        LAG_ROWS.set(told.lag_rows)
        LAG_S.set(told.lag_s)
        for source, times in rebuilt.items():
            REBUILT.labels(source).set(times)
        state = State(
            at=time.time(), pid=os.getpid(), seq=told.seq, lag_rows=told.lag_rows,
            lag_s=round(told.lag_s, 3), rebuilt=rebuilt, snapshots=self._snapshots, trouble=trouble,
        )  # fmt: skip
        file = _state_file(self._home)
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(msgspec.json.encode(state))
        os.replace(new, file)


def rebuild_mark(home: Path) -> Path:
    """Whoever wants everything rebuilt touches this file; it is gone when that is done."""
    return home / "warehouse" / "rebuild.wanted"


def _state_file(home: Path) -> Path:
    return home / "warehouse" / "loader.json"
