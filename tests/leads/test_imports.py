"""Imports that are broken off and go on; duplicates; columns put right by hand."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dialer.engine.events import CampaignOpened
from dialer.errors import ImportRefused, ImportStopped
from dialer.journal import imports
from dialer.journal.book import Book
from dialer.leads.columns import Correction
from dialer.leads.importer import Among, ImportReport, Wanted, run
from dialer.leads.preview import preview
from dialer.leads.reading import Source
from dialer.leads.rules import LeadRules

US = Source(country="US", lab=True)


def long_list(folder: Path, rows: int = 2600) -> Path:
    """Every eighth row is bad, every eleventh there already."""
    path = folder / "long.csv"
    lines = [
        f"Ada {k},{'none' if k % 8 == 0 else 2125550000 + (0 if k % 11 == 0 else k)}"
        for k in range(1, rows + 1)
    ]
    path.write_text("name,phone\n" + "\n".join(lines) + "\n")
    return path


def imported(home: Path, path: Path, list_id: str = "spring", **more: Any) -> ImportReport:
    wanted = Wanted(list=list_id, source=more.pop("source", US), **more.pop("how", {}))
    return run(home / "journal.sqlite", path, wanted, **more)


def kept(home: Path, report: ImportReport) -> tuple[Any, ...]:
    """All that an import leaves behind, but for when."""
    with Book(home / "journal.sqlite") as book:
        leads = book._db.execute("SELECT masked FROM numbers ORDER BY lead, pos").fetchall()
        rejects = book._db.execute("SELECT line, reason FROM rejects ORDER BY line").fetchall()
    assert report.reject_file is not None
    counts = (report.rows, report.imported, report.rejected, report.duplicates)
    return counts, report.reasons, leads, rejects, report.reject_file.read_bytes()


@pytest.fixture
def whole(tmp_path: Path) -> tuple[Any, ...]:
    """What the long list leaves behind when nothing happens."""
    home = tmp_path / "whole"
    home.mkdir()
    return kept(home, imported(home, long_list(tmp_path)))


def stopped_after(rows: int) -> Any:
    def told(now: imports.Progress, of: int) -> None:
        if now.rows >= rows:
            raise ImportStopped("enough for today")

    return told


@pytest.mark.parametrize("workers", [0, 2])
def test_an_import_that_was_broken_off_goes_on_and_leaves_the_same(
    tmp_path: Path, whole: tuple[Any, ...], workers: int
) -> None:
    path = long_list(tmp_path)
    for rows in (500, 1500):
        with pytest.raises(ImportStopped, match="enough for today"):
            imported(tmp_path, path, told=stopped_after(rows), workers=workers)
    report = imported(tmp_path, path, workers=workers)
    assert report.resumed_at == 1500
    assert kept(tmp_path, report) == whole
    assert report.rows == report.imported + report.rejected + report.duplicates == 2600


VICTIM = """
import sys, time
from pathlib import Path
from tests.leads.test_imports import imported
from pathlib import Path
home = Path(sys.argv[1])
def told(now, of):
    (home / "told").write_text(str(now.rows))
    if now.rows >= 1000:
        time.sleep(60)
