"""Lists, leads and numbers over the API: masked, revealed by permission, and that recorded."""

import csv
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialer.access.changes import with_more
from dialer.journal.book import Book
from tests.access.conftest import MACHINE, NINE
from tests.api.conftest import Web
from tests.api.shift import LEADS, NUMBERS

CSV = "phone,name\n(212) 555-0177,Ada\n(212) 555-0178,Bo\nnonsense,Cy\n(212) 555-0177,Ada\n"
PLAIN = {"content-type": "text/csv"}


def test_a_list_is_imported_with_a_report_and_its_rejects_are_for_few(busy: Web) -> None:
    eva = busy.browser("eva")
    said = eva.post("/api/v1/lists/new/import?country=us", content=CSV, headers=PLAIN)
    assert said.status_code == 200, said.text
    told = said.json()
    assert (told["rows"], told["imported"], told["duplicates"], told["rejected"]) == (4, 2, 1, 1)
    assert (told["reasons"], told["columns"]) == ({"not_a_number": 1}, ["phone", "name"])
    assert eva.get("/api/v1/lists/new/rejects").status_code == 403
    rejects = busy.browser("ada").get("/api/v1/lists/new/rejects")
    assert rejects.headers["content-disposition"].startswith("attachment")
    assert "not_a_number,nonsense | Cy" in rejects.text
    assert [one[:3] for one in busy.accounts.told("list.import", "list.export")] == [
        ("eva", "list.import", "list:new"), ("ada", "list.export", "list:new"),
    ]  # fmt: skip


def test_a_new_list_is_of_who_imported_it_until_a_campaign_dials_it(busy: Web) -> None:
    eva, sam = busy.browser("eva"), busy.browser("sam")
    eva.post("/api/v1/lists/new/import", content=CSV, headers=PLAIN)

    def seen(who: Any) -> list[str]:
        return [one["name"] for one in who.get("/api/v1/lists").json()]

    assert (seen(eva), seen(sam)) == (["new", "vip"], ["east"])
    assert seen(busy.browser("ada")) == ["east", "new", "spare", "vip"]
    summer = {"name": "summer", "lists": ["new"]}
    assert sam.post("/api/v1/campaigns", json=summer).status_code == 403
    assert eva.post("/api/v1/campaigns", json=summer).status_code == 201


@pytest.mark.parametrize("name", ["east", "spare"])
def test_nobody_adds_to_a_list_that_is_not_his(busy: Web, name: str) -> None:
    said = busy.browser("eva").post(f"/api/v1/lists/{name}/import", content=CSV, headers=PLAIN)
    assert said.status_code == 404
    assert busy.browser("bob").post(
        "/api/v1/lists/vip/import", content=CSV, headers=PLAIN
    ).status_code == 403  # fmt: skip


def test_numbers_that_nobody_checks_are_for_who_may_loosen_limits(busy: Web) -> None:
    lab = {"content": "phone\n5550100\n5550101\n", "headers": PLAIN}
    assert busy.browser("eva").post("/api/v1/lists/a/import?lab=true", **lab).status_code == 403
    said = busy.browser("ada").post("/api/v1/lists/a/import?lab=true", **lab)
    assert said.status_code == 200, said.text


def test_what_is_no_list_is_told_as_such(busy: Web) -> None:
    ada = busy.browser("ada")
    for content, words in (
        (b"", "is empty"),
        (b"name\nAda\n", "no column holds telephone numbers"),
    ):
        said = ada.post("/api/v1/lists/a/import", content=content, headers=PLAIN)
        assert (said.status_code, words in said.json()["detail"]) == (422, True), said.text


