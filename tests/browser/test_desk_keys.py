"""A shift without a mouse, in Chinese: every function on a key, and no English left over."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.engine.events import CampaignPaused, CampaignResumed
from dialer.journal.people import People
from dialer.leads.hopper import Lead
from tests.browser.agents import at_work, heard, next_call, shows, stands
from tests.browser.house import (
    CAMPAIGN,
    PASSWORD,
    House,
    Plan,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

LEADS = 40
HOUSE = Plan(
    softphones=("anna",), leads=LEADS, talk_s=60.0,
    campaign={"wrap_up_s": 120.0, "recording": "on"},
)  # fmt: skip
THEIRS = {"anna", "spring", "people", "sales", "agent", "red", "new", "york"}
"Names that are not ours to translate: of accounts, campaigns, lists, pools, phones, cities."
LATIN = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (shown(parent) && !parent.closest("script, kbd, #person, #fields dd, #who, #hard, option[lang], #microphone, #speaker, #language"))
      texts.push(walk.currentNode.data);
  }
  for (const one of document.querySelectorAll("[title], [placeholder], [aria-label]"))
    if (shown(one)) texts.push(one.title, one.placeholder, one.ariaLabel);
  return [document.title, ...texts].filter(Boolean).join("\\n");
}"""  # noqa: E501
"All that a reader is told, but data of people and the names that the machine gives its devices."


def test_a_whole_shift_by_keys_alone_in_chinese(voices: Browser, site: House) -> None:
    with at_work(voices, site, "anna", language="zh-CN") as page:
        keys = page.keyboard
        come_in(page)
        reach(page, "#start-form button.main")
        all_chinese(page)
        keys.press("Enter")
        heard(page)
        all_chinese(page)

        keys.press("r")
        call = next_call(page, site, "anna")
        all_chinese(page)
        keys.press("?")
        all_chinese(page)
        keys.press("Escape")
        keys.press("t")
        all_chinese(page)
        keys.press("Escape")
        keys.press("m")
        expect(page.locator("#mute")).to_have_attribute("aria-pressed", "true")
        keys.press("m")
        keys.press("h")
        shows(page, site, "anna", "HELD")
        expect(page.locator("#hold")).to_have_attribute("aria-pressed", "true")
        all_chinese(page)
        keys.press("h")
        shows(page, site, "anna", "TALKING")
        keys.press("o")
        expect(page.locator("#record")).to_have_attribute("aria-pressed", "true")
        keys.press("o")
        expect(page.locator("#record")).to_have_attribute("aria-pressed", "false")
        keys.press("1")

        call = next_call(page, site, "anna", call)
        keys.press("p")
        all_chinese(page)
        keys.press("2")
        expect(page.locator("#state-why")).to_contain_text("午餐")
        keys.press("2")
        assert shows(page, site, "anna", "PAUSED")["reason"] == "lunch"
        all_chinese(page)
        keys.press("u")
        shows(page, site, "anna", "WRAP_UP")
        page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        all_chinese(page)
        keys.press("n")
        keys.type("likes green power")
        keys.press("Escape")
        keys.press("4")
        expect(page.locator("#callback")).to_be_visible()
        all_chinese(page)
        keys.type("2561")
        keys.press("Enter")
        expect(page.locator("#callback [data-message]")).to_contain_text("18:30")
        reach(page, "#callback [name=day]", back=True)
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        keys.press("Tab")
        keys.type("1845")
        keys.press("Enter")
        expect(page.locator("#callback")).to_be_hidden()
        assert shows(page, site, "anna", "PAUSED")["reason"] == "lunch"
        lead = promised(site)
        assert lead.callback_for == ""

        keys.press("r")
        call = next_call(page, site, "anna", call)
        site.order(CampaignPaused(campaign=CAMPAIGN, why="", at=0.0))
        keys.press("p")
        keys.press("1")
        expect(page.locator("#state-why")).to_contain_text("休息")
        keys.press("x")
        wraps_up(page, site)
        keys.press("3")
        shows(page, site, "anna", "PAUSED")
        until(lambda: site.status()["trunks"]["lab"]["lines_used"] == 0)

        site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
        keys.press("d")
        keys.type("911")
        keys.press("Enter")
        expect(page.locator("#dial-form [data-message]")).not_to_be_empty()
        assert site.agent("anna")["state"] == "PAUSED"
        keys.press("Control+a")
        keys.type("+12125550147")
        keys.press("Enter")
        shows(page, site, "anna", "TALKING")
        all_chinese(page)
        page.wait_for_selector("#offers .offer")
        assert shows(page, site, "anna", "TALKING")["call"] != call
        keys.press("Escape")
        keys.press("x")
        wraps_up(page, site)
        keys.press("9")
        shows(page, site, "anna", "PAUSED")
        keys.press("l")
        stands(site, "anna", "LOGGED_OUT")
        page.wait_for_selector("#start:not([hidden])")
        reach(page, "#log-out", back=True)
        keys.press("Enter")
        page.wait_for_url(re.compile("/login"))


def wraps_up(page: Page, site: House) -> None:
    """The call is over, and the page offers what may have come of it."""
    shows(page, site, "anna", "WRAP_UP")
    page.wait_for_selector("#offers .offer")


def come_in(page: Page) -> None:
    page.goto("/login")
    reach(page, "#login [name=name]")
    page.keyboard.type("anna")
    reach(page, "#login [name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk"))
    page.wait_for_selector("#start:not([hidden])")


def reach(page: Page, what: str, *, back: bool = False) -> None:
    """With the tabulator, as somebody would who has no mouse."""
    for _ in range(30):
        if page.evaluate("(what) => document.activeElement.matches(what)", what):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    pytest.fail(f"no key leads to {what}")


def all_chinese(page: Page) -> None:
    """Whatever can be read is Chinese, a number, or somebody's name."""
    page.wait_for_timeout(300)
    latin = re.findall(r"[A-Za-z]{2,}", page.evaluate(LATIN))
    assert {one for one in latin if one.lower() not in THEIRS} == set()


def promised(site: House) -> Lead:
    """The lead to whom a call was promised."""
    people = People(site.settings.journal)
    found = [lead for n in range(1, LEADS + 1) if (lead := people.lead(str(n))) and lead.callback]
    assert len(found) == 1
    return found[0]
