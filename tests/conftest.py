"""What holds for every test: nothing is judged by the clock of a machine that others use too."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A house is eight processes, started again and again: what one has compiled the others read.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Made once where tests of warehouses were collected: see `tests.warehouse.empty`."""
    if "dialer.warehouse.live" not in sys.modules:
        yield
        return
    from tests.warehouse.empty import made_once

    with made_once(tmp_path_factory.mktemp("empty")):
        yield
