"""The board and its web process as `dialer board` runs them, with accounts to log in by."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from dialer.access.rules import User
from dialer.access.store import Access
from tests.access.conftest import CHEAP, GOOD, MACHINE

ROOT = Path(__file__).parents[2]
ADA = User(name="ada", role="superuser")


class Board(msgspec.Struct, frozen=True):
    """Where they are."""

    home: Path
    web: str
    "Where people come in."
    streamlit: str
    "Where nobody shall."

    @property
    def url(self) -> str:
        """The board's first page."""
        return f"{self.web}/board/"

    def session(self, name: str = "ada") -> str:
        """Log in; the session's token."""
        said = httpx.post(f"{self.web}/login", json={"name": name, "password": GOOD}, timeout=60)
        assert said.status_code == 200, said.text
        return said.cookies["dialer-session"]

    def log_in(self, context: Any, name: str = "ada") -> str:
        """The same, in a browser."""
        token = self.session(name)
        context.add_cookies([
            {"name": "dialer-session", "value": token, "url": self.web, "httpOnly": True,
             "sameSite": "Strict"},
        ])  # fmt: skip
        return token


def hire(home: Path, *users: User) -> None:
    """Accounts, all with the same good password."""
    with Access.at(home, passwords=CHEAP) as access:
        for user in users:
            for team in sorted(user.teams - set(access.accounts.teams())):
                access.accounts.add_team(MACHINE, team, at=time.time())
            access.accounts.add(MACHINE, user, GOOD, at=time.time(), must_change=False)


@contextmanager
def running(home: Path, *users: User) -> Iterator[Board]:
    """`dialer board` for this home."""
    hire(home, ADA, *users)
    web, board = _free_ports(2)
    file = home / "dialer.toml"
    file.write_text(f'home = "."\n[web]\nport = {web}\n[board]\nport = {board}\n')
    with (home / "board.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dialer", "--settings", str(file), "board", "--no-browser"],
            cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{web}/me")
            wait_for(f"http://127.0.0.1:{board}/board/_stcore/health")
            yield Board(home, f"http://127.0.0.1:{web}", f"http://127.0.0.1:{board}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_for(url: str) -> None:
    """Until somebody answers there, whatever it says."""
    end = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            assert time.monotonic() < end, f"{url} does not answer"
            time.sleep(0.2)


def _free_ports(n: int) -> list[int]:
    sockets = [socket.socket() for _ in range(n)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
