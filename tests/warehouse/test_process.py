"""The loader as a process: ends when told, ends with its parent, and survives kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest

from dialer.errors import Outdated, QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.process import loader_state
from dialer.warehouse.snapshot import published
from dialer.warehouse.store import Place
from tests.warehouse import paper
from tests.warehouse.day import AUTUMN, CALLS, FACTS, SHIFTS, SPRING

ROOT = Path(__file__).parents[2]


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


def command(home: Path) -> list[str]:
    return [
        sys.executable, "-m", "dialer.warehouse.loader", "--journal", str(home / "journal.sqlite"),
        "--home", str(home), "--every-s", "0.05", "--snapshot-s", "0.2",
    ]  # fmt: skip


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    running: list[subprocess.Popen] = []

    def begin() -> subprocess.Popen:
        running.append(subprocess.Popen(command(tmp_path), cwd=ROOT, stderr=subprocess.PIPE))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def db(tmp_path: Path):
    db = paper.journal(tmp_path / "journal.sqlite")
    paper.open_campaign(db, SPRING)
    paper.open_campaign(db, AUTUMN)
    yield db
    db.close()


def loaded(home: Path) -> tuple[int, int]:
    """Rows of attempts and of agents' intervals."""
    try:
        frame = Warehouse(home, "lab").query(
            "SELECT (SELECT count(*) FROM attempts) AS a, (SELECT count(*) FROM agent_states) AS s"
        )
    except QueryError:
        return (0, 0)
    return (int(frame["a"][0]), int(frame["s"][0]))


def test_it_follows_the_journal_and_ends_when_told_with_everything_in(db, start, tmp_path: Path):
    process = start()
    paper.record(db, FACTS)
    until(lambda: loaded(tmp_path) == (len(CALLS), len(SHIFTS)))
    until(lambda: published(Place(tmp_path, "lab")) is not None)
    paper.record(db, CALLS)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert loaded(tmp_path)[0] == 2 * len(CALLS)  # what was committed before the signal is in
    state = loader_state(tmp_path)
    assert state is not None
    assert (state.lag_rows, state.seq, state.trouble) == (0, len(FACTS) + len(CALLS), "")
    snapshot = published(Place(tmp_path, "lab"))
    assert snapshot is not None
    assert snapshot.facts_seq == state.seq


def test_it_waits_for_a_journal_that_is_not_there_yet(start, tmp_path: Path):
    process = start()
    time.sleep(0.3)
    db = paper.journal(tmp_path / "journal.sqlite")
    paper.open_campaign(db, SPRING)
    paper.record(db, FACTS[:3])
    db.close()
    until(lambda: loaded(tmp_path) == (3, 0))
    process.terminate()
    assert process.wait(60) == 0


def test_it_ends_with_its_parent(db, tmp_path: Path):
    paper.record(db, FACTS)
    script = f"import subprocess; subprocess.run({command(tmp_path)!r})"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL
    ) as it:
        try:
            until(lambda: loaded(tmp_path)[0] == len(CALLS))
            until(lambda: loader_state(tmp_path) is not None)  # it says so after its first batch
            state = loader_state(tmp_path)
        finally:
            it.kill()
    assert state is not None
    until(lambda: not _alive(state.pid))


def test_a_second_loader_ends_at_once(db, start, tmp_path: Path):
    paper.record(db, FACTS)
    start()
    until(lambda: loader_state(tmp_path) is not None)
    second = start()
    assert second.wait(60) == 1
    assert b"another loader works in this home" in second.stderr.read()


def test_a_loader_at_work_rebuilds_when_asked_to(db, start, tmp_path: Path):
    paper.record(db, FACTS)
    start()
    until(lambda: loaded(tmp_path) == (len(CALLS), len(SHIFTS)))
    asked = subprocess.run([*command(tmp_path), "--rebuild"], cwd=ROOT, timeout=120, check=False)
    assert asked.returncode == 0
    paper.record(db, CALLS)
    until(lambda: loaded(tmp_path) == (2 * len(CALLS), len(SHIFTS)))
    state = loader_state(tmp_path)
    assert state is not None
    assert state.rebuilt == {"lab": 2}


@pytest.mark.parametrize("once", ["--rebuild", "--catch-up"])
def test_what_is_done_once_does_not_wait_for_a_journal(tmp_path: Path, once: str):
    argv = [*command(tmp_path), once]
    assert subprocess.run(argv, cwd=ROOT, timeout=60, check=False).returncode == 1


def test_rebuilding_needs_nobody_else(db, tmp_path: Path):
    paper.record(db, FACTS)
    done = subprocess.run([*command(tmp_path), "--rebuild"], cwd=ROOT, timeout=120, check=False)
    assert (done.returncode, loaded(tmp_path)) == (0, (len(CALLS), len(SHIFTS)))
    _made_older(Place(tmp_path, "lab"))
    with pytest.raises(Outdated, match="dialer rebuild"):
        Warehouse(tmp_path, "lab").figure("funnel")
    subprocess.run([*command(tmp_path), "--catch-up"], cwd=ROOT, timeout=120, check=True)
    assert len(Warehouse(tmp_path, "lab").figure("funnel")) > 0


def _made_older(place: Place) -> None:
    """As a version of the program left it that did not know the funnel."""
    with duckdb.connect(str(place.live)) as con:
        con.execute("DROP MACRO TABLE kpi_funnel; UPDATE meta SET views = 'older'")


def _alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.crash
def test_killed_at_any_moment_every_fact_is_there_once(db, start, tmp_path: Path):
    rng, told = Random(2026), 0
    for _ in range(15):
        process = start()
        end = time.monotonic() + rng.uniform(0.9, 2.0)
        while time.monotonic() < end:
            paper.record(db, CALLS)
            told += len(CALLS)
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    start()
    until(lambda: loaded(tmp_path)[0] >= told)
    seen = Warehouse(tmp_path, "lab").query(
        "SELECT count(*) AS n, count(DISTINCT seq) AS d FROM attempts"
    )
    assert seen.values.tolist() == [[told, told]]
