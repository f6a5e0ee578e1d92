"""Children come back when they die, and go when we do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from dialer import supervise
from dialer.supervise import Child, Supervisor

pytestmark = pytest.mark.anyio

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "PAUSE_FIRST_S", 0.01)
    monkeypatch.setattr(supervise, "GRACE_S", 0.3)


def supervisor() -> Supervisor:
    return Supervisor(os.environ, time.monotonic)


def child(code: str, *args: str) -> Child:
    return Child("loader", (sys.executable, "-c", code, *args))


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - other processes have no events for us
            await anyio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_child_that_is_killed_comes_back() -> None:
    keeper = supervisor()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.keep, child(SLEEP))
        await until(lambda: "loader" in keeper.kept and keeper.kept["loader"].pid > 0)
        first = keeper.kept["loader"].pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: keeper.kept["loader"].pid not in (0, first))
        second = keeper.kept["loader"]
        assert (second.starts, second.why) == (2, "SIGKILL")
        tasks.cancel_scope.cancel()
    assert not is_alive(first)
    assert not is_alive(second.pid)
    assert second.pid == 0


async def test_a_child_that_cannot_live_is_tried_ever_more_rarely() -> None:
    keeper = supervisor()
    began = time.monotonic()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.keep, child("import sys; sys.exit(3)"))
        await until(lambda: "loader" in keeper.kept and keeper.kept["loader"].starts >= 6)
        tasks.cancel_scope.cancel()
    assert keeper.kept["loader"].why == "exit 3"
    assert time.monotonic() - began > sum(0.01 * 2**n for n in range(5))


async def test_a_program_that_is_not_there_harms_nobody() -> None:
    keeper = supervisor()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.keep, Child("board", ("/nowhere/at/all",)))
        await until(lambda: "board" in keeper.kept and bool(keeper.kept["board"].why))
        tasks.cancel_scope.cancel()
    assert keeper.kept["board"].why.startswith("exit ")


async def test_a_stubborn_child_is_ended_all_the_same(tmp_path: Path) -> None:
    keeper = supervisor()
    ready = tmp_path / "ready"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.keep, child(STUBBORN, str(ready)))
        await until(ready.exists)
        pid = keeper.kept["loader"].pid
        tasks.cancel_scope.cancel()
    assert not is_alive(pid)


PARENT = """
import os, sys, time
import anyio
from dialer import logs
from dialer.supervise import Child, Supervisor

logs.configure("error")

async def main():
    keeper = Supervisor(os.environ, time.monotonic)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keeper.keep, Child("x", (sys.executable, "-c", sys.argv[1])))
        while not (keeper.kept.get("x") and keeper.kept["x"].pid):
            await anyio.sleep(0.01)
        await anyio.sleep(float(sys.argv[2]))
        print(keeper.kept["x"].pid, flush=True)
        await anyio.sleep(60)

anyio.run(main)
"""


@pytest.mark.parametrize("wait_s", [0.0, 0.5])
async def test_children_die_with_us_even_when_we_are_killed(wait_s: float) -> None:
    pid = await anyio.to_thread.run_sync(killed_parents_child, wait_s)
    await until(lambda: not is_alive(pid))


def killed_parents_child(wait_s: float) -> int:
    """Start a supervisor, kill it, and say which child it had."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, SLEEP, str(wait_s)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    with parent.stdout:
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    return pid
