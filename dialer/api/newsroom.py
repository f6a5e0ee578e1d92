"""What happens at the dialer, told to everybody who listens: one watcher, many subscribers.

A subscriber who reads too slowly is dropped, not buffered without end: he comes again and begins
with the picture of that moment. So does everybody when the dialer was away, and when another one
has begun in its place.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import anyio
import msgspec
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from dialer import logs
from dialer.access.rules import Thing
from dialer.alerts import Level
from dialer.api.house import House, in_thread
from dialer.client import Lost, News
from dialer.engine.commands import Cdr
from dialer.engine.events import (
    Intended,
    LoggedIn,
    MonitorEnded,
    MonitorStarted,
    MonitorWanted,
    Withdrawn,
)
from dialer.errors import DialerError

WAITING_MAX = 1000
"News that wait for one subscriber: some seconds of a large floor."
AGAIN_S = 2.0
AT_ONCE_S = 0.1
"Where a dialer ended in good order: the next one may be about to begin."


class Notice(msgspec.Struct, frozen=True, kw_only=True, tag_field="notice", tag="Alert"):
    """An alert that begins or is over (see `dialer.alerts`)."""

    at: float
    kind: str
    level: Level
    campaign: str
    agent: str
    trunk: str
    caller_id: str
    state: Literal["begun", "over"]
    text: str


Tellable = News | Notice
Told = tuple[Tellable, tuple[Thing, ...]]
"What happened, and to what, as the rules want it: who may see one of the things may see it."


class Newsroom:
    """Watches the dialer and hands out what it tells. All of it runs in the event loop."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._readers: dict[int, MemoryObjectSendStream[Told]] = {}
        self._campaigns: dict[str, str] = {}
        "Call -> campaign, of the calls under way."
        self._teams: dict[str, frozenset[str]] = {}
        "Agent -> the teams of his account."

    async def run(self) -> None:
        """Watch until cancelled, whether the dialer is there or not."""
        begun: Callable[[], None] = _nothing
        while True:
            pause_s = AT_ONCE_S
            try:
                await self._watch(begun)
            except (DialerError, OSError) as why:
                _log.debug("no dialer to watch", why=str(why))
                self._drop_all()
                pause_s = AGAIN_S
            begun = self._drop_all  # whoever subscribed before it has missed something
            await anyio.sleep(pause_s)

    async def _watch(self, begun: Callable[[], None]) -> None:
        async with self._house.knock() as dialer:
            open_ = await in_thread(self._house.records.open_calls)
            self._campaigns = {call: one.campaign for call, one in open_.items()}
            await self._learn_teams()
            async for news in dialer.watch(begun):
                if isinstance(news, LoggedIn):
                    await self._learn_teams()
                self.tell(news)

    async def _learn_teams(self) -> None:
        users = await self._house.access(lambda access: access.accounts.users())
        self._teams = {user.name: user.teams for user in users}

    def tell(self, news: Tellable) -> None:
        """Hand one thing to all; drop who has no room for it."""
        if isinstance(news, Lost):
            self._drop_all()
            return
        told = (news, self._things(news))
        for key, reader in list(self._readers.items()):
            try:
                reader.send_nowait(told)
            except (anyio.WouldBlock, anyio.BrokenResourceError):
                self._drop(key)

    @contextmanager
    def subscribed(self) -> Iterator[MemoryObjectReceiveStream[Told]]:
        """What happens from now on. The stream ends where the subscriber is dropped."""
        into, out = anyio.create_memory_object_stream[Told](WAITING_MAX)
        self._readers[id(into)] = into
        try:
            with out:
                yield out
        finally:
            self._drop(id(into))

    def _drop(self, key: int) -> None:
        if reader := self._readers.pop(key, None):
            reader.close()

    def _drop_all(self) -> None:
        for key in list(self._readers):
            self._drop(key)

    def _things(self, news: Any) -> tuple[Thing, ...]:
        """A call's campaign is told when it is promised, and forgotten with its record."""
        call, agent = getattr(news, "call", ""), getattr(news, "agent", "")
        if isinstance(news, Intended):
            self._campaigns[call] = news.campaign
        campaign = getattr(news, "campaign", "") or self._campaigns.get(call, "")
        if isinstance(news, Cdr | Withdrawn):
            self._campaigns.pop(call, None)
        if campaign or not agent:
            return (Thing(campaign=campaign, owner=agent),)
        teams = sorted(self._teams.get(agent, ())) or [""]
        owner = "" if isinstance(news, MONITORS) else agent
        return tuple(Thing(owner=owner, team=team) for team in teams)


MONITORS = (MonitorWanted, MonitorStarted, MonitorEnded)
"Whom somebody listens to is not told of it."


def _nothing() -> None:
    pass


PRIVATE = frozenset({"number_key", "endpoint"})
"What of an event no page needs."


def shown(news: Tellable) -> dict[str, Any]:
    """An event, a fact or a notice as it is told."""
    plain: dict[str, Any] = msgspec.to_builtins(news)
    return {key: value for key, value in plain.items() if key not in PRIVATE}


_log = logs.get(__name__)
