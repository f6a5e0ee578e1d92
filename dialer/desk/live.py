"""`WS /desk/live`: an agent's desk. The server owns the state; the page shows it and gives orders.

The page begins with `{"tab": "...", "take_over": false}`. Then it is told parts of the state, each
whole whenever it changes: `me`, `pop`, `floor`, `desk`, `away`. An order bears an id:

    > {"id": 4, "order": "dispose", "call": "d1-...", "disposition": "sale"}
    < {"ack": 4}                              it is in the journal, on disk
    < {"refused": 4, "why": "...", "reason": "...", "status": 409}

`{"beat": n}` is answered with the same: who does not answer has gone to sleep, and gets no call.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import anyio
import msgspec
from litestar.exceptions import WebSocketDisconnect

from dialer import logs
from dialer.api.gate import visitor_of
from dialer.api.house import Here, House
from dialer.api.problems import Refused, told
from dialer.api.sockets import ENDED, Socket, close, say
from dialer.api.table import route
from dialer.desk.desks import Desks
from dialer.desk.orders import CallShown, Dial, Dispose, LogIn, Order, Transfer, event
from dialer.desk.seat import Seat
from dialer.engine.call import OUTSIDE
from dialer.engine.events import CallWanted, Event, LoggedIn
from dialer.errors import DialerError, NoServer

BEAT_S = 3.0
ASLEEP_S = 9.0
"Who has not been heard for so long is not there."
HELLO_WITHIN_S = 10.0
ORDERS_MAX = 100
KEPT = 200
"Orders of a page that are remembered, in case that it repeats one."
ELSEWHERE, ASLEEP, NONSENSE = 4409, 4408, 4400
"Close codes: another tab has the desk; no heartbeat; no order of ours."


class Hello(msgspec.Struct, frozen=True):
    """How a page begins."""

    tab: str
    take_over: bool = False


class _Closed(Exception):
    """The conversation is over, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@route("WS /desk/live")
async def live(socket: Socket, house: Here) -> None:
    """One desk, until its page goes."""
    desks: Desks = socket.app.state.desks
    await socket.accept()
    code = ASLEEP
    try:
        hello = await _hello(socket, desks)
        user = (await visitor_of(socket, house)).user  # who waited long may be nobody any more
        with desks.seated(user, hello.tab) as seat:
            code = await Desk(socket, house, desks, seat).attended()
    except (WebSocketDisconnect, TimeoutError):
        pass
    except _Closed as why:
        code = why.code
    except Refused:
        code = ENDED
    await close(socket, code)


HANDLERS = (live,)


async def _hello(socket: Socket, desks: Desks) -> Hello:
    """The page that may sit here: the one that did before, or one that is told to take over."""
    agent = socket.user.user.name
    while True:
        with anyio.fail_after(HELLO_WITHIN_S):
            hello = _read(await socket.receive_data("text"), _HELLO)
        sitting = desks.sits(agent)
        if sitting is None or sitting.tab == hello.tab or hello.take_over:
            return hello
        await say(socket, {"elsewhere": True})
        # A person decides, in his own time.
        hello = _read(await socket.receive_data("text"), _HELLO)
        if hello.take_over:
            return hello


