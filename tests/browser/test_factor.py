"""A second factor in a real browser: set up at the page or at the door, asked for, lost."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from dialer.settings import Settings
from dialer.settings.web import Web as WebSettings
from tests.access.conftest import GOOD
from tests.browser.test_administration import Site

pytestmark = pytest.mark.browser

STEP_S = 30


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Supervisors need one here."""
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        site.settings = Settings(home=tmp_path, web=WebSettings(second_factor=("supervisor",)))
        with site:
            yield site


def at_the_door(chromium: Browser, site: Site, name: str) -> Page:
    page = chromium.new_context(base_url=site.address, locale="en-US").new_page()
    page.goto("/login")
    page.fill("#login [name=name]", name)
    page.fill("#login [name=password]", GOOD)
    page.press("#login [name=password]", "Enter")
    return page


def authenticator(page: Page, where: str) -> TOTP:
    """One that was told the secret; the QR code says it, too."""
    expect(page.locator(f"{where} svg.qr path")).to_have_attribute("d", re.compile("M4 4h1v1h-1z"))
    return TOTP(page.locator(f"{where} code.secret").inner_text().replace(" ", ""))


def typed(page: Page, form: str, code: str) -> None:
    page.fill(f"{form} [name=code]", code)
    page.press(f"{form} [name=code]", "Enter")


def test_it_is_switched_on_at_ones_own_page_and_then_asked_for(
    chromium: Browser, site: Site
) -> None:
    page = at_the_door(chromium, site, "ada")
    page.wait_for_url("**/administration")
    page.click("#me")
    expect(page.locator("#factor-state")).to_have_text("Your password alone lets you in.")
    page.click("#factor-begin")
    known = authenticator(page, "#factor-setup")
    typed(page, "#factor-confirm", "000000")
    expect(page.locator("#factor-confirm [data-message]")).to_contain_text("wrong")
    typed(page, "#factor-confirm", known.at(site.web.now))
    expect(page.locator("#factor-codes li")).to_have_count(10)
    recovery = page.locator("#factor-codes li").first.inner_text()
    page.get_by_role("button", name="I have noted them").click()
    expect(page.locator("#factor-state")).to_contain_text("left: 10")

    page = at_the_door(chromium, site, "ada")
    typed(page, "#second", known.at(site.web.now))  # used already
    expect(page.locator("#second [data-message]")).to_contain_text("used already")
    site.web.now += STEP_S
    typed(page, "#second", known.at(site.web.now))
    page.wait_for_url("**/administration")
    page = at_the_door(chromium, site, "ada")
    typed(page, "#second", recovery)
    page.wait_for_url("**/administration")


def test_a_role_that_needs_one_sets_it_up_at_the_door(chromium: Browser, site: Site) -> None:
    page = at_the_door(chromium, site, "eva")
    known = authenticator(page, "#second-setup")
    typed(page, "#second", known.at(site.web.now))
    expect(page.locator("#codes li")).to_have_count(10)
    page.get_by_role("button", name="I have noted them").click()
    page.wait_for_url("**/supervisor")

    inside = at_the_door(chromium, site, "ada")
    inside.wait_for_url("**/administration")
    house = site.app.state.house
    house.settings = Settings(home=house.home, web=WebSettings(second_factor=("superuser",)))
    inside.reload()
    inside.wait_for_url(re.compile("/login"))
    inside.fill("#login [name=name]", "ada")
    inside.fill("#login [name=password]", GOOD)
    inside.press("#login [name=password]", "Enter")
    known = authenticator(inside, "#second-setup")
    typed(inside, "#second", known.at(site.web.now))
    expect(inside.locator("#codes li")).to_have_count(10)
