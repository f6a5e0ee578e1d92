"""A web process in this very process: real accounts in a folder, a clock that is set by hand."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from dialer.access.database import file_in, opened
from dialer.access.permissions import Role
from dialer.access.store import Access
from dialer.api.app import app
from dialer.api.house import Clerk, House
from dialer.settings import Settings
from tests.access.conftest import CHEAP, GOOD, MACHINE, NINE, opened_house
from tests.access.conftest import House as Accounts
from tests.api import shift
from tests.api.door import FakeDialer, agent
from tests.api.upstream import Upstream

SPRING, RED = frozenset({"spring"}), frozenset({"red"})


class Web:
    """The application, its accounts, its dialer and its clock."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home, self.now = home, NINE
        self.accounts: Accounts = opened_house(home)
        self.dialer = FakeDialer()
        self.ringing: dict[str, str] = {}
        self.look_again_s = 5.0
        self.settings: Settings | None = None
        self.board = ""
        self._stack = stack
        self._served: dict[object, TestClient[Litestar]] = {}
        stack.callback(self.accounts.close)

    def app(self, *, secure: bool = False) -> Litestar:
        house = House(
            self.home, access=Clerk(self._another()), passwords=Clerk(self._another()),
            knock=self.dialer.knock, clock=lambda: self.now, secure=secure,
            look_again_s=self.look_again_s, settings=self.settings,
            board=self.board,
        )  # fmt: skip
        return app(house)

    def _another(self) -> Access:
        accounts = another(self.home)
        self._stack.callback(accounts.close)
        return accounts

    def anybody(self, *, secure: bool = False) -> TestClient[Litestar]:
        """A browser that is not logged in. All that find the same house ask one web process."""
        base = "https://dialer.example" if secure else "http://dialer.example"
        found = secure, self.look_again_s, self.settings, self.board
        first = self._served.get(found)
        served = first.app if first else self.app(secure=secure)
        client = TestClient(served, base_url=base, raise_server_exceptions=False)
        if first:  # making an application takes a fifth of a second of CPU
            client.blocking_portal = first.blocking_portal
            return client
        self._served[found] = client
        return self._stack.enter_context(client)

    def hire(self, name: str, role: Role, **more: frozenset[str]) -> None:
        self.accounts.hire(name, role, **more)

    def browser(self, name: str) -> TestClient[Litestar]:
        """A browser in which somebody is logged in; its writes bear the CSRF word."""
        client = self.anybody()
        said = logged_in(client, name)
        assert said.status_code == 200, said.text
        client.headers["origin"] = "http://dialer.example"
        client.headers["x-csrf-token"] = said.json()["csrf"]
        return client

    def program(self, owner: str, *scopes: str) -> TestClient[Litestar]:
        """A program with a key of somebody's."""
        key = self.accounts.keys.make(
            MACHINE, owner, "test", frozenset(scopes), days=1, at=self.now
        )
        client = self.anybody()
        client.headers["authorization"] = f"Bearer {key}"
        return client


def another(home: Path) -> Access:
    """The accounts once more, as another process would have them."""
    db = opened(file_in(home))
    db.execute("PRAGMA synchronous = OFF")
    return Access(db, passwords=CHEAP)


def logged_in(client: TestClient[Any], name: str, password: str = GOOD) -> Response:
    return client.post("/login", json={"name": name, "password": password})


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    """What stands in for Streamlit."""
    with Upstream() as served:
        yield served


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A house without calls."""
    with ExitStack() as stack:
        yield staffed(Web(tmp_path, stack))


@pytest.fixture(scope="session")
def monday(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    home = tmp_path_factory.mktemp("shift")
    return home, shift.made(home)


@pytest.fixture
def busy(tmp_path: Path, monday: tuple[Path, dict[str, str]]) -> Iterator[Web]:
    """A house in the middle of a shift: see `shift`. Bob has spring's call, nobody autumn's."""
    home, ringing = monday
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    with ExitStack() as stack:
        web = staffed(Web(tmp_path, stack))
        web.ringing = ringing
        live = {
            "state": "dialling",
            "why": "",
            "pool": "sales",
            "placed": 3,
            "account": "day",
            "zone": "America/New_York",
        }
        web.dialer.picture |= {
            "campaigns": {"spring": live, "autumn": {**live, "pool": "east"}},
            "pools": {"sales": {"agents": {"READY": 1}}, "east": {"agents": {}}},
            "outcomes": {"spring": {"busy": 1}, "autumn": {"busy": 2}},
            "agents": [agent("bob", "TALKING", ringing["spring"]), agent("chen"), agent("robot")],
        }
        yield web


def staffed(web: Web) -> Web:
    """Ada rules; eva supervises spring and team red, sam the other ones; bob and chen call."""
    for team in ("red", "blue"):
        web.accounts.accounts.add_team(MACHINE, team, at=NINE)
    web.hire("ada", "superuser")
    web.hire("eva", "supervisor", campaigns=SPRING, teams=RED)
    web.hire("sam", "supervisor", campaigns=frozenset({"autumn"}), teams=frozenset({"blue"}))
    web.hire("bob", "agent", campaigns=SPRING, teams=RED)
    web.hire("chen", "agent", campaigns=frozenset({"autumn"}), teams=frozenset({"blue"}))
    return web
