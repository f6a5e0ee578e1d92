"""A long list with bad rows in it, imported: how fast, and how much memory all processes hold.

Memory is counted by its proportional share (PSS), else what processes share would count twice.
"""

import os
import random
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from dialer.leads.importer import Wanted, run
from dialer.leads.reading import Source
from sim.bench.machine import descendants

EVERY_S = 0.2
PREFIXES = ("138", "139", "150", "188", "186", "133", "189")
BAD = ("none", "911", "1.38E+10", "212", "139 1234", "0", '"139')


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A list that nobody is on: Chinese mobile numbers by chance, in UTF-8 with commas."""

    rows: int
    bad: float
    seed: int

    def write(self, path: Path) -> None:
        """To a file. Each good number is there once."""
        chance = random.Random(self.seed)
        tails = chance.sample(range(100_000_000), self.rows)
        with path.open("w", encoding="utf-8") as file:
            file.write("姓名,手机号,城市,备注\n")
            for at, tail in enumerate(tails):
                number = f"{PREFIXES[tail % len(PREFIXES)]}{tail:08}"
                if chance.random() < self.bad:
                    number = chance.choice(BAD)
                file.write(f"王伟 {at},{number},连云港,老客户 {at}\n")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    rows: int
    imported: int
    rejected: int
    duplicates: int
    seconds: float
    rows_per_s: float
    cpu_s: float
    "Of all processes: on a machine that is busy this says more."
    peak_mb: float
    "Of all processes together at one instant."
    workers: int
    cores: int
    load: float
    "Average of the minute before: what others were doing."


def measured(made: Made, workers: int) -> Found:
    """Write the list, import it, and throw all away."""
    with tempfile.TemporaryDirectory(prefix="dialer-") as name:
        folder = Path(name)
        made.write(folder / "list.csv")
        load = os.getloadavg()[0]
        wanted = Wanted(list="made", source=Source(country="CN"))
        peak = _Peak(lambda: memory_mb(os.getpid()))
        began, used = time.monotonic(), _cpu_s()
        with peak:
            told = run(folder / "journal.sqlite", folder / "list.csv", wanted, workers=workers)
        seconds, cpu_s = time.monotonic() - began, _cpu_s() - used
    return Found(
        rows=told.rows,
        imported=told.imported,
        rejected=told.rejected,
        duplicates=told.duplicates,
        seconds=round(seconds, 1),
        rows_per_s=round(told.rows / seconds, 1),
        cpu_s=round(cpu_s, 1),
        peak_mb=round(peak.most, 1),
        workers=workers,
        cores=len(os.sched_getaffinity(0)),
        load=round(load, 2),
    )


def _cpu_s() -> float:
    told = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in told)


def memory_mb(pid: int) -> float:
    """Of a process and all below it."""
    return sum(map(_pss_mb, (pid, *descendants(pid))))


def _pss_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(x.split()[1]) for x in text.splitlines() if x.startswith("Pss:")), 0) / 1024


class _Peak:
    """The most that something came to, looked at now and then."""

    def __init__(self, look: Callable[[], float]) -> None:
        self._look, self._over = look, threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak", daemon=True)
        self.most = 0.0

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            self.most = max(self.most, self._look())

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
