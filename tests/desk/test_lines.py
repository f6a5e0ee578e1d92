"""Few conversations with the dialer for many desks: what is asked anew, and what never is."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from dialer.desk.lines import LINES, Lines
from dialer.engine.events import Event, WentReady
from dialer.errors import NoServer, NotTaken, OrderRefused

pytestmark = pytest.mark.anyio
READY = WentReady(agent="anna", at=0.0)


@pytest.fixture
def anyio_backend() -> str:
    return "trio"


class Exchange:
    """A dialer that counts its conversations; `fails` are raised, one by one, before it answers."""

    def __init__(self, *fails: Exception) -> None:
        self.fails = list(fails)
        self.begun = self.open = self.most = 0
        self.asked: list[str] = []
        self.orders: list[Event] = []

    @asynccontextmanager
    async def knock(self) -> AsyncIterator["Exchange"]:
        self.begun += 1
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            yield self
        finally:
            self.open -= 1

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        self.asked.append(what)
        await anyio.lowlevel.checkpoint()
        if self.fails:
            raise self.fails.pop(0)
        return {"what": what, **fields}

    async def order(self, order: Event) -> int:
        self.orders.append(order)
        await anyio.lowlevel.checkpoint()
        if self.fails:
            raise self.fails.pop(0)
        return len(self.orders)

    async def status(self) -> dict[str, Any]:
        return await self.ask("status")

    async def watch(self, begun: Callable[[], None] = lambda: None) -> AsyncIterator[Event]:
        begun()
        for order in self.orders:
            yield order


@asynccontextmanager
async def talking(dialer: Exchange, lines: int = 1) -> AsyncIterator[Lines]:
    """Lines to it, hung up at the end."""
    made = Lines(dialer.knock, lines)
    try:
        yield made
    finally:
        await made.close()
    assert dialer.open == 0


async def test_a_question_is_asked_again_where_the_conversation_had_broken() -> None:
    dialer = Exchange()
    async with talking(dialer) as lines:
        assert await lines.ask("seat", agent="anna") == {"what": "seat", "agent": "anna"}
        dialer.fails = [NoServer("gone")]
        assert await lines.ask("seat", agent="ben") == {"what": "seat", "agent": "ben"}
        assert (dialer.asked, dialer.begun, dialer.open) == (["seat"] * 3, 2, 1)


async def test_a_dialer_that_is_not_there_is_asked_once() -> None:
    dialer = Exchange(NoServer("away"), NoServer("away"))
    with pytest.raises(NoServer):
        await Lines(dialer.knock, 1).status()
    assert (dialer.asked, dialer.open) == (["status"], 0)


async def test_an_order_that_may_have_been_given_is_not_given_again() -> None:
    dialer = Exchange()
    async with talking(dialer) as lines:
        assert await lines.order(READY) == 1
        dialer.fails = [NoServer("gone")]
        with pytest.raises(NoServer):
            await lines.order(READY)
        assert (dialer.orders, dialer.begun) == ([READY, READY], 1)
        dialer.fails = [NoServer("gone")]
        with pytest.raises(NoServer):
            await lines.ask_once("dial", number="1")
        assert (dialer.asked, dialer.begun, dialer.open) == (["dial"], 2, 0)


async def test_an_order_that_surely_was_not_taken_is_given_to_the_dialer_that_follows() -> None:
    dialer = Exchange()
    async with talking(dialer) as lines:
        dialer.fails = [NotTaken("gone")]
        assert await lines.order(READY) == 2
        dialer.fails = [NotTaken("gone"), NotTaken("gone")]
        with pytest.raises(NotTaken):
            await lines.order(READY)
        assert (len(dialer.orders), dialer.begun, dialer.open) == (4, 3, 0)


async def test_a_refusal_breaks_no_conversation() -> None:
    dialer = Exchange(OrderRefused("busy"))
    async with talking(dialer) as lines:
        with pytest.raises(OrderRefused, match="busy"):
            await lines.order(READY)
        assert await lines.order(READY) == 2
        assert (dialer.begun, dialer.open) == (1, 1)


async def test_a_whole_floor_shares_a_few_lines() -> None:
    dialer = Exchange()
    async with talking(dialer, LINES) as lines:
        async with anyio.create_task_group() as tasks:
            for _ in range(240):
                tasks.start_soon(lines.ask, "seat")
        assert (len(dialer.asked), dialer.begun, dialer.most) == (240, LINES, LINES)


async def test_nobody_gets_the_answer_for_which_somebody_else_would_not_wait() -> None:
    dialer = Exchange()
    async with talking(dialer) as lines:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await lines.ask("seat", agent="anna")
        assert dialer.open == 0
        assert await lines.ask("seat", agent="ben") == {"what": "seat", "agent": "ben"}
        assert dialer.open == 1
