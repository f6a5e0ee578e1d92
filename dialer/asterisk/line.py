"""One customer's call in Asterisk: how each order about it is carried out.

The launch (ADR 1): external media to the listeners, a bridge for it, the call into the dial plan,
a snoop on the customer into that bridge. So there is audio before and through the answer, and what
the customer hears never hangs on this process alone.
"""

import re
from collections.abc import Callable

import anyio

from dialer.asterisk import callers, chime, names
from dialer.asterisk.client import Reply
from dialer.asterisk.dialplan import HARBOUR, LEASE_S, MESSAGE, OUT, RECORD
from dialer.asterisk.life import Leg, Life, Line
from dialer.asterisk.trunks import Trunk, dial_string
from dialer.engine import events
from dialer.engine.call import OUTSIDE
from dialer.engine.commands import Bridge, HangUp, Listen, Originate, Play, StopListening

RTP_MARGIN = 0.9
"Beyond this share of the RTP ports no call is placed: external media without a port is a crash."
_SOUND = re.compile(r"[a-z0-9]+([/_-][a-z0-9]+)*")
"A recording's name, and nothing that the dial plan would read as more."
HOLD_MUSIC = "hold"
"The class in musiconhold.conf."
MAX_TALK_S = 3600.0
"For a call whose order is not known any more."


async def originate(life: Life, line: Line, order: Originate) -> None:
    """Launch it. The report is Placed, or NotPlaced, or (while nobody knows) nothing."""
    world = life.world
    endpoint, why = _endpoint(life, order)
    why = why or _unfit(life, line, order) or await _open_tap(life, line, order)
    if why := why or _unfit(life, line, order):
        await not_placed(life, line, why)
        return
    reply = await life.ask(
        line.call,
        "POST",
        "channels",
        {"variables": _variables(order)},
        channelId=line.call,
        endpoint=endpoint,
        context=OUT,
        extension="s",
        priority=1,
        callerId=order.caller_id or None,
        timeout=round(order.ring_timeout_s),
        formats=",".join(world.trunks[order.trunk].codecs),
    )
    if reply.is_unsure:
        return  # this life is over; the next one asks all witnesses
    if reply.is_ok or await _is_there(life, line):
        placed(life, line)
        await _listen_in(life, line)
    elif not life.doubt:
        await not_placed(life, line, reply.why())


def _variables(order: Originate) -> dict[str, str]:
    own = {MESSAGE: order.message} if _SOUND.fullmatch(order.message) else {}
    return {**own, RECORD: str(int(order.record))}


def placed(life: Life, line: Line) -> None:
    """Asterisk has the call: its reply or its first event says so, whichever is first."""
    if not line.is_placed:
        line.is_placed = True
        life.tell(events.Placed(call=line.call, at=life.now()))


async def not_placed(life: Life, line: Line, why: str) -> None:
    """It is certain that no call came of the order."""
    life.tell(events.NotPlaced(call=line.call, why=why, at=life.now()))
    line.is_ended = True
    await close(life, line)


async def listen(life: Life, line: Line, order: Listen) -> None:
    """Tell the listeners what they hear."""
    life.world.listeners.phase(line.call, order.phase)


async def stop_listening(life: Life, line: Line, order: StopListening) -> None:
    """Take the tap down; the listeners keep what was said for an agent who asks for it."""
    if line.is_tapped:
        await _take_down(life, line, life.world.listeners.rest)


async def _take_down(life: Life, line: Line, let_go: Callable[[str], None]) -> None:
    """Snoop, media, and when the media is gone the bridge."""
    line.is_tapped = False
    call = line.call
    await life.ask(call, "DELETE", f"channels/{names.snoop(call)}")
    reply = await life.ask(call, "DELETE", f"channels/{names.media(call)}")
    let_go(call)
    if reply.is_ok:
        await life.arrivals.gone(names.media(call))
    life.arrivals.forget(names.media(call))
    life.arrivals.forget(names.snoop(call))
    await life.ask(call, "DELETE", f"bridges/{names.tap(call)}")


async def bridge(life: Life, line: Line, order: Bridge) -> None:
    """Take the customer to an agent, who hears a short tone; or to somebody outside."""
    leg = await join(life, line, order)
    if leg and not leg.agent.startswith(OUTSIDE):
        life.tasks.start_soon(chime.ring, life, leg)


