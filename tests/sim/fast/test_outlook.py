"""What a team can expect before it starts."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from dialer.errors import SettingsError
from sim.bench import bench
from sim.commands import twin
from sim.fast.outlook import Team, outlook
from sim.fast.sweep import frontier, worth
from sim.fast.workers import workers
from sim.scenario import STD

TEAM = Team(agents=10, answer_rate=0.3, hours=4.0)


def test_a_day_of_a_team_is_a_day_of_std_with_its_own_figures():
    day = Team(agents=10, answer_rate=0.2, talk_s=90.0, ring_s=8.0).day
    assert (day.agents, day.p, day.people.talk.mean, day.people.human_ring.mean) == (
        10, 0.2, 90.0, 8.0,
    )  # fmt: skip
    assert day.people.talk.cv == STD.people.talk.cv


def test_the_best_keeps_the_cap_with_its_whole_band_and_the_limit_is_above():
    seen = outlook(TEAM, seeds=range(8))
    rate = seen.best.abandon_rate
    assert rate.mean + (rate.off or 0.0) <= TEAM.cap
    assert seen.limit is not None
    assert 0.85 < (seen.share_of_limit or 0.0) < 1.0
    rising = [one.occupancy.mean for one in seen.points]
    assert rising == sorted(rising)
    assert seen.fewer is not None
    assert seen.fewer.persons_per_hour.mean < seen.best.persons_per_hour.mean
    assert seen.more.persons_per_hour.mean > seen.best.persons_per_hour.mean


def test_processes_side_by_side_find_the_same():
    alone = frontier(TEAM.day, (1.0, 2.0), seeds=(1, 2, 3))
    with workers(processes=2) as many:
        assert frontier(TEAM.day, (1.0, 2.0), (1, 2, 3), many) == alone


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster: a scheduler, and a worker that is a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as one:
        yield one


@pytest.mark.slow
@pytest.mark.computes
def test_a_dask_cluster_does_the_work_and_finds_the_same(cluster: Any):
    alone, idle = frontier(TEAM.day, (1.0, 2.0), seeds=(1, 2, 3)), done_by(cluster)
    with workers(dask=cluster.scheduler_address) as many:
        assert frontier(TEAM.day, (1.0, 2.0), (1, 2, 3), many) == alone
    assert done_by(cluster) > idle


@pytest.mark.slow
@pytest.mark.computes
def test_the_command_asks_the_cluster(cluster: Any):
    words = ["frontier", "--agents", "5", "--answer-rate", "0.3", "--hours", "1", "--days", "3"]
    here, idle = CliRunner().invoke(twin, [*words, "--json"]).stdout, done_by(cluster)
    where = ("--dask", cluster.scheduler_address)
    there = CliRunner().invoke(twin, [*words, *where, "--json"]).stdout
    assert json.loads(there) == json.loads(here)
    assert done_by(cluster) > idle


def done_by(cluster: Any) -> int:
    """Steps of tasks that the scheduler has seen."""
    return int(cluster.scheduler.transition_counter)


def test_the_throughput_identity_holds():
    """Persons joined times what each takes is the time that agents worked."""
    day = TEAM.day
    one = worth(day, tuple(range(20, -1, -2)), seed=4)
    handled_s = day.people.talk.mean + day.shift.wrap_up.mean
    worked_s = one.occupancy * 10 * (day.hours * 3600 - day.warm_up_s)
    assert (one.persons - one.abandoned) * handled_s == pytest.approx(worked_s, rel=0.1)


def test_the_command_prints_the_table_or_json():
    words = ["frontier", "--agents", "5", "--answer-rate", "0.3", "--hours", "1", "--days", "3"]
    shown = CliRunner().invoke(twin, words)
    assert "No dialer that lets every phone ring on exceeds 86.6 %" in shown.output
    assert "One agent fewer (4)" in shown.output
    told = json.loads(CliRunner().invoke(twin, [*words, "--json"]).stdout)
    assert (told["source"], told["points"][0]["abandon_rate"]["mean"]) == ("sim", 0.0)


def test_a_cluster_that_is_not_there_is_told():
    with (
        pytest.raises(SettingsError, match="--dask tcp://nowhere:1"),
        workers(1, "tcp://nowhere:1"),
    ):
        pass


def test_the_bench_compares_call_by_call():
    told = json.loads(CliRunner().invoke(bench, ["twin", "--short", "--json"]).stdout)
    assert told["same_calls"] is True
    assert told["calls"] > 100