def test_a_file_comes_in_is_looked_at_put_right_and_imported_in_the_background(busy: Web) -> None:
    eva = busy.browser("eva")
    kept = eva.post("/api/v1/uploads", content="a;b\n2125550177;2125550178\nx;y\n").json()
    at = f"/api/v1/uploads/{kept['upload']}"
    seen = eva.post(f"{at}/preview", json={"columns": ["", "-"]}).json()
    assert (seen["layout"]["columns"], seen["header"]) == (["phone", "-"], ["a", "b"])
    assert [(one["numbers"], one["reason"]) for one in seen["rows"]] == [
        (["+1212•••0177"], ""), ([], "not_a_number"),
    ]  # fmt: skip
    wish = {"list": "new", "name": "new.csv", "how": {"columns": ["phone", "-"]}}
    said = eva.post(f"{at}/import", json=wish)
    assert said.status_code == 201, said.text
    one = f"/api/v1/imports/{said.json()['id']}"
    done = until(lambda: eva.get(one).json(), lambda now: now["state"] == "done")
    assert (done["rows"], done["imported"], done["rejected"]) == (2, 1, 1)
    assert (done["reasons"], done["file"], done["by"]) == ({"not_a_number": 1}, "new.csv", "eva")
    assert [each["id"] for each in eva.get("/api/v1/imports").json()] == [done["id"]]
    assert busy.browser("sam").get(one).status_code == 404
    assert eva.get(f"{one}/rejects").status_code == 403
    assert "not_a_number,x | y" in busy.browser("ada").get(f"{one}/rejects").text
    until(lambda: eva.post(f"{at}/preview", json={}).status_code, lambda now: now == 404)


def test_what_a_vicidial_knows_comes_with_its_tables(busy: Web) -> None:
    eva = busy.browser("eva")

    def kept(content: str) -> str:
        return str(eva.post("/api/v1/uploads", content=content).json()["upload"])

    list_ = kept(
        "lead_id,phone_number,status,called_count\n"
        "1,2125550171,BUY,2\n2,2125550172,CALLBK,1\n3,2125550173,NEW,0\n"
    )
    statuses = kept("status,status_name,sale\nBUY,bought,Y\n")
    callbacks = kept("lead_id,callback_time,user,recipient\n2,2031-01-06 15:00:00,cy,USERONLY\n")
    how = {"statuses": statuses, "callbacks": callbacks, "server_zone": "Europe/London"}

    wrong = {**how, "callbacks": statuses}
    said = eva.post(f"/api/v1/uploads/{list_}/preview", json=wrong)
    assert said.status_code == 422
    assert said.json()["detail"] == "callbacks: the first line must name callback_time and lead_id"
    said = eva.post(f"/api/v1/uploads/{list_}/preview", json={**how, "server_zone": "London"})
    assert (said.status_code, "no such zone" in said.json()["detail"]) == (422, True)
    gone = {**how, "statuses": "0" * 64}
    assert eva.post(f"/api/v1/uploads/{list_}/preview", json=gone).status_code == 404

    said = eva.post(f"/api/v1/uploads/{list_}/import", json={"list": "old", "how": how})
    assert said.status_code == 201, said.text
    one = f"/api/v1/imports/{said.json()['id']}"
    until(lambda: eva.get(one).json(), lambda now: now["state"] == "done")
    with Book(busy.home / "journal.sqlite") as book:
        ids = book._db.execute("SELECT lead FROM leads WHERE list = 'old' ORDER BY lead")
        bought, promised, new = [book._store.lead(str(row[0])) for row in ids.fetchall()]
    assert (bought.final, bought.disposition, bought.attempts) == ("final", "sale", 2)
    assert (promised.callback, promised.callback_for) == (True, "cy")
    when = datetime(2031, 1, 6, 15, tzinfo=ZoneInfo("Europe/London")).timestamp()
    assert (promised.next_at, new.attempts) == (when, 0)
    until(lambda: [*(busy.home / "uploads").iterdir()], lambda left: not left)


def test_an_import_is_stopped_and_goes_on(busy: Web) -> None:
    ada = busy.browser("ada")
    rows = "".join(f"{2125550000 + k}\n" for k in range(6000))
    kept = ada.post("/api/v1/uploads", content=f"phone\n{rows}").json()
    wish = {"list": "long", "how": {"lab": True}}
    begun = ada.post(f"/api/v1/uploads/{kept['upload']}/import", json=wish).json()
    one = f"/api/v1/imports/{begun['id']}"
    ada.post(f"{one}/stop")
    stopped = until(lambda: ada.get(one).json(), lambda now: now["state"] == "stopped")
    assert (stopped["why"], stopped["can_go_on"]) == ("by ada", True)
    assert stopped["rows"] < 6000
    ada.post(f"{one}/resume")
    done = until(lambda: ada.get(one).json(), lambda now: now["state"] == "done")
    assert (done["id"], done["imported"]) == (begun["id"], 6000)
    assert ada.post(f"{one}/resume").json()["state"] == "done"


def until(look: Callable[[], Any], right: Callable[[Any], bool]) -> Any:
    for _ in range(1200):
        if right(now := look()):
            return now
        time.sleep(0.1)
    raise AssertionError(now)


