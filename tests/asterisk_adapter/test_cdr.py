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
MANY = (
    '"","1","s","dialer-out",""""" <1>","PJSIP/lab-00000003","PJSIP/agent1-00000001","Stasis",'
    '"dialer,out","2026-11-22 21:49:34","2026-11-22 21:49:37","2026-11-22 21:50:09",35,32,'
    '"ANSWERED","DOCUMENTATION","d1-0f4c0e4a52e04b3f9b6a3e5f4bd1c0aa",""\n'
    '"","1","s","dialer-out",""""" <1>","PJSIP/lab-00000003","PJSIP/agent2-00000002","Stasis",'
    '"dialer,out","2026-11-22 21:49:41","2026-11-22 21:49:41","2026-11-22 21:49:44",3,3,'
    '"ANSWERED","DOCUMENTATION","d1-0f4c0e4a52e04b3f9b6a3e5f4bd1c0aa",""\n'
)
"A customer in a bridge with an agent, and with a third one who left it first."
ANSWERED, UNANSWERED = "d1-975b01922a4d4768bd2874f2dc142c38", "d1-c2cd518900f946f2955576b6c7ce7d33"


def test_answered_and_unanswered_calls(tmp_path: Path):
    file = tmp_path / "Master.csv"
    file.write_text(TEXT)
    assert rows(file, [ANSWERED, UNANSWERED, "d1-" + "0" * 32]) == {
        ANSWERED: Row(ANSWERED, 1795384177.0, 1795384184.0),
        UNANSWERED: Row(UNANSWERED, None, 1795384207.0),
    }
    assert rows(file, [UNANSWERED]).keys() == {UNANSWERED}


def test_of_several_rows_the_first_answer_and_the_last_end_count(tmp_path: Path):
    file = tmp_path / "Master.csv"
    file.write_text(MANY)
    call = "d1-0f4c0e4a52e04b3f9b6a3e5f4bd1c0aa"
    assert rows(file, [call]) == {call: Row(call, 1795384177.0, 1795384209.0)}


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
