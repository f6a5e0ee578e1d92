"""The greeting again, on a real Asterisk with real listeners: the agent hears it, nobody else."""

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
    PlayGreeting,
    StopListening,
)
from dialer.engine.events import Answered, Bridged, GreetingEnded, HungUp, LegDown, LegUp
from dialer.listening.pool import ListenerPool
from tests.asterisk.desk import Desk, desk
from tests.asterisk.ear import seconds_with
from tests.asterisk.pair import (
    AGENT_HZ,
    HELLO_S,
    PERSON_HZ,
    TALK_HZ,
    TRUNKS,
    Pair,
    greeter,
    write_tone,
)
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

JOINED_AFTER_S = 2.0
TALKED_S = 1.0


@asynccontextmanager
async def listening_desk(pair: Pair, agent: str, seat: str) -> AsyncIterator[Desk]:
    """With real ears, and this agent's leg up."""
    async with ListenerPool(lambda event: None, workers=1) as pool:
        await pool.ready()
        async with desk(pair.settings, TRUNKS, pool) as the:
            the.order(CallAgent(agent, f"PJSIP/{seat}"))
            await the.until(LegUp, agent=agent)
            yield the
            the.order(DropAgent(agent))
            await the.until(LegDown, agent=agent)


async def joined(the: Desk, number: str, agent: str) -> str:
    """A call that was heard from the answer on, and is with the agent now."""
    call = the.dial(number)
    await the.until(Answered, call=call)
    the.order(Listen(call, "answer"))
    await anyio.sleep(JOINED_AFTER_S)
    the.order(Bridge(call, agent))
    await the.until(Bridged, call=call, agent=agent)
    the.order(StopListening(call))
    await anyio.sleep(TALKED_S)
    return call


async def ended(the: Desk, call: str) -> None:
    the.order(HangUp(call, "test"))
    await the.until(HungUp, call=call)
    await anyio.sleep(0.3)


def heard_s(pair: Pair, name: str, hz: int) -> float:
    """How long that tone was in somebody's ear."""
    return seconds_with(pair.heard / f"{name}-ear.wav", hz)


def files(pair: Pair) -> list[str]:
    assert pair.settings.greetings is not None
    return [path.name for path in pair.settings.greetings.iterdir()]


async def test_the_agent_hears_the_greeting_again_and_the_customer_does_not(pair: Pair):
    async with listening_desk(pair, "gil", "agent4") as the:
        call = await joined(the, greeter(40), "gil")
        the.order(PlayGreeting(call, "gil"))
        over = await the.until(GreetingEnded, call=call)
        assert (over.agent, over.played, over.why) == ("gil", True, "")
        assert files(pair) == []
        await ended(the, call)
    await anyio.sleep(0.3)
    assert heard_s(pair, "agent4", PERSON_HZ) == pytest.approx(HELLO_S, abs=0.4)
    assert heard_s(pair, "agent4", TALK_HZ) > TALKED_S + HELLO_S  # the talk went on beneath it
    assert heard_s(pair, greeter(40), PERSON_HZ) == 0.0
    assert heard_s(pair, greeter(40), AGENT_HZ) > TALKED_S + HELLO_S


async def test_it_is_heard_although_the_customers_line_sends_nothing_in_a_pause(pair: Pair):
    async with listening_desk(pair, "kim", "agent8") as the:
        call = await joined(the, greeter(44, falls_silent=True), "kim")
        the.order(PlayGreeting(call, "kim"))
        assert (await the.until(GreetingEnded, call=call)).played
        await ended(the, call)
    await anyio.sleep(0.3)
    assert heard_s(pair, "agent8", PERSON_HZ) == pytest.approx(HELLO_S, abs=0.4)


async def test_a_greeting_that_is_wanted_twice_is_played_twice_but_not_at_once(pair: Pair):
    async with listening_desk(pair, "hal", "agent5") as the:
        call = await joined(the, greeter(41), "hal")
        the.order(PlayGreeting(call, "hal"))
        the.order(PlayGreeting(call, "hal"))
        await the.until(GreetingEnded, call=call)
        assert the.of(call).count("GreetingEnded") == 1
        the.order(PlayGreeting(call, "hal"))
        with anyio.fail_after(PATIENCE_S):
            while the.of(call).count("GreetingEnded") < 2:  # noqa: ASYNC110
                await anyio.sleep(0.05)
        await anyio.sleep(2.0)
        assert the.of(call).count("GreetingEnded") == 2
        await ended(the, call)
    await anyio.sleep(0.3)
    assert heard_s(pair, "agent5", PERSON_HZ) == pytest.approx(2 * HELLO_S, abs=0.6)


async def test_a_greeting_ends_with_the_call_and_delays_no_order(pair: Pair):
    async with listening_desk(pair, "ida", "agent6") as the:
        call = await joined(the, greeter(42), "ida")
        the.order(PlayGreeting(call, "ida"))
        with anyio.fail_after(PATIENCE_S):
            while len(files(pair)) != 1:  # noqa: ASYNC110
                await anyio.sleep(0.02)
        the.order(HangUp(call, "test"))
        over = await the.until(GreetingEnded, call=call)
        assert (over.played, over.why) == (False, "call ended")
        assert files(pair) == []
        the.order(PlayGreeting(call, "ida"))
        await the.until(GreetingEnded, call=call, why="call gone")


async def test_nobody_hears_the_greeting_of_a_customer_who_is_not_there(pair: Pair):
    async with listening_desk(pair, "jon", "agent7") as the:
        call = the.dial(greeter(43))
        await the.until(Answered, call=call)
        the.order(PlayGreeting(call, "jon"))
        over = await the.until(GreetingEnded, call=call)
        assert (over.played, over.why) == (False, "they are not joined")
        await ended(the, call)


async def test_a_greeting_that_a_killed_dialer_left_behind_is_removed_at_the_start(pair: Pair):
    folder = pair.settings.greetings
    assert folder is not None
    folder.mkdir(exist_ok=True)
    write_tone(folder / "0123456789abcdef.wav", PERSON_HZ, 1.0)
    (folder / "fedcba9876543210.part").write_bytes(b"half of it")
    async with desk(pair.settings, TRUNKS):
        assert files(pair) == []
