"""The loader against a journal in lists: exactly once, whatever happens to the file."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from dialer.engine.commands import AgentWas, Cdr
from dialer.errors import QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.loader import Loader
from dialer.warehouse.store import Busy, Place, wal, writing
from tests.warehouse.day import (
    AUTUMN,
    CALLS,
    DECISIONS,
    FACTS,
    SHIFTS,
    SPRING,
    T0,
    WORDS,
    Book,
    cdr,
    lead,
    loader,
)


def counts(home: Path, source: str = "lab") -> dict[str, int]:
    """Rows by table."""
    tables = ("attempts", "legs", "agent_states", "dispositions", "pacing_decisions")
    ask = Warehouse(home, source).query
    return {name: int(ask(f"SELECT count(*) AS n FROM {name}")["n"][0]) for name in tables}


MONDAY = {
    "attempts": len(CALLS),
    "legs": 6,
    "agent_states": len(SHIFTS),
    "dispositions": len(WORDS),
    "pacing_decisions": len(DECISIONS),
}


def test_every_fact_becomes_a_row(tmp_path: Path):
    progress = loader(tmp_path, Book(FACTS)).step()
    assert counts(tmp_path) == MONDAY
    assert (progress.seq, progress.lag_rows, progress.lag_s) == (len(FACTS), 0, 0.0)


def test_a_cdr_comes_back_field_by_field(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    row = Warehouse(tmp_path, "lab").query("SELECT * FROM attempts WHERE call = 'c01'").iloc[0]
    told = CALLS[0]
    for field in fields(Cdr):
        if field.name == "legs":
            continue
        value = getattr(told, field.name)
        if field.name.endswith("_at") and value is not None:
            assert row[field.name].timestamp() == pytest.approx(value, abs=1e-6), field.name
        elif value is None:
            assert row.isna()[field.name], field.name
        else:
            assert row[field.name] == value, field.name


def test_batches_of_one_make_the_same_warehouse(tmp_path: Path):
    one_by_one = loader(tmp_path, Book(FACTS), facts=1)
    seen = [one_by_one.step() for _ in FACTS]
    assert [progress.lag_rows for progress in seen][-3:] == [2, 1, 0] or seen[0].lag_rows == 0
    assert counts(tmp_path) == MONDAY


def test_what_comes_later_is_added_and_nothing_twice(tmp_path: Path):
    book = Book(FACTS[:5])
    first = loader(tmp_path, book)
    first.step()
    book.kept += FACTS[5:]
    first.step()
    first.step()
    again = loader(tmp_path, book)  # a restart
    again.step()
    assert counts(tmp_path) == MONDAY
    assert not again.rebuilt


def test_a_batch_that_was_committed_but_not_remembered_is_not_added_twice(tmp_path: Path):
    book = Book(FACTS)
    late = loader(tmp_path, book)
    late.step()
    late._seq = 0  # as if it had died between the commit and everything after it
    late.step()
    assert counts(tmp_path) == MONDAY


def test_lag_is_the_age_of_the_oldest_fact_that_is_not_in(tmp_path: Path):
    book = Book([])
    slow = loader(tmp_path, book, at=T0 + 100, facts=1)
    slow.step()
    book.kept += [CALLS[0], CALLS[1], CALLS[2]]  # ended 69.52, 42.04 and 80 s after T0
    progress = slow.step()
    assert (progress.loaded, progress.lag_rows) == (1, 2)
    assert progress.lag_s == pytest.approx(100 - 42.04)


def test_sources_have_files_of_their_own(tmp_path: Path):
    live = replace(SPRING, campaign="winter", pool="north", source="live")
    facts = [
        *FACTS,
        replace(CALLS[0], call="L01", campaign="winter", pool="north", source="live"),
        replace(SHIFTS[1], pool="north", agent="nora"),
        replace(DECISIONS[0], campaign="winter", pool="north"),
        replace(WORDS[0], campaign="winter", call="L01"),
    ]
    loader(tmp_path, Book(facts, [SPRING, AUTUMN, live])).step()
    assert counts(tmp_path) == MONDAY
    assert counts(tmp_path, "live") == {
        "attempts": 1, "legs": 1, "agent_states": 1, "dispositions": 1, "pacing_decisions": 1,
    }  # fmt: skip
    for name in ("v_attempts", "v_agent_time", "v_dispositions", "v_pacing", "v_legs", "v_calls"):
        seen = Warehouse(tmp_path, "live").query(f"SELECT DISTINCT source FROM {name}")
        assert list(seen["source"]) == ["live"], name


def test_what_a_campaign_did_in_the_lab_stays_there_when_it_calls_people(tmp_path: Path):
    book = Book(FACTS)
    shop = loader(tmp_path, book)
    shop.step()
    live = replace(SPRING, version=2, at=T0 + 5000, source="live")
    book.opened.append(book.opened[0]._replace(campaign=live))
    book.kept.append(replace(CALLS[0], call="L01", source="live", version=2))
    book.kept.append(replace(DECISIONS[0], at=T0 + 5100))
    shop.step()
    of_people = {
        "attempts": 1, "legs": 1, "agent_states": 0, "dispositions": 0, "pacing_decisions": 1,
    }  # fmt: skip
    assert (counts(tmp_path), counts(tmp_path, "live")) == (MONDAY, of_people)
    assert set(shop.rebuild_all()) == {"lab", "live"}
    assert (counts(tmp_path), counts(tmp_path, "live")) == (MONDAY, of_people)


def test_a_fact_waits_until_a_campaign_tells_its_source(tmp_path: Path):
    book = Book([SHIFTS[0], *CALLS], campaigns=[])
    early = loader(tmp_path, book)
    assert early.step().lag_rows == len(CALLS) + 1
    book.opened = Book().opened
    early.step()
    assert counts(tmp_path)["agent_states"] == 1
    assert counts(tmp_path)["attempts"] == len(CALLS)


def test_a_campaign_opened_again_is_a_version_and_a_reopening_is_none(tmp_path: Path):
    book = Book(FACTS)
    shop = loader(tmp_path, book)
    shop.step()
    faster = replace(SPRING, version=2, at=T0 + 300, lines=20)
    book.opened += [book.opened[0], book.opened[0]._replace(campaign=faster)]
    shop.step()
    seen = Warehouse(tmp_path, "lab").query(
        "SELECT campaign, version, lines FROM campaign_versions ORDER BY ALL"
    )
    assert seen.values.tolist() == [["autumn", 1, 1], ["spring", 1, 10], ["spring", 2, 20]]
    now = Warehouse(tmp_path, "lab").query("SELECT lines FROM v_campaigns WHERE campaign='spring'")
    assert now["lines"].tolist() == [20]
    assert counts(tmp_path)["attempts"] == len(CALLS)


def test_a_pool_of_another_world_keeps_its_shifts_apart(tmp_path: Path):
    twin = replace(SPRING, campaign="spring-twin", pool="twin", source="sim")
    shift = AgentWas(agent="bot", pool="twin", state="READY", from_at=T0, to_at=T0 + 1)
    loader(tmp_path, Book([*FACTS, shift], [SPRING, AUTUMN, twin])).step()
    assert counts(tmp_path)["agent_states"] == len(SHIFTS)
    assert counts(tmp_path, "sim")["agent_states"] == 1


# ---- leads --------------------------------------------------------------------------------------
def leads_seen(home: Path) -> list[tuple]:
    frame = Warehouse(home, "lab").query("SELECT lead, state, why, attempts FROM leads ORDER BY 1")
    return list(frame.itertuples(index=False, name=None))


def test_leads_are_there_and_a_called_lead_is_seen_at_once(tmp_path: Path):
    book = Book(CALLS[:1], leads=[lead("101"), lead("102")])
    shop = loader(tmp_path, book)
    shop.step()
    assert leads_seen(tmp_path) == [("101", "open", "", 0), ("102", "open", "", 0)]
    book.people["101"] = lead("101", "done", why="talked", attempts=1)
    book.people["103"] = lead("103")
    book.kept += [CALLS[1], replace(CALLS[2], lead="101")]
    shop.step()
    assert leads_seen(tmp_path) == [
        ("101", "done", "talked", 1),
        ("102", "open", "", 0),
        ("103", "open", "", 0),
    ]


def test_a_lead_that_changed_without_a_call_is_found_by_the_sweep(tmp_path: Path):
    book = Book(CALLS[:1], leads=[lead(str(n)) for n in range(1, 8)])
    now = [T0]
    shop = Loader(tmp_path, book, clock=lambda: now[0], rng=Random(1))
    shop.step()
    book.people["6"] = lead("6", "done", why="dnc")
    shop.step()
    assert ("6", "open", "", 0) in leads_seen(tmp_path)
    now[0] += 16
    shop.step()
    assert ("6", "done", "dnc", 0) in leads_seen(tmp_path)
    book.people["5"] = lead("5", "done", why="dnc")
    now[0] -= 3600  # the machine's clock is put back
    shop.step()
    assert ("5", "done", "dnc", 0) in leads_seen(tmp_path)


def test_lists_are_counted(tmp_path: Path):
    loader(tmp_path, Book(CALLS[:1], leads=[lead("1"), lead("2"), lead("3", list="lost")])).step()
    frame = Warehouse(tmp_path, "lab").query("SELECT list, leads FROM lists")
    assert frame.values.tolist() == [["leads-of-may", 2]]  # nobody dials the list `lost`


# ---- bad luck -----------------------------------------------------------------------------------
def test_a_deleted_file_is_made_anew(tmp_path: Path):
    book = Book(FACTS)
    shop = loader(tmp_path, book)
    shop.step()
    Place(tmp_path, "lab").live.unlink()
    book.kept.append(cdr("c13", "busy", 200, ended_at=1))
    shop.step()
    assert counts(tmp_path) == {**MONDAY, "attempts": len(CALLS) + 1}
    assert shop.rebuilt == {"lab": 2}


def test_another_journal_makes_another_warehouse(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    other = Book(FACTS[:3])
    other.journal = "another"
    loader(tmp_path, other).step()
    assert counts(tmp_path)["attempts"] == 3


def test_a_warehouse_ahead_of_its_journal_is_made_anew(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    loader(tmp_path, Book(FACTS[:4])).step()  # the journal was restored from a backup
    assert counts(tmp_path)["attempts"] == 4


def test_a_file_of_another_schema_is_made_anew_and_views_are_renewed(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    live = Place(tmp_path, "lab").live
    with duckdb.connect(str(live)) as con:
        con.execute("UPDATE meta SET views = 'old'; DROP VIEW v_calls")
    again = loader(tmp_path, Book(FACTS))
    again.step()
    assert len(Warehouse(tmp_path, "lab").query("FROM v_calls")) == 11
    assert not again.rebuilt
    with duckdb.connect(str(live)) as con:
        con.execute("UPDATE meta SET schema = 'old'")
    again = loader(tmp_path, Book(FACTS))
    again.step()
    assert again.rebuilt == {"lab": 1}


def test_a_stale_log_is_never_replayed_into_a_new_file(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    place = Place(tmp_path, "lab")
    place.live.unlink()
    wal(place.live).write_bytes(b"a log of another file" * 50)
    loader(tmp_path, Book(FACTS)).step()
    assert counts(tmp_path) == MONDAY


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the first facts in its warehouse: copying it is cheaper than making another."""
    home = tmp_path_factory.mktemp("begun")
    loader(home, Book(FACTS[:20])).step()
    return home


