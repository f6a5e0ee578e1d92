"""A customer set aside: out of the agent's bridge, with music, and back again.

Outside of a bridge the lease counts as it does before the agent: if the dialer dies, whoever is on
hold hears who called. It is renewed for as long as the hold lasts.
"""

from dialer.asterisk import line as lines
from dialer.asterisk.life import Life, Line
from dialer.asterisk.names import floor
from dialer.engine import events
from dialer.engine.commands import Bridge, Hold, Mute, Reassure, Resume


async def hold(life: Life, line: Line, order: Hold) -> None:
    """Music. Held is reported when it plays; asked again, it plays on."""
    if line.is_ended:
        return
    line.is_held = True
    for leg in life.register.legs.values():
        if leg.customer == line.call:
            leg.customer = ""
    if line.floor:
        path = f"bridges/{line.floor}/removeChannel"
        await life.ask(line.call, "POST", path, channel=line.channel)
    await life.ask(line.call, "DELETE", f"channels/{line.channel}/silence")
    reply = await lines.keep_music(life, line)
    if not reply.is_ok:  # it has ended, or the dial plan has taken it
        line.is_held = False
        return
    if line.leased_at is None:
        await lines.lease(life, line)
    life.tell(events.Held(call=line.call, agent=order.agent, at=life.now()))


async def resume(life: Life, line: Line, order: Resume) -> None:
    """The way of every customer to an agent; what comes of it is Bridged, and so Resumed."""
    await lines.join(life, line, Bridge(order.call, order.agent))
    if not line.is_held and not line.is_ended:
        life.tell(events.Resumed(call=line.call, agent=order.agent, at=life.now()))


async def mute(life: Life, line: Line, order: Mute) -> None:
    """What comes from the agent's phone goes no further."""
    if leg := life.register.legs.get(order.agent):
        method = "POST" if order.muted else "DELETE"
        path = f"channels/{leg.channel}/mute"
        await life.ask(leg.channel, method, path, direction="in")


async def reassure(life: Life, line: Line, order: Reassure) -> None:
    """A few words into the bridge, where nobody else is heard."""
    leg = life.register.legs.get(order.agent)
    if leg is not None and line.floor == floor(leg.channel):
        media = life.world.settings.one_moment
        await life.ask(line.call, "POST", f"bridges/{line.floor}/play", media=media, lang="en")
