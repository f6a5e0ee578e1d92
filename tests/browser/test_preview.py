"""Mode preview on the lab, at a desk: look at a lead, call it or not, by keys."""

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.leads.importer import import_list
from tests.browser.agents import at_work, begin, next_call, shows
from tests.browser.house import CAMPAIGN, LATE, House, Plan, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(
    softphones=("anna",), leads=12, talk_s=60.0,
    campaign={"pacing": "preview", "wrap_up_s": 60.0},
)  # fmt: skip


def looked_at(page: Page, site: House, besides: str = "") -> str:
    """The lead that the page shows, once it is another."""

    def lead() -> str:
        now = site.agent("anna")
        return now["lead"] if now["state"] == "PREVIEW" and now["lead"] != besides else ""

    found = until(lead)
    expect(page.locator("#shown")).to_be_visible()
    return found


def test_a_lead_is_shown_and_called_when_the_agent_says_so(voices: Browser, site: House) -> None:
    with at_work(voices, site, "anna") as page:
        keys = page.keyboard
        begin(page, "anna")
        expect(page.locator("#shown")).to_be_hidden()
        keys.press("r")
        first = looked_at(page, site)
        expect(page.locator("#who")).to_have_text("Grace Hopper")
        expect(page.locator("#fields")).to_contain_text("New York")
        expect(page.locator("#heard")).to_be_empty()
        expect(page.locator("#call")).to_be_hidden()
        page.screenshot(path=site.folder / "shown.png")
        assert site.calls() == [], "nobody is called by himself"

        keys.press("s")
        second = looked_at(page, site, first)
        expect(page.locator("#who")).to_have_text("Alan Turing")
        keys.press("a")
        call = next_call(page, site, "anna")
        expect(page.locator("#who")).to_have_text("Alan Turing")
        keys.press("1")
        third = looked_at(page, site, second)
        assert third not in (first, second)
        keys.press("u")
        shows(page, site, "anna", "WRAP_UP")
        page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        keys.press("1")
        looked_at(page, site, third)

        keys.press("p")
        keys.press("2")
        assert shows(page, site, "anna", "PAUSED")["reason"] == "lunch"
        expect(page.locator("#pop")).to_be_hidden()
        expect(page.locator("#shown")).to_be_hidden()
    [only] = site.calls()
    assert only.answered_at is not None
    told = site.status()["campaigns"][CAMPAIGN]
    assert (told["mode"], told["placed"], told["answered"]) == ("preview", 1, 1)


def test_a_call_that_rings_is_given_up_and_the_next_lead_comes(
    voices: Browser, site: House
) -> None:
    file = site.folder / "late.csv"
    file.write_text(f"name,phone\nRita Late,+{LATE}0111\nMax Late,+{LATE}0112\n")
    import_list(site.settings.journal, file, "late", country="US", lab=True)
    site.open(**{**HOUSE.campaign, "lists": ("late",)})
    with at_work(voices, site, "anna") as page:
        begin(page, "anna")
        page.keyboard.press("r")
        first = looked_at(page, site)
        page.click("#call-shown")
        expect(page.locator("#hang-up")).to_be_visible()
        expect(page.locator("#state-name")).to_have_text("Calling")
        expect(page.locator("#heard")).to_be_empty()
        assert shows(page, site, "anna", "RESERVED")["lead"] == first
        page.keyboard.press("x")
        looked_at(page, site, first)
        expect(page.locator("#who")).to_have_text("Max Late")
        expect(page.locator("#hang-up")).to_be_hidden()
    [rang] = [one for one in site.calls() if one.number.lstrip("+").startswith(LATE)]
    assert (rang.answered_at, rang.ended_by) == (None, "dialer")