def test_leads_come_in_pages_with_their_numbers_masked(busy: Web) -> None:
    eva = busy.browser("eva")
    eva.post("/api/v1/lists/new/import", content=CSV, headers=PLAIN)
    first = eva.get("/api/v1/lists/new/leads?n=1").json()
    assert [one["numbers"][0]["masked"] for one in first] == ["+1212•••0177"]
    rest = eva.get(f"/api/v1/lists/new/leads?after={first[0]['lead']}").json()
    assert [one["numbers"][0]["masked"] for one in rest] == ["+1212•••0178"]
    assert eva.get("/api/v1/lists/new/leads?state=done").json() == []
    for wrong in ("n=0", "n=501", "state=asleep", "after=-1"):
        assert eva.get(f"/api/v1/lists/new/leads?{wrong}").status_code == 400


def test_a_lead_is_found_by_a_number_that_stands_in_no_address(busy: Web) -> None:
    asked = {"number": "(212) 555-0124"}
    found = {
        name: [one["list"] for one in
               busy.browser(name).post("/api/v1/leads/search", json=asked).json()]
        for name in ("ada", "eva", "sam")
    }  # fmt: skip
    assert found == {"ada": ["east"], "eva": [], "sam": ["east"]}
    nobody = busy.browser("ada").post("/api/v1/leads/search", json={"number": "none"})
    assert nobody.json() == []


def test_what_a_list_says_of_a_person_is_shown_without_the_numbers_in_it(busy: Web) -> None:
    told = busy.browser("eva").get(f"/api/v1/leads/{LEADS['vip']}").json()
    assert told["person"] == {"name": "Grace Hopper", "notes": "rings back from •••"}
    assert told["lead"]["numbers"][0]["masked"] == "+1212•••0123"
    for wrong in ("0", "99", "x", "-1", "9" * 30, "1.0"):
        assert busy.browser("eva").get(f"/api/v1/leads/{wrong}").status_code == 404


def test_an_agent_sees_the_lead_on_his_line_and_no_other(busy: Web) -> None:
    bob = busy.browser("bob")
    assert bob.get(f"/api/v1/leads/{LEADS['vip']}").status_code == 200
    assert bob.get(f"/api/v1/leads/{LEADS['east']}").status_code == 404
    busy.dialer.picture["agents"] = []
    assert bob.get(f"/api/v1/leads/{LEADS['vip']}").status_code == 404


def test_a_number_is_revealed_to_who_was_granted_that_and_it_is_recorded(busy: Web) -> None:
    eva, lead = busy.browser("eva"), LEADS["vip"]
    assert eva.post(f"/api/v1/leads/{lead}/reveal").status_code == 403
    assert busy.accounts.told("lead.reveal") == []
    busy.accounts.accounts.change(MACHINE, "eva", with_more(grants=["lead.reveal"]), at=NINE)
    told = eva.post(f"/api/v1/leads/{lead}/reveal")
    assert told.json() == {"numbers": [f"+{NUMBERS['vip']}"]}
    assert busy.accounts.told("lead.reveal") == [
        ("eva", "lead.reveal", f"lead:{lead}", "{}", '{"number":"+1212•••0123"}')
    ]
    assert eva.post(f"/api/v1/leads/{LEADS['east']}/reveal").status_code == 404


def test_a_number_goes_on_the_do_not_call_list_and_off_it(busy: Web) -> None:
    eva, ada = busy.browser("eva"), busy.browser("ada")
    body = {"numbers": ["+1 212 555 0123", "+1 212 555 0199"], "reason": "asked us to"}
    assert eva.post("/api/v1/dnc", json=body).json() == {"added": 2, "known": 0}
    assert eva.post("/api/v1/dnc", json=body).json() == {"added": 0, "known": 2}
    one = {"number": "2125550123"}
    assert busy.browser("bob").post("/api/v1/dnc/check", json=one).json() == {"blocked": True}
    with Book(busy.home / "journal.sqlite") as book:
        assert book.is_blocked("12125550123")
    off = {**one, "reason": "asked to be called again, +1 212 555 0123"}
    assert eva.post("/api/v1/dnc/remove", json=off).status_code == 403
    assert ada.post("/api/v1/dnc/remove", json=off).json() == {"removed": True}
    assert ada.post("/api/v1/dnc/remove", json=off).json() == {"removed": False}
    assert ada.post("/api/v1/dnc/check", json=one).json() == {"blocked": False}
    [entry] = ada.get("/api/v1/audit?action=dnc.remove").json()["entries"]
    assert (entry["who"], entry["object"]) == ("ada", "dnc:+1212•••0123")
    assert json.loads(entry["after"]) == {"campaign": None, "why": "asked to be called again, •••"}
    assert entry["says"].endswith("off the list: why: asked to be called again, •••")


