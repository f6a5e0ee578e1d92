"""Agents at their desks in real browsers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from dialer.engine.events import Disposed, LoggedOut
from tests.browser.house import House, context, log_in, start_shift, until
from tests.patience import PATIENCE_S

STARTLED_S = 0.8
"For so long a page takes no disposition of a call that has just come."


@contextmanager
def at_work(
    browser: Browser, site: House, name: str, *, language: str = "en-US", **more: Any
) -> Iterator[Page]:
    """Somebody's own browser, whose pages make no fault; afterwards the shift is over."""
    until(lambda: site.agent(name)["state"] == "LOGGED_OUT")
    faults: list[str] = []
    with context(browser, site, language, **more) as theirs:
        theirs.on("weberror", lambda error: faults.append(str(error.error)))
        try:
            yield theirs.new_page()
        finally:
            leave(site, name)
    assert faults == []


def begin(page: Page, name: str) -> None:
    """From nothing into the shift, on pause, with a telephone."""
    log_in(page, name)
    start_shift(page)
    heard(page)


def heard(page: Page) -> None:
    """The page's own telephone stands and its voice flows."""
    # Right after a reload the pill shows for a moment the leg that is just being given up.
    expect(page.locator("#level:not([hidden]) + #phone.go")).to_be_visible()


def next_call(page: Page, site: House, name: str, before: str = "") -> str:
    """The call that has come since; once the page shows it, and takes dispositions."""

    def talks() -> bool:
        now = site.agent(name)
        return now["state"] == "TALKING" and now["call"] != before

    until(talks)
    call: str = site.agent(name)["call"]
    page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(page.locator("#state")).to_have_attribute("data-state", "TALKING")
    time.sleep(STARTLED_S)
    return call


def stands(site: House, name: str, *states: str, within_s: float = PATIENCE_S) -> dict[str, Any]:
    """The agent as the dialer has it, once in one of these states."""
    end = time.monotonic() + within_s
    while (now := site.agent(name))["state"] not in states:
        assert time.monotonic() < end, f"{name} is not {states} within {within_s} s: {now}"
        time.sleep(0.05)
    return now


def shows(page: Page, site: House, name: str, state: str) -> dict[str, Any]:
    """The same, and the page knows it, too: what its keys do follows from that."""
    now = stands(site, name, state)
    expect(page.locator("#state")).to_have_attribute("data-state", state)
    return now


def leave(site: House, name: str) -> None:
    """End the shift, also of a test that failed in the middle of a call."""
    now = site.agent(name)
    if now["state"] == "LOGGED_OUT":
        return
    if now["call"]:
        site.order(Disposed(agent=name, call=now["call"], disposition="done", then="pause", at=0.0))
    site.order(LoggedOut(agent=name, at=0.0))
