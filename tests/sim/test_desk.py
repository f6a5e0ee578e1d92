"""Lab agents at a real door: they sit out a restart, and go when the dialer is gone for good."""

from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from dialer import door
from dialer.clock import SteadyClock
from dialer.engine.events import LoggedIn, LoggedOut, WentReady
from dialer.errors import NoServer
from sim import desk
from sim.desk import Desks, lab_brains
from tests.test_door import House

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch) -> Desks:
    monkeypatch.setattr(desk, "AGAIN_S", 0.05)
    return Desks(lab_brains(2, "main", seed=1), SteadyClock())


async def until(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - a house has no events
            await anyio.sleep(0.01)


COMING = [
    (LoggedIn, "agent1"), (WentReady, "agent1"), (LoggedIn, "agent2"), (WentReady, "agent2"),
]  # fmt: skip


def seen(house: House) -> list[tuple[type, str]]:
    return [(type(order), order.agent) for order in house.taken]  # type: ignore[attr-defined]


async def test_they_log_in_again_with_the_dialer_that_comes_back(desks: Desks, tmp_path: Path):
    async with anyio.create_task_group() as tasks:
        for visit in range(2):
            house = House(tmp_path)
            async with door.opened(house.door, house.path):
                if visit == 0:
                    tasks.start_soon(desks.stay, house.path)
                await until(lambda at=house: len(at.taken) == 4)
                assert seen(house) == COMING
        tasks.cancel_scope.cancel()


async def test_they_go_when_no_dialer_comes_back(desks: Desks, tmp_path: Path):
    house = House(tmp_path)
    ends: list[str] = []

    async def shift() -> None:
        with pytest.raises(NoServer) as gone:
            await desks.stay(house.path, patience_s=0.3)
        ends.append(str(gone.value))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks, door.opened(house.door, house.path):
            tasks.start_soon(shift)
            await until(lambda: len(house.taken) == 4)
    assert ends == [f"no dialer has served {tmp_path} for 0 s: the agents are gone"]


async def test_without_a_dialer_they_do_not_even_come(desks: Desks, tmp_path: Path):
    with pytest.raises(NoServer, match="no dialer serves"):
        await desks.stay(tmp_path / "door.sock")


async def test_they_go_home_in_the_end(desks: Desks, tmp_path: Path):
    house = House(tmp_path)
    async with door.opened(house.door, house.path):
        await desks.go_home(house.path)
    assert seen(house) == [(LoggedOut, "agent1"), (LoggedOut, "agent2")]
