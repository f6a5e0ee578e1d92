"""How often the listener was wrong, from the agents' words to the figure."""

from functools import partial
from importlib import resources
from typing import Any

import msgspec
import pytest

from dialer import __main__ as command_line
from dialer.detection.report import mistakes
from dialer.engine.commands import DispositionSet
from dialer.warehouse import Warehouse
from tests.warehouse.day import FACTS, SPRING, T0, Book, cdr, loader
from tests.warehouse.test_kpi import rows

TAKEN_AWAY: dict[str, Any] = {
    "placed_at": 0.1, "answered_at": 4, "bridged_at": 4, "ended_at": 9, "verdict": "machine",
    "legs": [("anna", 4, 9)],
}  # fmt: skip
CALLS = (
    cdr("r01", "machine", 900, **TAKEN_AWAY),
    cdr("r02", "machine", 930, **TAKEN_AWAY),
    cdr("r03", "connected", 960, **TAKEN_AWAY | {"verdict": "silence"}),
)
WORDS = tuple(
    DispositionSet(call=call, lead="1", campaign="spring", agent="anna", disposition=word,
                   at=T0 + 1000)
    for call, word in (("r01", "machine"), ("r02", "callback"), ("c08", "machine"),
                       ("r03", "sale"))
)  # fmt: skip


def test_agents_words_say_who_was_taken_for_what(tmp_path):
    loader(tmp_path, Book([*FACTS, *CALLS, *WORDS])).step()
    question = resources.files("dialer.detection").joinpath("report.sql").read_text()
    frame = Warehouse(tmp_path, "lab").query(question)
    found = {(one.campaign, one.heard_as): one for one in mistakes(frame.to_dict("records"))}
    machine, person = found["spring", "machine"], found["spring", "person"]
    # r02 was a person all the same; c04 was hung up on, and nobody knows.
    assert (machine.calls, machine.told, machine.wrong.hits) == (3, 2, 1)
    # anna says that c08 was a machine; c01 and c02 were sold something.
    assert (person.told, person.wrong.hits, person.wrong.of) == (3, 1, 3)
    assert found["autumn", "person"].wrong.of == 0


def test_the_report_says_of_which_days_and_of_whom_its_shares_are(tmp_path, capsys):
    loader(tmp_path, Book([*FACTS, *CALLS, *WORDS])).step()
    with pytest.raises(SystemExit):
        command_line.main(["--home", str(tmp_path), "detection", "report", "--source", "lab"])
    told = " ".join(capsys.readouterr().out.split())
    assert "lab: answered calls of 2026-11-23 to 2026-11-24" in told
    assert "Agents meet hardly any machines, but people" in told


def test_what_was_recorded_of_a_call_that_was_taken_away_counts(tmp_path):
    loader(tmp_path, Book([*FACTS, *CALLS, *WORDS])).step()
    frame = Warehouse(tmp_path, "lab").figure("dispositions", only="spring")
    # Five were connected; r01 and r02 were taken from anna as machines, and she said of both.
    assert (int(frame["calls"].sum()), set(frame["of_calls"])) == (7, {7})
    said = dict(zip(frame["disposition"].fillna(""), frame["calls"], strict=True))
    assert said == {"sale": 3, "machine": 2, "callback": 1, "": 1}


def test_a_verdict_that_names_nobody_cannot_be_wrong(tmp_path):
    loader(tmp_path, Book([*FACTS, *CALLS, *WORDS])).step()
    frame = Warehouse(tmp_path, "lab").query(
        "SELECT verdict, calls, told, wrong, wrong_rate "
        "FROM kpi_detection(of_campaign := 'spring') WHERE told > 0 ORDER BY verdict"
    )
    assert frame.astype(object).where(frame.notna(), None).values.tolist() == [
        ["human", 6, 3, 1, 1 / 3], ["machine", 3, 2, 1, 0.5], ["silence", 1, 1, 0, None],
    ]  # fmt: skip


def test_what_connecting_first_costs_agents_and_spares_people(tmp_path):
    summer = msgspec.structs.replace(SPRING, campaign="summer", detection="careful, connect_first")
    here = {"campaign": "summer"}
    met = (
        cdr("s01", "machine", 900, **TAKEN_AWAY, **here),
        cdr("s02", "connected", 930, **TAKEN_AWAY | {"agent_heard_at": 4.1}, **here),
        cdr("s03", "machine", 960, placed_at=0.1, answered_at=4, ended_at=6, **here),
    )  # fmt: skip
    loader(tmp_path, Book([*FACTS, summer, *CALLS, *met, *WORDS])).step()
    found = Warehouse(tmp_path, "lab").figure("connecting")
    columns = ("campaign", "connects", "people", "wait_p50_s", "machines", "machines_s")
    # Of spring anna says that r02 and r03 were people, and r01 and c08 machines: 5 and 30 seconds.
    # Nobody met s03.
    near = partial(pytest.approx, rel=0.005)  # percentiles are told in steps of 1 %
    assert rows(found, *columns) == [
        ("autumn", "detect_first", 1, near(1.04), 0, 0.0),
        ("spring", "detect_first", 5, near(1.1), 2, 35.0),
        ("summer", "connect_first", 1, near(0.1), 1, 5.0),
    ]
