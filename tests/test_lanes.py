"""What runs the tests: which lanes beside each other, and what is run once more."""

import json
from pathlib import Path

import pytest

from tests.lanes import EVERYTHING, Lane, in_turns


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
