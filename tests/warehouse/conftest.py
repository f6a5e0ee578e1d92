"""The Monday, loaded once."""

from pathlib import Path

import pytest

from dialer.warehouse import Warehouse
from tests.warehouse.day import FACTS, Book, lead, loader

LEADS = [
    lead("101", "done", why="talked", attempts=1, disposition="sale"),
    lead("107", "open"),  # its one attempt was never placed
    *(lead(str(n), "open", attempts=1) for n in (102, 103, 104, 105, 106, 108, 109, 110, 111)),
    lead("180", "open"),
    lead("181", "done", why="dnc"),
]


@pytest.fixture(scope="package")
def monday_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("monday")
    loader(home, Book(FACTS, leads=LEADS)).step()
    return home


@pytest.fixture
def monday(monday_home: Path) -> Warehouse:
    return Warehouse(monday_home, "lab")
