"""One agent of the bench: a desk's end of `WS /desk/live`, as a page would speak it."""

import time
from collections.abc import Mapping
from itertools import count
from random import Random
from typing import Any

import aiohttp
import anyio
import msgspec
from anyio.abc import TaskGroup


class Told:
    """What all agents were told, and how late, in seconds."""

    def __init__(self) -> None:
        self.pops: list[float] = []
        self.updates: list[float] = []
        self.orders: list[float] = []
        self.messages = self.lost = 0

    def clear(self) -> None:
        """Forget the warm-up."""
        for one in (self.pops, self.updates, self.orders):
            one.clear()
        self.messages = 0


class Agent(msgspec.Struct, kw_only=True):
    """Takes calls and says what came of them, as long as the bench lasts."""

    name: str
    pool: str
    talk_s: float
    wrap_up_s: float
    rng: Random
    told: Told
    ids: Any = msgspec.field(default_factory=lambda: count(1))
    sent: dict[int, float] = {}
    is_in: bool = False
    call: str = ""
    since: float = 0.0

    async def work(
        self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str]
    ) -> None:
        """The shift, until cancelled; a line that breaks is counted, and missed from then on."""
        async with (
            session.ws_connect(url, headers=headers) as socket,
            anyio.create_task_group() as tasks,
        ):
            await socket.send_json({"tab": f"tab-{self.name}"})
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                await self._hear(socket, msgspec.json.decode(message.data), tasks)
            self.told.lost += 1

    async def _hear(
        self, socket: aiohttp.ClientWebSocketResponse, said: dict[str, Any], tasks: TaskGroup
    ) -> None:
        at = time.time()
        self.told.messages += 1
        if "beat" in said:
            await socket.send_json(said)
        elif "ack" in said:
            self.told.orders.append(at - self.sent.pop(said["ack"]))
        elif "refused" in said:
            self.told.lost += 1
        if not self.is_in and self.pool in said.get("pools", ()):
            self.is_in = True
            await self._order(socket, "log_in", pool=self.pool, phone=self.name)
            await self._order(socket, "ready")
        if (me := said.get("me")) and me.get("since", 0.0) > self.since:
            if self.since:
                self.told.updates.append(at - me["since"])
            self.since = me["since"]
        if (pop := said.get("pop")) and pop["call"] != self.call:
            self.call = pop["call"]
            self.told.pops.extend(at - one["at"] for one in pop["heard"][-1:])
            tasks.start_soon(self._talk, socket, pop["call"], pop["offers"][1]["word"])

    async def _talk(self, socket: aiohttp.ClientWebSocketResponse, call: str, word: str) -> None:
        await anyio.sleep(self.rng.expovariate(1 / self.talk_s) + 1.0)
        await self._order(socket, "hang_up", call=call)
        await anyio.sleep(self.rng.expovariate(1 / self.wrap_up_s) + 1.0)
        await self._order(socket, "dispose", call=call, disposition=word)

    async def _order(
        self, socket: aiohttp.ClientWebSocketResponse, order: str, **fields: Any
    ) -> None:
        one = next(self.ids)
        self.sent[one] = time.time()
        await socket.send_json({"id": one, "order": order, **fields})