@pytest.mark.parametrize("reason", [None, "", "  ", "\t\n"])
def test_a_number_goes_off_the_list_only_with_a_reason(busy: Web, reason: str | None) -> None:
    ada = busy.browser("ada")
    ada.post("/api/v1/dnc", json={"numbers": ["2125550123"]})
    body = {"number": "2125550123"} | ({} if reason is None else {"reason": reason})
    said = ada.post("/api/v1/dnc/remove", json=body)
    told = (400, "fields") if reason is None else (422, "dnc_reason")
    assert (said.status_code, said.json()["reason"]) == told
    assert "reason" in said.json()["values"]["fields"] if reason is None else said.json()["detail"]
    assert ada.post("/api/v1/dnc/check", json={"number": "2125550123"}).json()["blocked"] is True
    assert busy.accounts.told("dnc.remove") == []


def test_how_many_are_on_the_lists_is_told_with_the_instant_and_the_period(busy: Web) -> None:
    eva, ada = busy.browser("eva"), busy.browser("ada")
    eva.post("/api/v1/dnc", json={"numbers": ["2125550123", "2125550199", "+1 900*"]})
    eva.post("/api/v1/dnc", json={"numbers": ["2125550123"], "campaign": "spring"})
    ada.post("/api/v1/dnc", json={"numbers": ["+1 900 555*"], "allows": True})
    ada.post("/api/v1/dnc/remove", json={"number": "2125550199", "reason": "a slip"})
    told = eva.get("/api/v1/dnc/count").json()
    scopes = [(one["campaign"], one["allows"], one["numbers"], one["prefixes"])
              for one in told.pop("scopes")]  # fmt: skip
    assert scopes == [("", False, 1, 1), ("spring", False, 1, 0), ("", True, 0, 1)]
    month_ago = busy.now - 30 * 86400
    assert told == {
        "at": busy.now, "numbers": 1, "prefixes": 1, "since": month_ago, "added": 4, "taken_off": 1,
    }  # fmt: skip
    assert busy.browser("bob").get("/api/v1/dnc/count").status_code == 403


def test_the_list_is_taken_away_in_full_by_who_may_and_that_is_written_down(busy: Web) -> None:
    eva, ada = busy.browser("eva"), busy.browser("ada")
    eva.post("/api/v1/dnc", json={"numbers": ["2125550123"], "reason": "=cmd|'/C calc'!A0"})
    ada.post("/api/v1/dnc/remove", json={"number": "2125550123", "reason": "asked"})
    eva.post("/api/v1/dnc", json={"numbers": ["+1 900*", "2125550199"]})
    assert eva.get("/api/v1/dnc/export").status_code == 403
    assert busy.program("ada", "dnc.add").get("/api/v1/dnc/export").status_code == 403
    taken = ada.get("/api/v1/dnc/export")
    assert taken.headers["content-type"].startswith("text/csv")
    assert 'filename="dnc-list.csv"' in taken.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert [(row["number"], row["removed_by"]) for row in rows] == [
        ("+12125550199", ""), ("+1900*", ""),
    ]  # fmt: skip
    all_ = ada.get("/api/v1/dnc/export?history=true").content.decode("utf-8-sig")
    [first, *_] = csv.DictReader(io.StringIO(all_))
    assert (first["number"], first["removed_by"], first["removed_reason"]) == (
        "+12125550123", "ada", "asked",
    )  # fmt: skip
    assert first["reason"] == "'=cmd|'/C calc'!A0"
    ada.get("/api/v1/dnc/export?allows=true")
    told = ada.get("/api/v1/audit?action=dnc.export").json()["entries"]
    assert [(one["object"], json.loads(one["after"])) for one in told] == [
        ("white-list:all", {"entries": 0, "history": False}),
        ("dnc-list:all", {"entries": 3, "history": True}),
        ("dnc-list:all", {"entries": 2, "history": False}),
    ]  # fmt: skip
    assert told[1]["says"] == (
        "ada took the do-not-call list away as a file: entries: 3; with what is over: yes"
    )


