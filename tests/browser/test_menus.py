"""A voice menu: called, told to be one in a browser, and known as one at the next call."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House, context, house, log_in
from tests.browser.test_announcements import NEWS_MS, called

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("menus")
    allowed = "[listening]\nkeep_openings = true\n"
    with house(folder, softphones=(), everybody="ivr", more=allowed) as floor:
        yield floor


@pytest.fixture
def page(chromium: Browser, floor: House) -> Iterator[Page]:
    with context(chromium, floor, viewport={"width": 1280, "height": 900}) as browser:
        yield browser.new_page()


def test_a_menu_that_is_told_to_be_one_is_known_at_the_next_call(page: Page, floor: House):
    before = called(floor, "+12123000001")
    assert before["verdict"] != "ivr"
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, "ada")
    page.goto("/recordings")
    line = page.locator(f"tr[data-opening='{before['call']}']")
    expect(line).to_be_visible(timeout=60_000)
    expect(line.get_by_role("button", name="Recognise it")).to_have_count(0)
    line.get_by_label("It was").select_option("ivr")
    line.get_by_role("button", name="Recognise it").click()
    expect(page.get_by_text("From the next call on this is known: Voice menu.")).to_be_visible()
    expect(line).to_contain_text("recognised")

    page.wait_for_timeout(NEWS_MS)
    after = called(floor, "+12123000002")
    assert (after["outcome"], after["verdict"], after["ended_by"]) == ("ivr", "ivr", "dialer")
    assert after["verdict_cause"].startswith(f"prompt menu-{before['call']}: ")
    assert after["answered_at"] < after["verdict_at"] < after["answered_at"] + 4.0
    page.goto("/announcements")
    expect(page.locator("#known tr")).to_contain_text("is a voice menu, once answered")
    assert faults == []
