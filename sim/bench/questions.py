"""Every question of every page, asked of a month of made calls while a campaign writes.

The calls are made in DuckDB by hash: costs, agents' time, dispositions, decisions, leads and
recordings with them. A process of its own writes a batch each second, as the loader would.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from dialer.warehouse import Warehouse, rollups, schema
from dialer.warehouse.reading import EVER, named
from dialer.warehouse.store import WRITING, Place

HERE = Path(__file__).parent
SOURCE, DAYS = "sim", 30
CHUNK = 1_000_000
WAIT_S = 60.0
"For the writer, who on a busy machine may keep a large file for longer than a page would wait."
WARM = 2
"A question is asked so often; the last time counts."
FRESH = 5000
"So many of the last calls are not rolled up: what a loader has of half an hour."
WORDS = {
    one: one for one in ("connected", "abandoned", "machine", "no_answer", "busy", "congestion")
}
PAGE: Mapping[str, Any] = {
    "since": datetime(2026, 10, 1, 4, tzinfo=UTC), "until": EVER[1], "campaign": "campaign-1",
    "pool": "pool-1", "zone": "America/Chicago", "minutes": 1440, "fine_minutes": 60,
    "rows": 200, "skip": 0, "every_campaign": True, "every_agent": True, "campaigns": [],
    "lists": [], "agents": [],
}  # fmt: skip
"What a page asks with: one campaign, a month. What is not named here is not narrowed."


class Asked(msgspec.Struct, frozen=True):
    """One question."""

    name: str
    "`page NAME`: a question of a page; `kpi_NAME`: a figure, as `dialer sql` has it."
    ms: float
    "Warm: the file opened, asked, closed; waiting for the writer included."
    cpu_ms: float
    "Of all threads: on a machine that is busy this says more."
    rows: int
    "Of the answer."


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    rows: int
    "Calls in the file; a quarter of them are of the campaign that is asked about."
    file_mb: float
    fill_s: float
    roll_s: float
    "Building all roll-ups: what a file of an older program takes once."
    build_peak_mb: float
    peak_mb: float
    "Of the process that asks, at most."
    written: int
    "Batches that the writer brought in meanwhile."
    slowest_page_ms: float
    queries: list[Asked]


def measured(rows: int, names: Collection[str] = (), folder: Path | None = None) -> Found:
    """Make the calls, then ask each question of a page and each figure over the month."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            return measured(rows, names, Path(made))
    place = Place(folder, SOURCE)
    # A process of its own: the memory that building takes is not that of who asks.
    told = _child("build", str(folder), str(rows))
    fill_s, roll_s, build_peak_mb = msgspec.json.decode(told, type=tuple[float, float, float])
    with _writer(folder, rows) as written:
        warehouse = Warehouse(folder, SOURCE, wait_s=WAIT_S, timeout_s=600.0, most_rows=5000)
        queries = [
            _asked(warehouse, name, sql, params)
            for name, sql, params in questions() if not names or name in names
        ]  # fmt: skip
        batches = written()
    pages = [one.ms for one in queries if one.name.startswith("page")]
    return Found(
        rows=rows, file_mb=round(place.live.stat().st_size / 1e6, 1), fill_s=fill_s, roll_s=roll_s,
        build_peak_mb=build_peak_mb, peak_mb=peak_mb(), written=batches,
        slowest_page_ms=max(pages, default=0.0), queries=sorted(queries, key=lambda one: -one.ms),
    )  # fmt: skip


def peak_mb() -> float:
    """Memory of this process, at most."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def build(folder: Path, rows: int) -> tuple[float, float, float]:
    """Make a file of so many calls; how long filling and rolling up took, and the memory."""
    place = Place(folder, SOURCE)
    place.folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(place.live), config=dict(WRITING)) as con:
        con.execute("SET TimeZone = 'UTC'")
        schema.make(con, SOURCE, "bench")
        agents = max(4, rows * 24 // 100 // DAYS // 150)
        fill_s = roll_s = 0.0
        for low in range(0, rows, CHUNK):
            high = min(rows, low + CHUNK)
            span = {"low": low, "high": high, "days": DAYS, "agents": agents}
            filling = time.perf_counter()
            _run(con, "questions.sql", {"rows": rows, **span, **WORDS})
            rolling = time.perf_counter()
            # As a loader does it while a month goes by.
            con.begin()
            rollups.roll(con, 4 * max(0, high - FRESH))
            con.commit()
            fill_s += rolling - filling
            roll_s += time.perf_counter() - rolling
            print(f"{high:,} of {rows:,} calls made", file=sys.stderr)  # noqa: T201
        began = time.perf_counter()
        _run(con, "questions_once.sql", {"rows": rows})
        fill_s += time.perf_counter() - began
        return round(fill_s, 1), round(roll_s, 1), peak_mb()


def _run(con: duckdb.DuckDBPyConnection, name: str, params: Mapping[str, object]) -> None:
    for statement in con.extract_statements((HERE / name).read_text("utf-8")):
        wanted = named(statement.query)
        con.execute(statement, {key: value for key, value in params.items() if key in wanted})


def questions() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, SQL and parameters of each."""
    folder = files("dashboards") / "sql"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        sql = file.read_text("utf-8")
        yield f"page {file.name.removesuffix('.sql')}", sql, {k: PAGE.get(k) for k in named(sql)}
    for name, takes in schema.figures().items():
        asks = {"since": "$since", "until": "$until"} if "since" in takes else {}
        only = ["of_campaign := $campaign"] if "of_campaign" in takes else []
        sql = f"FROM kpi_{name}({', '.join([*asks.values(), *only])})"
        yield f"kpi_{name}", sql, {k: PAGE[k] for k in named(sql)}


def _asked(warehouse: Warehouse, name: str, sql: str, params: Mapping[str, Any]) -> Asked:
    for _ in range(WARM):
        began, cpu = time.perf_counter(), time.process_time()
        answer = warehouse.query(sql, dict(params))
        ms, cpu_ms = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - cpu)
    return Asked(name, round(ms, 1), round(cpu_ms, 1), len(answer))


@contextmanager
def _writer(folder: Path, rows: int) -> Iterator[Any]:
    """A campaign that goes on dialling; the function tells how many batches it brought in."""
    count = folder / "written"
    child = subprocess.Popen(_command("write", str(folder), str(rows)))
    try:
        yield lambda: int(count.read_text()) if count.exists() else 0
    finally:
        child.terminate()
        child.wait()


def _child(*args: str) -> bytes:
    return subprocess.run(_command(*args), check=True, stdout=subprocess.PIPE).stdout


def _command(*args: str) -> list[str]:
    return [sys.executable, "-m", "sim.bench.made", *args]
