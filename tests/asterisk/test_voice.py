"""An agent whose phone sends nothing any more, on a real Asterisk."""

import anyio
import msgspec
import pytest

from dialer.engine.commands import Bridge, CallAgent, DropAgent, HangUp, Listen, Reassure
from dialer.engine.events import Answered, Bridged, HungUp, LegDown, LegUp, VoiceBack, VoiceLost
from tests.asterisk.desk import desk
from tests.asterisk.ear import heard
from tests.asterisk.pair import AGENT_HZ, MESSAGE_HZ, PERSON_HZ, TRUNKS, Pair, number

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

QUIET_AT_S, QUIET_S = 4.0, 6.0
"What the carrier's `quiet1` does."


async def test_a_voice_is_lost_after_three_seconds_and_back_with_the_next_packet(pair: Pair):
    settings = msgspec.structs.replace(pair.settings, one_moment="sound:dialer/safe-harbour")
    async with desk(settings, TRUNKS) as the:
        the.order(CallAgent("ann", "PJSIP/agent1"))
        the.order(CallAgent("kim", "PJSIP/quiet1"))
        up = await the.until(LegUp, agent="kim")
        call = the.dial(number(401, ring_s=0.3))
        await the.until(Answered, call=call)
        the.order(Listen(call, "answer"))
        the.order(Bridge(call, "kim"))
        await the.until(Bridged, call=call, agent="kim")
        lost = await the.until(VoiceLost, agent="kim")
        the.order(Reassure(call, "kim"))
        back = await the.until(VoiceBack, agent="kim")
        await anyio.sleep(0.5)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
        for agent in ("ann", "kim"):
            the.order(DropAgent(agent))
            await the.until(LegDown, agent=agent)
    assert 2.0 <= lost.at - up.at - QUIET_AT_S <= 5.0
    assert -0.5 <= back.at - up.at - QUIET_AT_S - QUIET_S <= 3.0
    told = [e for e in the.events if isinstance(e, VoiceLost | VoiceBack)]
    assert told == [lost, back], "once each, and nothing of who talks on"
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(401, 0.3)}-ear.wav", (MESSAGE_HZ, AGENT_HZ, PERSON_HZ))
    assert ear.seconds_of(MESSAGE_HZ) > 1.5
    assert ear.seconds_of(AGENT_HZ) > 1.5
