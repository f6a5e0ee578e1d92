"""One DuckDB file: where it lies, how it is opened, and what its complaints mean.

DuckDB lets one process write or many read, never both; so everybody opens, works and closes
within milliseconds, and whoever finds it taken waits a little, each for another while.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

import duckdb

from dialer.errors import DialerError

STORAGE = "v1.2.0"
"Format of the files: DuckDB 1.2 and everything newer can open them."
WRITING: Mapping[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE, "threads": 2, "memory_limit": "1500MB",
}  # fmt: skip
"How whoever writes opens a file: what does not fit into that memory goes to the disk meanwhile."


class Busy(DialerError):
    """Somebody else has the file open, or there is no room for it: try again later."""


class Corrupt(DialerError):
    """The file is gone or cannot be read: it is rebuilt from the journal."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the warehouse of one source lies."""

    home: Path
    source: str

    @property
    def folder(self) -> Path:
        """`HOME/warehouse/lab`"""
        return self.home / "warehouse" / self.source

    @property
    def live(self) -> Path:
        """The file that the loader writes. Nobody keeps it open."""
        return self.folder / "dialer.duckdb"

    @property
    def building(self) -> Path:
        """What will be the live file once it is complete."""
        return self.folder / "dialer.duckdb.building"

    @property
    def suspect(self) -> Path:
        """A mark that a reader leaves who met a damaged block: the loader looks, and rebuilds."""
        return self.folder / "dialer.duckdb.suspect"

    @property
    def snapshot(self) -> Path:
        """For tools that keep a file open: `dialer.duckdb`, Parquet by day, `snapshot.json`."""
        return self.folder / "snapshot"


def wal(file: Path) -> Path:
    """DuckDB's write-ahead log, beside the file. It must go wherever the file goes."""
    return file.with_name(file.name + ".wal")


Complaint = Literal["busy", "surroundings", "corrupt", "ours"]

_TAKEN = ("Could not set lock", "Conflicting lock", "different configuration")
_SURROUNDINGS = (
    "Permission denied", "No space left", "Too many open files", "Disk quota", "Read-only file",
    "Cannot open file", "Out of Memory",
)  # fmt: skip

_BROKEN = (
    duckdb.IOException, duckdb.SerializationException, duckdb.FatalException,
    duckdb.InternalException,
)  # fmt: skip


def complaint(error: duckdb.Error) -> Complaint:
    """Whether a file is taken, its disk is ill, it is corrupt, or our statement is wrong."""
    text = str(error)
    if any(words in text for words in _TAKEN):
        return "busy"
    if isinstance(error, duckdb.OutOfMemoryException) or any(w in text for w in _SURROUNDINGS):
        return "surroundings"
    broken = isinstance(error, _BROKEN) or type(error) is duckdb.Error
    return "corrupt" if broken else "ours"


def waits(rng: Random, least_s: float = 0.01, most_s: float = 0.15) -> Iterator[float]:
    """How long to wait before each further try: longer each time, and for everybody different."""
    top = least_s
    while True:
        top = min(most_s, top * 1.6)
        yield rng.uniform(least_s, top)


def connected(
    file: Path, *, read_only: bool, wait_s: float, rng: Random, config: Mapping[str, Any]
) -> duckdb.DuckDBPyConnection:
    """A connection, as soon as nobody else is in. Raises `Busy` or `Corrupt`."""
    give_up_at = time.monotonic() + wait_s
    for pause_s in waits(rng):
        try:
            return duckdb.connect(str(file), read_only=read_only, config=dict(config))
        except duckdb.Error as error:
            kind = complaint(error)
            if kind == "corrupt":
                raise Corrupt(f"{file} cannot be read: {error}") from error
            if kind != "busy" or time.monotonic() + pause_s > give_up_at:
                raise Busy(f"{file} cannot be opened now: {error}") from error
        time.sleep(pause_s)
    raise AssertionError("waits() never ends")


@contextmanager
def reading(file: Path, *, wait_s: float, rng: Random) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file for the loader's own questions."""
    con = connected(file, read_only=True, wait_s=wait_s, rng=rng, config={"threads": 2})
    try:
        yield con
    except duckdb.Error as error:
        raise _meant(file, error) from error
    finally:
        con.close()


@contextmanager
def writing(file: Path, *, wait_s: float, rng: Random) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file, ours alone, in one transaction: all of it is committed, or nothing."""
    con = connected(file, read_only=False, wait_s=wait_s, rng=rng, config=WRITING)
    try:
        con.begin()
        yield con
        con.commit()
    except duckdb.Error as error:
        raise _meant(file, error) from error
    finally:
        con.close()


def _meant(file: Path, error: duckdb.Error) -> Exception:
    """What a complaint of DuckDB means to the loader; a fault of our own stays what it is."""
    kind = complaint(error)
    if kind == "ours":
        return error
    return (Corrupt if kind == "corrupt" else Busy)(f"{file}: {error}")
