"""A supervisor at an agent's ear: hears both, speaks to the agent alone, or to both.

The supervisor's phone is a leg of its own in a bridge of its own; the third in it is a snoop on the
agent's leg. So the talk's bridge stays as it is, and the customer's ear is never touched: a whisper
goes out to the agent's phone, and only who barges in is mixed into what comes from there.

Another way of listening, or another agent, is another snoop; the supervisor's leg stays.
"""

from collections.abc import Mapping
from functools import partial

import anyio

from dialer.asterisk import names
from dialer.asterisk.client import Json
from dialer.asterisk.life import Ear, Life
from dialer.asterisk.seat import ENDPOINT
from dialer.engine import events
from dialer.engine.commands import Monitor, StopMonitor
from dialer.engine.events import How

LEG_DOWN = "the agent's leg is down"
LONGEST_S = 8 * 3600
"A supervisor who forgot to hang up."
WHISPER: Mapping[How, str] = {"listen": "none", "whisper": "out", "barge": "both"}
"Where the supervisor's voice goes, in a snoop's words: out to the agent's phone, or as if from it."


async def monitor(life: Life, order: Monitor) -> None:
    """Begin, or change. MonitorStarted follows, or MonitorEnded."""
    ear = life.ears.get(order.user)
    if ear is None:
        serial = int(life.now() * 1e6)
        leg = names.monitor(order.user, serial)
        life.ears[order.user] = ear = Ear(order.user, order.agent, leg)
        if why := await _called(life, ear, order.endpoint):
            return await end(life, ear, why)
    else:
        await _let_go(life, ear)
    ear.agent = order.agent
    why = await _attached(life, ear, order.how)
    if why:
        return await end(life, ear, why)
    life.tell(events.MonitorStarted(user=ear.user, agent=ear.agent, how=order.how, at=life.now()))
    return None


async def stop(life: Life, order: StopMonitor) -> None:
    """Take it down. MonitorEnded follows."""
    ear = life.ears.get(order.user)
    if ear is not None:
        await end(life, ear, "asked")
    else:
        life.tell(events.MonitorEnded(user=order.user, agent="", why="asked", at=life.now()))


def hear(life: Life, channel: str, said: Json) -> None:
    """What Asterisk tells of a supervisor's leg, or of a snoop."""
    for ear in life.ears.values():
        match said["type"]:
            case "ChannelStateChange" if channel == ear.leg and said["channel"]["state"] == "Up":
                ear.up.set()
            case "ChannelDestroyed" if channel == ear.leg:
                ear.is_gone = True
                ear.up.set()
                life.enqueue(ear.leg, partial(end, life, ear, "hung up"))
            case "ChannelDestroyed" if channel == ear.snoop:
                life.enqueue(ear.leg, partial(end, life, ear, LEG_DOWN))


def lose(life: Life, agent: str) -> None:
    """An agent's leg is gone. A snoop stays without what it snooped on."""
    for ear in life.ears.values():
        if ear.agent == agent:
            life.enqueue(ear.leg, partial(end, life, ear, LEG_DOWN))


async def end(life: Life, ear: Ear, why: str) -> None:
    """Snoop, leg, bridge; once."""
    if life.ears.get(ear.user) is not ear:
        return
    del life.ears[ear.user]
    ear.is_gone = True
    ear.up.set()
    await _let_go(life, ear)
    await life.ask(ear.leg, "DELETE", f"channels/{ear.leg}")
    life.arrivals.forget(ear.leg)
    await life.ask(ear.leg, "DELETE", f"bridges/{names.monitors_bridge(ear.leg)}")
    life.tell(events.MonitorEnded(user=ear.user, agent=ear.agent, why=why, at=life.now()))


async def _called(life: Life, ear: Ear, endpoint: str) -> str:
    """Call the supervisor's phone into a bridge of its own; empty, or why that failed."""
    if not ENDPOINT.fullmatch(endpoint):
        return "no such phone"
    life.arrivals.expect(ear.leg)
    made = await life.ask(
        ear.leg, "POST", "channels/create", {"variables": {"TIMEOUT(absolute)": str(LONGEST_S)}},
        channelId=ear.leg, endpoint=endpoint, app=life.world.settings.app, appArgs="monitor",
    )  # fmt: skip
    if not made.is_ok or not await life.arrivals.entered(ear.leg):
        return "no such phone" if made.status == 500 else made.why()
    bridge = names.monitors_bridge(ear.leg)
    ring_s = life.world.settings.agent_ring_timeout_s
    for path, query in (
        (f"bridges/{bridge}", {"type": "mixing"}),
        (f"bridges/{bridge}/addChannel", {"channel": ear.leg}),
        (f"channels/{ear.leg}/dial", {"timeout": str(round(ring_s))}),
    ):
        reply = await life.ask(ear.leg, "POST", path, None, **query)
        if not reply.is_ok:
            return reply.why()
    with anyio.move_on_after(ring_s + 1.0):
        await ear.up.wait()
    return "" if ear.up.is_set() and not ear.is_gone else "nobody took the call"


async def _attached(life: Life, ear: Ear, how: How) -> str:
    """The snoop into the supervisor's bridge; empty, or why there is none."""
    leg, app = life.register.legs.get(ear.agent), life.world.settings.app
    if ear.is_gone:
        return "hung up"
    if leg is None or not leg.is_up:
        return "no leg"
    ear.snoop = names.ear(ear.user, int(life.now() * 1e6))
    steps: tuple[tuple[str, dict[str, str], str], ...] = (
        (f"channels/{leg.channel}/snoop/{ear.snoop}",
         {"spy": "both", "whisper": WHISPER[how], "app": app}, ear.snoop),
        (f"bridges/{names.monitors_bridge(ear.leg)}/addChannel", {"channel": ear.snoop}, ""),
    )  # fmt: skip
    for path, query, arriving in steps:
        if arriving:
            life.arrivals.expect(arriving)
            ear.made.append(arriving)
        reply = await life.ask(ear.leg, "POST", path, None, **query)
        if not reply.is_ok:
            return reply.why()
        if arriving and not await life.arrivals.entered(arriving):
            return "no leg"
    return ""


async def _let_go(life: Life, ear: Ear) -> None:
    """Of the agent: the snoop first, then what it rode on."""
    ear.snoop = ""
    for channel in reversed(ear.made):
        life.arrivals.forget(channel)
        await life.ask(ear.leg, "DELETE", f"channels/{channel}")
    ear.made.clear()
