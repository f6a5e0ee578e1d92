"""The desk's socket: what it takes from a page, what it answers, and when it is over."""

from typing import Any
from unittest.mock import AsyncMock

import pytest
from litestar.exceptions import WebSocketDisconnect

from dialer.desk import live
from dialer.desk.phones import Phones
from dialer.engine.events import (
    CallWanted,
    Disposed,
    LeadSkipped,
    LoggedIn,
    Paused,
    RecordingPauseWanted,
    RecordingResumeWanted,
    TransferWanted,
    WentReady,
)
from dialer.errors import NoServer, OrderRefused
from tests.access.conftest import MACHINE
from tests.api.conftest import Web
from tests.api.door import FakeDialer

PATH = "/desk/live"
SPRING = {"state": "dialling", "why": "", "pool": "sales", "placed": 3}


NO_LOG_IN = (
    ("east", "", "the pool east"), ("sales", "", "no softphone"), ("sales", "x", "no phone"),
)  # fmt: skip
"Pool, phone, and why not."


class Dialer(FakeDialer):
    """Bob works, once he has logged in; numbers that are dialled are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.picture |= {"campaigns": {"spring": SPRING, "autumn": {**SPRING, "pool": "east"}},
                         "pools": {"sales": {"agents": {}}}}  # fmt: skip
        self.attended: list[tuple[str, str]] = []
        self.is_gone = False
        self.shown: dict[str, Any] = {}

    async def order(self, order: Any) -> int:
        if self.is_gone:
            raise NoServer("the dialer is gone")
        return await super().order(order)

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        if self.refuses:
            raise OrderRefused(self.refuses)
        if what in ("attend", "leave"):
            self.attended.append((what, fields["desk"]))
        elif what == "seat":
            logged_in = [one for one in self.orders if isinstance(one, LoggedIn)]
            if logged_in and logged_in[-1].agent == fields["agent"]:
                me = {"agent": "bob", "state": "PAUSED", "pool": "sales", "call": "", "at": 1.0,
                      "endpoint": "PJSIP/agent1", "desk": logged_in[-1].desk}  # fmt: skip
                return {"at": 1.0, "seat": me | self.shown}
            return {"at": 1.0, "seat": None}
        elif what == "dial":
            self.asked.append((what, fields))
        return {}

    def show(self, lead: str) -> None:
        """Bob looks at somebody."""
        self.shown = {"state": "PREVIEW", "lead": lead, "campaign": "spring"}


class Page:
    """A page's end of the socket; beats are answered only by pages that are awake."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def hello(self, tab: str, **more: Any) -> "Page":
        self._socket.send_json({"tab": tab, **more})
        return self

    def send(self, **what: Any) -> None:
        self._socket.send_json(what)

    def said(self, part: str) -> Any:
        """The next message that has this part."""
        while part not in (told := self._socket.receive_json(timeout=60)):
            pass
        return told

    def over(self) -> int:
        """How it ended."""
        with pytest.raises(WebSocketDisconnect) as end:
            self.said("no such part")
        return end.value.code


@pytest.fixture
def floor(web: Web) -> Web:
    web.dialer = Dialer()
    return web


def test_a_page_is_told_all_that_it_needs_to_begin(floor: Web) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        told = Page(socket).hello("one").said("user")
        assert (told["user"], told["pools"], told["teams"]) == ("bob", ["sales"], ["red"])
        assert {"away", "floor", "desk", "me"} <= told.keys()
        assert told["me"]["state"] == "LOGGED_OUT"


def test_an_order_is_acknowledged_as_often_as_it_is_sent_and_given_once(floor: Web) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        for _ in range(3):
            page.send(id=7, order="ready")
            assert page.said("ack") == {"ack": 7}
        page.send(id=8, order="pause", reason="lunch")
        assert page.said("ack") == {"ack": 8}
    assert floor.dialer.orders == [
        WentReady(agent="bob", at=0.0), Paused(agent="bob", reason="lunch", at=0.0),
    ]  # fmt: skip


def test_who_logs_in_does_so_with_his_teams(floor: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Phones, "endpoint", AsyncMock(return_value="PJSIP/agent1"))
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.send(id=1, order="log_in", pool="sales", phone="")
        page.said("ack")
    (logged_in,) = (one for one in floor.dialer.orders if isinstance(one, LoggedIn))
    assert (logged_in.agent, logged_in.teams) == ("bob", ("red",))


def test_an_order_that_a_page_repeats_after_it_lost_the_line_is_not_given_twice(floor: Web) -> None:
    browser = floor.browser("bob")
    for _ in range(2):
        with browser.websocket_connect(PATH) as socket:
            page = Page(socket).hello("one")
            page.send(id=7, order="ready")
            assert page.said("ack") == {"ack": 7}
    with browser.websocket_connect(PATH) as socket:
        page = Page(socket).hello("another")
        page.send(id=7, order="ready")
        page.said("ack")
    assert len(floor.dialer.orders) == 2


@pytest.mark.parametrize(
    ("order", "event"),
    [
        ({"order": "record", "call": "c1", "on": False}, RecordingPauseWanted("bob", "c1", at=0.0)),
        ({"order": "record", "call": "c1", "on": True}, RecordingResumeWanted("bob", "c1", at=0.0)),
        (
            {"order": "dispose", "call": "c1", "disposition": "callback", "callback_at": 9.0,
             "callback_for": "team:red"},
            Disposed("bob", "c1", "callback", callback_at=9.0, callback_for="team:red", at=0.0),
        ),
    ],
)  # fmt: skip
def test_an_order_names_the_agent_whose_page_it_is(
    floor: Web, order: dict[str, Any], event: Any
) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.send(id=1, **order)
        assert page.said("ack") == {"ack": 1}
    assert floor.dialer.orders == [event]