@settings(max_examples=12, deadline=None)
@given(
    at=st.floats(0, 1, exclude_max=True),
    size=st.sampled_from([1, 64, 4096]),
    cut=st.booleans(),
    while_running=st.booleans(),
)
def test_a_file_that_is_damaged_anywhere_is_mended(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, at: float, size: int, cut: bool,
    while_running: bool,
):  # fmt: skip
    home = tmp_path_factory.mktemp("damage")
    shutil.copytree(begun, home, dirs_exist_ok=True)
    book = Book(FACTS[:20])
    shop = loader(home, book)
    shop.step()
    assert not shop.rebuilt
    live = Place(home, "lab").live
    body = bytearray(live.read_bytes())
    place = int(at * len(body))
    if cut:
        body = body[:place]
    else:
        for byte in range(place, min(place + size, len(body))):
            body[byte] ^= 0xFF
    live.write_bytes(body)
    book.kept += FACTS[20:]
    shop = shop if while_running else loader(home, book)
    shop.step()
    try:
        whole(home)
    except QueryError:  # a block that only a reader meets
        shop.step()
    assert whole(home) == (len(CALLS), len(SHIFTS), len(CALLS), "c12", "WRAP_UP")


def whole(home: Path) -> tuple[object, ...]:
    """A question that needs every table and many columns."""
    frame = Warehouse(home, "lab").query(
        "SELECT (SELECT count(*) FROM attempts) AS a, (SELECT count(*) FROM agent_states) AS s, "
        "(SELECT sum(calls)::INT FROM kpi_outcomes()) AS o, "
        "(SELECT max(call) FROM v_calls) AS c, (SELECT max(state) FROM v_agent_time) AS t"
    )
    return next(iter(frame.itertuples(index=False, name=None)))


