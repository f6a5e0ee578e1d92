"""One pair of Asterisks for all tests of this folder, and none of ours left after any."""

import time
from collections.abc import Iterator

import pytest

from dialer.asterisk import instance
from tests.asterisk.pair import Pair, running
from tests.patience import PATIENCE_S


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with running(tmp_path_factory.mktemp("pair")) as both:
        yield both


@pytest.fixture(autouse=True)
def nothing_stays(pair: Pair) -> Iterator[None]:
    """After each test: no channel, no bridge, as Asterisk's own test suite demands."""
    instance.start(pair.ours, ready_timeout_s=90)  # a test before may have lost it
    yield
    end = time.monotonic() + PATIENCE_S
    while (left := pair.leftovers()) and time.monotonic() < end:
        time.sleep(0.2)
    assert left == []


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
