"""`dialer twin` tells what a simulated day came to."""

import json
import re

from typer.testing import CliRunner

from sim.commands import twin


def told(*words: str) -> dict:
    run = CliRunner().invoke(twin, ["run", "--hours", "0.2", "--agents", "5", "--json", *words])
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout)


def test_the_same_seed_is_the_same_day():
    day = told("--seed", "3")
    assert day == told("--seed", "3")
    assert day != told("--seed", "4")
    assert (day["source"], day["violations"], day["abandoned"]) == ("sim", [], 0)
    assert 0.5 < day["occupancy"] < 1.0
    assert sum(day["by_outcome"].values()) >= day["placed"] > 20


def test_a_day_that_does_not_exist_is_named_with_those_that_do():
    run = CliRunner().invoke(twin, ["run", "--scenario", "doomsday"])
    assert "there are: all, bimodal" in str(run.exception)


def test_the_best_line_of_the_frontier_is_named_where_nothing_can_be_bold():
    words = ["frontier", "--agents", "5", "--answer-rate", ".3", "--hours", "1", "--days", "3"]
    run = CliRunner().invoke(twin, words)
    said = r"the best line that keeps the cap \([\d.]+ per waiting agent\) reaches \d+ % of that\."
    assert re.search(said, " ".join(run.output.split()))