async def join(life: Life, line: Line, order: Bridge) -> Leg | None:
    """Take the customer to the agent. Bridged is reported when he is there.

    The lease is given up last: whoever dies in the middle of this leaves nobody in silence.
    """
    leg = life.register.legs.get(order.agent)
    if line.is_ended or not leg or not leg.is_up or leg.customer not in ("", line.call):
        why = "call ended" if line.is_ended else "no leg" if not leg or not leg.is_up else "busy"
        _not_bridged(life, order, why)
        return None
    leg.customer = line.call
    await _in_reach(life, line)
    if line.is_caller and not await callers.answer(life, line):
        leg.customer = ""
        _not_bridged(life, order, "call gone")
        return None
    # A channel that generates silence, or music, lets no other voice through.
    sound = "moh" if line.is_held else "silence"
    reply = await life.ask(line.call, "DELETE", f"channels/{line.channel}/{sound}")
    if reply.is_ok:
        path = f"bridges/{names.floor(leg.channel)}/addChannel"
        reply = await life.ask(line.call, "POST", path, channel=line.channel)
    if reply.is_ok:
        line.is_held = False
        await talk_limit(life, line)
        return leg
    leg.customer = ""
    if line.is_held:
        await keep_music(life, line)
    else:
        await keep_silent(life, line)
    is_gone = line.is_ended or "annel" in reply.why()  # else it was the agents' bridge
    _not_bridged(life, order, "call gone" if is_gone else reply.why())
    return None


async def play(life: Life, line: Line, order: Play) -> None:
    """Hand the customer to the dial plan's message, which ends the call as well.

    Asterisk can play a recording by request, too, but carries out no other order for the channel
    meanwhile: no lease could be renewed.
    """
    await _in_reach(life, line)
    if line.is_held:
        await life.ask(line.call, "DELETE", f"channels/{line.channel}/moh")
        line.is_held = False
    if order.recording and _SOUND.fullmatch(order.recording):
        await callers.say_who(life, line, order.recording)
    reply = await life.ask(
        line.call,
        "POST",
        f"channels/{line.channel}/continue",
        context=OUT,
        extension=HARBOUR,
        priority=1,
    )
    if reply.is_ok:
        line.leased_at = None
    elif events.MessageStarted not in line.told:  # else it is playing already
        life.tell(
            events.MessageEnded(call=line.call, message=order.message, played=False, at=life.now())
        )


async def hang_up(life: Life, line: Line, order: HangUp) -> None:
    """End it. That it is over is Asterisk's to say."""
    if line.is_ended:
        return
    reply = await life.ask(line.call, "DELETE", f"channels/{line.channel}")
    if reply.status == 404:
        await anyio.sleep(life.world.settings.grace_s if line.is_placed else 0)
        await ended_unseen(life, line)


async def close(life: Life, line: Line) -> None:
    """The call is over: take down what is left of it and forget it."""
    let_go = life.world.listeners.close
    if line.is_tapped:
        await _take_down(life, line, let_go)
    else:
        let_go(line.call)
    life.register.close(line.call)


async def lease(life: Life, line: Line) -> None:
    """Two more seconds in which the dialer decides; then the dial plan does."""
    line.leased_at = line.waits_since = life.now()
    await _set_limit(life, line, LEASE_S, talked=False)


async def talk_limit(life: Life, line: Line) -> Reply:
    """The lease is over: from now on the longest talk is the limit."""
    line.leased_at = None
    talk_s = line.order.max_talk_s if line.order else MAX_TALK_S
    return await _set_limit(life, line, talk_s, talked=True)


async def enter(life: Life, line: Line) -> None:
    """He is in our hands. An order that waited for that must not be overtaken by the silence."""
    try:
        await keep_silent(life, line)
    finally:
        line.entered.set()


async def keep_silent(life: Life, line: Line) -> None:
    """Packets to the customer at once; without them his answer begins with a hole."""
    await life.ask(line.call, "POST", f"channels/{line.channel}/silence")


async def keep_music(life: Life, line: Line) -> Reply:
    """The same for who is on hold."""
    return await life.ask(line.call, "POST", f"channels/{line.channel}/moh", mohClass=HOLD_MUSIC)


async def renew(life: Life, line: Line) -> None:
    """The same, while the lease is still held."""
    line.leased_at = life.now()
    await life.ask(
        line.call,
        "POST",
        f"channels/{line.channel}/variable",
        variable="TIMEOUT(absolute)",
        value=LEASE_S,
    )


