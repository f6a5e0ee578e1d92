"""A manager closes days on the board while a campaign dials, in a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import CAMPAIGN, House, context, house, log_in, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("calendar"), softphones=(), board=True) as floor:
        floor.leads(50)
        floor.open()
        floor.hire("mara", "administrator")
        floor.hire("sue", "supervisor", campaigns=frozenset({CAMPAIGN}))
        yield floor


@pytest.fixture
def page(chromium: Browser, floor: House) -> Iterator[Page]:
    with context(chromium, floor, viewport={"width": 1400, "height": 1500}) as browser:
        yield browser.new_page()


def leads_now(floor: House) -> int:
    """Whom the running dialer could call at this moment."""
    return int(floor.status()["campaigns"][CAMPAIGN]["leads_now"])


def at_calendar(page: Page, name: str, language: str = "en") -> None:
    log_in(page, name)
    page.goto(f"/board/calendar?lang={language}")
    expect(page.locator(".cal td.today")).to_be_visible(timeout=60_000)


def choose(page: Page, nth: int, what: str) -> None:
    """Of the form's choices."""
    page.get_by_test_id("stForm").get_by_role("combobox").nth(nth).click()
    page.keyboard.type(what)
    page.keyboard.press("Enter")


def write_day(page: Page, field: str, day: datetime) -> None:
    page.get_by_role("spinbutton", name=f"year, {field}").click()
    page.keyboard.type(f"{day:%Y%m%d}")


def test_days_that_are_closed_hold_at_once_for_the_campaign_that_dials_until_they_are_taken_away(
    page: Page, floor: House
) -> None:
    until(lambda: leads_now(floor) == 50)
    at_calendar(page, "mara")
    now = datetime.now(UTC)
    write_day(page, "First day", now - timedelta(1))  # today, in whichever zone a lead is
    write_day(page, "Last day", now + timedelta(1))
    page.get_by_role("textbox", name="Note").fill("The office moves <b>")
    page.get_by_role("button", name="Set days").click()
    said = re.compile("United States, .*: closed, no calls. It holds for every campaign")
    expect(page.get_by_text(said)).to_be_visible(timeout=60_000)
    until(lambda: leads_now(floor) == 0, 10.0, "the dialer did not hear of it")
    today = page.locator(".cal td.today")
    expect(today).to_contain_text("closed by the house")
    expect(today).to_contain_text("The office moves <b>")

    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("days like any others again")).to_be_visible(timeout=60_000)
    until(lambda: leads_now(floor) == 50, 10.0, "the dialer did not hear of its end")


def test_what_cannot_be_is_said_where_it_was_asked_and_in_chinese(page: Page, floor: House) -> None:
    at_calendar(page, "mara", "zh")
    write_day(page, "第一天", datetime.now(UTC) + timedelta(30))
    choose(page, 0, "调休上班")
    page.get_by_role("button", name="设定日子").click()
    expect(
        page.get_by_text(re.compile("只有 CN, HU, TW, VN, UA, RU 有调休上班的周末"))
    ).to_be_visible(timeout=60_000)
    assert leads_now(floor) == 50


def test_a_supervisor_sees_the_calendar_and_sets_nothing(page: Page, floor: House) -> None:
    at_calendar(page, "sue")
    expect(page.get_by_text("Setting days needs the permission to change limits.")).to_be_visible()
    assert page.get_by_role("button", name="Set days").count() == 0
