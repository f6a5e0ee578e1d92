"""One share of the tests, by file: `-p tests.shares --share 1/2`.

Which share a file belongs to follows from its name alone, so that `--last-failed` finds it again.
"""

import zlib

import pytest


def share_of(file: str, shares: int) -> int:
    """From 1 on.

    >>> share_of("tests/test_laws.py", 1)
    1
    """
    return zlib.crc32(file.encode()) % shares + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", default="1/1", help="which share of the files, as in 1/2")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mine, shares = map(int, config.getoption("--share").split("/"))
    ours, others = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        is_ours = share_of(item.nodeid.partition("::")[0], shares) == mine
        (ours if is_ours else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = ours
