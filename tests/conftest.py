"""What holds for every test: nothing is judged by the clock of a machine that others use too."""

import compileall
import sys
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import settings

GEODATA = Path(phonenumbers.__file__).parent / "geodata"
if not (GEODATA / "__pycache__").exists():
    # Where Python may not keep what it compiles, each process that parses a list would do it again.
    compileall.compile_dir(GEODATA, quiet=1)

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
