"""Our Erlang formulas beside other people's."""

from decimal import Decimal

import pytest
from typer.testing import CliRunner

from sim.bench import bench
from sim.bench.erlang import (
    CASES,
    OURS,
    OVERLOAD,
    Case,
    Peer,
    erlang_figures,
    erlang_tables,
    row,
    truth,
)

PROGRESSIVE = {"B": lambda n, load: load / (n + load), "C": lambda n, load: 2.852}


def test_the_truth_has_more_digits_than_a_float():
    third = Decimal(1) / 3
    assert abs(truth(Case("B", 1, 0.5)) - third) < Decimal("1e-27")
    assert abs(truth(Case("C", 2, 1.0)) - third) < Decimal("1e-27")
    assert float(truth(Case("A", 50, 48.0))) == pytest.approx(0.030912249162193218, rel=1e-15)


def test_ours_are_exact_in_every_case_of_the_bench():
    for case in CASES:
        if case.servers <= 10_000:
            assert OURS[case.figure](case.servers, case.load) == pytest.approx(
                float(truth(case)), rel=1e-13
            )


def test_whoever_is_wrong_fails_or_exceeds_one_is_told():
    def broken(n, load):
        raise ZeroDivisionError

    strangers = {"ours": OURS, "wrong": PROGRESSIVE, "broken": {"C": broken}}
    ours, wrong, failed = row(OVERLOAD, strangers).answers
    assert (ours.error, ours.fault) == (0.0, "")
    assert (wrong.error, wrong.fault) == (pytest.approx(1.852), "above 1")
    assert (failed.us, failed.error, failed.fault) == (None, None, "ZeroDivisionError")
    assert [one.who for one in row(Case("B", 1, 1.0), strangers).answers] == ["ours", "wrong"]


def test_a_peer_that_is_not_installed_is_named_with_how_to_get_it(monkeypatch):
    absent = Peer("no-such-erlang", "no_such_erlang", lambda it: {})
    monkeypatch.setattr("sim.bench.erlang.PEERS", (absent,))
    found = erlang_figures(elements=1000, largest=100)
    assert found.missing == ("no-such-erlang",)
    assert [one for one in erlang_tables(found) if isinstance(one, str)][-1].endswith(
        "pip install no-such-erlang"
    )


def test_the_command_answers_programs():
    said = CliRunner().invoke(bench, ["erlang", "--short", "--json"])
    assert said.exit_code == 0
    assert '"worst_error"' in said.stdout
    assert '"overload"' in said.stdout
