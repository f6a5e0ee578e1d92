"""`WS /supervisor/live`: agents and calls as they stand, as far as one may see them.

The first message is all of it, each later one what has changed; who is gone is told as null:

    < {"agents": {"anna": {...}, "ben": {...}}, "campaigns": {...}, "switch": "up", ...}
    < {"agents": {"ben": null}}
    < {"ended": {"agent": "anna", "why": "hung up"}}            one's own listening is over

One look at the dialer serves all pages; while there are none, nobody looks.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import anyio
import msgspec
from litestar.exceptions import WebSocketDisconnect

from dialer import cap
from dialer.access.rules import Thing, User, may
from dialer.api import things
from dialer.api.gate import visitor_or_none
from dialer.api.house import Here, House, in_thread
from dialer.api.newsroom import Newsroom
from dialer.api.sockets import ENDED, TRY_AGAIN, Socket, close, say, until_gone
from dialer.api.table import route
from dialer.engine.events import Intended, MonitorEnded

LOOK_S = 0.5
BEGINS_S = 5.0
"Within so long a dialer that began reaches its switch."
HOWS = ("listen", "whisper", "barge")

Plain = Mapping[str, Any]


class Look(msgspec.Struct, frozen=True):
    """The floor at one instant, before anybody's scope."""

    status: Mapping[str, Any]
    calls: Mapping[str, Intended]
    teams: Mapping[str, things.Things]


class Floor:
    """Looks while somebody watches. Needs `run` in a task group."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._readers = 0
        self._wanted, self._news = anyio.Event(), anyio.Event()
        self.look = Look({}, {}, {})

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if not self._readers:
                self._wanted = anyio.Event()
                await self._wanted.wait()
            self.look = await looked(self._house)
            self._news.set()
            self._news = anyio.Event()
            await anyio.sleep(LOOK_S)

    async def next(self) -> Look:
        """The look after this one."""
        news = self._news
        self._wanted.set()
        await news.wait()
        return self.look

    def come(self) -> None:
        """One reader more."""
        self._readers += 1
        self._wanted.set()

    def go(self) -> None:
        """One fewer."""
        self._readers -= 1


async def looked(house: House) -> Look:
    """One look."""
    status = await house.status_or_nothing()
    names = [one["agent"] for one in status.get("agents", ())]
    calls = await in_thread(house.records.open_calls)
    return Look(status, calls, await things.of_agents(house, names))


def seen_by(user: User, look: Look) -> dict[str, Any]:
    """What one may see of it."""
    status = look.status
    calls = Counter(one.campaign for one in look.calls.values())
    ears: dict[str, list[Plain]] = {}
    for one in status.get("monitors", ()):
        ears.setdefault(one["agent"], []).append({k: one[k] for k in ("user", "how", "up")})
    return {
        "switch": _switch(status),
        "room": status.get("recording_room", True),
        "campaigns": {
            name: {**one, "calls": calls[name], "period": _period(one)}
            for name, one in status.get("campaigns", {}).items()
            if may(user, "live.see", Thing(campaign=name))
        },
        "agents": {
            one["agent"]: _agent(user, one, look, ears.get(one["agent"], []))
            for one in status.get("agents", ())
            if any(may(user, "agent.see", thing) for thing in look.teams[one["agent"]])
        },
    }


def _switch(status: Plain) -> str:
    """`up`, `down`, `away`: no dialer; `begins`: one that began just now has not reached it yet.

    >>> _switch({}), _switch({"switch": "down", "up_s": 1.0}), _switch({"switch": "down"})
    ('away', 'begins', 'down')
    """
    how: str = status.get("switch", "away")
    return "begins" if how == "down" and status.get("up_s", BEGINS_S) < BEGINS_S else how


def _period(campaign: Plain) -> Plain:
    """Over what its account counts: a sentence of the catalogue, and what fills its gaps."""
    key, values = cap.sentence(campaign["account"])
    return {"key": key, "values": {**values, "zone": campaign["zone"]}}


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What is new, in two levels; what has gone is None.

    >>> changes({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"x": 1, "z": 4}, "b": 3})
    {'a': {'z': 4, 'y': None}}
    """
    told: dict[str, Any] = {}
    for key, new in now.items():
        old = before.get(key)
        if new == old:
            continue
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            fresh = {k: v for k, v in new.items() if old.get(k) != v}
            told[key] = fresh | dict.fromkeys(old.keys() - new.keys())
        else:
            told[key] = new
    return told


@route("WS /supervisor/live")
async def live(socket: Socket, house: Here) -> None:
    """Until the page, the session or the process ends."""
    floor: Floor = socket.app.state.floor
    newsroom: Newsroom = socket.app.state.newsroom
    await socket.accept()
    code = TRY_AGAIN
    floor.come()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_gone, socket, tasks.cancel_scope)
            tasks.start_soon(_tell_ends, socket, newsroom)
            code = await _tell(socket, house, floor)
            tasks.cancel_scope.cancel()
    except* (WebSocketDisconnect, TimeoutError):
        pass
    finally:
        floor.go()
    await close(socket, code)


HANDLERS = (live,)


def _agent(user: User, told: Plain, look: Look, ears: list[Plain]) -> dict[str, Any]:
    call = look.calls.get(told["call"])
    campaign = call.campaign if call else told.get("campaign", "")
    its = Thing(campaign=campaign, owner=told["agent"])
    reached = all(may(user, "agent.steer", thing) for thing in look.teams[told["agent"]])
    shown = {
        "state": told["state"], "since": told["since"], "reason": told["reason"],
        "pool": told["pool"], "teams": sorted(t.team for t in look.teams[told["agent"]] if t.team),
        "leg_up": told.get("leg_up", True), "campaign": campaign, "ears": ears,
        "steer": reached, "hows": [], "call": None, "recording": "",
    }  # fmt: skip
    if told["call"] and may(user, "call.see", its):
        shown["recording"] = told.get("recording", "")
        if told["state"] != "WRAP_UP":  # that call is over
            shown["hows"] = [how for how in HOWS if _may_hear(user, how, its, look)]
        shown["call"] = call and {
            "call": told["call"], "lead": call.lead, "list": call.list, "masked": call.masked,
            "attempt": call.attempt, "mode": call.mode,
        }  # fmt: skip
    return shown


def _may_hear(user: User, how: str, call: Thing, look: Look) -> bool:
    action = f"monitor.{how}"
    return all(may(user, action, one) for one in (call, *look.teams[call.owner]))


async def _tell(socket: Socket, house: House, floor: Floor) -> int:
    look_at = anyio.current_time() + house.look_again_s
    user, known = socket.user.user, dict[str, Any]()
    while True:
        look = await floor.next()
        if anyio.current_time() >= look_at:
            look_at = anyio.current_time() + house.look_again_s
            visitor = await visitor_or_none(socket, house)
            if visitor is None:
                return ENDED
            user = visitor.user
        now = seen_by(user, look)
        if told := changes(known, now):
            await say(socket, told | {"at": look.status.get("at", house.clock())})
        known = now


async def _tell_ends(socket: Socket, newsroom: Newsroom) -> None:
    """Why one's own listening is over."""
    while True:
        with newsroom.subscribed() as news:
            async for told, _ in news:
                if isinstance(told, MonitorEnded) and told.user == socket.user.user.name:
                    await say(socket, {"ended": {"agent": told.agent, "why": told.why}})
        # The dialer was away, or we were too slow. What is shown comes from the looks all the same.
