"""Processes that live days, with an interpreter that only pretends; and on PyPy itself."""

import json
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from dialer.errors import DialerError
from sim.bench.elsewhere import elsewhere
from sim.days import Worth, several, worth
from sim.pypy.worker import answers
from sim.pypy.workers import STANDINS, on_pypy
from sim.scenario import SCENARIOS, Scenario, scenario

DAY = scenario("lab", agents=3, hours=0.05)
SCORE = {"occupancy": 0.5, "persons": 2, "abandoned": 0, "abandon_rate": 0.0, "calls": 5}
HEAD = f"""#!{sys.executable} -S
import json, os, sys, time
def answer(seed, **other):
    score = {SCORE!r}
    told = dict(seed=seed, score=score, calls=5, cpu_s=1.0, stream=str(os.getpid())) | other
    print(json.dumps(told), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    seed = asked["seed"]
"""


def pretending(folder: Path, body: str) -> Path:
    """A program that answers so."""
    program = folder / "pypy"
    program.write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()))
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def elsewhere_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_days_are_shared_out_over_the_processes(tmp_path: Path):
    program = pretending(tmp_path, "time.sleep(0.05)\nanswer(seed)")
    with on_pypy(program, 2) as lives:
        found = list(lives(DAY, range(1, 9)))
        assert sorted(one.seed for one in found) == list(range(1, 9))
        assert len({one.stream for one in found}) == 2
        assert [one.seed for one in lives(DAY, (9,))] == [9]


def test_the_day_that_is_asked_for_is_told_whole(tmp_path: Path):
    day = scenario("all", agents=4, hours=0.1)
    asked = msgspec.to_builtins(day)
    body = (
        f"answer(seed, stream='same' if asked['day'] == json.loads({json.dumps(asked)!r}) else '')"
    )
    with on_pypy(pretending(tmp_path, body)) as lives:
        assert [one.stream for one in lives(day, (1,))] == ["same"]


def test_stand_ins_come_first_and_nothing_of_this_python_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("LANG", "C")
    names = (
        "[os.environ.get(n) for n in ('PYTHONPATH', 'PYTHONWARNINGS', 'LANG', 'PYTHONSAFEPATH')]"
    )
    with on_pypy(pretending(tmp_path, f"answer(seed, stream=json.dumps({names}))")) as lives:
        [found] = lives(DAY, (1,))
    path, warnings, lang, safe = json.loads(found.stream)
    assert path.split(":")[0] == str(STANDINS)
    assert (warnings, lang, safe) == (None, "C", "1")


def test_one_that_ends_says_its_last_words(tmp_path: Path):
    body = "sys.exit('numpy.fft is not there') if seed == 3 else answer(seed)"
    said = r"seed 3; its last words:\nnumpy.fft is not there"
    with on_pypy(pretending(tmp_path, body), 2) as lives, pytest.raises(DialerError, match=said):
        list(lives(DAY, range(1, 40)))


def test_whoever_stops_asking_does_not_wait_for_days_that_go_on(tmp_path: Path):
    began = time.monotonic()
    body = "time.sleep(60 if seed > 1 else 0)\nanswer(seed)"
    with on_pypy(pretending(tmp_path, body), 2) as lives:
        days: Iterator[Worth] = lives(DAY, range(1, 9))
        assert next(days).seed == 1
        days.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 30.0


def test_a_worker_says_what_the_day_is_worth():
    out, found = StringIO(), worth(DAY, 3)
    answers([json.dumps({"day": msgspec.to_builtins(DAY), "seed": 3})], out)
    told = msgspec.json.decode(out.getvalue(), type=Worth)
    assert msgspec.structs.replace(told, cpu_s=0.0) == msgspec.structs.replace(found, cpu_s=0.0)


def test_the_bench_compares_days_and_tells_warm_ones_apart():
    def lives(day: Scenario, seeds: tuple[int, ...]) -> Iterator[Worth]:
        for one in several()(day, seeds):
            took_s = 10.0 if one.seed <= 4 else 1.0
            yield msgspec.structs.replace(
                one, calls=100, cpu_s=took_s, stream=one.stream if one.seed != 6 else "another"
            )

    found = elsewhere(DAY, 6, lives)
    assert (found.first_day_calls_per_cpu_s, found.warm_calls_per_cpu_s) == (10, 100)
    assert (found.all_days_calls_per_cpu_s, found.calls) == (round(600 / 42), 600)
    assert (found.days_compared, found.days_alike) == (2, 1)
    assert found.cpython_calls_per_cpu_s > 0


# ---- the real one ----
MODES = ("progressive", "ratio", "selftuned", "predictive")


@pytest.mark.slow
@pytest.mark.computes
def test_the_same_days_happen_on_pypy_to_the_last_digit(pypy: Path):
    days = [scenario("std", agents=20, hours=0.4, pacing=mode, ratio=2.0) for mode in MODES]
    days += [scenario(name, agents=8, hours=0.2, pacing="predictive") for name in SCENARIOS]
    days.append(scenario("lab", agents=6, hours=0.2, pacing="predictive", callers_per_h=200.0))
    with on_pypy(pypy) as lives:
        for day in days:
            [there], here = lives(day, (1,)), worth(day, 1)
            assert there.calls == here.calls > 20, day.name
            assert (there.stream, there.score) == (here.stream, here.score), (day.name, day.pacing)