imported(home, home / "long.csv", workers=2, told=told)
"""


@pytest.mark.crash
def test_an_import_that_is_killed_goes_on_and_leaves_the_same(
    tmp_path: Path, whole: tuple[Any, ...]
) -> None:
    path = long_list(tmp_path)
    victim = subprocess.Popen((sys.executable, "-c", VICTIM, str(tmp_path)))
    while not (tmp_path / "told").exists() or (tmp_path / "told").read_text() not in ("1000",):
        assert victim.poll() is None
        time.sleep(0.05)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    with pytest.raises(ImportRefused, match=r"long\.csv is being imported into spring; if whoever"):
        imported(tmp_path, path)
    with next((tmp_path / "rejects").iterdir()).open("ab") as file:
        file.write(b"a row of the batch that was never kept\r\n")
    report = imported(tmp_path, path, clock=lambda: time.time() + 60)
    assert report.resumed_at == 1000
    assert kept(tmp_path, report) == whole


def test_two_do_not_import_the_same_file_at_once(tmp_path: Path) -> None:
    path = long_list(tmp_path)

    def another_takes_over(now: imports.Progress, of: int) -> None:
        with pytest.raises(ImportRefused, match="is being imported"):
            imported(tmp_path, path)
        imported(tmp_path, path, clock=lambda: time.time() + 60)

    with pytest.raises(ImportStopped, match="another process goes on with this import"):
        imported(tmp_path, path, told=another_takes_over)
    with Book(tmp_path / "journal.sqlite") as book:
        (one,) = imports.latest(book._db, 9)
    assert (one.progress.rows, one.file) == (2600, "long.csv")


def test_a_parser_that_dies_stops_the_import_and_it_goes_on(
    tmp_path: Path, whole: tuple[Any, ...]
) -> None:
    path = long_list(tmp_path)

    def kill(now: imports.Progress, of: int) -> None:
        mine = f"/proc/{os.getpid()}/task/{os.getpid()}/children"
        for child in Path(mine).read_text().split():
            if b"dialer.leads.parsers" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)

    with pytest.raises(ImportStopped, match="a process that reads rows has died"):
        imported(tmp_path, path, told=kill, workers=1)
    report = imported(tmp_path, path)
    assert 0 < report.resumed_at < 2600
    assert kept(tmp_path, report) == whole


@pytest.mark.parametrize(
    ("among", "imported_rows"), [("list", 3), ("campaign", 2), ("everywhere", 1)]
)
def test_duplicates_are_found_in_the_list_the_campaign_or_everywhere(
    tmp_path: Path, among: Among, imported_rows: int
) -> None:
    for name, number in (("winter", 2125550001), ("elsewhere", 2125550002)):
        (tmp_path / "one.csv").write_text(f"phone\n{number}\n")
        imported(tmp_path, tmp_path / "one.csv", name)
    with Book(tmp_path / "journal.sqlite") as book:
        opened = CampaignOpened(at=0.0, campaign="c", pool="p", version=0)
        book.open_campaign(opened, LeadRules(lists=("spring", "winter")))
    path = tmp_path / "spring.csv"
    path.write_text("phone\n2125550001\n2125550002\n2125550003\n2125550003\n")
    report = imported(tmp_path, path, how={"among": among})
    assert (report.imported, report.duplicates) == (imported_rows, 4 - imported_rows)


def test_carrier_and_area_of_a_number_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("phone\n13812345678\n+12125550123\n")
    imported(tmp_path, path, source=Source(country="CN", countries=frozenset({"US"})))
    with Book(tmp_path / "journal.sqlite") as book:
        numbers = [book._store.lead(lead).numbers[0] for lead in ("1", "2")]
    assert [(one.kind, one.place, one.carrier, one.area) for one in numbers] == [
        ("mobile", "CN Asia/Shanghai", "中国移动", "江苏省连云港市"),
        ("fixed_line_or_mobile", "US America/New_York", "", "New York, NY"),
    ]


def test_columns_are_put_right_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a;b;c\n2125550123;2125550199;Ada\n")
    guessed = preview(path, US)
    assert guessed.layout.columns == ("phone", "phone", "c")
    better = Correction(columns={1: "-", 2: "name"})
    report = imported(tmp_path, path, how={"better": better})
    assert report.layout.columns == ("phone", "-", "name")
    with Book(tmp_path / "journal.sqlite") as book:
        lead = book._store.lead("1")
        assert [one.masked for one in lead.numbers] == ["+1212•••0123"]
        assert book.person("1") == {"name": "Ada"}
    without = preview(path, US, Correction(header=False, delimiter=";", encoding="latin-1"))
    assert (without.layout.header, without.rows[0].cells, without.rows[0].reason) == (
        False, ["a", "b", "c"], "not_a_number",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("better", "says"),
    [
        (Correction(encoding="rot13"), "encoding 'rot13': one of utf-8"),
        (Correction(delimiter="x"), "delimiter 'x': one of ','"),
        (Correction(columns={0: "-"}), "no column holds telephone numbers"),
    ],
)
def test_what_is_put_wrong_by_hand_is_refused(
    tmp_path: Path, better: Correction, says: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("phone\n2125550123\n")
    with pytest.raises(ImportRefused, match=says):
        imported(tmp_path, path, how={"better": better})
