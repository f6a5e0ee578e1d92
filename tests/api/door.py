"""A dialer as the web process sees it: it takes orders, tells its status and what happens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio

from dialer.client import News
from dialer.engine.events import CampaignOpened, Event
from dialer.errors import NoServer, OrderRefused
from tests.test_metrics import TALKED


class FakeDialer:
    """It keeps every order; `refuses` is what it says instead of taking one."""

    def __init__(self) -> None:
        self.orders: list[Event] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuses = ""
        self.is_there = True
        self.picture: dict[str, Any] = {
            "at": 1_795_000_000.0, "switch": "up", "pools": {}, "campaigns": {}, "agents": [],
            "outcomes": {}, "trunks": {}, "pid": 4711, "journal": {"durable": 7},
        }  # fmt: skip
        self.news: list[News] = []
        "What watchers are told at once; after it the stream stays open."

    @asynccontextmanager
    async def knock(self) -> AsyncIterator["FakeDialer"]:
        if not self.is_there:
            raise NoServer("no dialer serves this home: start one with `dialer serve`")
        yield self

    async def order(self, order: Event) -> int:
        if self.refuses:
            raise OrderRefused(self.refuses)
        self.orders.append(order)
        return len(self.orders)

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        if self.refuses:
            raise OrderRefused(self.refuses)
        if what in ("alive", "attend", "leave"):
            return {"ok": True}
        if what == "seat":
            return {"ok": True, "at": 0.0, "seat": None}
        self.asked.append((what, fields))
        if what == "reach":
            return {"ok": True, "came_at": TALKED.intended_at + 2, "record": TALKED}
        opened = fields["opened"]
        assert isinstance(opened, CampaignOpened)
        return {"ok": True, "version": opened.version + 1, "source": "lab"}

    async def status(self) -> dict[str, Any]:
        return self.picture

    async def watch(self, begun: Callable[[], None] = lambda: None) -> AsyncIterator[News]:
        begun()
        told = 0
        while self.is_there:
            while told < len(self.news):
                yield self.news[told]
                told += 1
            await anyio.sleep(0.005)


def agent(name: str, state: str = "READY", call: str = "") -> dict[str, Any]:
    """As the status tells of an agent."""
    return {"agent": name, "pool": "main", "state": state, "since": 1_795_000_000.0,
            "call": call, "reason": ""}  # fmt: skip
