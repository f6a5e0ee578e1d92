"""One share of the tests, by file: `-p tests.shares --share 1/2`.

Which share a file belongs to follows from its name alone, so that `--last-failed` finds it again.
"""

import zlib
from pathlib import Path

import pytest


def share_of(file: str, shares: int) -> int:
    """From 1 on.

    >>> share_of("tests/test_laws.py", 1)
    1
    """
    return zlib.crc32(file.encode()) % shares + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", default="1/1", help="which share of the files, as in 1/2")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of another share is not even read."""
    mine, shares = map(int, config.getoption("--share").split("/"))
    if collection_path.suffix != ".py":
        return None
    file = collection_path.relative_to(config.rootpath).as_posix()
    return share_of(file, shares) != mine or None