def test_a_block_that_a_reader_finds_damaged_is_mended(tmp_path: Path):
    shop = loader(tmp_path, Book(FACTS))
    shop.step()
    place = Place(tmp_path, "lab")
    sound = place.live.read_bytes()
    found = 0
    for block in range(12288, len(sound), 262144):  # three headers, then blocks
        body = bytearray(sound)
        body[block + 5000] ^= 0xFF
        place.live.write_bytes(body)
        try:
            whole(tmp_path)
        except QueryError as error:
            if "the loader will make it anew" in str(error):
                found += 1
                shop.step()
                assert whole(tmp_path)[0] == len(CALLS)
                assert not place.suspect.exists()
    assert found


def test_a_false_alarm_costs_a_look_and_nothing_else(tmp_path: Path):
    shop = loader(tmp_path, Book(FACTS))
    shop.step()
    Place(tmp_path, "lab").suspect.touch()
    shop.step()
    assert shop.rebuilt == {"lab": 1}  # when it was first made
    assert not Place(tmp_path, "lab").suspect.exists()


def test_damaged_files_are_kept_to_be_looked_at_but_not_all_of_them(tmp_path: Path):
    place = Place(tmp_path, "lab")
    for hour in range(4):
        loader(tmp_path, Book(FACTS), at=T0 + 3600 * hour).step()
        place.live.write_bytes(b"no database at all" * 1000)
    loader(tmp_path, Book(FACTS), at=T0 + 3600 * 9).step()
    kept = sorted(file.name for file in place.folder.glob("*.corrupt-*"))
    assert kept == [
        "dialer.duckdb.corrupt-20261123T180000Z",
        "dialer.duckdb.corrupt-20261124T000000Z",
    ]
    assert counts(tmp_path) == MONDAY


