"""`dialer web` as a process: it serves, it keeps to itself, it ends on a signal."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.access.conftest import GOOD

pytestmark = pytest.mark.slow

PORT = int(os.environ.get("DIALER_TEST_PORT", "18801"))
ROOT = Path(__file__).parents[2]


def dialer(home: Path, settings: str) -> subprocess.Popen[str]:
    file = home / "dialer.toml"
    file.write_text(settings)
    return subprocess.Popen(
        [sys.executable, "-m", "dialer", "--settings", str(file), "web"],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = dialer(tmp_path, f'home = "."\n[web]\nport = {PORT}\n')
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_serves_the_first_account_and_ends_on_a_signal(
    served: subprocess.Popen[str], tmp_path: Path
) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}") as browser:
        for _ in range(300):
            try:
                assert browser.get("/me").status_code == 401
                break
            except httpx.TransportError:
                time.sleep(0.1)
        file = tmp_path / "first-token"
        token = file.read_text().strip()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        account = {"name": "ada", "password": GOOD}
        assert browser.post("/setup", json={**account, "token": token}).status_code == 201
        said = browser.post("/login", json=account)
        assert (said.status_code, said.headers.get("server")) == (200, None)
        assert browser.get("/me").json()["role"] == "superuser"
    served.send_signal(signal.SIGTERM)
    _, logged = served.communicate(timeout=60)
    assert "no accounts yet" in logged
    assert token not in logged
    assert "Traceback" not in logged
    assert served.returncode in (0, -signal.SIGTERM)


def test_it_refuses_to_be_reached_by_others_without_tls(tmp_path: Path) -> None:
    process = dialer(tmp_path, f'home = "."\n[web]\nport = {PORT}\naddress = "0.0.0.0"\n')
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Set web.certificate and web.key, or listen on 127.0.0.1" in said
    assert "Traceback" not in said
