"""One share of the tests, by file: `-p tests.shares --share 1/2`, or `--marked asterisk,crash`.

Which share a file belongs to follows from its name alone, so that `--last-failed` finds it again.
A file whose text has none of the marks is not read, either: to import all takes ten seconds.
"""

import zlib
from functools import cache
from pathlib import Path

import pytest

MARKS = frozenset({"asterisk", "browser", "crash", "slow"})
"By these a test has a lane of its own."


def share_of(file: str, shares: int) -> int:
    """From 1 on.

    >>> share_of("tests/test_laws.py", 1)
    1
    """
    return zlib.crc32(file.encode()) % shares + 1


@cache
def marks_of(file: Path) -> frozenset[str]:
    """Which marks of lanes stand in its text."""
    text = file.read_text("utf-8")
    return frozenset(mark for mark in MARKS if f"mark.{mark}" in text)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", default="1/1", help="which share of the files, as in 1/2")
    parser.addoption("--marked", default="", help="only files with one of these marks, as in a,b")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of another share is not even read, nor one without a mark that is looked for."""
    mine, shares = map(int, config.getoption("--share").split("/"))
    if collection_path.suffix != ".py":
        return None
    marked = config.getoption("--marked")
    if marked and not marks_of(collection_path).intersection(marked.split(",")):
        return True
    file = collection_path.relative_to(config.rootpath).as_posix()
    return share_of(file, shares) != mine or None


def pytest_itemcollected(item: pytest.Item) -> None:
    """A mark that comes from elsewhere would leave its test in no lane."""
    ours = MARKS.intersection(mark.name for mark in item.iter_markers())
    if not ours <= marks_of(item.path):
        raise pytest.UsageError(f"{item.nodeid}: its marks must stand in its own file")
