"""What the handlers work with: accounts, the dialer behind its door, the records, a clock.

Everything slow runs in threads. Accounts are asked one at a time (one file, one connection); the
passwords have a desk of their own, so that a floor that logs in at once delays nobody else.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import anyio
import anyio.to_thread
from litestar.di import NamedDependency

from dialer.access.actor import Actor
from dialer.access.store import Access
from dialer.api.kept import Seals
from dialer.api.provider import Provider
from dialer.api.records import Records
from dialer.api.travellers import Travellers
from dialer.api.uploads import Uploads
from dialer.client import News
from dialer.engine.events import Event
from dialer.errors import DialerError, NotTaken
from dialer.ports import Clock
from dialer.settings import Settings

LOOK_AGAIN_S = 5.0
"How often an open WebSocket looks whether its session lasts, and what its user may now."

T = TypeVar("T")


class Dialer(Protocol):
    """One conversation at the dialer's door: see `client.AsyncConnection`."""

    async def order(self, order: Event) -> int:
        """Give an order; its number in the journal, when it is on disk."""

    async def ask(self, what: str, **fields: Any) -> dict[str, Any]:
        """Make a request."""

    async def status(self) -> dict[str, Any]:
        """What the dialer says of itself now."""

    def watch(self, begun: Callable[[], None] = ...) -> AsyncIterator[News]:
        """Everything that happens from when `begun` is called on."""


Knock = Callable[[], AbstractAsyncContextManager[Dialer]]
"A connection to the dialer. `NoServer` where there is none."


class Clerk:
    """Asks the accounts for the event loop, one question at a time, in a thread."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._turn = anyio.CapacityLimiter(1)

    async def __call__(self, job: Callable[[Access], T]) -> T:
        """What the job says."""
        return await anyio.to_thread.run_sync(job, self._access, limiter=self._turn)

    def close(self) -> None:
        """Let go of the file."""
        self._access.close()


class House:
    """The dependencies of all routes."""

    def __init__(
        self, home: Path, *, access: Clerk, passwords: Clerk, knock: Knock, clock: Clock,
        secure: bool = False, look_again_s: float = LOOK_AGAIN_S, settings: Settings | None = None,
        board: str = "",
    ) -> None:  # fmt: skip
        self.home, self.access, self.passwords = home, access, passwords
        self.knock, self.clock, self.secure = knock, clock, secure
        self.look_again_s, self.board = look_again_s, board
        self.settings = settings or Settings(home=home)
        self.records = Records(home)
        ours = self.settings.oidc
        self.provider = Provider(ours, clock) if ours.issuer else None
        self.travellers = Travellers()
        self.seals = Seals()
        self.uploads = Uploads(home / "uploads", clock)

    @classmethod
    def at(cls, settings: Settings, *, knock: Knock, clock: Clock) -> "House":
        """That of a dialer's home."""
        home = settings.home
        return cls(
            home, access=Clerk(Access.at(home)), passwords=Clerk(Access.at(home)), knock=knock,
            clock=clock, secure=settings.web.secure, settings=settings, board=settings.board.url,
        )  # fmt: skip

    async def order(self, order: Event) -> int:
        """Give the dialer an order; its number in the journal, where it is on disk."""
        return await self._said(lambda dialer: dialer.order(order))

    async def ask(self, what: str, **fields: Any) -> Mapping[str, Any]:
        """Make a request of the dialer."""
        return await self._said(lambda dialer: dialer.ask(what, **fields))

    async def status(self) -> Mapping[str, Any]:
        """What the dialer says of itself now."""
        return await self._said(lambda dialer: dialer.status())

    async def status_or_nothing(self) -> Mapping[str, Any]:
        """The same; empty where no dialer serves."""
        try:
            return await self.status()
        except DialerError:
            return {}

    async def _said(self, say: Callable[[Dialer], Awaitable[T]]) -> T:
        """What the dialer says; the one that follows it in the same service where it just ended."""
        try:
            async with self.knock() as dialer:
                return await say(dialer)
        except NotTaken:
            async with self.knock() as dialer:
                return await say(dialer)

    async def note(
        self, by: Actor, action: str, thing: str, after: Mapping[str, object] | None = None
    ) -> None:
        """Write down in the audit log who does what, to what."""
        at = self.clock()
        await self.access(lambda access: access.audit.append(by, action, thing, at=at, after=after))

    def close(self) -> None:
        """Let go of all files."""
        self.access.close()
        self.passwords.close()


Here = NamedDependency[House]
"The house, as a handler asks for it."


async def in_thread(job: Callable[..., T], *given: Any) -> T:
    """Run what reads files out of the event loop's way."""
    return await anyio.to_thread.run_sync(job, *given)
