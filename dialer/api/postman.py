"""Delivers the letters of the outbox: what happens goes in, what is due goes out, in order."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio

from dialer.api.forms import FORMS, Letter
from dialer.api.house import in_thread
from dialer.api.newsroom import Newsroom, Notice, shown
from dialer.api.outbox import Due, Outbox
from dialer.ports import Clock

LOOK_S = 1.0

Send = Callable[[Letter], Awaitable[bool]]
"Post a letter; whether it was taken (2xx)."


class Postman:
    """Carries letters until cancelled. The outbox is his alone."""

    def __init__(self, outbox: Outbox, newsroom: Newsroom, send: Send, clock: Clock) -> None:
        self._outbox, self._newsroom, self._send, self._clock = outbox, newsroom, send, clock
        self._turn = anyio.Lock()

    async def run(self) -> None:
        """Collect and deliver."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._collect)
            while True:
                await self.deliver()
                await anyio.sleep(LOOK_S)

    async def _collect(self) -> None:
        while True:
            with self._newsroom.subscribed() as news:
                async for item, _ in news:
                    if isinstance(item, Notice):
                        continue  # posted by who noticed it: this stream ends with the dialer
                    plain = shown(item)
                    kind = str(plain.pop("event", "") or plain.pop("fact", ""))
                    await self.post(kind, plain)
            await anyio.sleep(LOOK_S)  # dropped: the dialer was away, or we too slow

    async def post(self, kind: str, what: Mapping[str, Any]) -> None:
        """A letter to each who asked for this kind."""
        async with self._turn:
            await in_thread(self._outbox.post, kind, what, self._clock())

    async def deliver(self) -> int:
        """Try what is due, once; how many were taken."""
        async with self._turn:
            due = await in_thread(self._outbox.due, self._clock())
        return sum([await self._tried(one) for one in due])

    async def _tried(self, one: Due) -> bool:
        letter = FORMS[one.form](one.url, one.secret, one.told, int(self._clock()))
        taken = await self._send(letter)
        async with self._turn:
            if taken:
                await in_thread(self._outbox.delivered, one.letter)
            else:
                await in_thread(self._outbox.failed, one.letter, one.tries, self._clock())
        return taken
