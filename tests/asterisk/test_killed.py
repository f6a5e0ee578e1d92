"""The dialer is killed, or hangs, before an agent is there: nobody hears silence for long."""

import os

import pytest

from dialer.engine.commands import Reconcile
from dialer.engine.events import Reconciled
from tests.asterisk.desk import desk
from tests.asterisk.kill import LIMIT_S, MOMENTS, SIGNALS, one
from tests.asterisk.pair import TRUNKS, Pair

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
