"""The audit log over the API: within one's scope, in pages, verified, taken away as a file."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest

from dialer.access.database import file_in, opened
from tests.access.conftest import MACHINE, NINE
from tests.api.conftest import Web


def told(said: Any) -> list[tuple[str, str, str]]:
    return [(one["who"], one["action"], one["object"]) for one in said.json()["entries"]]


@pytest.fixture
def lived_in(busy: Web) -> Web:
    """Things befell both campaigns, both teams and the do-not-call list."""
    audit = busy.accounts.audit
    for by, action, thing in (
        ("ada", "campaign.edit", "campaign:spring"),
        ("ada", "campaign.edit", "campaign:autumn"),
        ("ada", "list.import", "list:vip"),
        ("ada", "lead.reveal", "lead:1"),
        ("ada", "lead.reveal", "lead:2"),
        ("eva", "dnc.add", "dnc:+12125550199"),
        ("sam", "agent.steer", "agent:chen"),
        ("ada", "agent.steer", "agent:bob"),
        ("ada", "setting.edit", "webhook:1"),
    ):
        audit.append(busy.accounts.by(by), action, thing, at=NINE)
    return busy


def test_a_supervisor_sees_what_befell_his_own_and_what_he_did(lived_in: Web) -> None:
    seen = told(lived_in.browser("eva").get("/api/v1/audit"))
    assert [one for one in seen if not one[1].startswith(("session", "user", "team"))] == [
        ("ada", "agent.steer", "agent:bob"),
        ("eva", "dnc.add", "dnc:+1212•••0199"),
        ("ada", "lead.reveal", "lead:1"),
        ("ada", "list.import", "list:vip"),
        ("ada", "campaign.edit", "campaign:spring"),
    ]
    assert {one[2] for one in seen if one[1] == "user.add"} == {"user:bob", "user:eva"}
    assert {one[2] for one in seen if one[1] == "team.edit"} == {"team:red"}


def test_who_answers_for_the_house_sees_all_and_asks_by_who_what_and_when(lived_in: Web) -> None:
    ada = lived_in.browser("ada")
    assert ("sam", "agent.steer", "agent:chen") in told(ada.get("/api/v1/audit"))
    assert told(ada.get("/api/v1/audit?who=sam")) == [("sam", "agent.steer", "agent:chen")]
    assert len(told(ada.get("/api/v1/audit?of=campaign"))) == 2
    assert len(told(ada.get("/api/v1/audit?of=campaign:spring"))) == 1
    assert len(told(ada.get("/api/v1/audit?action=lead.reveal"))) == 2
    assert told(ada.get(f"/api/v1/audit?since={NINE + 1}")) == []


@pytest.mark.parametrize("who", ["ada", "eva"])
def test_pages_follow_each_other_without_gap_or_repetition(lived_in: Web, who: str) -> None:
    browser = lived_in.browser(who)
    whole = browser.get("/api/v1/audit?n=1000").json()
    assert whole["before"] == 0
    pages, before = [], 0
    for _ in range(100):
        page = browser.get(f"/api/v1/audit?n=3&before={before}").json()
        pages += page["entries"]
        before = page["before"]
        if not before:
            break
    assert pages == whole["entries"]


def test_who_may_not_is_refused(lived_in: Web) -> None:
    for path in ("", "/verify", "/export"):
        assert lived_in.browser("bob").get(f"/api/v1/audit{path}").status_code == 403
    assert lived_in.browser("eva").get("/api/v1/audit/export").status_code == 403


def test_a_whole_log_is_verified_and_a_changed_row_is_named(lived_in: Web) -> None:
    ada = lived_in.browser("ada")
    whole = ada.get("/api/v1/audit/verify").json()
    assert (whole["whole"], whole["broken"]) == (True, None)
    assert ada.get(f"/api/v1/audit/verify?head={whole['head']}").json()["whole"] is True
    assert ada.get("/api/v1/audit/verify?head=17").status_code == 422
    db = opened(file_in(lived_in.home))
    db.execute("DROP TRIGGER audit_is_not_changed")
    db.execute("UPDATE audit SET who = 'eve' WHERE seq = 3")
    db.close()
    broken = ada.get("/api/v1/audit/verify").json()
    assert (broken["whole"], broken["broken"]) == (False, {"seq": 3, "why": "changed"})


def test_the_log_is_taken_away_as_a_file_without_formulas_and_that_is_recorded(
    lived_in: Web,
) -> None:
    lived_in.accounts.audit.append(MACHINE, "list.import", "list:=cmd|' /C calc'!A0", at=NINE)
    said = lived_in.browser("ada").get("/api/v1/audit/export")
    assert said.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(said.text)))
    assert [int(one["seq"]) for one in rows] == list(range(1, len(rows) + 1))
    assert not any(cell.startswith(("=", "+", "-", "@")) for one in rows for cell in one.values())
    assert lived_in.accounts.told("audit.export")[-1][0] == "ada"


def test_each_entry_is_a_sentence_in_the_language_that_is_asked_for(lived_in: Web) -> None:
    ada = lived_in.browser("ada")
    (entry,) = ada.get("/api/v1/audit?action=dnc.add").json()["entries"]
    assert entry["says"] == "eva put the number +1212•••0199 on the do-not-call list"
    (entry,) = ada.get("/api/v1/audit?action=dnc.add&language=zh").json()["entries"]
    assert entry["says"] == "eva 将号码“+1212•••0199”加入免打扰名单"
    assert ada.get("/api/v1/audit?language=tlh").status_code == 400


def test_the_file_has_what_was_asked_for_by_the_clock_of_whoever_asks(lived_in: Web) -> None:
    ada = lived_in.browser("ada")
    said = ada.get("/api/v1/audit/export?of=agent&who=sam&language=zh&zone=Asia/Shanghai")
    (row,) = csv.DictReader(io.StringIO(said.text.removeprefix("\ufeff")))
    assert (row["says"], row["action"]) == ("sam 对坐席“chen”下达了指令", "agent.steer")
    assert datetime.fromisoformat(row["time"]).timestamp() == float(row["at"])
    assert row["time"].endswith("+08:00")
    assert ada.get("/api/v1/audit/export?zone=Moon/Base").json()["reason"] == "no_zone"
