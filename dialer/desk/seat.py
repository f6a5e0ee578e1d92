"""One page at which an agent sits, and what it has to be told next."""

from collections.abc import Mapping
from typing import Any

import anyio

from dialer.access.rules import User
from dialer.api.shifts import Shift
from dialer.desk.pop import Pop

ROUNDS = 3
"So often figures are asked after something happened: the record of a call may come late."

Part = dict[str, Any]


class Seat:
    """One page at which an agent sits. Parts that changed wait in it, each in its newest form."""

    def __init__(self, user: User, tab: str) -> None:
        self.user, self.agent, self.tab = user, user.name, tab
        self.me: Mapping[str, Any] = {}
        self.pop: Pop | None = None
        self.pools: list[str] = []
        self.taken_over = False
        self.shift: Shift | None = None
        "The figures that the page was told last."
        self.rounds = ROUNDS
        "So often they are to be looked up."
        self._parts: Part = {}
        self._changed, self._popped = anyio.Event(), anyio.Event()
        self.stale = True
        "The dialer has to be asked again."

    def touch(self) -> None:
        """Something happened to the agent."""
        self.stale, self.rounds = True, ROUNDS
        self._changed.set()

    def put(self, **parts: Any) -> None:
        """Tell the page this, when it reads."""
        self._parts.update(parts)
        self._changed.set()

    def take_over(self) -> None:
        """Another page sits here now."""
        self.taken_over = True
        self._changed.set()

    async def changed(self) -> None:
        """Until there is something to do."""
        await self._changed.wait()
        self._changed = anyio.Event()

    def pops(self, pop: Pop | None) -> None:
        """Somebody is on the line, or nobody any more."""
        self.pop = pop
        self.put(pop=pop)
        self._popped.set()

    async def popped(self) -> None:
        """Until there is somebody else to look up."""
        await self._popped.wait()
        self._popped = anyio.Event()

    def parts(self) -> Part:
        """What is to be told, taken out."""
        told, self._parts = self._parts, {}
        return told
