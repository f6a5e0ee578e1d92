"""`dialer bench pacing` and its floor: the same people for every pacer, and nobody is lost."""

import json
from io import StringIO

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from dialer.engine.pacing import policy
from sim.bench import bench
from sim.bench.pacing import DAYS, GOALS, pacing_tables, row, rows
from sim.pacing.floor import played
from sim.scenario import SCENARIOS, People, fixed, scenario

SHORT = scenario("std", agents=5, hours=0.5, warm_up_s=300.0)


@pytest.mark.parametrize("name", ["progressive", "selftuned", "predictive"])
def test_a_seed_gives_the_same_day_again_and_every_person_is_counted_once(name):
    one, again = (played(SHORT, 1, policy(name)) for _ in range(2))
    assert (one.occupancy, one.calls, one.abandoned) == (
        again.occupancy, again.calls, again.abandoned,
    )  # fmt: skip
    assert 0 <= one.persons - one.connected - one.abandoned <= 0
    assert 0.0 < one.occupancy < 1.0
    assert one.work_s <= one.agent_s


def test_progressive_abandons_nobody():
    assert played(SHORT, 2, policy("progressive")).abandoned == 0


def test_of_two_pacers_on_a_seed_the_difference_is_theirs_alone():
    lived = [played(SHORT, 1, policy("progressive"))]
    same = row(SHORT, "progressive", lived, lived)
    assert (same.gain, same.gain_error, same.met) == (0.0, None, None)


def test_every_goal_is_of_a_day_that_exists():
    assert set(DAYS) <= set(SCENARIOS)
    assert {day for day, _, _ in GOALS} <= set(DAYS)
    assert all(goal.must <= goal.aim for goal in GOALS.values())


def test_the_command_answers_programs():
    told = CliRunner().invoke(
        bench, ["pacing", "--policy", "selftuned", "--agents", "5", "--seeds", "1", "--hours",
                "0.5", "--json"],
    )  # fmt: skip
    rows = json.loads(told.stdout)["rows"]
    assert [one["pacer"] for one in rows] == ["progressive", "selftuned"]
    assert rows[1]["gain"] == pytest.approx(rows[1]["occupancy"] - rows[0]["occupancy"])


def test_a_day_that_does_not_exist_is_refused_with_those_that_do():
    told = CliRunner().invoke(bench, ["pacing", "--scenario", "sunday"])
    assert told.exit_code == 2
    assert "drift" in told.output


def test_the_table_is_whole_on_a_terminal_of_eighty_letters():
    lived = [played(SHORT, seed, policy("progressive")) for seed in (1, 2)]
    told = row(SHORT, "vicidial_hard_limit", lived, lived)
    paper = Console(width=80, file=StringIO())
    for one in pacing_tables([told]):
        paper.print(one)
    lines = paper.file.getvalue().splitlines()
    head, figures = lines[1].split(), lines[2].split()
    assert head == ["pacer", "busy", "gain", "lost", "day", "hour", "start", "wait", "us",
                    "must", "met"]  # fmt: skip
    assert figures[:4] == ["vicidial_hard_limit", f"{100 * told.occupancy:.1f}", "+0.0", "±0.0"]


def test_our_modes_let_phones_alone_and_the_rules_of_others_do_not():
    [_, ours, theirs] = rows(["std"], ["progressive", "predictive", "vicidial_tapered"],
                                 agents=10, p=0.3, seeds=[1], hours=1.0)  # fmt: skip
    assert ours.let_alone > 0.02
    assert 0.0 <= ours.missed < ours.let_alone
    assert theirs.let_alone == theirs.missed == 0.0
    [_, patient] = rows(["std"], ["progressive", "predictive"], agents=10, p=0.3, seeds=[1],
                        hours=1.0, ring_out=True)  # fmt: skip
    assert patient.let_alone == 0.0


@pytest.mark.parametrize("least_s", [0.0, 15.0])
def test_nobody_is_missed_who_answers_before_his_phone_is_let_alone(least_s):
    day = msgspec.structs.replace(
        SHORT, people=People(human_ring=fixed(14.0)), ring_least_s=least_s
    )
    lived = played(day, 1, policy("predictive"))
    assert (lived.let_alone > 0) == (least_s > 0.0)
    assert lived.missed == 0
