"""A nasty list in a real browser: looked at, put right, imported, its rejects taken away."""

import csv
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.journal.book import Book
from tests.browser.test_administration import Site, entered
from tests.leads.sheets import xlsx

pytestmark = pytest.mark.browser

NASTY = (
    "客户;编号;主叫;备用;说明\n"
    "王伟;62881234;13812345678;021-62345678;<img src=x onerror=alert(1)>\n"
    '李娜;62881235;1.38E+10;;"两行\n的备注"\n'
    "张三;62881236;110;;报警\n"
    "=cmd|'/C calc'!A0;62881237;none;;\n"
    "赵六;62881238;+12125550123;;国外\n"
    '"孙七;62881239;13912345678;;没关的引号\n'
    "周八;62881240;13812345678;;又一次\n"
    "吴九;62881241;13712345678;;好\n"
).encode("gb18030") + b"\xff\xff;1;13612345678;;\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack, Site(tmp_path / "home", stack) as site:
        yield site


def test_a_nasty_list_is_looked_at_put_right_and_imported(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "春天 Spring.csv"
    file.write_bytes(NASTY)
    page = entered(chromium, site, "ada")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.get_by_role("link", name="Lists").click()
    expect(page.locator("#none")).to_be_visible()  # the page listens
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Country").first.fill("cn")
    page.get_by_role("button", name="Preview").click()

    # The numbers of the customers look like telephone numbers, too: that is put right.
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(9)
    expect(page.locator("#what")).to_contain_text("gb18030, ;")
    page.get_by_label("Column 2").select_option("-")
    page.get_by_label("Column 3").select_option("phone")
    page.get_by_label("Column 4").select_option("phone")
    page.get_by_label("Column 1").select_option("name")
    expect(rows.nth(0).locator("td").last).to_have_text("+86138•••5678, +86216•••5678")
    expect(rows.nth(0)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(rows.nth(1).locator("td").last).to_have_text("rounded by a spreadsheet")
    expect(rows.nth(2).locator("td").last).to_have_text("emergency number")
    expect(rows.nth(5).locator("td").last).to_have_text("a quote that never closes")

    page.get_by_label("List", exact=False).first.fill("spring")
    page.get_by_role("button", name="Import", exact=True).click()
    one = page.locator("#imports tr")
    expect(one).to_have_attribute("data-state", "done", timeout=60_000)
    told = {name: one.locator(f"[data-count={name}]").inner_text()
            for name in ("rows", "imported", "duplicates", "rejected")}  # fmt: skip
    assert told == {"rows": "9", "imported": "2", "duplicates": "1", "rejected": "6"}
    expect(one).to_contain_text("1 × a country that is not open")
    assert not list((site.web.home / "uploads").iterdir()), "what is imported does not lie about"

    with page.expect_download() as taken:
        one.get_by_role("link", name="Rejected rows").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as rejects:
        lines = [(int(row["line"]), row["reason"]) for row in csv.DictReader(rejects)]
    assert lines == [
        (3, "rounded_by_a_spreadsheet"), (5, "emergency"), (6, "not_a_number"),
        (7, "country_closed"), (8, "unclosed_quote"), (9, "duplicate"), (11, "undecodable"),
    ]  # fmt: skip
    with Book(site.web.home / "journal.sqlite") as book:
        leads = [lead for (lead,) in book._db.execute("SELECT lead FROM leads WHERE list='spring'")]
        assert [book.person(str(lead)).get("name") for lead in leads] == ["王伟", "吴九"]
        first = book._store.lead(str(leads[0])).numbers[0]
    assert (first.area, first.carrier) == ("江苏省连云港市", "中国移动")
    assert [told[:3] for told in site.web.accounts.told("list.import", "list.export")] == [
        ("ada", "list.import", "list:spring"), ("ada", "list.import", "list:spring"),
        ("ada", "list.export", "list:spring"),
    ]  # fmt: skip
    somebody_agrees_and_withdraws(page, site, tmp_path)
    a_file_of_numbers_that_nobody_shall_call(page, site, tmp_path)
    what_a_vicidial_knows_comes_with_its_tables(page, site, tmp_path)
    a_person_is_found_taken_away_and_erased(page, site, str(leads[0]))
    assert faults == []


def what_a_vicidial_knows_comes_with_its_tables(page: Page, site: Site, folder: Path) -> None:
    for name, text in {
        "old.csv": "lead_id,phone_number,status,called_count\n"
        "1,13912345670,BUY,2\n2,13912345671,CALLBK,1\n",
        "statuses.csv": "status,status_name,sale\nBUY,bought,Y\n",
        "callbacks.csv": "lead_id,callback_time,user,recipient\n"
        "2,2031-01-06 15:00:00,cy,USERONLY\n",
    }.items():
        (folder / name).write_text(text)
    page.get_by_label("File").first.set_input_files(folder / "old.csv")
    page.get_by_label("Country").first.fill("cn")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    page.get_by_text("It comes from a VICIdial").click()
    page.get_by_label("Table of callbacks").set_input_files(folder / "statuses.csv")
    expect(page.locator("#trouble")).to_contain_text("must name callback_time")
    page.get_by_label("Table of callbacks").set_input_files(folder / "callbacks.csv")
    page.get_by_label("Time zone of that table").fill("Asia/Tokyo")
    page.get_by_label("Table of statuses").set_input_files(folder / "statuses.csv")
    expect(page.locator("#trouble")).to_be_empty()
    page.get_by_role("button", name="Import", exact=True).click()
    begun = page.locator("#imports tr").filter(has_text="old.csv")
    expect(begun).to_have_attribute("data-state", "done", timeout=60_000)
    with Book(site.web.home / "journal.sqlite") as book:
        ids = book._db.execute("SELECT lead FROM leads WHERE list = 'old' ORDER BY lead")
        bought, promised = [book._store.lead(str(row[0])) for row in ids.fetchall()]
    assert (bought.disposition, promised.callback_for) == ("sale", "cy")
    assert promised.next_at == datetime(2031, 1, 6, 6, tzinfo=UTC).timestamp()


def somebody_agrees_and_withdraws(page: Page, site: Site, folder: Path) -> None:
    page.get_by_label("Their number").fill("138 1234 5678")
    page.locator("#agreed [name=country]").fill("cn")
    page.locator("#agreed [name=source]").fill("form")
    page.locator("#agreed [name=proof]").fill("<img src=x onerror=alert(2)>")
    page.locator("#agreed [name=given]").fill("2026-11-26")
    page.get_by_role("button", name="Record it").click()
    line = page.locator("#agreements tr").last
    expect(line).to_contain_text("<img src=x onerror=alert(2)>")
    expect(line.locator(".pill")).to_have_text("in force")
    with Book(site.web.home / "journal.sqlite") as book:
        assert book.has_agreed("8613812345678", site.web.now)
    table = folder / "agreed.csv"
    table.write_text("phone,proof\n137 1234 5678,page 9\n")
    page.locator("#agreed-file [name=file]").set_input_files(table)
    page.locator("#agreed-file [name=country]").fill("cn")
    page.get_by_role("button", name="Record them all").click()
    expect(page.locator("#agreements tr")).to_have_count(2)
    line.get_by_role("button", name="Withdraw").click()
    expect(line.locator(".pill")).to_have_text("withdrawn")
    with Book(site.web.home / "journal.sqlite") as book:
        assert not book.has_agreed("8613812345678", site.web.now)
        assert book.has_agreed("8613712345678", site.web.now)


def a_file_of_numbers_that_nobody_shall_call(page: Page, site: Site, folder: Path) -> None:
    table = folder / "nobody.csv"
    table.write_text("phone\n136 1234 5678\n135 1234 5678\n")
    page.locator("#dnc-file [name=table]").set_input_files(table)
    page.locator("#dnc-file [name=home]").fill("cn")
    page.locator("#dnc-file [name=why]").fill("they asked")
    page.get_by_role("button", name="Put them all on the list").click()
    expect(page.locator("#dnc-rows tr")).to_have_count(2)
    expect(page.locator("#dnc-rows tr").first).to_contain_text("they asked")
    expect(page.locator("#dnc-rows")).not_to_contain_text("12345678")
    with Book(site.web.home / "journal.sqlite") as book:
        assert book.is_blocked("8613612345678")
    expect(page.locator("#dnc-count strong")).to_contain_text("must not be called 2, prefixes 0")
    expect(page.locator("#dnc-count tr[data-scope='*'] td").nth(2)).to_have_text("2")
    one_goes_off_the_list_with_a_reason(page, site)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the list away (CSV)").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as away:
        assert [row["number"] for row in csv.DictReader(away)] == ["+8613512345678"]
    assert [told[1] for told in site.web.accounts.told("dnc.remove", "dnc.export")] == [
        "dnc.remove", "dnc.export",
    ]  # fmt: skip


def one_goes_off_the_list_with_a_reason(page: Page, site: Site) -> None:
    form = page.locator("#dnc-form")
    form.locator("[name=number]").fill("136 1234 5678")
    form.locator("[name=country]").fill("cn")
    form.get_by_role("button", name="Take off the list").click()
    expect(page.locator("#dnc-said")).to_contain_text("Say why it goes off the list")
    expect(form.locator("[name=reason]")).to_be_focused()
    with Book(site.web.home / "journal.sqlite") as book:
        assert book.is_blocked("8613612345678")
    form.locator("[name=reason]").fill("he asked to be called")
    form.get_by_role("button", name="Take off the list").click()
    expect(page.locator("#dnc-said")).to_have_text("It is off the list.")
    expect(page.locator("#dnc-count strong")).to_contain_text("must not be called 1, prefixes 0")
    expect(page.locator("#dnc-count")).to_contain_text("entries that came 2, taken off 1")
    with Book(site.web.home / "journal.sqlite") as book:
        assert not book.is_blocked("8613612345678")


def a_person_is_found_taken_away_and_erased(page: Page, site: Site, lead: str) -> None:
    page.get_by_label("Telephone number").fill("138 1234 5678")
    page.locator("#who [name=country]").fill("cn")
    page.get_by_role("button", name="Find").click()
    line = page.locator("#leads tr")
    expect(line).to_have_attribute("data-lead", lead)
    expect(line).to_contain_text("+86138•••5678, +86216•••5678")
    with page.expect_download() as taken:
        line.get_by_role("button", name="Evidence").click()
    with zipfile.ZipFile(taken.value.path()) as pack:
        assert "manifest.json" in pack.namelist()
    with page.expect_download() as taken:
        page.get_by_role("button", name="All that is kept").click()
    with zipfile.ZipFile(taken.value.path()) as pack:
        assert json.loads(pack.read("person.json"))["leads"][0]["fields"]["name"] == "王伟"

    page.get_by_role("button", name="Erase this person").click()
    page.get_by_role("button", name="Leave everything as it is").click()
    expect(page.locator("#erasures tr")).to_have_count(0)
    page.get_by_role("button", name="Erase this person").click()
    page.get_by_role("button", name="Erase", exact=True).click()
    erasure = page.locator("#erasures tr")
    expect(erasure.locator(".pill")).to_have_text("erased", timeout=60_000)
    with page.expect_download() as taken:
        erasure.get_by_role("link", name="Proof").click()
    proof = json.loads(Path(taken.value.path()).read_text())
    assert (proof["by"], proof["leads"], proof["left"]) == ("ada", [int(lead)], [])
    assert {"rejects/spring-1.csv"} == {one["file"] for one in proof["files"]}
    with Book(site.web.home / "journal.sqlite") as book:
        assert book.person(lead) == {}
        assert book.is_blocked("8613812345678")
    assert [told[1] for told in site.web.accounts.told("lead.evidence", "lead.export")] == [
        "lead.evidence", "lead.export",
    ]  # fmt: skip


def test_a_workbook_in_chinese_whose_second_sheet_is_the_list(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "list.xlsx"
    file.write_bytes(xlsx(一月=[["x"]], 二月=[["姓名", "手机"], ["王伟", 13812345678]]))
    page = entered(chromium, site, "eva", locale="zh")
    page.goto("/lists")
    expect(page.locator("#none")).to_be_visible()  # the page listens
    page.get_by_label("文件").set_input_files(file)
    page.get_by_label("国家", exact=False).first.fill("cn")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#no-phone")).to_be_visible()
    page.get_by_label("工作表").fill("二月")
    page.get_by_label("工作表").press("Tab")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#imports tr")).to_have_attribute("data-state", "done", timeout=60_000)
    expect(page.locator("#imports tr .pill")).to_have_text("完成")
