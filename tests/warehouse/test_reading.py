"""Questions: what may be asked, what may not, and what one is told."""

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.errors import QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.reading import named
from dialer.warehouse.store import Place
from tests.warehouse.day import T0


def test_an_answer_is_a_frame_with_instants_in_utc(monday: Warehouse):
    frame = monday.query("SELECT call, placed_at FROM v_calls WHERE call = $call", {"call": "c01"})
    assert frame["call"].tolist() == ["c01"]
    assert str(frame["placed_at"].dt.tz) == "UTC"
    assert frame["placed_at"][0].timestamp() == pytest.approx(T0 + 0.1)
    assert frame.attrs["cut"] is False


def test_the_machines_time_zone_changes_nothing(monday: Warehouse, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        told = monday.query("SELECT intended_at::VARCHAR AS at FROM attempts WHERE call = 'c01'")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert told["at"].tolist() == ["2026-11-23 15:00:00+00"]


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1 AS x", "FROM v_attempts LIMIT 1", "WITH a AS (SELECT 1) FROM a", "VALUES (1)",
     "SHOW TABLES", "DESCRIBE v_attempts", "SUMMARIZE attempts", "EXPLAIN SELECT 1",
     "FROM kpi_funnel()", "SELECT 1;", "SELECT 1 -- ; DROP TABLE attempts"],
)  # fmt: skip
def test_questions_are_answered(monday: Warehouse, sql: str):
    assert len(monday.query(sql)) >= 1


ATTACKS = [
    "DELETE FROM attempts",
    "INSERT INTO attempts SELECT * FROM attempts",
    "UPDATE attempts SET outcome = 'connected'",
    "DROP TABLE attempts",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "SELECT 1; DROP TABLE attempts",
    "SELECT 1; SELECT 2",
    "",
    "COPY attempts TO '/tmp/stolen.csv'",
    "COPY (SELECT 1) TO '/tmp/stolen.csv'",
    "COPY attempts FROM '/etc/passwd'",
    "EXPORT DATABASE '/tmp/stolen'",
    "ATTACH '/tmp/other.duckdb'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '100GB'",
    "PRAGMA enable_profiling",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL pragma_version()",
    "CHECKPOINT",
    "USE memory",
    "BEGIN",
    "VACUUM",
    "PREPARE p AS SELECT 1",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('{canary}')",
    "SELECT * FROM '{canary}'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT * FROM query('COPY attempts TO ''/tmp/stolen.csv''')",
    "SELECT * FROM secret_frame",
    "SELECT getenv('HOME')",
    "EXPLAIN ANALYZE COPY attempts TO '/tmp/stolen.csv'",
    "EXPLAIN ANALYZE DELETE FROM attempts",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_but_questions(monday: Warehouse, tmp_path: Path, sql: str):
    import pandas as pd

    canary = tmp_path / "canary.csv"
    canary.write_text("secret\n42\n")
    secret_frame = pd.DataFrame({"secret": [42]})
    with pytest.raises(QueryError) as told:
        monday.query(sql.format(canary=canary))
    assert "42" not in str(told.value).replace(str(canary), "")
    assert not Path("/tmp/stolen.csv").exists()
    assert len(secret_frame) == 1
    assert monday.query("SELECT count(*) AS n FROM attempts")["n"].tolist() == [12]


@settings(max_examples=25, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8"), max_size=40)
    | st.sampled_from(["' OR 1=1 --", "'; DROP TABLE attempts; --"])
)
def test_a_parameter_is_a_value_and_never_sql(monday_home: Path, text: str):
    monday = Warehouse(monday_home, "lab")
    found = monday.query("SELECT count(*) AS n FROM attempts WHERE lead = $t", {"t": text})
    assert found["n"].tolist() == [0]
    assert monday.figure("funnel", only=text).empty


def test_what_is_wrong_is_said_clearly(monday: Warehouse):
    with pytest.raises(QueryError, match=r'column "outcom"'):
        monday.query("SELECT outcom FROM attempts")
    with pytest.raises(QueryError, match=r"only questions .* no DELETE"):
        monday.query("DELETE FROM attempts")
    with pytest.raises(QueryError, match="one statement at a time, please: there are 2"):
        monday.query("SELECT 1; SELECT 2")


def test_there_is_no_warehouse_yet(tmp_path: Path):
    with pytest.raises(QueryError, match="there is no warehouse of source live"):
        Warehouse(tmp_path).query("SELECT 1")


def test_a_damaged_file_is_an_error_and_not_a_crash(tmp_path: Path):
    place = Place(tmp_path, "live")
    place.folder.mkdir(parents=True)
    place.live.write_bytes(b"nothing of a database" * 300)
    with pytest.raises(QueryError, match="not a valid DuckDB database"):
        Warehouse(tmp_path).query("SELECT 1")


def test_a_question_that_takes_too_long_is_ended(monday_home: Path):
    hasty = Warehouse(monday_home, "lab", timeout_s=0.2)
    with pytest.raises(QueryError, match=r"took longer than 0\.2 s"):
        hasty.query(
            "SELECT count(*) FROM range(10000000) a, range(100000) b "
            "WHERE (a.range * b.range) % 7 = 3"
        )
    assert len(hasty.query("SELECT 1")) == 1


def test_too_many_rows_are_cut_and_it_says_so(monday_home: Path):
    small = Warehouse(monday_home, "lab", most_rows=5)
    frame = small.query("SELECT call FROM v_calls ORDER BY placed_at DESC")
    assert (frame["call"].tolist()[:2], len(frame), frame.attrs["cut"]) == (["c12", "c11"], 5, True)
    exactly = small.query("SELECT call FROM v_calls ORDER BY 1 LIMIT 5")
    assert (len(exactly), exactly.attrs["cut"]) == (5, False)


def test_many_threads_may_ask_at_once(monday: Warehouse):
    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(int(monday.query("SELECT count(*) AS n FROM v_attempts")["n"][0]))
        except QueryError as error:
            answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [12] * 16


def test_parameters_are_found_by_name():
    assert named("SELECT * FROM kpi_funnel($since, $until, $only)") == {"since", "until", "only"}
