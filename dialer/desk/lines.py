"""A few lasting conversations with the dialer, shared by all desks of this process.

The door takes one line after another on each; a floor of desks would otherwise come and go there.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import anyio

from dialer.api.house import Dialer, Knock
from dialer.engine.events import Event
from dialer.errors import NoServer, NotTaken

LINES = 4
T = TypeVar("T")


class Lines:
    """Ask and order; a conversation that breaks is begun anew, once."""

    def __init__(self, knock: Knock, lines: int = LINES) -> None:
        self._turn = anyio.Semaphore(lines)
        self._idle = [_Line(knock) for _ in range(lines)]

    async def order(self, order: Event) -> int:
        """Give an order; its number in the journal, when it is on disk.

        One that may have been taken is not given again: whoever ordered is told that it failed.
        """
        return await self._said(lambda dialer: dialer.order(order), NotTaken)

    async def ask(self, what: str, **fields: Any) -> Mapping[str, Any]:
        """Make a request, which may be made twice."""
        return await self._said(lambda dialer: dialer.ask(what, **fields), NoServer)

    async def ask_once(self, what: str, **fields: Any) -> Mapping[str, Any]:
        """Make a request that orders something: whoever asked is told that it failed."""
        return await self._said(lambda dialer: dialer.ask(what, **fields), NotTaken)

    async def status(self) -> Mapping[str, Any]:
        """What the dialer says of itself now."""
        return await self._said(lambda dialer: dialer.status(), NoServer)

    async def close(self) -> None:
        """Hang up on all that are idle."""
        for line in self._idle:
            await line.close()

    async def _said(self, say: Callable[[Dialer], Awaitable[T]], again: type[NoServer]) -> T:
        """What the dialer says; once more on another line where that failure allows it."""
        async with self._line() as line:
            was_open = line.is_open
            try:
                return await line.said(say(await line.fresh()))
            except again as why:
                if not (was_open or isinstance(why, NotTaken)):
                    raise
                return await line.said(say(await line.fresh()))

    @asynccontextmanager
    async def _line(self) -> AsyncIterator["_Line"]:
        async with self._turn:
            line = self._idle.pop()
            try:
                yield line
            finally:
                self._idle.append(line)


class _Line:
    """One conversation, begun when it is first needed."""

    def __init__(self, knock: Knock) -> None:
        self._knock = knock
        self._stack = AsyncExitStack()
        self._dialer: Dialer | None = None

    @property
    def is_open(self) -> bool:
        return self._dialer is not None

    async def fresh(self) -> Dialer:
        """The other side."""
        if self._dialer is None:
            self._dialer = await self._stack.enter_async_context(self._knock())
        return self._dialer

    async def said(self, waiting: Awaitable[T]) -> T:
        """What it says. Whoever broke off, or was broken off, begins anew."""
        done = False
        try:
            answer = await waiting
            done = True
            return answer
        except NoServer:
            raise
        except Exception:
            done = True  # it was refused, in good order
            raise
        finally:
            if not done:
                await self.close()

    async def close(self) -> None:
        """Hang up."""
        self._dialer = None
        with anyio.CancelScope(shield=True):
            await self._stack.aclose()
