"""A manager makes and steers a campaign on the board: a real browser, the lab's telephones."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House, context, house, log_in, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("steering"), softphones=(), board=True) as floor:
        floor.leads(50)
        floor.hire("mara", "administrator")
        floor.hire("lee", "analyst", campaigns=frozenset({"autumn"}))
        yield floor


@pytest.fixture
def page(chromium: Browser, floor: House) -> Iterator[Page]:
    with context(chromium, floor, viewport={"width": 1400, "height": 1300}) as browser:
        page = browser.new_page()
        yield page


def state(floor: House) -> str:
    return str(floor.status()["campaigns"].get("autumn", {}).get("state"))


def at_campaigns(page: Page, name: str, language: str = "en") -> None:
    log_in(page, name)
    page.goto(f"/board/campaigns?lang={language}")
    page.wait_for_selector("[data-testid=stAppViewContainer]", timeout=60_000)


def opened(page: Page, text: str) -> None:
    """Unfold that part, unless it is."""
    # While the page draws itself anew, the old form and the new one may both stand.
    if not page.get_by_label("Lines", exact=True).first.is_visible():
        page.get_by_text(text, exact=True).first.click(timeout=60_000)


def test_a_campaign_is_made_started_changed_and_stopped(page: Page, floor: House):
    at_campaigns(page, "mara")
    opened(page, "Change, copy, make")
    page.get_by_label("Campaign", exact=True).fill("autumn")
    page.get_by_label("Agents' pool", exact=True).fill("sales")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Lists").click()
    page.get_by_role("option", name="people").click()
    page.keyboard.press("Escape")
    page.get_by_label("Lines", exact=True).fill("4")
    page.get_by_label("Ring timeout (s)", exact=True).fill("20 to 30")
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_text("autumn is made, version 1.")).to_be_visible()
    assert state(floor) == "paused"

    page.get_by_role("button", name="Pre-flight").click()
    promised = page.get_by_text(re.compile("of 50 will be called"))
    expect(promised).to_be_visible(timeout=60_000)
    said = re.sub(r" until [0-9: -]+", "", promised.inner_text().split("\n")[0])
    called, rows, *kept = (int(n) for n in re.findall(r"[0-9]+", said))
    assert called + sum(kept) == rows == 50

    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("autumn dials.")).to_be_visible()
    assert state(floor) == "dialling"
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("autumn is paused"))).to_be_visible()
    assert state(floor) == "paused"

    opened(page, "Change, copy, make")
    page.get_by_text("Change", exact=True).click()
    until(lambda: page.get_by_label("Lines", exact=True).count() == 1)
    expect(page.get_by_label("Ring timeout (s)", exact=True)).to_have_value("20 to 30")
    page.get_by_label("Lines", exact=True).fill("7")
    page.get_by_role("button", name="Put the change in force").click()
    expect(page.get_by_text("autumn: version 2 is in force.")).to_be_visible()
    assert state(floor) == "paused", "a change sets nothing going"

    until(lambda: page.get_by_role("button", name="Stop").count() == 1)
    page.get_by_role("button", name="Stop").click()
    sure = page.get_by_role("button", name="Stop it")
    expect(sure).to_be_visible()
    page.wait_for_timeout(3000)  # who reads before he presses still finds it there
    sure.click()
    expect(page.get_by_text("autumn is stopped.")).to_be_visible()
    assert state(floor) == "stopped"


def test_what_is_wrong_is_said_and_nothing_is_made(page: Page, floor: House):
    at_campaigns(page, "mara")
    opened(page, "Change, copy, make")
    page.get_by_text("Copy", exact=True).click()
    page.get_by_label("Campaign", exact=True).fill("Bad Name")
    page.get_by_role("button", name="Make the copy").click()
    go = page.get_by_role("button", name="Make the copy")
    form = page.get_by_test_id("stForm").filter(has=go).first
    expect(form.get_by_text(re.compile("Not done: "))).to_be_visible()
    at_the_name = form.get_by_test_id("stAlert").bounding_box()
    field = page.get_by_label("Campaign", exact=True).bounding_box()
    assert at_the_name
    assert field
    assert 0 < at_the_name["y"] - field["y"] < 150

    page.get_by_label("Campaign", exact=True).fill("winter")
    form.get_by_label("Country", exact=True).fill("xx", timeout=60_000)
    page.get_by_role("button", name="Make the copy").click()
    expect(form.get_by_text(re.compile("Not done: must be an ISO 3166 code"))).to_be_visible()
    assert page.get_by_label("Campaign", exact=True).input_value() == "winter", "nothing is lost"
    assert set(floor.status()["campaigns"]) == {"autumn"}


def test_in_chinese_it_is_said_at_the_same_place(page: Page, floor: House):
    at_campaigns(page, "mara", "zh")
    page.get_by_text("修改、复制、新建", exact=True).first.click()
    page.get_by_text("复制", exact=True).click()
    page.get_by_label("活动", exact=True).fill("Bad Name")
    page.get_by_role("button", name="创建副本").click()
    said = page.get_by_test_id("stForm").get_by_test_id("stAlert")
    expect(said).to_contain_text("不正确")
    at_the_name, field = said.bounding_box(), page.get_by_label("活动", exact=True).bounding_box()
    assert at_the_name
    assert field
    assert 0 < at_the_name["y"] - field["y"] < 150


def test_an_analyst_looks_and_steers_nothing(page: Page):
    at_campaigns(page, "lee", "zh")
    expect(page.get_by_text("您可以查看，不能操作。")).to_be_visible(timeout=60_000)
    assert page.get_by_role("button", name="开始").count() == 0
    assert page.get_by_text("修改、复制、新建").count() == 0
