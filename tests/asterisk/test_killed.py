"""The dialer is killed, or hangs, before an agent is there: nobody hears silence for long."""

import os
import signal
import time

import pytest

from dialer.engine.commands import Reconcile
from dialer.engine.events import Reconciled
from tests.asterisk.desk import desk
from tests.asterisk.kill import (
    LIMIT_S,
    MOMENTS,
    SIGNALS,
    Moment,
    await_moment,
    one,
    reported,
    start,
    until_quiet,
)
from tests.asterisk.pair import TRUNKS, Pair, number
from tests.asterisk.victim import Plan

pytestmark = [pytest.mark.asterisk, pytest.mark.crash, pytest.mark.slow]

RUNS = int(os.environ.get("DIALER_KILLS", "1"))
"Of each; the release wants 25."


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_whoever_answers_hears_the_message_or_an_agent_or_is_released(
    pair: Pair, moment: str, how: str, who: list[int]
):
    for _ in range(RUNS):
        who[0] += 1
        (silence,) = one(pair, MOMENTS[moment], how, who[0])
        assert silence.seconds <= LIMIT_S, silence


@pytest.mark.anyio
async def test_the_next_life_ends_what_the_killed_one_left(pair: Pair, who: list[int]):
    who[0] += 1
    one(pair, MOMENTS["ordering the bridge"], "kill", who[0])
    assert pair.leftovers() != []
    async with desk(pair.settings, TRUNKS) as the:
        the.order(Reconcile(calls=(), agents=(), whole=True))
        await the.until(Reconciled)


def test_a_dialer_that_slept_ten_seconds_learns_what_happened(pair: Pair, who: list[int]):
    numbers = tuple(number(who[0] + n, ring_s) for n, ring_s in enumerate((0.5, 2.0, 5.0), start=1))
    who[0] += 3
    victim = start(pair, Plan(numbers))
    try:
        await_moment(victim, Moment("Answered", 0.5))
        victim.send_signal(signal.SIGSTOP)
        time.sleep(10)
        victim.send_signal(signal.SIGCONT)
        until_quiet(pair)
        time.sleep(1.5)
    finally:
        victim.kill()
    told = [(type(event).__name__, getattr(event, "call", "")) for event in reported(victim)]
    victim.wait()
    victim.stdout.close()
    ended = [call for name, call in told if name == "HungUp"]
    assert len(ended) == 3
    assert sorted(ended) == sorted({call for name, call in told if name == "MessageStarted"})


@pytest.fixture(scope="module")
def who() -> list[int]:
    """Counts the persons called, so that each has a recording of his own."""
    return [1000]


@pytest.fixture(autouse=True)
async def nothing_stays(pair: Pair, anyio_backend: str):
    """What a killed dialer leaves the next one takes away."""
    yield
    async with desk(pair.settings, TRUNKS):
        pass
    assert pair.leftovers() == []
