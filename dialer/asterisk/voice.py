"""Whether voice still comes from the agents' phones: their packets are counted, as Asterisk counts.

A leg can stand for minutes after the phone behind it has lost its network: nobody says so in SIP.
So the packets of who talks are looked at each second, of who waits each fifth. After three seconds
without one the voice is lost, with the next it is back. A muted microphone sends packets, too. A
phone on the desk must not suppress silence (most do not unless told to): it would be thought lost.
"""

import itertools

import anyio

from dialer.asterisk.life import Leg, Life
from dialer.engine.events import VoiceBack, VoiceLost

LOOK_S = 1.0
IDLE_LOOKS = 5
"Who waits is looked at once in so many looks."
SILENT_S = 3.0


async def watch(life: Life) -> None:
    """Look at every leg that stands, for as long as the connection lives."""
    for count in itertools.count():
        for leg in life.register.legs.values():
            if leg.is_up and (leg.customer or count % IDLE_LOOKS == 0):
                life.tasks.start_soon(_look, life, leg)
        await anyio.sleep(LOOK_S)


async def _look(life: Life, leg: Leg) -> None:
    reply = await life.ask(leg.channel, "GET", f"channels/{leg.channel}/rtp_statistics")
    if reply.is_ok and life.register.legs.get(leg.agent) is leg:
        news = counted(leg, int(reply.json()["rxcount"]), life.now())
        if news is not None:
            life.tell(news)


def counted(leg: Leg, packets: int, at: float) -> VoiceLost | VoiceBack | None:
    """So many have come since the leg was called; what is news in that."""
    if leg.heard_at is None or packets != leg.packets:
        leg.packets, leg.heard_at = packets, at
        if leg.silent_for is not None:
            leg.silent_for = None
            return VoiceBack(agent=leg.agent, at=at)
    elif at - leg.heard_at >= SILENT_S and leg.silent_for != leg.customer:
        leg.silent_for = leg.customer  # of the next customer it is told again
        return VoiceLost(agent=leg.agent, at=at)
    return None
