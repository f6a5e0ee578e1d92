"""Every figure of the warehouse over a month of made calls: how long each takes, how much memory.

The calls are made in DuckDB by hash, in a file of its own; agents, costs and decisions are not
made: their figures are asked all the same, of few rows.
"""

import resource
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

import duckdb
import msgspec

from dialer.warehouse import Warehouse, schema
from dialer.warehouse.store import Place

SQL = Path(__file__).with_suffix(".sql")
SOURCE, CAMPAIGN = "sim", "campaign-1"
WARM = 2
"A question is asked so often; the last time counts."
WORDS = {
    one: one for one in ("connected", "abandoned", "machine", "no_answer", "busy", "congestion")
}


class Asked(msgspec.Struct, frozen=True):
    """One question."""

    name: str
    ms: float
    "Warm: the file opened, asked, closed."
    cpu_ms: float
    "Of all threads: on a machine that is busy this says more."
    rows: int
    "Of the answer."


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    rows: int
    "Calls in the file; a quarter of them are of the campaign that is asked about."
    file_mb: float
    build_s: float
    peak_mb: float
    "Of this process at most, building included."
    slowest_ms: float
    queries: list[Asked]


def measured(rows: int, names: Collection[str] = ()) -> Found:
    """Make the calls, then ask figures (all, unless named) of one campaign over the month."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), SOURCE)
        began = time.perf_counter()
        _build(place.live, rows)
        build_s = time.perf_counter() - began
        warehouse = Warehouse(Path(folder), SOURCE, timeout_s=600.0)
        queries = [_asked(warehouse, name) for name in names or schema.figures()]
        size = place.live.stat().st_size
    return Found(
        rows=rows, file_mb=round(size / 1e6, 1), build_s=round(build_s, 1),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        slowest_ms=max(one.ms for one in queries),
        queries=sorted(queries, key=lambda one: -one.ms),
    )  # fmt: skip


def _build(path: Path, rows: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path), config={"threads": 2}) as con:
        con.execute("SET TimeZone = 'UTC'")
        schema.make(con, SOURCE, "bench")
        con.execute(SQL.read_text("utf-8"), {"rows": rows, **WORDS})


def _asked(warehouse: Warehouse, name: str) -> Asked:
    takes = schema.figures()[name]
    only = CAMPAIGN if "of_campaign" in takes else None
    for _ in range(WARM):
        began, cpu = time.perf_counter(), time.process_time()
        answer = warehouse.figure(name, since=0.0, only=only)
        ms, cpu_ms = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - cpu)
    return Asked(f"kpi_{name}", round(ms, 1), round(cpu_ms, 1), len(answer))