def test_a_fault_of_our_own_is_not_taken_for_a_damaged_file(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    live = Place(tmp_path, "lab").live
    with (
        pytest.raises(duckdb.CatalogException),
        writing(live, wait_s=0, rng=Random(1)) as con,
    ):
        con.execute("INSERT INTO no_such_table VALUES (1)")
    assert counts(tmp_path) == MONDAY


def test_a_failed_batch_leaves_nothing_behind(tmp_path: Path):
    loader(tmp_path, Book(FACTS)).step()
    live = Place(tmp_path, "lab").live
    with (
        pytest.raises(ZeroDivisionError),
        writing(live, wait_s=0, rng=Random(1)) as con,
    ):
        raise ZeroDivisionError(con.execute("DELETE FROM attempts"))
    assert counts(tmp_path) == MONDAY


HOLD = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "True")
con.execute("SELECT count(*) FROM attempts").fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, read_only: bool = True) -> Iterator[None]:
    """Another process keeps the database open."""
    command = [sys.executable, "-c", HOLD, str(path), str(read_only)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        yield
        process.communicate()  # closes its input, and it ends


def test_a_reader_puts_a_batch_off_and_nothing_is_lost(tmp_path: Path):
    book = Book(FACTS[:5])
    shop = loader(tmp_path, book, lock_s=0.1)
    shop.step()
    book.kept += FACTS[5:]
    book.opened.append(book.opened[0]._replace(campaign=replace(SPRING, version=2)))
    book.people["101"] = lead("101")
    with held(Place(tmp_path, "lab").live):
        for _ in range(2):
            with pytest.raises(Busy, match="lock"):
                shop.step()
    shop.step()
    assert counts(tmp_path) == MONDAY
    assert not shop.rebuilt["lab"] > 1
    versions = Warehouse(tmp_path, "lab").query("SELECT max(version) AS v FROM campaign_versions")
    assert versions["v"].tolist() == [2]
    assert leads_seen(tmp_path) == [("101", "open", "", 0)]


# ---- snapshots ----------------------------------------------------------------------------------
def test_a_held_snapshot_never_delays_the_loader(tmp_path: Path):
    book = Book(FACTS[:5])
    shop = loader(tmp_path, book, lock_s=0.0)
    shop.step()
    shop.publish()
    snapshot = Place(tmp_path, "lab").snapshot / "dialer.duckdb"
    with held(snapshot, read_only=False):  # the rudest way to hold it
        book.kept += FACTS[5:]
        shop.step()  # with no patience at all (lock_s = 0) it is not put off
        assert counts(tmp_path) == MONDAY
        shop.publish()
        with duckdb.connect(str(snapshot), read_only=True) as con:  # a new file, free
            assert con.execute("SELECT count(*) FROM attempts").fetchall() == [(len(CALLS),)]


def test_a_snapshot_says_how_old_it_is_and_has_every_day_as_parquet(tmp_path: Path):
    shop = loader(tmp_path, Book(FACTS), at=T0 + 6000)
    shop.step()
    made = shop.publish()["lab"]
    folder = Place(tmp_path, "lab").snapshot
    assert (made.source, made.facts_seq, made.age_s(T0 + 6030)) == ("lab", len(FACTS), 30.0)
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*.parquet")) == [
        "agent_states/2026-11-23.parquet",
        "agent_states/2026-11-24.parquet",
        "attempts/2026-11-23.parquet",
        "attempts/2026-11-24.parquet",  # autumn's Tuesday in Shanghai
        "dispositions/2026-11-23.parquet",
        "legs/2026-11-23.parquet",
        "legs/2026-11-24.parquet",
        "pacing_decisions/2026-11-23.parquet",
    ]
    with duckdb.connect() as con:
        seen = con.execute(
            "SELECT campaign, count(*) FROM read_parquet($files) GROUP BY ALL ORDER BY ALL",
            {"files": f"{folder}/attempts/*.parquet"},
        ).fetchall()
    assert seen == [("autumn", 1), ("spring", 11)]


def test_only_days_that_changed_are_written_again(tmp_path: Path):
    book = Book(FACTS)
    shop = loader(tmp_path, book)
    shop.step()
    shop.publish()
    assert shop.publish() == {}  # nothing new
    folder = Place(tmp_path, "lab").snapshot / "attempts"
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    book.kept.append(cdr("c13", "busy", 200, ended_at=1))
    shop.step()
    shop.publish()
    after = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["2026-11-23.parquet"]


def test_a_snapshot_of_another_journal_keeps_no_old_day(tmp_path: Path):
    shop = loader(tmp_path, Book(FACTS))
    shop.step()
    shop.publish()
    other = Book(CALLS[:2])
    other.journal = "another"
    shop = loader(tmp_path, other)
    shop.step()
    shop.publish()
    folder = Place(tmp_path, "lab").snapshot
    days = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.parquet"))
    assert days == ["attempts/2026-11-23.parquet", "legs/2026-11-23.parquet"]
