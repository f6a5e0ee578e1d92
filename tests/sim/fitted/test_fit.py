"""A simulated day with known laws is fitted back from its warehouse."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer
from msgspec.structs import replace
from rich.console import Console
from typer.testing import CliRunner

from dialer import settings
from dialer.api.records import Records
from dialer.clock import SteadyClock
from dialer.engine.commands import Decided
from dialer.errors import QueryError, SettingsError
from dialer.warehouse import Warehouse
from dialer.warehouse.loader import Loader
from dialer.warehouse.tail import SqliteTail
from sim import scenario_file
from sim.commands import twin
from sim.fitted.beside import beside
from sim.fitted.command import simulate, table
from sim.fitted.fit import fit, seen
from sim.fitted.laws import censored, like_lognormal, rings_out, spread
from sim.ordeal import Plan, ordeal
from sim.scenario import (
    MONDAY,
    SCENARIOS,
    Hearing,
    People,
    Scenario,
    Shift,
    fixed,
    gamma,
    lognormal,
)
from sim.twin_demo import keep
from tests.warehouse.day import FACTS, SPRING, T0, Book, cdr, loader

KNOWN = Scenario(
    name="known", agents=12, hours=1.5, answer_by_hour=(0.2, 0.5), pacing="ratio", ratio=2.5,
    retry="lab", abandon_cap=0.05,
    callers_per_h=60.0, account="30 days", ring_least_s=16.0,
    people=People(
        human_ring=gamma(8.0, 0.4), machine_ring=fixed(14.0), no_answer=fixed(40.0),
        talk=lognormal(50.0, 0.7), patience=gamma(6.0, 0.5),
    ),
    # To whoever reads CDRs a silent line is a person, and a machine taken for one: none are here.
    rest=replace(SCENARIOS["lab"].rest, dead_air=0.0, mute=0.0),
    hearing=Hearing(human_as_machine=0.0, machine_as_human=0.0),
    shift=Shift(wrap_up=gamma(12.0, 0.5), break_every_s=1500.0, break_s=gamma(90.0, 0.3)),
)  # fmt: skip


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lived")
    keep(ordeal(Plan(day=KNOWN), 3), home / "journal.sqlite")
    with closing(SqliteTail(home / "journal.sqlite")) as tail:
        Loader(home, tail).drain(until=SteadyClock()() + 60.0)
    return home


def of(home: Path, days: int = 1) -> Scenario:
    [opened] = [one.opened for one in Records(home).campaigns().values()]
    since = datetime.fromtimestamp(MONDAY, UTC) + timedelta(days=days - 1)
    day = seen(Warehouse(home, "sim"), opened, since, since + timedelta(days=1))
    return fit(day, "found")


def test_a_day_with_known_laws_is_fitted_back(lived: Path):
    found = of(lived)
    assert (found.agents, found.pacing, found.ratio, found.abandon_cap) == (12, "ratio", 2.5, 0.05)
    assert found.hours == pytest.approx(1.5, abs=0.1)
    assert found.account == "30 days"
    assert (found.ring_timeout_s, found.ring_least_s) == (KNOWN.ring_timeout_s, 16.0)
    assert found.callers_per_h == pytest.approx(60.0, abs=3 * (60.0 / 1.5) ** 0.5)
    first, second = found.answer_by_hour
    assert (first, second) == (pytest.approx(0.2, abs=0.05), pytest.approx(0.5, abs=0.07))
    people = found.people
    assert people.human_ring.mean == pytest.approx(8.0, rel=0.08)
    assert people.human_ring.cv == pytest.approx(0.4, abs=0.08)
    assert people.machine_ring.kind == "fixed"
    assert people.machine_ring.mean == pytest.approx(14.0, abs=0.1)
    # Many were let alone after 16 s: that is not how long a phone rings that nobody answers.
    assert people.no_answer.mean >= KNOWN.ring_timeout_s
    assert people.talk.mean == pytest.approx(50.0, rel=0.12)
    assert people.talk.cv == pytest.approx(0.7, abs=0.15)
    assert found.shift.wrap_up.mean == pytest.approx(12.0, rel=0.1)
    assert found.shift.break_s.mean == pytest.approx(90.0, rel=0.25)
    assert found.shift.break_every_s == pytest.approx(1500.0, rel=0.35)
    rest = KNOWN.rest
    whole = sum(getattr(rest, name) for name in rest.__struct_fields__)
    for name in ("machine", "no_answer", "busy", "vacant"):
        assert getattr(found.rest, name) == pytest.approx(getattr(rest, name) / whole, abs=0.06)


def test_what_is_fitted_is_a_file_and_comes_back(lived: Path, tmp_path: Path):
    found = of(lived)
    file = tmp_path / "day.toml"
    file.write_text(scenario_file.text(found))
    assert scenario_file.load(file) == found


def test_a_day_without_calls_has_nothing_to_fit(lived: Path):
    with pytest.raises(QueryError, match="nothing to fit"):
        of(lived, days=3)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_named_day_can_be_written_and_read(name: str):
    assert scenario_file.parsed(scenario_file.text(SCENARIOS[name])) == SCENARIOS[name]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('agents = "many"', "agents = 'many': must be a whole number."),
        ("agnts = 3", "agnts: no such setting. Did you mean agents?"),
        ("agents = 0", "agents = 0: must be 1 to 10,000"),
        ("p = 3.0", "p = 3: must be 0 to 1"),
        ("hours = nan", "hours = nan: must be 0.01 to 8,784"),
        ("answer_by_hour = [0.3, 2.0]", "answer_by_hour = [0.3, 2.0]: must each be 0 to 1"),
        ('pacing = "agressive"', "pacing = 'agressive': must be one of"),
        ('retry = "never"', "retry = 'never': must be one of"),
        ('account = "forever"', "account = 'forever': must be 'day', 'month'"),
        ('detection = "keen"', "detection = 'keen': allowed are"),
        ("[people]\ntalk = 3", "people.talk = 3: must be a table with kind, mean, cv, parts."),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, line: str, complaint: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(f'name = "bad"\n{line}\n')
    with pytest.raises(SettingsError) as refused:
        scenario_file.load(file)
    assert str(refused.value).startswith(f"{file}: {complaint}")


def test_patience_is_found_although_most_were_connected_before_it_ended():
    rng = Random(1)
    law = gamma(6.0, 0.5)
    patience = [law.draw(rng) for _ in range(2000)]
    offered = [rng.uniform(0.5, 6.0) for _ in patience]
    gave_up = [p for p, o in zip(patience, offered, strict=True) if p < o]
    taken = [o for p, o in zip(patience, offered, strict=True) if p >= o]
    found = censored(gave_up, taken, unless=fixed(0.0))
    assert (found.mean, found.cv) == (pytest.approx(6.0, rel=0.15), pytest.approx(0.5, abs=0.1))


def test_how_long_it_rings_is_found_although_many_phones_were_let_alone_before():
    rng = Random(1)
    law = gamma(20.0, 0.25)
    rings = [law.draw(rng) for _ in range(3000)]
    alone_at = [rng.choice([15.0, 18.0, 40.0]) for _ in rings]
    ended = [ring for ring, alone in zip(rings, alone_at, strict=True) if ring < alone]
    alone = [alone for ring, alone in zip(rings, alone_at, strict=True) if ring >= alone]
    found = rings_out(ended, alone, 60.0, unless=fixed(0.0))
    assert len(alone) > 1500
    assert (found.mean, found.cv) == (pytest.approx(20.0, rel=0.03), pytest.approx(0.25, abs=0.03))


def test_a_phone_let_alone_counts_as_not_answered_and_says_nothing_of_how_long_one_rings(
    tmp_path: Path,
):
    rang = {"placed_at": 0.1, "ringing_at": 2, "outcome": "no_answer", "ended_by": "dialer"}
    alone = [
        cdr(f"d{n:02}", begin=n, **rang, hang_up_at=17, ended_at=17.1, why="no_agent")
        for n in range(20)
    ]
    told = [one for one in FACTS if not isinstance(one, Decided)]
    loader(tmp_path, Book([*told, *alone])).step()
    since = datetime.fromtimestamp(T0 - 3600, UTC)
    asked = replace(SPRING, ring_timeout_s=30.0, ring_least_s=15.0)
    day = seen(Warehouse(tmp_path, "lab"), asked, since, since + timedelta(hours=2))
    found = fit(day, "alone")
    assert (found.people.no_answer, found.ring_least_s) == (fixed(40.0), 15.0)
    assert found.rest.no_answer == pytest.approx(21 / 24, abs=0.001)


def test_few_values_tell_nothing():
    assert like_lognormal([1.0, 2.0], lognormal(150.0, 0.9)).mean == 150.0
    assert spread([0.0] * 5) == fixed(0.0)


# ---- the command ----
app = typer.Typer()
app.command()(simulate)


def asked(home: Path, *words: str) -> Any:
    return CliRunner().invoke(app, list(words), obj=settings.load(None, home=home))


def test_the_command_writes_a_file_that_the_twin_lives(lived: Path, tmp_path: Path):
    file = tmp_path / "day.toml"
    day = datetime.fromtimestamp(MONDAY, UTC).date().isoformat()
    ran = asked(lived, "--from-cdr", "twin", "--day", day, "--write", str(file), "--json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["fitted_to"], told["scenario"]["agents"], told["beside"]) == ("sim", 12, None)
    assert "ring_least_s = 16.0" in file.read_text()
    short = replace(scenario_file.load(file), hours=0.1)
    file.write_text(scenario_file.text(short))
    ran = CliRunner().invoke(twin, ["run", "--scenario", str(file), "--hours", "0.1", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["placed"] > 20


def test_the_day_stands_beside_days_of_its_own_scenario(lived: Path):
    """The twin of the twin: what it was fitted to is an ordinary day of what was fitted."""
    [opened] = [one.opened for one in Records(lived).campaigns().values()]
    since = datetime.fromtimestamp(MONDAY, UTC)
    was = seen(Warehouse(lived, "sim"), opened, since, since + timedelta(hours=24))
    both = beside(was, fit(was, "again"), seeds=(1, 2, 3, 4, 5))
    names = {"occupancy", "abandon_rate", "persons_per_hour", "calls_per_hour"}
    assert set(both.figures) == names
    # A figure of an ordinary day lies outside its band of 95 % one time in twenty.
    assert sum(not one.within for one in both.figures.values()) <= 1, both.figures
    shown = Console(width=120, record=True, file=StringIO())
    shown.print(table(both))
    assert "abandon rate" in shown.export_text()


def told_of_days(home: Path, *words: str) -> Any:
    day = datetime.fromtimestamp(MONDAY, UTC).date().isoformat()
    ran = asked(home, "--from-cdr", "twin", "--day", day, "--days", "2", "--json", *words)
    assert ran.exit_code == 0, (ran.output, ran.exception)
    return json.loads(ran.stdout)["beside"]


@pytest.mark.slow
@pytest.mark.computes
def test_days_are_the_same_in_this_process_in_two_and_on_pypy(
    lived: Path, pypy: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DIALER_PYPY", str(pypy.parent))
    here = told_of_days(lived)
    assert here["figures"]["calls_per_hour"]["mean"] > 100
    assert told_of_days(lived, "--processes", "2") == here
    assert told_of_days(lived, "--pypy", "--processes", "2") == here


def test_a_campaign_that_is_not_there_is_said(lived: Path):
    ran = asked(lived, "--from-cdr", "spring")
    assert "there are: twin" in str(ran.exception)


def test_a_day_that_is_none_is_said(lived: Path):
    ran = asked(lived, "--from-cdr", "twin", "--day", "someday")
    assert "--day someday" in str(ran.exception)


def test_a_day_without_calls_says_which_days_have_some(lived: Path, tmp_path: Path):
    [opened] = [one.opened for one in Records(lived).campaigns().values()]
    day = datetime.fromtimestamp(MONDAY, UTC).astimezone(ZoneInfo(opened.zone)).date()
    before, file = day - timedelta(days=1), tmp_path / "day.toml"
    ran = asked(lived, "--from-cdr", "twin", "--day", f"{before}", "--write", str(file))
    [calls] = Warehouse(lived, "sim").query("SELECT count(*) AS n FROM v_attempts WHERE placed")[
        "n"
    ]
    assert str(ran.exception) == (
        f"twin: no calls with agents from {before} 00:00 to {day} 00:00 {opened.zone}: "
        f"nothing to fit; days with calls: {day} ({calls})"
    )
    assert not file.exists()
