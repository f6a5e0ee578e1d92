"""Hold, hand over and mute on a real Asterisk, by what both sides hear."""

import time
from itertools import groupby

import anyio
import pytest

from dialer.asterisk import chime
from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    DropAgent,
    HangUp,
    Hold,
    Listen,
    Mute,
    Resume,
)
from dialer.engine.events import Answered, Bridged, Held, HungUp, LegDown, LegUp, Resumed
from tests.asterisk.desk import Desk, desk
from tests.asterisk.ear import heard, seconds_with
from tests.asterisk.pair import (
    AGENT_HZ,
    HOLD_HZ,
    MESSAGE_HZ,
    OURS,
    PERSON_HZ,
    TALK_HZ,
    TRUNK,
    TRUNKS,
    Pair,
    number,
)

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

TONES = (MESSAGE_HZ, AGENT_HZ, PERSON_HZ, HOLD_HZ)


async def joined(the: Desk, who: int, agent: str, seat: int) -> str:
    """A customer who talks with that agent."""
    the.order(CallAgent(agent, f"PJSIP/agent{seat}"))
    await the.until(LegUp, agent=agent)
    call = the.dial(number(who, ring_s=0.3))
    await the.until(Answered, call=call)
    the.order(Listen(call, "answer"))
    await anyio.sleep(0.4)
    the.order(Bridge(call, agent))
    await the.until(Bridged, call=call, agent=agent)
    return call


async def ended(the: Desk, call: str, *agents: str) -> None:
    the.order(HangUp(call, "test"))
    await the.until(HungUp, call=call)
    for agent in agents:
        the.order(DropAgent(agent))
        await the.until(LegDown, agent=agent)


async def test_on_hold_a_customer_hears_music_and_afterwards_the_agent(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = await joined(the, 301, "ann", 1)
        await anyio.sleep(1.0)
        the.order(Hold(call, "ann"))
        held = await the.until(Held, call=call, agent="ann")
        await anyio.sleep(4.0)  # longer than a lease
        the.order(Resume(call, "ann"))
        resumed = await the.until(Resumed, call=call, agent="ann")
        await anyio.sleep(1.0)
        await ended(the, call, "ann")
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(301, 0.3)}-ear.wav", TONES)
    assert [hz for hz, _ in groupby(hz for hz, _, _ in ear.sounds)] == [AGENT_HZ, HOLD_HZ, AGENT_HZ]
    assert ear.seconds_of(HOLD_HZ) == pytest.approx(resumed.at - held.at, abs=0.7)
    assert ear.seconds_of(AGENT_HZ) > 1.5
    agents = heard(pair.heard / "agent1-ear.wav", TONES)
    assert agents.seconds_of(PERSON_HZ) > 1.5
    assert agents.longest_gap_s(PERSON_HZ) == pytest.approx(resumed.at - held.at, abs=0.7)
    assert agents.seconds_of(HOLD_HZ) == 0


async def test_a_customer_can_hang_up_on_hold(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = await joined(the, 302, "ann", 1)
        the.order(Hold(call, "ann"))
        await the.until(Held, call=call)
        pair.carrier_hangs_up()
        await the.until(HungUp, call=call)
        the.order(CallAgent("ann", "PJSIP/agent1"))
        the.order(DropAgent("ann"))
        await the.until(LegDown, agent="ann")


async def test_a_customer_who_is_handed_over_hears_the_second_agent_and_no_silence(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = await joined(the, 303, "ann", 1)
        the.order(CallAgent("ben", "PJSIP/agent2"))
        await the.until(LegUp, agent="ben")
        the.order(Hold(call, "ann"))
        the.order(Bridge(call, "ben"))
        moved = await the.until(Bridged, call=call, agent="ben")
        await anyio.sleep(1.5)
        await ended(the, call, "ann", "ben")
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(303, 0.3)}-ear.wav", TONES)
    at = ear.after(moved.at - 0.5, AGENT_HZ)
    assert at is not None
    assert ear.seconds_of(AGENT_HZ) > 1.3
    assert heard(pair.heard / "agent2-ear.wav", TONES).seconds_of(PERSON_HZ) > 1.2


async def test_a_muted_agent_hears_and_is_not_heard(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        call = await joined(the, 304, "ann", 1)
        await anyio.sleep(0.5)
        the.order(Mute(call, "ann", True))
        muted_at = time.time()
        await anyio.sleep(2.0)
        the.order(Mute(call, "ann", False))
        muted_s = time.time() - muted_at
        await anyio.sleep(1.0)
        await ended(the, call, "ann")
    await anyio.sleep(0.3)
    ear = heard(pair.heard / f"{number(304, 0.3)}-ear.wav", TONES)
    assert ear.seconds_of(AGENT_HZ) > 1.0
    assert ear.longest_gap_s(AGENT_HZ) == pytest.approx(muted_s, abs=0.7)
    assert seconds_with(pair.heard / "agent1-ear.wav", PERSON_HZ) > 3.0


async def test_a_customer_and_somebody_outside_hear_each_other_until_one_hangs_up(pair: Pair):
    bank = "outside:bank:c1"
    async with desk(pair.settings, TRUNKS) as the:
        call = await joined(the, 305, "ann", 1)
        the.order(Hold(call, "ann"))
        the.order(CallOutside(bank, "bank", "lab", 20.0))
        await the.until(LegUp, agent=bank)
        the.order(Bridge(call, bank))
        await the.until(Bridged, call=call, agent=bank)
        await anyio.sleep(3.0)
        pair.carrier_hangs_up()
        await the.until(LegDown, agent=bank)
        await the.until(HungUp, call=call)
        the.order(DropAgent("ann"))
        await the.until(LegDown, agent="ann")
    await anyio.sleep(0.3)
    customers = pair.heard / f"{number(305, 0.3)}-ear.wav"
    assert seconds_with(customers, TALK_HZ) > 1.0
    banks = pair.heard / f"{TRUNK.outside['bank']}-ear.wav"
    assert seconds_with(banks, PERSON_HZ) > 2.5
    assert seconds_with(banks, AGENT_HZ) == seconds_with(banks, chime.HZ) == 0.0
    (row,) = [row for row in pair.carriers_records() if row[2] == TRUNK.outside["bank"]]
    assert row[1] == OURS


async def test_who_is_on_no_list_is_not_called_and_who_is_busy_is_told(pair: Pair):
    before = len(pair.carriers_records())
    async with desk(pair.settings, TRUNKS) as the:
        for name, trunk in (("friend", "lab"), (number(306, 0.3), "lab"), ("bank", "none")):
            one = f"outside:{name}:{trunk}"
            the.order(CallOutside(one, name, trunk, 20.0))
            await the.until(LegDown, agent=one)
        the.order(CallOutside("outside:shop:c1", "shop", "lab", 20.0))
        assert (await the.until(LegDown, agent="outside:shop:c1")).cause == 17
    await anyio.sleep(0.5)
    called = [row[2] for row in pair.carriers_records()[before:]]
    assert called == [TRUNK.outside["shop"]]
