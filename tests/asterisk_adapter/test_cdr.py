"""Asterisk's own call records."""

from pathlib import Path

import pytest

from dialer.asterisk import cdr
from dialer.asterisk.cdr import Row, rows

TEXT = (
    '"","15550001111","harbour","dialer-out",""""" <15550001111>","PJSIP/lab-00000000","","Hangup",'
    '"16","2026-11-22 21:49:34","2026-11-22 21:49:37","2026-11-22 21:49:44",10,7,"ANSWERED",'
    '"DOCUMENTATION","d1-975b01922a4d4768bd2874f2dc142c38",""\n'
    '"","","s","dialer-inbound",""""" <>","PJSIP/lab-00000002","","AppDial2","(Outgoing Line)",'
    '"2026-11-22 21:50:05",,"2026-11-22 21:50:07",2,0,"NO ANSWER","DOCUMENTATION",'
    '"d1-c2cd518900f946f2955576b6c7ce7d33",""\n'
)
ANSWERED, UNANSWERED = "d1-975b01922a4d4768bd2874f2dc142c38", "d1-c2cd518900f946f2955576b6c7ce7d33"


def test_answered_and_unanswered_calls(tmp_path: Path):
    file = tmp_path / "Master.csv"
    file.write_text(TEXT)
    assert rows(file, [ANSWERED, UNANSWERED, "d1-" + "0" * 32]) == {
        ANSWERED: Row(ANSWERED, 1795384177.0, 1795384184.0),
        UNANSWERED: Row(UNANSWERED, None, 1795384207.0),
    }
    assert rows(file, [UNANSWERED]).keys() == {UNANSWERED}


def test_no_file_no_rows(tmp_path: Path):
    assert rows(tmp_path / "Master.csv", [ANSWERED]) == {}


def test_only_the_end_of_a_huge_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "Master.csv"
    file.write_text(TEXT)
    monkeypatch.setattr(cdr, "TAIL_BYTES", len(TEXT) // 2)
    assert rows(file, [ANSWERED, UNANSWERED]).keys() == {UNANSWERED}


def test_a_row_that_is_being_written_is_no_row_yet(tmp_path: Path):
    file = tmp_path / "Master.csv"
    file.write_text(TEXT[:200])
    assert rows(file, [ANSWERED]) == {}
