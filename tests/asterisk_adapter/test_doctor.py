"""What a campaign lacks for a trunk of real people, and what the files of an Asterisk give away."""

import configparser
from pathlib import Path

import pytest

from dialer.asterisk import doctor
from dialer.asterisk.doctor import campaign_findings
from dialer.asterisk.host import Finding
from dialer.asterisk.trunks import Trunk
from dialer.engine.compliance import Rules

LIVE = Trunk(name="sip1", country="us", hosts=("sbc.example",), caller_ids=("12125550100",))
LAB = Trunk(name="lab", kind="lab", country="us", hosts=("127.0.0.1:5070",))
COMPLETE = Rules(hours="us", dnc="own", seller="ACME", safe_harbour="sorry.wav")


def test_a_complete_campaign_lacks_nothing():
    assert campaign_findings("spring", LIVE, COMPLETE, ("12125550100",)) == []


def test_each_thing_that_is_missing_is_fatal_and_has_its_mend():
    found = campaign_findings("spring", LIVE, Rules(hours="lab"), ())
    assert [one.what for one in found] == [
        "campaign spring: no hours",
        "campaign spring: no dnc",
        "campaign spring: no caller id",
        "campaign spring: no seller",
        "campaign spring: no safe harbour",
    ]
    assert {one.level for one in found} == {"fatal"}
    assert all(one.mend for one in found)


def test_a_foreign_caller_id_is_not_shown():
    (found,) = campaign_findings("spring", LIVE, COMPLETE, ("12125550100", "12125550199"))
    assert found == Finding(
        "fatal",
        "campaign spring: trunk sip1 may not show 1 caller ids",
        "caller_ids of trunk sip1 must name them",
    )


def test_a_lab_asks_for_nothing():
    assert campaign_findings("spring", LAB, Rules(hours="lab"), ()) == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("[general]\nwebsocket_write_timeout = 10000\n", "ok"),
        ("[general]\nwebsocket_write_timeout = 100 ; ms\n", "fatal"),
        ("[general]\nenabled = yes\n", "fatal"),
        (None, "warning"),
    ],
)
def test_the_time_that_asterisk_waits_for_a_slow_reader(text: str | None, level: str):
    conf = None
    if text is not None:
        conf = configparser.ConfigParser(strict=False, inline_comment_prefixes=(";",))
        conf.read_string(text)
    found = doctor._write_timeout(Path("/etc/asterisk"), conf)
    assert found.level == level
    assert (found.mend == "") == (level == "ok")


def test_call_records_that_cannot_be_read_are_fatal(tmp_path: Path):
    assert doctor._cdr(tmp_path / "Master.csv").level == "ok"
    found = doctor._cdr(tmp_path / "nowhere/Master.csv")
    assert (found.level, "cannot be read" in found.what) == ("fatal", True)
