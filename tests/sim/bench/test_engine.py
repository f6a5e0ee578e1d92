"""The engine among simulated people, timed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.bench import bench
from sim.bench.engine import engine_figures
from sim.bench.hollow import Echo, EchoJournal, Noted, NotedJournal, Said, _lived
from sim.scenario import scenario


def test_its_figures_are_of_calls_that_really_ended():
    found = engine_figures(scenario("std", agents=5), 300.0, seed=3)
    assert found.calls > 5
    assert found.events > 4 * found.calls
    assert found.engine_us_per_event > 0
    assert found.calls_per_cpu_s < found.calls_per_engine_s
    assert found.simpy_steps > found.events / 2
    assert found.calls_per_cpu_s < found.bare_calls_per_cpu_s


@pytest.mark.parametrize("mode", ["ratio", "predictive"])
def test_an_echo_of_engine_and_journal_lets_the_same_day_happen(mode: str):
    day, said = scenario("std", agents=5, pacing=mode, ratio=2.0), Said()
    lived = [
        _lived(day, 300.0, 3, said, engine, journal)
        for engine, journal in ((Noted, NotedJournal), (Echo, None), (Echo, EchoJournal))
    ]
    assert min(lived) > 0.0
    with pytest.raises(StopIteration):  # another day asks for more than was said
        _lived(day, 400.0, 3, said, Echo, EchoJournal)


def test_the_engine_is_timed_in_the_mode_that_is_asked_for():
    def ran(*words: str) -> str:
        done = CliRunner().invoke(bench, ["engine", "--short", "--agents", "5", *words])
        return str(done.exception) if done.exception else done.output

    told = ran("--policy", "predictive")
    assert "agents: 5" in told
    assert "calls per cpu s" in told


@pytest.mark.slow
@pytest.mark.computes
def test_it_is_timed_on_pypy_and_its_days_are_compared(pypy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DIALER_PYPY", str(pypy.parent))
    words = ["engine", "--pypy", "--short", "--agents", "5", "--policy", "predictive", "--json"]
    done = CliRunner().invoke(bench, words)
    assert done.exit_code == 0, done.exception
    found = json.loads(done.stdout)
    assert (found["days"], found["days_compared"], found["days_alike"]) == (2, 2, 2)
    assert found["calls"] > 20
    assert found["warm_calls_per_cpu_s"] > 0


def test_days_that_differ_on_pypy_are_an_error(monkeypatch: pytest.MonkeyPatch):
    from sim.bench.commands import simulated

    found = {"days_compared": 2, "days_alike": 1}
    monkeypatch.setattr(simulated, "engine_elsewhere", lambda *_: found)
    done = CliRunner().invoke(bench, ["engine", "--pypy"])
    assert done.exit_code == 1
    assert "days alike: 1" in done.output
