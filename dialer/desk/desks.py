"""All desks of this process: who sits where, and what each has to be told next.

The dialer owns the state of an agent, and is asked for it whenever something is told of the agent.
A desk that reads slowly is told what is true when it reads, not all that was true meanwhile.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import anyio
import msgspec

from dialer import logs
from dialer.access.rules import Thing, User, may
from dialer.api.house import Dialer, House, in_thread
from dialer.api.newsroom import Newsroom, Notice
from dialer.client import News
from dialer.desk.lately import Calls
from dialer.desk.lines import Lines
from dialer.desk.phones import Phones
from dialer.desk.pop import Pop, known, with_history
from dialer.desk.seat import Part, Seat
from dialer.desk.totals import Totals
from dialer.engine.call import OUTSIDE
from dialer.engine.commands import AgentWas
from dialer.engine.events import (
    Bridged,
    Intended,
    LeadOffered,
    LegDown,
    LegUp,
    LoggedIn,
    Paused,
    RecordingPaused,
    RecordingResumed,
    Refused,
    WentReady,
)
from dialer.errors import DialerError
from dialer.journal.book import Book

ALIVE_S = 2.0
"How often the dialer is told that the pages are attended."
LOOK_S = 1.0
"How often the floor is looked at for who waits."
SILENT_S = 3.0
"A dialer of which nothing is heard for so long is away, and the desks say so."
GONE = "LOGGED_OUT"
NOBODY = ("", "")
BEFORE_A_CALL = frozenset({"PREVIEW", "RESERVED"})
"In these an agent may have somebody to call who is not called yet."
AGENTS_NEWS = (AgentWas, Intended, LeadOffered, Bridged, LegUp, LegDown, WentReady, Paused)
"After these an agent's desk may look otherwise."
CALLS_NEWS = (RecordingPaused, RecordingResumed)
"And after these the desk at which the call is."
WAITS = frozenset({"READY", "PAUSED"})

Done = OrderedDict[int, Part]
"Orders of a page that were carried out -> what it was told."
PAGES_KEPT = 1000


class Desks:
    """Keeps the seats. All of it runs in the event loop."""

    def __init__(self, house: House, newsroom: Newsroom) -> None:
        self.house, self.phones = house, Phones.of(house.settings, house.clock)
        self.lines = Lines(house.knock)
        self._newsroom = newsroom
        self._totals = Totals(house, lambda: list(self._seats.values()))
        self._seats: dict[str, Seat] = {}
        self._calls = Calls()
        self._floor: Mapping[str, Any] = {}
        self._done: OrderedDict[tuple[str, str], Done] = OrderedDict()
        self._someone, self._moved = anyio.Event(), anyio.Event()

    # ---- who sits where ----
    def sits(self, agent: str) -> Seat | None:
        """The page of an agent, if one is open."""
        return self._seats.get(agent)

    @contextmanager
    def seated(self, user: User, tab: str) -> Iterator[Seat]:
        """A page takes the agent's seat; who sat there is told."""
        agent = user.name
        if before := self._seats.get(agent):
            before.take_over()
        seat = self._seats[agent] = Seat(user, tab)
        self._someone.set()
        self._moved.set()
        try:
            yield seat
        finally:
            if self._seats.get(agent) is seat:
                del self._seats[agent]
                self._moved.set()

    # ---- what happens ----
    async def run(self) -> None:
        """Until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen)
            tasks.start_soon(self._look)
            tasks.start_soon(self._attend)
            tasks.start_soon(self._totals.run)

    async def _attend(self) -> None:
        """Tell the dialer which pages are there: without one an agent gets no calls."""
        while True:
            await self._someone.wait()
            try:
                async with self.house.knock() as dialer:
                    await self._attended(dialer)
            except DialerError:
                await anyio.sleep(LOOK_S)

    async def _attended(self, dialer: Dialer) -> None:
        told: set[tuple[str, str]] = set()
        while True:
            there = {(seat.agent, seat.tab) for seat in self._seats.values()}
            for ask, pages in (("leave", told - there), ("attend", there - told)):
                for agent, tab in sorted(pages):
                    await dialer.ask(ask, agent=agent, desk=tab)
            told = there
            await dialer.ask("alive")
            with anyio.move_on_after(ALIVE_S):
                await self._moved.wait()
            self._moved = anyio.Event()

    async def _listen(self) -> None:
        while True:
            with self._newsroom.subscribed() as news:
                await self._learn()
                async for told, _ in news:
                    if not isinstance(told, Notice):  # of the floor, for who watches over it
                        self.hear(told)
            for seat in self._seats.values():
                seat.touch()

    async def _learn(self) -> None:
        self._calls.learn(await in_thread(self.house.records.open_calls))

    def hear(self, news: News) -> None:
        """Something happened somewhere."""
        if isinstance(news, AGENTS_NEWS) and (seat := self._seats.get(news.agent)):
            seat.touch()
        elif isinstance(news, CALLS_NEWS):
            self._heard_of_a_call(news)
        elif isinstance(news, Refused) and news.lead and (seat := self._seats.get(news.agent)):
            seat.put(trouble={"what": "refused", "why": news.why, "at": news.at})
        self._calls.hear(news)

    def _heard_of_a_call(self, news: RecordingPaused | RecordingResumed) -> None:
        for seat in self._seats.values():
            if seat.me.get("call") == news.call:
                seat.touch()
                if not news.done:  # whoever is about to say a card's number must know
                    seat.put(trouble={"what": "recording", "at": news.at})

    async def _look(self) -> None:
        """While anybody sits here: who waits, for what."""
        while True:
            await self._someone.wait()
            await self.look()
            if not self._seats:
                self._someone = anyio.Event()
            await anyio.sleep(LOOK_S)

    async def look(self) -> None:
        """See how the floor stands, and tell whoever waits."""
        was_there = bool(self._floor)
        self._floor = await self._looked()
        for seat in self._seats.values():
            if was_there != bool(self._floor):
                seat.put(away=not self._floor)
                seat.touch()
            elif seat.stale:  # the dialer was asked of the agent and did not answer
                seat.touch()
            if seat.me.get("state", GONE) in WAITS:
                seat.put(floor=self.floor_of(seat.me.get("pool", "")))
            elif seat.me.get("call"):
                seat.put(targets=self.targets())
            elif seat.pools != (pools := self.pools_of(seat.user)):
                seat.pools = pools
                seat.put(pools=pools)

    async def _looked(self) -> Mapping[str, Any]:
        """How the floor stands; nothing where the dialer says nothing for some seconds."""
        try:
            with anyio.move_on_after(SILENT_S):
                return await self.lines.status()
        except DialerError as why:
            _log.debug("no dialer to look at", why=str(why))
        return {}

    # ---- what a desk is told ----
    async def furnish(self, seat: Seat) -> None:
        """What a page must know that is just opened."""
        if not self._floor:
            await self.look()
        seat.pools = self.pools_of(seat.user)
        seat.put(
            user=seat.user.name, pools=seat.pools, away=not self._floor,
            floor=self.floor_of(""), teams=sorted(seat.user.teams - {"*"}),
            desk=await self.phones.furniture(seat.agent),
        )  # fmt: skip

    def done_of(self, agent: str, tab: str) -> Done:
        """What a page has ordered so far, also before it lost the line."""
        done = self._done.setdefault((agent, tab), OrderedDict())
        self._done.move_to_end((agent, tab))
        while len(self._done) > PAGES_KEPT:
            self._done.popitem(last=False)
        return done

    async def refresh(self, seat: Seat) -> None:
        """Ask the dialer how the agent stands; look up whom the agent has on the line."""
        if not seat.stale:
            return
        seat.stale = False
        try:
            told = await self._stands(seat)
        except DialerError:
            seat.stale = True
            return
        before, seat.me = seat.me, told["seat"] or {"state": GONE, "at": told["at"]}
        seat.put(me=seat.me)
        if seat.me.get("pool") != before.get("pool"):
            seat.put(floor=self.floor_of(seat.me.get("pool", "")))
        whom = _whom(seat.me)
        if whom != ((seat.pop.call, seat.pop.lead) if seat.pop else NOBODY):
            seat.put(targets=self.targets())
            seat.pops(await self._popped(seat.me) if any(whom) else None)

    async def _stands(self, seat: Seat) -> Mapping[str, Any]:
        """How the agent stands. Who works at another page goes on at this one."""
        told = await self.lines.ask("seat", agent=seat.agent)
        me = told["seat"]
        if (
            not me
            or me.get("desk", seat.tab) == seat.tab
            or self._seats.get(seat.agent) is not seat
        ):
            return told
        await self.lines.order(
            LoggedIn(agent=seat.agent, pool=me["pool"], endpoint=me["endpoint"],
                     desk=seat.tab, teams=tuple(sorted(seat.user.teams)), at=0.0)
        )  # fmt: skip
        return await self.lines.ask("seat", agent=seat.agent)

    async def complete(self, seat: Seat) -> None:
        """Add to a pop what takes longer to find."""
        pop = seat.pop
        if pop is None or pop.history is not None:
            return
        try:
            whole = await in_thread(with_history, self.house.records, pop)
        except DialerError:
            whole = msgspec.structs.replace(pop, history=())
        if seat.pop is pop:
            seat.pop = whole
            seat.put(pop=whole)

    async def _popped(self, me: Mapping[str, Any]) -> Pop:
        call = me["call"]
        intent, heard = self._calls.intent(call), self._calls.heard(call)

        def found() -> Pop:
            return known(self.house.records, call, me["lead"], me["campaign"],
                         intent=intent, heard=heard)  # fmt: skip

        return await in_thread(found)

    def floor_of(self, pool: str) -> Part:
        """Who is free, what rings, and what keeps the pool from dialling more."""
        found = self._floor.get("pools", {}).get(pool, {})
        return {
            "agents": found.get("agents", {}),
            "calls": found.get("calls", {}),
            "campaigns": [
                {"campaign": name, **{key: one.get(key) for key in _OF_A_CAMPAIGN}}
                for name, one in self._floor.get("campaigns", {}).items() if one["pool"] == pool
            ],
        }  # fmt: skip

    def targets(self) -> Part:
        """To whom a customer can be handed over."""
        agents = self._floor.get("agents", [])
        return {
            "pools": sorted(self._floor.get("pools", {})),
            "agents": [{"agent": one["agent"], "state": one["state"]} for one in agents],
            "outside": self._floor.get("outside", []),
        }

    async def is_here(self, to: str) -> bool:
        """Whether somebody can be handed over to this: an agent at work, `pool:NAME`, or
        `outside:NAME` of a trunk's list."""
        for _ in range(2):
            targets = self.targets()
            there = {f"pool:{one}" for one in targets["pools"]}
            there |= {f"{OUTSIDE}{one}" for one in targets["outside"]}
            if not self._floor or to in there | {one["agent"] for one in targets["agents"]}:
                return True  # without a dialer there is nobody who would do it
            await self.look()  # an agent may have come just now
        return False

    def campaigns_of(self, user: User) -> list[str]:
        """The campaigns for which somebody may call."""
        known = self._floor.get("campaigns", {})
        return [one for one in known if may(user, "campaign.see", Thing(campaign=one))]

    async def note(self, seat: Seat, call: str, text: str) -> None:
        """Keep what the agent wrote of whom he has on the line."""
        pop, at = seat.pop, self.house.clock()
        if pop is None or pop.call != call or not pop.lead:
            raise DialerError("a note is about whom one has on the line", "desk_note")

        def kept() -> None:
            with Book(self.house.records.journal) as book:
                book.note(pop.lead, seat.agent, text, at)

        await in_thread(kept)

    def pools_of(self, user: User) -> list[str]:
        """The pools for which somebody may work."""
        campaigns = self._floor.get("campaigns", {})
        seen = {one["pool"] for name, one in campaigns.items()
                if may(user, "campaign.see", Thing(campaign=name))}  # fmt: skip
        return sorted(seen)


def _whom(me: Mapping[str, Any]) -> tuple[str, str]:
    """Which call the agent has, and who that is; or who is to be called."""
    call = me.get("call", "")
    return (call, me["lead"]) if call or me.get("state") in BEFORE_A_CALL else NOBODY


_OF_A_CAMPAIGN = ("state", "why", "bound", "mode", "leads_now")
_log = logs.get(__name__)
