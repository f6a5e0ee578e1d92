"""Money in a real browser: lists looked at, put right, used, tried, compared with a bill."""

import csv
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.engine.commands import Record
from dialer.journal.sqlite import SqliteJournal
from dialer.money.store import Money, file_in
from tests.api import shift
from tests.browser.payloads import PAYLOADS
from tests.browser.test_administration import Site, entered
from tests.browser.test_xss import must_be_unharmed
from tests.leads.sheets import xlsx
from tests.warehouse.day import T0, cdr

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house whose call of spring was answered, for 61 s, by the trunk carrier-a."""
    home = tmp_path_factory.mktemp("money")
    calls = shift.made(home)
    journal = SqliteJournal(home / "journal.sqlite", lambda event: None, time.time)
    journal.take_lease("test", time.time())
    ended = cdr(calls["spring"], "connected", 0, campaign="spring", placed_at=0.1, answered_at=5,
                ended_at=66)  # fmt: skip
    journal.execute(Record(ended), cause=2, index=0)
    journal.flush(10.0)
    journal.close()
    (home / "lab-trunks.toml").write_text(
        shift.TRUNKS.replace("[trunks.lab]", "[trunks.carrier-a]")
    )
    with ExitStack() as stack, Site(home, stack) as site:
        yield site


def at_page(chromium: Browser, site: Site, locale: str = "en") -> Page:
    page = entered(chromium, site, "ada", locale=locale)
    page.goto("/tariffs")
    expect(page.locator("#exchange-said")).not_to_be_empty()  # the page listens
    return page


def look_at(page: Page, file: Path, deck: str, currency: str) -> None:
    form = page.locator("#list-file")
    form.locator("[name=file]").set_input_files(file)
    form.locator("[name=deck]").fill(deck)
    form.locator("[name=currency]").fill(currency)
    form.locator("button.main").click()


def test_a_list_comes_in_is_used_tried_rated_by_and_checked_against_the_bill(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    page = at_page(chromium, site)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    expect(page.locator("#trunk-rows")).to_contain_text("its calls cost nothing in reports")
    file = tmp_path / "city.xlsx"  # heads over two rows, as carriers merge them
    file.write_bytes(xlsx(prices=[
        ["Where to", "", "Tariff", ""], ["Country", "Area", "Peak", "Blocks"],
        ["US", 1212, 0.6, "60/60"], ["US", "12x", 0.6, ""], ["UK", 44, -1, ""],
    ]))  # fmt: skip
    look_at(page, file, "city", "usd")
    expect(page.locator("#look-sums")).to_contain_text("No row names the columns")
    page.get_by_label("Line with the names").fill("2")
    page.get_by_label("Line with the names").press("Tab")
    for column, field in ((1, "Description"), (2, "Prefix"), (3, "Price of a minute"),
                          (4, "Billing increment")):  # fmt: skip
        page.get_by_label(f"Column {column}").select_option(field)
    expect(page.locator("#look-sums")).to_contain_text("3 rows: 1 prices for 1 prefixes, 2 rows")
    expect(page.locator("#look-refused tbody tr")).to_have_count(2)
    expect(page.locator("#look-refused")).to_contain_text("“-1” (Price of a minute) is not between")
    page.get_by_role("button", name="Import as the next version").click()
    expect(page.locator("#take [data-message]")).to_contain_text("nothing was kept")
    page.get_by_label("Import the rest without these 2 rows").check()
    page.get_by_role("button", name="Import as the next version").click()
    expect(page.locator("#deck-rows tr")).to_have_count(1)

    row = page.locator("[data-trunk=carrier-a]")
    row.locator("select").select_option("city")
    row.get_by_role("button", name="Use it").click()
    expect(page.locator("#deck-rows")).to_contain_text("carrier-a")
    page.get_by_role("button", name="Show what differs").click()
    said = page.locator("#again-said")
    expect(said).to_contain_text("1 of 1 calls get a new cost: 0 before, 1.2000 USD then")
    with Money(file_in(site.web.home)) as money:
        assert money.costs("lab", 0) == []
    page.get_by_role("button", name="Keep it").click()
    expect(said).to_contain_text("1 of 1 calls have a new cost")

    page.locator("#trial-form [name=number]").fill("+1 212 555 0123")
    page.locator("#trial-form [name=seconds]").fill("61")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("#trial-said")).to_contain_text("1.2000 USD – 120 s are billed")
    expect(page.locator("#trial-said .pill.go")).to_contain_text("decides")

    bill = tmp_path / "bill.csv"
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(T0 + 6))
    bill.write_text(f"called,start,amount\n{shift.NUMBERS['vip']},{at},1.50\n1,soon,1\n")
    page.locator("#bill-form [name=file]").set_input_files(bill)
    page.locator("#bill-form [name=zone]").fill("UTC")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("[data-kind=amount]")).to_contain_text("0.3000 USD")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the differences away").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as rows:
        assert [(one["what"], one["line"], one["more"]) for one in csv.DictReader(rows)] == [
            ("amount", "2", "0.3000"), ("unread", "3", ""),
        ]  # fmt: skip
    assert faults == []


def test_the_next_version_charges_and_rates_of_exchange_in_chinese(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    with Money(file_in(site.web.home)) as money:
        before = money.newest("城市")
    page = at_page(chromium, site, "zh")
    file = tmp_path / "城市.csv"
    file.write_bytes("号段,费率,目的地\n86,0.12,国内\n861,0.10,移动\n".encode("gb18030"))
    for version, text in ((before + 1, "没有差异"), (before + 2, "涨价 1, 取消 1")):
        look_at(page, file, "城市", "CNY")
        if version > 1:
            expect(page.locator("#look-against")).to_contain_text(text)
        page.get_by_role("button", name="导入为下一版本").click()
        expect(page.locator("#deck-rows [data-deck=城市]")).to_have_count(version)
        file.write_bytes("号段,费率,目的地\n86,0.15,国内\n".encode("gb18030"))
    page.locator("#charge-form [name=name]").fill("carrier-a")
    page.locator("#charge-form [name=amount]").fill("三百")
    page.locator("#charge-form [name=currency]").fill("CNY")
    page.get_by_role("button", name="设置").click()
    expect(page.locator("#charge-form [data-message]")).to_have_text(
        "“三百”不是金额，应写成 0.12。"
    )
    page.locator("#charge-form [name=amount]").fill("300")
    page.get_by_role("button", name="设置").click()
    expect(page.locator("#charge-rows")).to_contain_text("300 CNY")
    table = tmp_path / "rates.csv"
    table.write_text("date,from,to,rate\n2026-11-20,USD,CNY,7.10\n2026-11-21,USD,XXX,7\n")
    page.locator("#exchange-file [name=file]").set_input_files(table)
    page.get_by_role("button", name="全部添加").click()
    expect(page.locator("#exchange-refused")).to_contain_text("第 3 行：“XXX”不是币种")
    expect(page.locator("#no-exchange")).to_be_visible()


def test_stored_texts_stay_texts(chromium: Browser, site: Site, tmp_path: Path) -> None:
    page = at_page(chromium, site)
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))
    file = tmp_path / "x.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["prefix", "rate", "description", PAYLOADS[24]])
        rows.writerows([n, "0.1", one, one] for n, one in enumerate(PAYLOADS, 100))
        rows.writerows([one, "0.1", "", ""] for one in PAYLOADS)
    shutil.copy(file, named := tmp_path / "a<img src=x onerror=pwned=1>.csv")
    look_at(page, named, "<img src=x onerror=pwned=1>", "CNY")
    expect(page.locator("#look-refused tbody tr")).to_have_count(len(PAYLOADS))
    must_be_unharmed(page, len(PAYLOADS))
    page.get_by_label(re.compile("Import the rest")).check()
    page.get_by_role("button", name="Import as the next version").click()
    expect(page.locator("#deck-rows")).to_contain_text("<img src=x onerror=pwned=1>")
    must_be_unharmed(page, 1)
