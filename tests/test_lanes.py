"""What runs the tests: which lanes beside each other, and what is run once more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import lanes
from tests.lanes import EVERYTHING, Lane, in_turns

ROOT = Path(__file__).parents[1]


@pytest.fixture
def failed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where telephones failed and then passed, and browsers failed."""
    monkeypatch.chdir(tmp_path)
    for lane, failures in (("telephones", {}), ("browsers", {"tests/one.py::two": True})):
        kept = Path(".pytest_cache", lane, "v/cache/lastfailed")
        kept.parent.mkdir(parents=True)
        kept.write_text(json.dumps(failures))
    return tmp_path


def names(given: list[str], lanes: tuple[Lane, ...] = EVERYTHING) -> list[list[str]]:
    return [[lane.name for lane in some] for some in in_turns(lanes, given)]


@pytest.mark.usefixtures("failed_in")
def test_what_failed_is_run_again_with_the_machine_for_itself():
    assert names(["--last-failed"]) == [["browsers"]]
    assert len(names([])) == 1


def test_where_nothing_failed_everything_is_run_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert names(["--lf"]) == names([])


def test_every_test_is_in_one_lane():
    quick = [lane.share for lane in EVERYTHING if lane.name.startswith("quick")]
    assert quick == ["1/2", "2/2"]
    assert len({(lane.marks, lane.share) for lane in EVERYTHING}) == len(EVERYTHING)


def test_a_lane_takes_a_core_at_most(monkeypatch: pytest.MonkeyPatch):
    given = dict[str, str]()
    monkeypatch.setattr(os, "environ", given)
    monkeypatch.setattr(os, "execv", lambda *_: sys.exit(0))
    with pytest.raises(SystemExit):
        lanes.main([__file__])
    assert given["OPENBLAS_NUM_THREADS"] == "1"


def test_a_mark_that_does_not_stand_in_its_own_file_is_refused(tmp_path: Path):
    """The lanes choose their files by it."""
    marked = "import pytest\n@getattr(pytest.mark, 'cra' + 'sh')\ndef test_one(): ...\n"
    (tmp_path / "test_one.py").write_text(marked)
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.shares", "-o", "markers=crash",
         "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert said.returncode != 0
    assert "test_one: its marks must stand in its own file" in said.stdout + said.stderr
