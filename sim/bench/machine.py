"""What the machine is, and what a process costs it: read from /proc, nothing estimated."""

import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGESIZE")
_PROC = Path("/proc")


class Machine(msgspec.Struct, frozen=True):
    """Where something was measured."""

    cores: int
    cpu: str
    memory_gb: float
    kernel: str
    python: str
    asterisk: str
    load: float
    "Average of the minute before it began: what others were doing."


def machine(asterisk: Path) -> Machine:
    """This one, with the Asterisk in that folder."""
    told = subprocess.run([asterisk / "asterisk", "-V"], capture_output=True, text=True, check=True)
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        cpu=_field(_PROC / "cpuinfo", "model name"),
        memory_gb=round(int(_field(_PROC / "meminfo", "MemTotal").split()[0]) / 2**20, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        asterisk=told.stdout.strip().removeprefix("Asterisk "),
        load=round(os.getloadavg()[0], 2),
    )


def _field(file: Path, name: str) -> str:
    for line in file.read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0 unknown"


class Usage(msgspec.Struct, frozen=True):
    """What some processes together have used since they began, and hold now."""

    cpu_s: float = 0.0
    rss_mb: float = 0.0
    processes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.cpu_s + other.cpu_s, self.rss_mb + other.rss_mb, self.processes + other.processes
        )


def usage(pid: int) -> Usage:
    """Of one process, its threads included; nothing if it is gone."""
    fields = _stat(pid)
    if not fields:
        return Usage()
    ticks = int(fields[11]) + int(fields[12])
    return Usage(ticks * _TICK_S, int(fields[21]) * _PAGE / 2**20, 1)


def together(pids: Iterable[int]) -> Usage:
    """Of several."""
    return sum(map(usage, pids), Usage())


def descendants(pid: int) -> dict[int, str]:
    """Every process below this one, with its command line."""
    children: dict[int, list[int]] = {}
    for other, fields in _everybody():
        children.setdefault(int(fields[1]), []).append(other)
    found: dict[int, str] = {}
    to_see = children.get(pid, [])
    while to_see:
        one = to_see.pop()
        found[one] = _command(one)
        to_see += children.get(one, [])
    return found


def share(
    before: Mapping[str, Usage], after: Mapping[str, Usage], wall_s: float
) -> dict[str, float]:
    """Per cent of one core, by name."""
    return {
        name: round(100 * (usage.cpu_s - before.get(name, Usage()).cpu_s) / wall_s, 1)
        for name, usage in after.items()
    }


def slope(points: Iterable[tuple[float, float]]) -> float:
    """Of the straight line through these points, by least squares; 0 of fewer than two.

    >>> slope([(0, 1.0), (1, 3.0), (2, 5.0)])
    2.0
    """
    x, y = zip(*points, strict=True) if (points := list(points)) else ((), ())
    n = len(x)
    mean_x, mean_y = (sum(x) / n, sum(y) / n) if n else (0.0, 0.0)
    spread = sum((one - mean_x) ** 2 for one in x)
    both = sum((one - mean_x) * (other - mean_y) for one, other in zip(x, y, strict=True))
    return both / spread if spread else 0.0


def _everybody() -> Iterator[tuple[int, list[str]]]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            yield int(folder.name), fields


def _stat(pid: int) -> list[str]:
    """What follows the name in /proc/PID/stat: state, parent, ..."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
