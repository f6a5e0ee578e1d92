"""Supervisors at agents' ears on a real Asterisk: who hears whom, by the tones in their ears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    DropAgent,
    HangUp,
    Listen,
    Monitor,
    StopListening,
    StopMonitor,
)
from dialer.engine.events import (
    Answered,
    Bridged,
    How,
    HungUp,
    LegDown,
    LegUp,
    MonitorEnded,
    MonitorStarted,
)
from tests.asterisk.desk import Desk, desk
from tests.asterisk.ear import seconds_with
from tests.asterisk.pair import AGENT_HZ, BOSS_HZ, PERSON_HZ, TRUNKS, Pair, number

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

HEARD_S = 2.0
BOSS = "PJSIP/boss1"


@asynccontextmanager
async def talking(pair: Pair, agent: str, seat: str, who: int) -> AsyncIterator[tuple[Desk, str]]:
    """An agent with a customer."""
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent(agent, f"PJSIP/{seat}"))
        await the.until(LegUp, agent=agent)
        call = the.dial(number(who, ring_s=0.2))
        await the.until(Answered, call=call)
        the.order(Listen(call, "answer"))
        the.order(StopListening(call))
        the.order(Bridge(call, agent))
        await the.until(Bridged, call=call)
        yield the, call
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
        the.order(DropAgent(agent))
        await the.until(LegDown, agent=agent)
    await anyio.sleep(0.5)


async def monitored(the: Desk, agent: str, how: How) -> MonitorStarted:
    the.order(Monitor("eva", agent, how, BOSS))
    started = await the.until(MonitorStarted, user="eva", how=how)
    await anyio.sleep(HEARD_S)
    return started


async def stopped(the: Desk) -> MonitorEnded:
    the.order(StopMonitor("eva"))
    ended = await the.until(MonitorEnded, user="eva")
    await anyio.sleep(0.3)
    return ended


def ear(pair: Pair, name: str, hz: int) -> float:
    """How long that tone was in somebody's ear."""
    return seconds_with(pair.heard / f"{name}-ear.wav", hz)


async def test_who_listens_hears_both_and_nobody_hears_who_listens(pair: Pair):
    async with talking(pair, "mia", "agent6", 70) as (the, _):
        await monitored(the, "mia", "listen")
        assert (await stopped(the)).why == "asked"
    assert ear(pair, "boss1", PERSON_HZ) > HEARD_S - 0.3
    assert ear(pair, "boss1", AGENT_HZ) > HEARD_S - 0.3
    assert ear(pair, "agent6", BOSS_HZ) == ear(pair, number(70, 0.2), BOSS_HZ) == 0.0


async def test_who_whispers_is_heard_by_the_agent_alone(pair: Pair):
    async with talking(pair, "noa", "agent7", 71) as (the, _):
        began = await monitored(the, "noa", "whisper")
        whispered_s = (await stopped(the)).at - began.at
        await anyio.sleep(0.5)
    assert ear(pair, "boss1", PERSON_HZ) > HEARD_S - 0.3
    assert ear(pair, "boss1", AGENT_HZ) > HEARD_S - 0.3
    assert HEARD_S - 0.3 < ear(pair, "agent7", BOSS_HZ) < whispered_s + 0.7
    assert ear(pair, number(71, 0.2), BOSS_HZ) == 0.0
    assert ear(pair, "agent7", PERSON_HZ) > HEARD_S  # the talk goes on beneath it


async def test_who_barges_in_is_heard_by_both(pair: Pair):
    async with talking(pair, "ole", "agent8", 72) as (the, _):
        await monitored(the, "ole", "barge")
        await stopped(the)
    assert ear(pair, "agent8", BOSS_HZ) > HEARD_S - 0.3
    assert ear(pair, number(72, 0.2), BOSS_HZ) > HEARD_S - 0.3
    assert ear(pair, number(72, 0.2), AGENT_HZ) > HEARD_S - 0.3
    assert ear(pair, "boss1", PERSON_HZ) > HEARD_S - 0.3


async def test_listening_turns_into_a_whisper_without_a_new_leg(pair: Pair):
    async with talking(pair, "pam", "agent9", 73) as (the, _):
        await monitored(the, "pam", "listen")
        began = await monitored(the, "pam", "whisper")
        whispered_s = (await stopped(the)).at - began.at
    assert ear(pair, "boss1", AGENT_HZ) > 2 * HEARD_S - 0.5
    assert HEARD_S - 0.3 < ear(pair, "agent9", BOSS_HZ) < whispered_s + 0.7


async def test_it_ends_when_the_agents_leg_goes_or_no_phone_answers(pair: Pair):
    async with talking(pair, "qia", "agent10", 74) as (the, _):
        await monitored(the, "qia", "listen")
        the.order(DropAgent("qia"))
        await the.until(LegDown, agent="qia")
        assert (await the.until(MonitorEnded, user="eva")).why == "the agent's leg is down"
        the.order(Monitor("ben", "qia", "listen", "PJSIP/nobody"))
        assert (await the.until(MonitorEnded, user="ben")).why == "no such phone"
        the.order(CallAgent("qia", "PJSIP/agent10"))
        await anyio.sleep(1.0)
