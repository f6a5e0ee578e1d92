"""The API in front of a real dialer with a real journal, whose switch has no telephones."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import pytest
from httpx import ASGITransport, AsyncClient

from dialer import client, serve
from dialer.api.app import app
from dialer.api.house import Clerk, House
from dialer.engine.events import CampaignOpened, CampaignPaused, LoggedIn, Paused
from dialer.journal.reader import Reader
from dialer.live import Dialer
from dialer.settings import Settings
from tests.access.conftest import GOOD, NINE
from tests.api.conftest import Web, another, staffed
from tests.test_serve import WORLD, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def dialer(tmp_path: Path) -> AsyncIterator[Dialer]:
    async with anyio.create_task_group() as tasks:

        async def start(*, task_status: Any) -> None:
            await serve.serve(Settings(home=tmp_path), WORLD, task_status=task_status)

        yield await tasks.start(start)
        tasks.cancel_scope.cancel()


@pytest.fixture
async def eva(dialer: Dialer, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    with ExitStack() as stack:
        staffed(Web(tmp_path, stack))
        house = House(
            tmp_path, access=Clerk(another(tmp_path)), passwords=Clerk(another(tmp_path)),
            knock=lambda: client.connected_async(tmp_path / "door.sock"), clock=lambda: NINE,
        )  # fmt: skip
        made = app(house)
        async with (
            made.lifespan(),
            AsyncClient(transport=ASGITransport(made), base_url="http://dialer.example") as browser,
        ):
            said = await browser.post("/login", json={"name": "eva", "password": GOOD})
            browser.headers["origin"] = "http://dialer.example"
            browser.headers["x-csrf-token"] = said.json()["csrf"]
            yield browser


SUMMER = {"name": "summer", "lists": ["new"], "pool": "sales", "lines": 7}


async def test_a_campaign_is_made_changed_and_steered_and_the_journal_knows_by_whom(
    eva: AsyncClient, dialer: Dialer, tmp_path: Path
) -> None:
    made = await eva.post("/api/v1/campaigns", json=SUMMER)
    assert (made.status_code, made.json()["version"], made.json()["source"]) == (201, 1, "lab")
    paused = await eva.post("/api/v1/campaigns/summer/pause", json={"why": "lunch"})
    changed = await eva.put("/api/v1/campaigns/summer", json={**SUMMER, "lines": 9})
    assert (paused.status_code, changed.json()["version"]) == (200, 2)
    shown = (await eva.get("/api/v1/campaigns/summer")).json()
    assert (shown["opened"]["lines"], shown["live"]["state"]) == (9, "paused")
    told = [event for _, event in Reader(tmp_path / "journal.sqlite").since(0)
            if isinstance(event, CampaignOpened | CampaignPaused)]  # fmt: skip
    assert [(type(one).__name__, one.user) for one in told] == [
        ("CampaignOpened", "eva"), ("CampaignPaused", "eva"), ("CampaignOpened", "eva"),
    ]  # fmt: skip
    acknowledged = paused.json()["seq"]
    assert (
        dict(Reader(tmp_path / "journal.sqlite").since(acknowledged - 1))[acknowledged] == told[1]
    )


async def test_what_the_dialer_does_not_take_is_told_in_its_own_words(
    eva: AsyncClient,
) -> None:
    said = await eva.post("/api/v1/campaigns", json={**SUMMER, "trunk": "sip9"})
    assert said.status_code == 409
    assert said.json()["detail"] == "no trunk `sip9` here; there are: lab, sip1"


async def test_an_agent_is_seen_and_paused(
    eva: AsyncClient, dialer: Dialer, tmp_path: Path
) -> None:
    async with client.connected_async(tmp_path / "door.sock") as door:
        await door.order(LoggedIn(agent="bob", pool="sales", endpoint="PJSIP/bob", at=0.0))
    await until(lambda: dialer.engine.state.agents["bob"].state == "PAUSED")
    assert [one["agent"] for one in (await eva.get("/api/v1/agents")).json()] == ["bob"]
    said = await eva.post("/api/v1/agents/bob/pause", json={"reason": "talk"})
    assert said.status_code == 200
    told = [event for _, event in Reader(tmp_path / "journal.sqlite").since(0)]
    assert [one.reason for one in told if isinstance(one, Paused)] == ["talk"]
