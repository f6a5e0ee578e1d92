"""Live events by WebSocket: within a scope, for as long as the session lasts, never without end."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import anyio
import pytest
from litestar.exceptions import WebSocketDisconnect

from dialer.api import newsroom
from dialer.api.house import Clerk, House
from dialer.api.newsroom import Newsroom
from dialer.client import Lost, News
from dialer.engine.commands import AgentWas
from dialer.engine.events import (
    Answered,
    CampaignPaused,
    Intended,
    LoggedIn,
    NumberBlocked,
    Ringing,
    SwitchUp,
    WentReady,
)
from tests.access.conftest import MACHINE, NINE
from tests.api.conftest import Web, another

PATH = "/api/v1/live"


def intended(call: str, campaign: str) -> Intended:
    return Intended(
        at=1.0, call=call, lead="1", list="vip", campaign=campaign, version=1, pool="sales",
        attempt=1, number_key="0123456789abcdef", masked="+1212•••0123", region="US", trunk="lab",
        caller_id="", ring_timeout_s=30.0, not_after=9.0, mode="progressive", epoch=1,
    )  # fmt: skip


HAPPENED: list[News] = [
    SwitchUp(at=1.0),
    intended("d1-1", "spring"), intended("d1-2", "autumn"),
    Ringing(call="d1-1", at=2.0), Ringing(call="d1-2", at=2.0),
    LoggedIn(agent="bob", pool="sales", endpoint="PJSIP/bob", at=3.0),
    WentReady(agent="chen", at=3.0), WentReady(agent="robot", at=3.0),
    AgentWas(agent="bob", pool="sales", state="READY", from_at=1.0, to_at=4.0),
    NumberBlocked(number_key="0123456789abcdef", at=4.0),
    CampaignPaused(campaign="spring", at=5.0), CampaignPaused(campaign="autumn", at=5.0),
    CampaignPaused(campaign="end", at=6.0),
]  # fmt: skip


def heard(web: Web, name: str, last: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """What somebody is told, up to the last thing that he may see."""
    told = []
    with web.browser(name).websocket_connect(PATH) as socket:
        assert "status" in socket.receive_json(timeout=60)
        web.dialer.news += HAPPENED
        while not told or not last(told[-1]):
            told.append(socket.receive_json(timeout=60))
    return told


def words(told: list[dict[str, Any]]) -> list[str]:
    return [
        " ".join([one.get("event") or one["fact"], one.get("call") or one.get("agent")
                  or one.get("campaign", "")]).strip()
        for one in told
    ]  # fmt: skip


def paused(campaign: str) -> Callable[[dict[str, Any]], bool]:
    return lambda one: one.get("event") == "CampaignPaused" and one["campaign"] == campaign


def test_who_sees_everything_is_told_everything_but_keys_of_numbers(busy: Web) -> None:
    told = heard(busy, "ada", paused("end"))
    assert len(told) == len(HAPPENED)
    assert "0123456789abcdef" not in str(told)
    assert "PJSIP" not in str(told)
    assert told[1]["masked"] == "+1212•••0123"


@pytest.mark.parametrize(
    ("name", "last", "seen"),
    [
        ("eva", paused("spring"), [
            "Intended d1-1", "Ringing d1-1", "LoggedIn bob", "AgentWas bob",
            "CampaignPaused spring",
        ]),
        ("sam", paused("autumn"), [
            "Intended d1-2", "Ringing d1-2", "WentReady chen", "CampaignPaused autumn",
        ]),
        ("bob", lambda one: one.get("fact") == "AgentWas", ["LoggedIn bob", "AgentWas bob"]),
    ],
)  # fmt: skip
def test_everybody_is_told_of_his_campaigns_his_teams_and_himself(
    busy: Web, name: str, last: Callable[[dict[str, Any]], bool], seen: list[str]
) -> None:
    assert words(heard(busy, name, last)) == seen


def test_a_call_that_rang_before_anybody_watched_is_still_its_campaigns(busy: Web) -> None:
    call = busy.ringing["spring"]
    with busy.browser("eva").websocket_connect(PATH) as socket:
        socket.receive_json(timeout=60)
        busy.dialer.news.append(Answered(call=busy.ringing["autumn"], at=1.0))
        busy.dialer.news.append(Answered(call=call, at=1.0))
        assert socket.receive_json(timeout=60)["call"] == call


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_page_of_another_site_gets_no_socket(busy: Web, headers: dict[str, str]) -> None:
    browser = busy.browser("eva")
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(PATH, headers=headers):
        pass
    with browser.websocket_connect(PATH) as socket:
        assert "status" in socket.receive_json(timeout=60)
    del browser.headers["origin"]
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(PATH):
        pass


def test_who_is_not_logged_in_gets_none(busy: Web) -> None:
    with pytest.raises(WebSocketDisconnect), busy.anybody().websocket_connect(PATH):
        pass
    other = busy.program("ada", "campaign.see")
    with pytest.raises(WebSocketDisconnect), other.websocket_connect(PATH):
        pass
    with busy.program("ada", "live.see").websocket_connect(PATH) as socket:
        assert "status" in socket.receive_json(timeout=60)


def test_it_ends_with_the_session(busy: Web) -> None:
    busy.look_again_s = 0.02
    with busy.browser("eva").websocket_connect(PATH) as socket:
        socket.receive_json(timeout=60)
        busy.accounts.end_sessions(MACHINE, "eva", at=NINE)
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json(timeout=60)
    assert ended.value.code == 4401


def test_it_ends_when_the_dialer_is_away_and_comes_again_with_it(busy: Web) -> None:
    browser = busy.browser("eva")
    with browser.websocket_connect(PATH) as socket:
        socket.receive_json(timeout=60)
        busy.dialer.is_there = False
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json(timeout=60)
    assert ended.value.code == 1013


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_slow_reader_is_dropped_and_the_others_are_told_all(
    busy: Web, anyio_backend: str
) -> None:
    with closing(Clerk(another(busy.home))) as clerk:
        await _one_reads_slowly(busy, clerk)


async def _one_reads_slowly(busy: Web, clerk: Clerk) -> None:
    house = House(busy.home, access=clerk, passwords=clerk, knock=busy.dialer.knock,
                  clock=lambda: NINE)  # fmt: skip
    room = Newsroom(house)
    with room.subscribed() as slow, room.subscribed() as quick:
        for at in range(newsroom.WAITING_MAX + 1):
            room.tell(SwitchUp(at=float(at)))
            (news, _) = quick.receive_nowait()
            assert news == SwitchUp(at=float(at))
        for _ in range(newsroom.WAITING_MAX):
            slow.receive_nowait()
        with pytest.raises(anyio.EndOfStream):
            slow.receive_nowait()
        room.tell(Lost(3))
        with pytest.raises(anyio.EndOfStream):
            quick.receive_nowait()
    clerk.close()