class Desk:
    """A page, its socket and its seat."""

    def __init__(self, socket: Socket, house: House, desks: Desks, seat: Seat) -> None:
        self._socket, self._house, self._desks, self._seat = socket, house, desks, seat
        self._done = desks.done_of(seat.agent, seat.tab)
        self._orders, self._to_do = anyio.create_memory_object_stream[Order](ORDERS_MAX)
        self._heard_at = time.monotonic()
        self._code = ASLEEP
        self._parts = (
            self._tell, self._look_up, self._hear, self._obey, self._beat, self._watch,
        )  # fmt: skip

    async def attended(self) -> int:
        """Talk until it ends; with which code it does."""
        with self._orders, self._to_do:
            async with anyio.create_task_group() as tasks:
                for part in self._parts:
                    tasks.start_soon(self._until_over, part, tasks.cancel_scope)
        return self._code

    async def _until_over(
        self, part: Callable[[], Awaitable[None]], everything: anyio.CancelScope
    ) -> None:
        try:
            await part()
        except _Closed as why:
            self._code = why.code
        except (WebSocketDisconnect, TimeoutError):
            pass
        everything.cancel()

    # ---- told to the page ----
    async def _tell(self) -> None:
        seat = self._seat
        await self._desks.furnish(seat)
        while True:
            if seat.taken_over:
                raise _Closed(ELSEWHERE)
            await self._desks.refresh(seat)
            await self._say(seat.parts())
            await seat.changed()

    async def _look_up(self) -> None:
        """What is slow to find delays nothing else."""
        while True:
            await self._seat.popped()
            await self._desks.complete(self._seat)

    async def _say(self, what: Mapping[str, Any]) -> None:
        if what:
            await say(self._socket, what)

    async def _beat(self) -> None:
        count = 0
        while time.monotonic() - self._heard_at < ASLEEP_S:
            count += 1
            await self._say({"beat": count})
            await anyio.sleep(BEAT_S)
        raise _Closed(ASLEEP)

    async def _watch(self) -> None:
        """His session, and what he may."""
        while True:
            await anyio.sleep(self._house.look_again_s)
            try:
                self._seat.user = (await visitor_of(self._socket, self._house)).user
            except Refused as why:
                raise _Closed(ENDED) from why

    # ---- told by the page ----
    async def _hear(self) -> None:
        while True:
            said = await self._socket.receive_data("text")
            self._heard_at = time.monotonic()
            if said.startswith('{"beat"'):
                continue
            order = _read(said, _ORDER)
            if order.id in self._done:
                await self._say(self._done[order.id])
            else:
                await self._orders.send(order)

    async def _obey(self) -> None:
        """One after the other; what was begun is finished, whether or not the page is there."""
        async for order in self._to_do:
            with anyio.CancelScope(shield=True):
                said = await self._obeyed(order)
            self._done[order.id] = said
            while len(self._done) > KEPT:
                self._done.popitem(last=False)
            await self._say(said)

    async def _obeyed(self, order: Order) -> dict[str, Any]:
        try:
            await self._carry_out(order)
        except NoServer:
            return {"refused": order.id, "why": "", "status": 503}
        except DialerError as why:
            return {"refused": order.id, "why": logs.text(why), "reason": why.reason,
                    "values": told(why.values), "status": 409}  # fmt: skip
        return {"ack": order.id}

    async def _carry_out(self, order: Order) -> None:
        seat, desks = self._seat, self._desks
        if isinstance(order, Dial):
            if order.campaign not in desks.campaigns_of(seat.user):
                said = f"the campaign {order.campaign} is not one that you work for"
                raise DialerError(said, "desk_campaign")
            await desks.lines.ask_once(
                "dial", agent=seat.agent, campaign=order.campaign, number=order.number
            )
            return
        if isinstance(order, Transfer):
            await self._may_go(order)
        if isinstance(order, Dispose) and order.note.strip():
            await desks.note(seat, order.call, order.note.strip())
        await desks.lines.order(await self._event(order))

    async def _may_go(self, order: Transfer) -> None:
        """Who was handed over to the outside, and who tried in vain, stands in the audit log."""
        is_here = await self._desks.is_here(order.to)
        if not is_here or order.to.startswith(OUTSIDE):
            word = "transfer.outside" if is_here else "transfer.refused"
            await self._house.note(
                self._socket.user.actor, word, f"call:{order.call}", {"to": logs.text(order.to)}
            )
        if not is_here:
            raise DialerError(NOT_LISTED, "desk_outside")

    async def _event(self, order: Order) -> Event:
        agent = self._seat.agent
        if isinstance(order, CallShown):
            me = self._seat.me
            if (me.get("state"), me.get("lead")) != ("PREVIEW", order.lead):
                raise DialerError("somebody else is shown now", "desk_shown")
            return CallWanted(agent=agent, campaign=me["campaign"], lead=order.lead, at=0.0)
        if not isinstance(order, LogIn):
            return event(order, agent)
        if order.pool not in self._desks.pools_of(self._seat.user):
            said = f"the pool {order.pool} is not one that you work for"
            raise DialerError(said, "desk_pool")
        endpoint = await self._desks.phones.endpoint(agent, order.phone)
        teams = tuple(sorted(self._seat.user.teams))
        return LoggedIn(agent=agent, pool=order.pool, endpoint=endpoint,
                        desk=self._seat.tab, teams=teams, at=0.0)  # fmt: skip


_ORDER: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_HELLO = msgspec.json.Decoder(Hello)
NOT_LISTED = "calls are handed over to agents and pools of this house, and outside only by the list"
T = TypeVar("T")


def _read(said: str, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(said)
    except msgspec.DecodeError as why:
        raise _Closed(NONSENSE) from why
