"""What days came to, wherever they are lived."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from rich.console import Console

from dialer.engine.commands import Cdr
from dialer.errors import SettingsError
from sim.days import Worth, several, stream, worth
from sim.living import living, shown
from sim.run import run
from sim.scenario import Scenario, scenario
from sim.world import World

DAY = scenario("lab", agents=3, hours=0.05)


def test_a_day_is_worth_what_the_same_day_says_that_was_kept_whole():
    found, whole = worth(DAY, 3), run(DAY, 3)
    assert found.score == whole.score
    assert found.calls == sum(isinstance(fact, Cdr) for fact in whole.case.facts) > 3
    assert found.cpu_s > 0.0


def test_a_stream_tells_days_apart_and_knows_one_again():
    assert worth(DAY, 3).stream == worth(DAY, 3).stream != worth(DAY, 4).stream


def test_a_stream_hears_of_each_event_and_each_cdr():
    world = World(DAY, 3)
    world.open()
    told = [stream(world.journal)]
    for until_s in (1.0, 20.0, 60.0):
        world.run(until_s)
        told.append(stream(world.journal))
    assert len(set(told)) == len(told)


def test_an_executor_lives_the_same_days_in_their_order():
    with ThreadPoolExecutor(2) as executor:
        spread = list(several(executor)(DAY, (1, 2, 3)))
    alone = list(several()(DAY, (1, 2, 3)))
    assert [one.seed for one in spread] == [1, 2, 3]
    assert [one.stream for one in spread] == [one.stream for one in alone]


def test_a_cluster_brings_its_own_interpreter():
    with pytest.raises(SettingsError, match="--pypy and --dask"), living(1, "x:1", pypy=True):
        pass


def test_days_that_are_shown_are_the_same_and_come_one_by_one():
    told = StringIO()

    def lives(day: Scenario, seeds: Sequence[int]) -> Iterator[Worth]:
        for seed in seeds:
            yield Worth(seed=seed, score=found.score, calls=1, cpu_s=1.0, stream="")

    found = worth(DAY, 1)
    console = Console(file=told, force_terminal=True, width=100)
    assert [one.seed for one in shown(lives, console)(DAY, (5, 6))] == [5, 6]
    assert "2 days of 3 agents" in told.getvalue()
