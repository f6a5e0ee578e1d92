"""How loud agents hear people, on a real Asterisk."""

from pathlib import Path

import anyio
import numpy as np
import pytest

from dialer.engine.commands import Bridge, CallAgent, DropAgent, HangUp, Listen
from dialer.engine.events import Answered, Bridged, HungUp, LegDown, LegUp
from tests.asterisk.desk import desk
from tests.asterisk.ear import closed
from tests.asterisk.pair import TRUNKS, Pair, speaker

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

TENTH = 800
SENT = {True: 32000 / 2**0.5, False: 300 / 2**0.5}
"Root mean square of what the carrier sends."


async def levels(pair: Pair, who: int, *, loud: bool) -> np.ndarray:
    """What the agent heard, tenth by tenth of a second, from the first sound."""
    async with desk(pair.settings, TRUNKS) as the:
        the.order(CallAgent("ann", "PJSIP/agent1"))
        await the.until(LegUp, agent="ann")
        call = the.dial(speaker(who, loud=loud))
        await the.until(Answered, call=call)
        the.order(Listen(call, "answer"))
        the.order(Bridge(call, "ann"))
        await the.until(Bridged, call=call, agent="ann")
        await anyio.sleep(4.0)
        the.order(HangUp(call, "test"))
        await the.until(HungUp, call=call)
        the.order(DropAgent("ann"))
        await the.until(LegDown, agent="ann")
    await anyio.sleep(0.3)
    return _levels(pair.heard / "agent1-ear.wav")


def _levels(path: Path) -> np.ndarray:
    with closed(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    first = int(np.argmax(np.abs(samples) > 50))
    whole = samples[first : first + (len(samples) - first) // TENTH * TENTH].reshape(-1, TENTH)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))


async def test_a_fax_machine_at_full_level_is_brought_down_at_once(pair: Pair):
    found = await levels(pair, 501, loud=True)
    assert SENT[True] > 22_000
    assert found[1:30].max() < 4000, "less than a fifth, from the second tenth of a second on"
    assert found[1:30].min() > 1000, "and still heard"


async def test_who_is_hardly_heard_is_raised(pair: Pair):
    found = await levels(pair, 502, loud=False)
    assert found[20:35].mean() > 2 * SENT[False]
