"""An entry of the audit log as a sentence: whatever the dialer writes there has one."""

import re
from pathlib import Path

import msgspec
import pytest

import dialer
from dialer.access.audit import Entry
from dialer.access.changes import NEEDED
from dialer.access.sentences import said
from dialer.i18n import LANGUAGES, words

ROLE = Entry(
    seq=7, at=0.0, who="ada", source="192.0.2.7", action="user.role", object="user:eva",
    before='{"role":"agent","teams":["red"]}', after='{"role":"supervisor","teams":[]}',
    previous="",
)  # fmt: skip
WRITTEN = re.compile(
    r"(?:note|append)\(\s*[^()]*?(?:\([^()]*\)[^()]*?)*?\"([a-z]+\.[a-z_]+)\"", re.DOTALL
)


def written() -> set[str]:
    """The actions that stand in the source where something is written into the audit log."""
    root = Path(dialer.__file__).parent
    files = [*root.rglob("*.py"), *(root.parent / "dashboards").rglob("*.py")]
    found = {one for file in files for one in WRITTEN.findall(file.read_text("utf-8"))}
    assert {"team.edit", "dnc.remove", "report.query", "session.begin"} <= found
    by_name = {"lead.erase", "dnc.add", "dnc.allow", "transfer.outside", "transfer.refused"}
    hows = {f"monitor.{how}" for how in ("listen", "whisper", "barge")}
    return found | by_name | hows | {"recording.pause", "recording.resume", *NEEDED.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_written_there_has_a_sentence(language: str):
    texts = words(language).texts
    assert sorted(one for one in written() if f"did.{one}" not in texts) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "ada gave the account eva another role: role from Agent to Supervisor; "
               "teams from red to none"),
        ("zh", "ada 更改了账号“eva”的角色：角色由 坐席 改为 主管；团队由 red 改为 无"),
    ],
)  # fmt: skip
def test_it_says_from_what_to_what(language: str, sentence: str):
    assert said(ROLE, words(language)) == sentence


def test_what_the_catalogue_does_not_know_is_said_as_it_stands():
    odd = msgspec.structs.replace(
        ROLE, action="moon.land", object="moon:1", before="{}", after='{"crew":{"n":3}}'
    )
    assert said(odd, words("en")) == "ada did “moon.land” to moon:1: n: 3"


def test_a_name_with_brackets_is_no_gap():
    odd = msgspec.structs.replace(ROLE, who="{thing}", object="user:{who}", before="{}", after="{}")
    assert said(odd, words("en")) == "{thing} gave the account {who} another role"
