"""An agent's leg: called once, kept for the shift, waiting in a bridge of its own.

The bridge has the leg alone until a customer joins, so joining is one request and both hear each
other with the next packet. It always mixes (ADR 10): the phone hears one stream whose clock runs on
from customer to customer, and whatever hangs on the leg (its level, whispers, supervisors) has
something to work on all the time. Of a bridge that passes packets on, the second customer's clock
is not the first one's; a browser throws away what seems to be old, and so does Asterisk itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from dialer.asterisk import names
from dialer.asterisk.life import Leg, Life
from dialer.asterisk.trunks import Trunk, dial_string
from dialer.engine import events
from dialer.engine.commands import CallAgent, CallOutside, DropAgent

SHIFT_S = 16 * 3600
"The longest that a leg stands, dialer or no dialer."
TALK_OUTSIDE_S = 2 * 3600
"The longest that somebody outside is kept, dialer or no dialer."
LEVEL = {"AGC(tx)": "8000"}
"""What agents hear is brought to one level, about -22 dBov: a whisper is raised, and the tone of a
fax machine is down before its first tenth of a second is over (Speex's automatic gain control)."""
ALWAYS_MIXES = "mixing,video_sfu"
"""A type of bridge, in ARI's words. Without video, an SFU differs from others in one thing: two in
it are mixed, too."""
ENDPOINT = re.compile(r"PJSIP/[a-z][a-z0-9-]{0,30}")


async def call_agent(life: Life, order: CallAgent) -> None:
    """Dial the agent. LegUp or LegDown follows."""
    standing = life.register.legs.get(order.agent)
    if standing:
        if standing.is_up:
            life.tell(events.LegUp(agent=order.agent, at=life.now()))
        return
    leg = _leg(life, order.agent)
    is_ours = ENDPOINT.fullmatch(order.endpoint)
    ring_s = life.world.settings.agent_ring_timeout_s
    if not is_ours or not await _dial(life, leg, order.endpoint, ring_s, LEVEL):
        await _fail(life, leg)


async def call_outside(life: Life, order: CallOutside) -> None:
    """Dial whoever the trunk's list has under that name, as a call of the house's own. LegUp or
    LegDown follows."""
    trunk: Trunk | None = life.world.trunks.get(order.trunk)
    number = trunk.outside.get(order.to) if trunk else None
    leg = _leg(life, order.agent)
    if trunk is None or number is None:
        await _fail(life, leg)
        return
    own = {"TIMEOUT(absolute)": str(TALK_OUTSIDE_S)}
    if trunk.caller_ids:
        own["CONNECTEDLINE(num,i)"] = trunk.caller_ids[0]
    endpoint, codecs = dial_string(trunk, number), ",".join(trunk.codecs)
    if not await _dial(life, leg, endpoint, order.ring_timeout_s, own, formats=codecs):
        await _fail(life, leg)


async def drop_agent(life: Life, order: DropAgent) -> None:
    """Hang up on the agent; LegDown follows."""
    if leg := life.register.legs.get(order.agent):
        reply = await life.ask(leg.channel, "DELETE", f"channels/{leg.channel}")
        if reply.status == 404:
            await _fail(life, leg)
    else:
        life.tell(events.LegDown(agent=order.agent, at=life.now()))


async def clear(life: Life, leg: Leg) -> None:
    """What is left of it. Whoever was in its bridge stays on the line, alone."""
    await life.ask(leg.channel, "DELETE", f"channels/{leg.channel}")
    await life.ask(leg.channel, "DELETE", f"bridges/{names.floor(leg.channel)}")


def _leg(life: Life, agent: str) -> Leg:
    leg = Leg(agent, names.leg(agent, int(life.now() * 1e6)))
    life.register.legs[agent] = leg
    return leg


async def _dial(
    life: Life, leg: Leg, endpoint: str, ring_s: float, more: Mapping[str, str], **query: Any
) -> bool:
    channel, floor = leg.channel, names.floor(leg.channel)
    life.arrivals.expect(channel)
    variables = {"TIMEOUT(absolute)": str(SHIFT_S), **more}
    made = await life.ask(
        channel, "POST", "channels/create", {"variables": variables},
        channelId=channel, endpoint=endpoint, app=life.world.settings.app, appArgs="agent",
        **query,
    )  # fmt: skip
    entered = made.is_ok and await life.arrivals.entered(channel)
    life.arrivals.forget(channel)
    if not entered:
        return False
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("POST", f"bridges/{floor}", {"type": ALWAYS_MIXES}),
        ("POST", f"bridges/{floor}/addChannel", {"channel": channel}),
        ("POST", f"channels/{channel}/dial", {"timeout": round(ring_s)}),
    )
    for method, path, asked in steps:
        if not (await life.ask(channel, method, path, **asked)).is_ok:
            return False
    return True


async def _fail(life: Life, leg: Leg) -> None:
    """It does not stand, and Asterisk will not say so."""
    if life.register.legs.get(leg.agent) is leg:
        del life.register.legs[leg.agent]
        life.tell(events.LegDown(agent=leg.agent, at=life.now()))
    await clear(life, leg)
