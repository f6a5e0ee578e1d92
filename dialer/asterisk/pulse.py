"""The signs of life: heartbeat, beat, leases. When one of ours stops, the dial plan takes over."""

import itertools
from collections.abc import Iterable
from datetime import datetime

import anyio

from dialer.asterisk import line as lines
from dialer.asterisk.client import Json
from dialer.asterisk.dialplan import LEASE_S
from dialer.asterisk.life import Life
from dialer.asterisk.translate import HEARTBEAT
from dialer.engine import events

HEARTBEATS = 3
"In the time that patience lasts."
PROBED = 5
"Each so many heartbeats Asterisk's channels are asked as well: they can hang alone."
NOBODY = "d1-nobody"
HOLD_MAX_S = 1800.0
"Nobody is left with music for longer."
BEAT_S = 0.5
RENEW_S = 0.8
WAIT_MAX_S = 30.0
"Somebody whom nobody decided about for so long hears the message: no fault is worth silence."


async def subscribe(life: Life, understood: Iterable[str]) -> str:
    """Hear about every call on our trunks, and of nothing that nobody reads. Why not, if not."""
    app = life.world.settings.app
    wanted = {"allowed": [{"type": name} for name in understood]}
    reply = await life.ask("", "PUT", f"applications/{app}/eventFilter", wanted)
    if not reply.is_ok:
        return f"event filter: {reply.why()}"
    for trunk, way in life.world.trunks.items():
        source = f"endpoint:PJSIP/{trunk}"
        reply = await life.ask("", "POST", f"applications/{app}/subscription", eventSource=source)
        state = await life.ask("", "GET", f"endpoints/PJSIP/{trunk}") if reply.is_ok else reply
        is_online = state.is_ok and (not way.qualify_s or state.json()["state"] == "online")
        life.tell(events.TrunkSeen(trunk=trunk, reachable=is_online, at=life.now()))
    return await _first_beat(life)


async def until_doubtful(life: Life) -> None:
    """Ask for our own heartbeat; return when it stays away, or on any other doubt."""
    pause_s = life.world.settings.patience_s / HEARTBEATS
    for count in itertools.count():
        began = life.now()
        life.tasks.start_soon(_ask_for_heartbeat, life)
        if count % PROBED == 0:
            life.tasks.start_soon(_probe_channels, life)
        with anyio.move_on_after(pause_s):
            await life.doubted.wait()
        # When it was we who slept, its answer lies unread: give it one more round.
        if life.now() - began < 2 * pause_s and not life.is_fresh:
            life.give_up("no heartbeat")
        if life.doubt:
            return


def felt(life: Life, at: float, said: Json) -> None:
    """Our heartbeat came back, with Asterisk's own time on it."""
    life.beat_at = at
    life.felt.set()
    life.asterisk_ahead_s = datetime.fromisoformat(said["timestamp"]).timestamp() - at


async def beat(life: Life) -> None:
    """Tell the dial plan twice a second that somebody lives, in Asterisk's own time."""
    while True:
        value = int(life.now() + life.asterisk_ahead_s)
        life.tasks.start_soon(_set_beat, life, value)
        await anyio.sleep(BEAT_S)


async def renew_leases(life: Life) -> None:
    """Two more seconds for everyone who answered and is not with an agent yet."""
    while True:
        now = life.now()
        for line in life.register.lines.values():
            if line.leased_at is None or line.is_ended:
                continue
            waits_max_s = HOLD_MAX_S if line.is_held else WAIT_MAX_S
            if now - line.leased_at > LEASE_S or now - line.waits_since > waits_max_s:
                line.leased_at = None  # the dial plan takes the call, or has it already
            else:
                life.tasks.start_soon(lines.renew, life, line)
        await anyio.sleep(RENEW_S)


async def _first_beat(life: Life) -> str:
    await _ask_for_heartbeat(life)
    with anyio.move_on_after(life.world.settings.patience_s):
        await life.felt.wait()
    return "" if life.felt.is_set() else "no heartbeat"


async def _ask_for_heartbeat(life: Life) -> None:
    app = life.world.settings.app
    reply = await life.ask("", "POST", f"events/user/{HEARTBEAT}", application=app)
    if reply.status == 404:
        life.give_up("Asterisk does not know our application any more")


async def _probe_channels(life: Life) -> None:
    await life.ask("", "GET", f"channels/{NOBODY}")


async def _set_beat(life: Life, value: int) -> None:
    await life.ask("", "POST", "asterisk/variable", variable="BEAT", value=value)
