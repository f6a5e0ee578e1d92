"""A short tone in the agent's ear when a customer comes: whoever looked away is called.

It is whispered by a snoop on the agent's leg, as the greeting is: it goes out to the phone and not
into the bridge, so no customer hears it. It begins when both already hear each other and is mixed
into the voice: nobody waits for it, and no word is lost.
"""

import anyio

from dialer.asterisk import names
from dialer.asterisk.client import Json
from dialer.asterisk.life import Leg, Life

HZ, TONE_S = 1200, 0.15
MEDIA = f"tone:!{HZ}/{TONE_S * 1000:.0f}"
"Once: without the mark Asterisk would repeat it for ever, also when nobody is left to stop it."
ROOM_S = 0.15
"For its way into the mix, before the snoop is taken down."


def hear(life: Life, channel: str, said: Json) -> None:
    """What Asterisk tells of it."""
    if said["type"] == "PlaybackFinished" and channel in life.chimes:
        life.chimes[channel].set()


async def ring(life: Life, leg: Leg) -> None:
    """Beside the call's queue: no order waits for it. Where it cannot be, there is no tone."""
    channel = names.chime(leg.agent, int(life.now() * 1e6))
    path = f"channels/{leg.channel}/snoop/{channel}"
    life.arrivals.expect(channel)
    made = await life.ask(channel, "POST", path, whisper="out", app=life.world.settings.app)
    if made.is_ok and await life.arrivals.entered(channel):
        life.chimes[channel] = over = anyio.Event()
        await life.ask(channel, "POST", f"channels/{channel}/play/{channel}", media=MEDIA)
        await anyio.sleep(TONE_S + ROOM_S)
        await life.ask(channel, "DELETE", f"playbacks/{channel}")
        with anyio.move_on_after(ROOM_S):  # what is cut off by the snoop's end is logged as failed
            await over.wait()
        del life.chimes[channel]
    life.arrivals.forget(channel)
    if made.is_ok:
        await life.ask(channel, "DELETE", f"channels/{channel}")