async def ended_unseen(life: Life, line: Line) -> None:
    """It is gone, or never was, and nobody said so: say it."""
    if line.is_ended:
        return
    if line.is_placed:
        line.is_ended = True
        life.tell(events.HungUp(call=line.call, by_us=line.past.asked, at=life.now()))
        await close(life, line)
    elif line.order:
        await not_placed(life, line, "it never reached Asterisk")
    else:
        await close(life, line)


def _may_be_shown(order: Originate, trunk: Trunk) -> bool:
    """A lab shows anything that a number can be."""
    return trunk.kind == "lab" and re.fullmatch(r"[0-9]{0,15}", order.caller_id) is not None


async def _in_reach(life: Life, line: Line) -> None:
    """An order given at the answer can be quicker than the dial plan."""
    with anyio.move_on_after(life.world.settings.grace_s):
        await line.entered.wait()


def _endpoint(life: Life, order: Originate) -> tuple[str, str]:
    """What to dial, or why not."""
    trunk: Trunk | None = life.world.trunks.get(order.trunk)
    if trunk is None:
        return "", f"no trunk {order.trunk}"
    if order.caller_id not in trunk.caller_ids and not _may_be_shown(order, trunk):
        return "", f"trunk {trunk.name} may not show this caller id"
    try:
        return dial_string(trunk, life.world.number_of(order.call)), ""
    except (ValueError, KeyError) as why:
        return "", str(why)


def _unfit(life: Life, line: Line, order: Originate) -> str:
    """Why it may not be placed at this very moment; empty if it may."""
    ports = (life.world.settings.rtp[1] - life.world.settings.rtp[0] + 1) // 2
    if line.past.asked:
        return "cancelled"
    if life.now() > order.not_after:
        return "too late"
    if not life.is_fresh:
        return "no heartbeat from Asterisk"
    if life.streams > RTP_MARGIN * ports:
        return "RTP ports used up"
    return ""


async def _open_tap(life: Life, line: Line, order: Originate) -> str:
    """External media and its bridge; empty, or why there are none."""
    listeners, call, media = life.world.listeners, line.call, names.media(line.call)
    host, port = listeners.endpoint_for(call)
    line.is_tapped = True
    life.arrivals.expect(media)
    life.arrivals.expect(names.snoop(call))
    reply = await life.ask(
        call,
        "POST",
        "channels/externalMedia",
        channelId=media,
        app=life.world.settings.app,
        external_host=f"{host}:{port}",
        format="alaw",
    )
    if not reply.is_ok:
        return f"external media: {reply.why()}"
    source = int(reply.json()["channelvars"]["UNICASTRTP_LOCAL_PORT"])
    listeners.open(call, source, order.country, order.detection)
    reply = await life.ask(call, "POST", f"bridges/{names.tap(call)}", type="mixing")
    return "" if reply.is_ok else f"tap: {reply.why()}"


async def _listen_in(life: Life, line: Line) -> None:
    """The snoop into the tap. A call that ended meanwhile needs none."""
    call, app = line.call, life.world.settings.app
    snoop, media = names.snoop(call), names.media(call)
    reply = await life.ask(call, "POST", f"channels/{call}/snoop/{snoop}", spy="in", app=app)
    if not reply.is_ok:
        return
    if await life.arrivals.entered(snoop) and await life.arrivals.entered(media):
        both = f"{snoop},{media}"
        await life.ask(call, "POST", f"bridges/{names.tap(call)}/addChannel", channel=both)


async def _is_there(life: Life, line: Line) -> bool:
    """Whether the call exists although the reply says otherwise: 409 and 500 can both lie."""
    reply = await life.ask(line.call, "GET", f"channels/{line.channel}")
    if reply.status not in (200, 404):
        life.give_up(f"no word of a call: {reply.why()}")
    return reply.is_ok or line.is_placed


def _not_bridged(life: Life, order: Bridge, why: str) -> None:
    life.tell(events.NotBridged(call=order.call, agent=order.agent, why=why, at=life.now()))


async def _set_limit(life: Life, line: Line, seconds: float, *, talked: bool) -> Reply:
    variables = {"TIMEOUT(absolute)": f"{seconds:.1f}", "TALKED": str(int(talked))}
    path = f"channels/{line.channel}/variables"
    return await life.ask(line.call, "POST", path, {"variables": variables})
