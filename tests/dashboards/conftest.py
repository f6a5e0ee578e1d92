"""The Monday of tests/warehouse, at 16:40 UTC, with a dialer that just wrote its state."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboards import periods, queries, viewer
from dialer.access.rules import User
from dialer.api.visitor import Visitor
from dialer.money.store import file_in
from tests.money.monday import priced
from tests.warehouse.day import FACTS, T0, Book, lead, loader

NOW = T0 + 6000
ADA = User(name="ada", role="superuser")

STATE: dict[str, Any] = {
    "at": NOW - 0.5,
    "source": "lab",
    "switch": "up",
    "pools": {
        "sales": {
            "agents": {"READY": 2, "TALKING": 1, "LOGGED_OUT": 4},
            "calls": {"RINGING": 3, "TALKING": 1, "ENDED": 7},
            "lines": 10,
            "lines_free": 6,
        }
    },
    "campaigns": {
        "spring": {
            "state": "dialling", "why": "", "placed": 1250, "answered": 412, "persons": 285,
            "connected": 240, "abandoned": 6, "cap": 0.03, "leads_now": 1030, "leads_left": 4210,
            "left": 2, "owed": 1, "vendor_rate": 6 / 450, "binds": "counted",
            "detector": {"verdicts": 165, "hung_up": 160, "audited": 120, "bound": 0.0204},
            "level": 1.42, "bound": "cap", "mode": "ratio", "pool": "sales",
            "zone": "America/New_York",
        }
    },
    "agents": [
        {"agent": "anna", "pool": "sales", "state": "TALKING", "since": NOW - 75, "call": "c1",
         "reason": ""},
        {"agent": "bob", "pool": "sales", "state": "READY", "since": NOW - 5, "call": "",
         "reason": ""},
        {"agent": "chen", "pool": "east", "state": "READY", "since": NOW, "call": "", "reason": ""},
    ],
    "outcomes": {"spring": {"busy": 3}},
}  # fmt: skip


CALLED = (102, 103, 104, 105, 106, 108, 109, 110, 111)
LEADS = [
    lead("101", "done", attempts=1),
    *(lead(str(n), attempts=1) for n in CALLED),
    lead("180"),
]


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit reads what every package tells of itself each time a page is opened."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session")
def monday_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("board")
    priced(home)
    book = Book(FACTS, leads=LEADS)
    loader(home, book, money=file_in(home)).step()
    return home


@pytest.fixture
def home(monday_files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a warehouse and a fresh state; the board is told of it."""
    look_at(monkeypatch, monday_files)
    write_state(monday_files)
    return monday_files


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    look_at(monkeypatch, tmp_path)
    return tmp_path


def look_at(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    queries.forget()
    monkeypatch.setattr(sys, "argv", ["app.py", "--home", str(home)])
    monkeypatch.setattr(periods, "now", lambda: NOW)
    come_as(monkeypatch, ADA)


def come_as(monkeypatch: pytest.MonkeyPatch, user: User | None, token: str = "t") -> None:
    """Let this user be logged in at the board; or nobody."""
    found = Visitor(user=user, source="10.0.0.7", token=token) if user else None
    monkeypatch.setattr(viewer, "viewer", lambda: found)


def write_state(home: Path, change: Callable[[dict[str, Any]], None] | None = None) -> None:
    state = json.loads(json.dumps(STATE))
    if change:
        change(state)
    (home / "state.json").write_text(json.dumps(state))


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """A page run as a script leaves itself as `__main__`: no later process may begin by it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
