"""The dialer killed with -9 again and again in the middle of a campaign on a real Asterisk."""

import os
import random
import signal
from collections import Counter

import anyio
import pytest

from dialer import settings as settings_file
from dialer import supervise
from dialer.engine.commands import Cdr
from dialer.engine.events import Intended
from dialer.journal.book import Book
from dialer.journal.reader import Reader
from sim.judge import Case, judge, lab
from sim.stage import Stage, lab_ports, shifted
from tests.asterisk_lab import SHIFT, asterisk_prefix

__all__ = ["asterisk_prefix"]

KILLS = int(os.environ.get("DIALER_TEST_KILLS", "25"))
OFFSET = 3400 + SHIFT


class Killing(Stage):
    """A play in which the leading part dies on stage, and is played by the next one."""

    kills = 0

    async def follow(self) -> None:
        rng = random.Random(self.seed)
        while self.kills < KILLS:
            await anyio.sleep(rng.uniform(0.2, 4.0))
            pid = self.keeper.kept["serve"].pid
            if pid:
                os.kill(pid, signal.SIGKILL)
                self.kills += 1
            await anyio.sleep(0.3)
            await self.until_served()


@pytest.fixture(scope="module")
def play(asterisk_prefix, tmp_path_factory):
    patience = pytest.MonkeyPatch()
    patience.setattr(supervise, "PAUSE_MOST_S", 0.5)
    home = tmp_path_factory.mktemp("kills") / "home"
    base = shifted(settings_file.load(None, home=home, prefix=asterisk_prefix), OFFSET)
    stage = Killing(base, minutes=10, agents=8, seed=4, ports=lab_ports(OFFSET))
    stage.figures = anyio.run(stage.play, True)
    patience.undo()
    return stage


@pytest.mark.asterisk
@pytest.mark.crash
def test_every_placed_call_ends_in_exactly_one_cdr(play):
    journal = Reader(play.settings.journal)
    ends = Counter(fact.call for _, fact in journal.facts(0) if isinstance(fact, Cdr))
    missing = [one for one in play.compared().mismatches if one.kind == "missing"]
    assert play.kills == KILLS
    assert missing == []
    assert [call for call, n in ends.items() if n > 1] == []
    assert journal.open_intents() == []
    assert play.figures["placed"] == play.figures["lab"]["placed"] > KILLS


@pytest.mark.asterisk
@pytest.mark.crash
def test_nobody_was_dialled_twice_and_no_channel_stayed_behind(play):
    dialled = Counter(call.number for call in play.carrier_calls())
    promised = Counter(play.numbers().values())
    assert {n: c for n, c in dialled.items() if c > promised[n]} == {}
    assert play.channels_left == []


@pytest.mark.asterisk
@pytest.mark.crash
def test_every_promise_was_kept_by_the_carriers_own_log(play):
    """The checker of the simulated crashes, on a real one: replay to the byte included."""
    journal = Reader(play.settings.journal)
    events = list(journal.since(0))
    promises = [event for _, event in events if isinstance(event, Intended)]
    with Book(play.settings.journal) as book:
        numbers = book.numbers_of(promise.call for promise in promises)
    case = Case(
        events=events,
        facts=[fact for _, fact in journal.facts(0)],
        open_intents=journal.open_intents(),
        truth=lab.lived(play.carrier_calls(), promises, numbers),
        leftovers=play.channels_left,
        outages=lab.deaths(events),
    )
    assert [str(violation) for violation in judge(case, *lab.RULES)] == []
