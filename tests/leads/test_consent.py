"""Consents by the command: recorded, imported all or none, revoked, asked for."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialer import __main__ as command_line
from dialer.leads.normalise import masked


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(tmp_path / "home"), "leads", "consent", *args])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out + err

    return run


def test_a_consent_is_in_force_from_its_day_to_its_end_and_until_it_is_revoked(told):
    number = "+1 212 555 0123"
    assert told("check", number) == (1, "has not agreed\n")
    told("add", number, "--source", "form", "--proof", "page 7", "--expires", "2020-01-01")
    assert told("check", number)[0] == 1
    told("add", number, "--source", "form", "--proof", "page 7", "--campaign", "spring")
    assert told("check", number)[0] == 1
    assert told("check", number, "--campaign", "spring") == (0, "has agreed\n")
    assert told("revoke", number, "--campaign", "spring") == (0, "1 ended\n")
    assert told("check", number, "--campaign", "spring")[0] == 1
    assert told("revoke", number, "--campaign", "spring")[0] == 1


def test_the_proof_is_not_readable_in_the_file(told, tmp_path: Path):
    told("add", "+12125550123", "--source", "form", "--proof", "signed by Ada Lovelace")
    with closing(sqlite3.connect(tmp_path / "home/journal.sqlite")) as db:
        row = db.execute("SELECT masked, source, proof FROM consents").fetchone()
    assert row[:2] == (masked("12125550123"), "form")
    assert b"Lovelace" not in row[2]


def test_a_file_is_recorded_as_a_whole_or_not_at_all(told, tmp_path: Path):
    file = tmp_path / "agreed.csv"
    file.write_text(
        "phone,proof,given,expires\n2125550123,page 1,2026-01-05,\n2125550124,,,2020-01-01\n"
    )
    code, said = told("import", str(file), "--json")
    assert (code, json.loads(said)) == (0, {"recorded": 2})
    assert told("check", "2125550123")[0] == 0
    assert told("check", "2125550124")[0] == 1
    file.write_text("phone,given\n2125550125,2026-01-05\n2125550126,yesterday\n")
    code, said = told("import", str(file))
    assert code != 0
    assert "line 3" in said
    assert "nothing was taken over" in said
    assert told("check", "2125550125")[0] == 1


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("add", "none", "--source", "x", "--proof", "y"), "is no telephone number of US"),
        (("add", "+12125550123", "--source", "x", "--proof", "y", "--given", "soon"), "2026-11-26"),
    ],
)
def test_what_is_no_number_or_no_date_is_said_without_repeating_a_number(told, args, complaint):
    code, said = told(*args)
    assert code != 0
    assert complaint in said
    assert "2125550123" not in said
