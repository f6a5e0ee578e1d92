"""What outside tools get: a copy of the file and Parquet by day, each replaced by a rename.

Whoever holds an old copy open keeps it; the loader never waits for them.
"""

import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import duckdb
import msgspec

from dialer.warehouse.store import Place, reading

BY_DAY = {
    "attempts": "v_attempts",
    "legs": "v_legs",
    "outside": "v_outside",
    "agent_states": "v_agent_time",
    "dispositions": "v_dispositions",
    "pacing_decisions": "v_pacing",
}
"Folder -> the view whose days it holds."


class Published(msgspec.Struct, frozen=True):
    """What a snapshot is, beside it as `snapshot.json`."""

    at: float
    "When it was made."
    source: str
    of: str
    "Journal and schema that it was made from; with others every day is written anew."
    facts_seq: int
    "The last fact of the journal that is in it."
    rows: dict[str, int]
    took_s: float
    duckdb: str

    def age_s(self, now: float) -> float:
        """How old it is."""
        return max(0.0, now - self.at)


def published(place: Place) -> Published | None:
    """The newest snapshot; None if there is none yet."""
    try:
        return msgspec.json.decode((place.snapshot / "snapshot.json").read_bytes(), type=Published)
    except FileNotFoundError:
        return None


def is_current(place: Place, seq: int) -> bool:
    """Whether the newest snapshot holds everything up to a fact."""
    last = published(place)
    return last is not None and last.facts_seq == seq


def forget(place: Place) -> None:
    """The next one is made of nothing: the file that this one was made of is another one now."""
    (place.snapshot / "snapshot.json").unlink(missing_ok=True)


def publish(place: Place, at: float, rng: Random, wait_s: float = 1.0) -> Published:
    """Make the snapshot anew; only days that changed are written again."""
    before, began = published(place), time.monotonic()
    place.snapshot.mkdir(parents=True, exist_ok=True)
    _sweep(place.snapshot)
    with reading(place.live, wait_s=wait_s, rng=rng) as con:
        [(of, seq)] = con.execute(
            "SELECT concat_ws('/', journal, schema, views), facts_seq FROM meta"
        ).fetchall()
        since = before.facts_seq if before and before.of == of else -1
        for folder, view in BY_DAY.items():
            _days(con, place.snapshot / folder, view, since)
        rows = {view: _count(con, view) for view in BY_DAY.values()}
        # While we read, nobody writes: the copy is one instant of the file.
        _swap(place.snapshot / "dialer.duckdb", lambda new: shutil.copyfile(place.live, new))
    took_s = round(time.monotonic() - began, 3)
    now = Published(at, place.source, of, seq, rows, took_s, duckdb.__version__)
    note = msgspec.json.format(msgspec.json.encode(now))
    _swap(place.snapshot / "snapshot.json", lambda new: new.write_bytes(note))
    return now


def _days(con: duckdb.DuckDBPyConnection, folder: Path, view: str, since: int) -> None:
    folder.mkdir(exist_ok=True)
    if since < 0:
        for stale in folder.glob("*.parquet"):
            stale.unlink()
    changed = con.execute(
        f"SELECT DISTINCT CAST(day AS VARCHAR) FROM {view} WHERE seq > $since ORDER BY 1",
        {"since": since},
    ).fetchall()
    for (day,) in changed:
        _swap(folder / f"{day}.parquet", partial(_day, con, view, day))


def _day(con: duckdb.DuckDBPyConnection, view: str, day: str, new: Path) -> None:
    # Neither COPY nor its file name takes parameters; both are ours, none comes from outside.
    name = str(new).replace("'", "''")
    con.execute(
        f"COPY (SELECT * FROM {view} WHERE day = DATE '{day}' ORDER BY seq) "
        f"TO '{name}' (FORMAT parquet, COMPRESSION zstd)"
    )


def _count(con: duckdb.DuckDBPyConnection, view: str) -> int:
    [(rows,)] = con.execute(f"SELECT count(*) FROM {view}").fetchall()
    return int(rows)


def _swap(file: Path, write: Callable[[Path], object]) -> None:
    """Write beside the file, then rename: a reader sees the old one or the new one."""
    new = file.with_name(f".{file.name}.new")
    write(new)
    os.replace(new, file)


def _sweep(folder: Path) -> None:
    """Remove what a killed loader left half written."""
    for left in folder.rglob(".*.new"):
        left.unlink()