def test_a_prefix_is_blocked_for_a_time_and_a_number_in_it_let_through(busy: Web) -> None:
    eva, ada = busy.browser("eva"), busy.browser("ada")
    until = busy.now + 3600
    body = {"numbers": ["+1 212*"], "reason": "storm", "expires_at": until}
    assert eva.post("/api/v1/dnc", json=body).json() == {"added": 1, "known": 0}
    through = {"numbers": ["2125550123"], "allows": True}
    assert eva.post("/api/v1/dnc", json=through).status_code == 403, "loosens: for who may remove"
    assert ada.post("/api/v1/dnc", json=through).json() == {"added": 1, "known": 0}
    rows = [(one["masked"], one["allows"], one["expires_at"], one["reason"], one["added_by"])
            for one in eva.get("/api/v1/dnc").json()]  # fmt: skip
    assert rows == [
        ("+1212•••0123", True, None, "", "ada"), ("+1212*", False, until, "storm", "eva"),
    ]  # fmt: skip
    assert busy.browser("bob").get("/api/v1/dnc").status_code == 403
    off = {"number": "+1212*", "reason": "the storm is over"}
    assert ada.post("/api/v1/dnc/remove", json=off).json() == {"removed": True}
    told = [
        (who, what, thing)
        for who, what, thing, _, _ in busy.accounts.told("dnc.add", "dnc.allow", "dnc.remove")
    ]
    assert told == [
        ("eva", "dnc.add", "prefix:+1212*"), ("ada", "dnc.allow", "dnc:+1212•••0123"),
        ("ada", "dnc.remove", "prefix:+1212*"),
    ]  # fmt: skip


def test_a_file_of_numbers_is_taken_whole_or_not_at_all(busy: Web) -> None:
    eva = busy.browser("eva")
    good = "phone\n2125550181\n2125550182\n"
    told = eva.post("/api/v1/dnc/import", content=good, headers=PLAIN)
    assert told.json() == {"added": 2, "known": 0}
    bad = eva.post("/api/v1/dnc/import", content=good + "none\n", headers=PLAIN)
    assert (bad.status_code, "line 4" in bad.json()["detail"]) == (422, True)
    wrong = eva.post("/api/v1/dnc", json={"numbers": ["2125550183", "none"]})
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "'non…' is no telephone number")
    check = eva.post("/api/v1/dnc/check", json={"number": "none"})
    assert (check.status_code, "no telephone number of US" in check.json()["detail"]) == (422, True)


def test_the_evidence_of_a_person_is_a_zip_for_who_may_take_it_and_is_written_down(
    busy: Web,
) -> None:
    said = busy.browser("ada").post("/api/v1/leads/1/evidence")
    assert (said.status_code, said.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(said.content)) as archive:
        manifest = archive.read("manifest.json")
        assert json.loads(manifest)["made_by"] == "ada"
        assert json.loads(archive.read("attempts.json"))
    entries = busy.browser("ada").get("/api/v1/audit?action=lead.evidence").json()
    [noted] = entries["entries"] if isinstance(entries, dict) else entries
    assert (noted["who"], noted["object"]) == ("ada", "lead:1")
    assert hashlib.sha256(manifest).hexdigest() in str(noted["after"])
    assert busy.browser("eva").post("/api/v1/leads/1/evidence").status_code == 403


def test_a_list_is_put_away_brought_back_and_taken_away_in_full(busy: Web) -> None:
    ada = busy.browser("ada")

    def archived() -> dict[str, bool]:
        told = ada.get("/api/v1/lists").json()
        return {one["name"]: one["archived_at"] is not None for one in told}

    assert ada.post("/api/v1/lists/vip/archive").json() == {"changed": True}
    assert ada.post("/api/v1/lists/vip/archive").json() == {"changed": False}
    assert archived()["vip"] is True
    taken = ada.get("/api/v1/lists/vip/export")
    assert taken.headers["content-type"] == "text/csv; charset=utf-8"
    assert NUMBERS["vip"] in taken.text
    assert ada.post("/api/v1/lists/vip/bring-back").json() == {"changed": True}
    assert archived()["vip"] is False
    assert busy.browser("eva").get("/api/v1/lists/vip/export").status_code == 403
    assert busy.browser("sam").post("/api/v1/lists/vip/archive").status_code == 404