def test_who_is_shown_is_called_or_skipped_and_nobody_else(
    floor: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Phones, "endpoint", AsyncMock(return_value="PJSIP/agent1"))
    floor.dialer.show("7")
    browser = floor.browser("bob")
    with browser.websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.send(id=1, order="log_in", pool="sales", phone="")
        page.said("ack")
    with browser.websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        assert page.said("pop")["pop"]["lead"] == "7"
        page.send(id=2, order="call_shown", lead="8")
        refused = page.said("refused")
        assert (refused["refused"], refused["reason"]) == (2, "desk_shown")
        for n, order in ((3, "call_shown"), (4, "skip")):
            page.send(id=n, order=order, lead="7")
            assert page.said("ack") == {"ack": n}
    assert floor.dialer.orders[1:] == [
        CallWanted("bob", "spring", "7", at=0.0), LeadSkipped("bob", "7", at=0.0),
    ]  # fmt: skip


def test_what_is_refused_is_told_with_its_reason(floor: Web) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.said("user")
        for n, (pool, phone, why) in enumerate(NO_LOG_IN):
            page.send(id=n, order="log_in", pool=pool, phone=phone)
            said = page.said("refused")
            assert (said["refused"], said["status"]) == (n, 409)
            assert why in said["why"]
        page.send(id=8, order="dial", campaign="autumn", number="+12125550100")
        assert "autumn" in page.said("refused")["why"]
        page.send(id=9, order="dial", campaign="spring", number="+12125550100")
        assert page.said("ack") == {"ack": 9}
        floor.dialer.is_gone = True
        page.send(id=10, order="ready")
        assert page.said("refused") == {"refused": 10, "why": "", "status": 503}
    assert floor.dialer.orders == []
    assert floor.dialer.asked == [
        ("dial", {"agent": "bob", "campaign": "spring", "number": "+12125550100"})
    ]


@pytest.mark.parametrize(
    "to",
    [
        "+12125550147", "2125550147", "+19005550123", "+447700900123", "0044 7700 900123", "911",
        "112", "+8613800138000", "pool:+12125550147", "PJSIP/12125550147@lab", "pool:nobody",
        "sip:12125550147@elsewhere.example", "Local/s@default", "agent1",
    ],
)  # fmt: skip
def test_nobody_is_handed_over_to_a_number_and_whoever_tries_is_written_down(
    floor: Web, to: str
) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.said("user")
        page.send(id=1, order="transfer", call="c1", to=to)
        said = page.said("refused")
        assert (said["reason"], said["status"]) == ("desk_outside", 409)
        page.send(id=2, order="transfer", call="c1", to="pool:sales")
        assert page.said("ack") == {"ack": 2}
    assert floor.dialer.orders == [TransferWanted("bob", "c1", "pool:sales", at=0.0)]
    [(who, _, what, _, after)] = floor.accounts.told("transfer.refused")
    assert (who, what) == ("bob", "call:c1")
    assert "12125550147" not in after
    assert "8613800138000" not in after


def test_who_is_on_the_list_is_offered_reached_and_written_down(floor: Web) -> None:
    floor.dialer.picture["outside"] = ["head office"]
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.said("user")
        for number, to in enumerate(("outside:bank", "outside:", "head office"), 1):
            page.send(id=number, order="transfer", call="c1", to=to)
            assert page.said("refused")["reason"] == "desk_outside"
        page.send(id=4, order="transfer", call="c1", to="outside:head office")
        assert page.said("ack") == {"ack": 4}
    assert floor.dialer.orders == [TransferWanted("bob", "c1", "outside:head office", at=0.0)]
    assert len(floor.accounts.told("transfer.refused")) == 3
    [(who, _, what, _, after)] = floor.accounts.told("transfer.outside")
    assert (who, what) == ("bob", "call:c1")
    assert "head office" in after


@pytest.mark.parametrize("said", ["{", '{"id":1,"order":"fire"}', '{"id":1,"order":"ready","x":1}'])
def test_nonsense_ends_the_conversation(floor: Web, said: str) -> None:
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.said("user")
        socket.send_text(said)
        assert page.over() == live.NONSENSE
    assert floor.dialer.orders == []


def test_a_second_page_asks_first_and_the_first_one_stops_when_it_takes_over(floor: Web) -> None:
    browser = floor.browser("bob")
    with browser.websocket_connect(PATH) as here, browser.websocket_connect(PATH) as there:
        first = Page(here).hello("one")
        first.said("user")
        second = Page(there).hello("two")
        assert second.said("elsewhere") == {"elsewhere": True}
        second.hello("two", take_over=True)
        assert second.said("user")["user"] == "bob"
        assert first.over() == live.ELSEWHERE


def test_who_answers_no_beat_is_asleep_and_who_does_is_not(
    floor: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_S", 0.05)
    monkeypatch.setattr(live, "ASLEEP_S", 0.6)
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        for _ in range(20):  # twice as long as a page may be silent
            page.send(**page.said("beat"))
        assert page.over() == live.ASLEEP
    assert ("attend", "one") in floor.dialer.attended


def test_a_page_whose_session_ends_is_told_so(floor: Web) -> None:
    floor.look_again_s = 0.05
    with floor.browser("bob").websocket_connect(PATH) as socket:
        page = Page(socket).hello("one")
        page.said("user")
        floor.accounts.disable(MACHINE, "bob", at=floor.now)
        assert page.over() == live.ENDED
