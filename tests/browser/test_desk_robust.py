"""What may happen to a page must not happen to a call: reload, sleep, no network, a second tab."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from dialer.api.cdrs import Asked
from dialer.api.records import Records
from dialer.engine.events import CampaignPaused, CampaignResumed, Paused
from tests.browser.agents import STARTLED_S, at_work, begin, heard, next_call, shows, stands
from tests.browser.cable import cable
from tests.browser.conftest import FLAGS
from tests.browser.house import (
    CAMPAIGN,
    LATE,
    House,
    Plan,
    browser_with_a_voice,
    log_in,
    start_shift,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(
    softphones=("anna", "ben"), leads=200, talk_s=90.0,
    campaign={"wrap_up_s": 120.0, "recording": "on"},
)  # fmt: skip
OUTAGE_S = 20.0
ASLEEP_WITHIN_S = 15.0
"The server waits nine seconds for a heartbeat."
HANGS_S = 22.0
HANG = (
    """(ms) => void setTimeout(() => { const end = Date.now() + ms; while (Date.now() < end); })"""
)
"The page does nothing any more, its telephone goes on: as in a tab that was put to sleep."
SILENT_S = 25.0
"After ten seconds the dialer gives the customer to another agent."
KEPT_CONNECTIONS = """window.connections = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...how) { super(...how); window.connections.push(this); }
};"""
NO_PACKETS = (
    """window.connections.flatMap((one) => one.getTransceivers()).forEach((one) => one.stop())"""
)
"Both ways, and nobody is told: as of a firewall that has forgotten them."
NO_CALL_S = 4.0
"In this time anybody awake would have got one."


def test_a_page_loaded_anew_goes_on_in_every_state(voices: Browser, site: House) -> None:
    with at_work(voices, site, "anna") as page, quiet(site):
        log_in(page, "anna")
        page.wait_for_selector("#start:not([hidden])")
        page.reload()
        start_shift(page)
        heard(page)

        page.reload()
        heard(page)
        assert site.agent("anna")["reason"] == "login"

        page.keyboard.press("r")
        shows(page, site, "anna", "READY")
        page.reload()
        heard(page)
        expect(page.locator("#state")).to_have_attribute("data-kind", "go")
        shows(page, site, "anna", "READY")

        site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
        until(lambda: site.status()["trunks"]["lab"]["lines_used"] > 0)
        page.reload()  # while it rings
        call = next_call(page, site, "anna")
        heard(page)
        shows(page, site, "anna", "TALKING")
        page.keyboard.press("n")
        page.keyboard.type("half a note")
        page.reload()
        heard(page)
        expect(page.locator("#note")).to_have_value("half a note")
        shows(page, site, "anna", "TALKING")
        assert goes_on(site, call)

        page.keyboard.press("h")
        shows(page, site, "anna", "HELD")
        page.reload()
        expect(page.locator("#hold[aria-pressed=true]")).to_be_visible()
        heard(page)
        page.keyboard.press("h")
        shows(page, site, "anna", "TALKING")
        page.keyboard.press("o")
        expect(page.locator("#record[aria-pressed=true]")).to_be_visible()
        page.reload()
        expect(page.locator("#record[aria-pressed=true]")).to_be_visible()
        heard(page)
        assert goes_on(site, call)

        page.keyboard.press("c")
        page.fill("#callback-form [name=time]", "18:30")
        page.select_option("#callback-form [name=day]", index=2)
        chosen = page.locator("#callback-here").inner_text()
        page.check("#callback-for input[value=anna]")
        page.reload()  # in the middle of a promise
        expect(page.locator("#callback")).to_be_visible()
        expect(page.locator("#callback-form [name=time]")).to_have_value("18:30")
        expect(page.locator("#callback-here")).to_have_text(chosen)
        expect(page.locator("#callback-for input[value=anna]")).to_be_checked()
        page.keyboard.press("Escape")
        heard(page)
        page.reload()
        page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        expect(page.locator("#callback")).to_be_hidden()
        heard(page)
        shows(page, site, "anna", "TALKING")
        assert goes_on(site, call)

        page.keyboard.press("x")
        shows(page, site, "anna", "WRAP_UP")
        page.reload()
        page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        expect(page.locator("#heard .pill.go")).to_contain_text("a person")
        page.check("#then-pause")
        page.keyboard.press("2")
        shows(page, site, "anna", "PAUSED")
        page.keyboard.press("u")
        shows(page, site, "anna", "WRAP_UP")
        page.reload()
        expect(page.locator("#heard .pill.go")).to_contain_text("a person")
        page.check("#then-pause")
        page.keyboard.press("2")
        shows(page, site, "anna", "PAUSED")


def test_a_page_loaded_anew_while_its_call_by_hand_rings_is_joined_at_the_answer(
    voices: Browser, site: House
) -> None:
    with at_work(voices, site, "anna") as page, quiet(site):
        begin(page, "anna")
        page.fill("#dial-number", f"+{LATE}0177")
        page.press("#dial-number", "Enter")
        stands(site, "anna", "RESERVED")
        call = until(lambda: site.agent("anna")["call"])
        page.reload()
        heard(page)
        assert stands(site, "anna", "RESERVED")["call"] == call
        assert shows(page, site, "anna", "TALKING")["call"] == call
        page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        assert goes_on(site, call)
        time.sleep(STARTLED_S)
        page.keyboard.press("1")
        shows(page, site, "anna", "PAUSED")  # from where she had dialled
        expect(page.locator("#state")).to_have_attribute("data-kind", "warm")
        page.keyboard.press("r")
        site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
        after = next_call(page, site, "anna", call)
        assert goes_on(site, after)


def test_a_call_outlives_twenty_seconds_without_network_and_the_page_catches_up(
    voices: Browser, site: House
) -> None:
    with (
        cable(site.settings.web.port) as wire,
        at_work(voices, site, "anna", base_url=wire.url) as page,
    ):
        page.context.grant_permissions(["microphone"], origin=wire.url)
        begin(page, "anna")
        page.keyboard.press("r")
        call = next_call(page, site, "anna")
        wire.pull()
        out = time.monotonic()
        expect(page.locator("#line-lost")).to_be_visible()
        until(lambda: not site.agent("anna")["attended"])
        page.keyboard.press("h")  # told to nobody yet
        site.order(Paused(agent="anna", reason="meeting", at=0.0))
        time.sleep(max(0.0, OUTAGE_S - (time.monotonic() - out)))
        assert site.agent("anna")["state"] == "TALKING"
        assert goes_on(site, call)
        wire.plug()
        expect(page.locator("#line-lost")).to_be_hidden()
        assert shows(page, site, "anna", "HELD")["call"] == call
        expect(page.locator("#state-why")).to_contain_text("Meeting")
        page.keyboard.press("h")
        shows(page, site, "anna", "TALKING")
        heard(page)
        page.keyboard.press("1")
        assert shows(page, site, "anna", "PAUSED")["reason"] == "meeting"


def test_a_page_that_sleeps_gets_no_call_until_it_wakes(voices: Browser, site: House) -> None:
    with at_work(voices, site, "anna") as page, quiet(site):
        begin(page, "anna")
        page.keyboard.press("r")
        shows(page, site, "anna", "READY")
        page.evaluate(HANG, 1000 * HANGS_S)
        stands(site, "anna", "PAUSED", within_s=ASLEEP_WITHIN_S)
        assert site.agent("anna")["reason"] == "desk_lost"
        before = len(site.calls())
        site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
        time.sleep(NO_CALL_S)
        assert (site.agent("anna")["call"], len(site.calls())) == ("", before)
        call = next_call(page, site, "anna")
        assert goes_on(site, call)


def test_a_second_tab_takes_a_call_over_only_when_told_to(voices: Browser, site: House) -> None:
    with at_work(voices, site, "anna") as page, quiet(site):
        begin(page, "anna")
        site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
        page.keyboard.press("r")
        call = next_call(page, site, "anna")
        with page.context.expect_page() as opened:
            page.evaluate("void window.open('/desk')")  # what it remembers is copied
        second = opened.value
        expect(second.locator("#cover-title")).to_have_text("Your desk is open in another tab")
        expect(page.locator("#work")).to_be_visible()
        second.focus("#cover-go")
        second.keyboard.press("Enter")
        second.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
        expect(page.locator("#cover-title")).to_have_text("You went on in another tab")
        heard(second)
        stands(site, "anna", "TALKING")
        assert goes_on(site, call)
        second.keyboard.press("1")
        after = next_call(second, site, "anna", call)
        assert goes_on(site, after)
        expect(page.locator("#pop")).to_be_hidden()


def test_a_customer_whose_agent_falls_silent_goes_to_another_page_or_no_page(
    playwright: Playwright, program: str, voices: Browser, site: House
) -> None:
    """Anna's packets stop while her page lives; then all of Ben's page stops, its packets too."""
    other = browser_with_a_voice(playwright, program, FLAGS, site)
    try:
        with at_work(other, site, "anna") as one, at_work(voices, site, "ben") as two, quiet(site):
            one.context.add_init_script(KEPT_CONNECTIONS)
            begin(one, "anna")
            begin(two, "ben")
            site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
            one.keyboard.press("r")
            call = next_call(one, site, "anna")
            site.order(CampaignPaused(campaign=CAMPAIGN, why="test", at=0.0))
            two.keyboard.press("r")
            shows(two, site, "ben", "READY")

            one.evaluate(NO_PACKETS)
            assert stands(site, "ben", "TALKING", within_s=SILENT_S)["call"] == call
            heard(two)
            assert site.agent("anna")["attended"]
            assert stands(site, "anna", "READY")["call"] == ""  # called anew
            heard(one)

            with stopped(voices):
                assert stands(site, "anna", "TALKING", within_s=SILENT_S)["call"] == call
                until(lambda: not site.agent("ben")["attended"], ASLEEP_WITHIN_S)
            heard(one)
            shows(one, site, "anna", "TALKING")
            one.keyboard.press("x")
            stands(site, "anna", "WRAP_UP")
            until(lambda: legs(site, call) == ["anna", "ben"], why="the warehouse follows")
            asked = Records(site.settings.home).calls(Asked(everything=True, n=50))
            [how] = [ended.outcome for ended in asked if ended.call == call]
            assert how in {"agent_lost", "late_connect"}  # a busy machine may join them late
    finally:
        other.close()


@contextmanager
def stopped(browser: Browser) -> Iterator[None]:
    """Every page of this browser is a stopped process; afterwards it goes on."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pages = [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]
    assert pages
    try:
        for pid in pages:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pages:
            os.kill(pid, signal.SIGCONT)


def test_two_agents_at_once_have_calls_of_their_own(
    playwright: Playwright, program: str, voices: Browser, site: House
) -> None:
    other = browser_with_a_voice(playwright, program, FLAGS, site)
    try:
        with at_work(voices, site, "anna") as one, at_work(other, site, "ben") as two, quiet(site):
            begin(one, "anna")
            begin(two, "ben")
            site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))
            at = {"anna": one, "ben": two}
            taken: dict[str, list[str]] = {"anna": [""], "ben": [""]}
            for page in at.values():
                page.keyboard.press("r")
            for _ in range(2):
                for name, page in at.items():
                    taken[name].append(next_call(page, site, name, taken[name][-1]))
                shown = {one.get_attribute("#pop", "data-call"),
                         two.get_attribute("#pop", "data-call")}  # fmt: skip
                assert shown == {taken["anna"][-1], taken["ben"][-1]}
                time.sleep(1.0)
                for page in at.values():
                    page.keyboard.press("1")
            calls = [call for all in taken.values() for call in all[1:]]
            assert len(set(calls)) == 4
            numbers = {site.number_of(call).lstrip("+") for call in calls}
            until(lambda: numbers <= {one.number.lstrip("+") for one in site.calls()})
            heard_there = {one.number.lstrip("+") for one in site.calls() if one.heard_agent}
            assert numbers <= heard_there
            handed_over(site, one, two, taken)
    finally:
        other.close()


def handed_over(site: House, one: Page, two: Page, taken: dict[str, list[str]]) -> None:
    """Anna's next customer goes to Ben, who is free, and hears him."""
    call = next_call(one, site, "anna", taken["anna"][-1])
    next_call(two, site, "ben", taken["ben"][-1])
    site.order(CampaignPaused(campaign=CAMPAIGN, why="test", at=0.0))
    two.keyboard.press("1")
    shows(two, site, "ben", "READY")
    one.keyboard.press("t")
    one.select_option("#transfer-form [name=to]", "ben")
    one.click("#transfer-form button.main")
    expect(one.locator("#transfer-form")).to_be_hidden()  # else the key is the dialog's
    shows(one, site, "anna", "WRAP_UP")
    assert shows(two, site, "ben", "TALKING")["call"] == call
    two.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    heard(two)
    time.sleep(STARTLED_S)
    for page in (one, two):
        page.check("#then-pause")
        page.keyboard.press("1")
    stands(site, "ben", "PAUSED")
    until(lambda: legs(site, call) == ["anna", "ben"], why="the warehouse follows")


def legs(site: House, call: str) -> list[str]:
    """Who had the call, by its record and the alphabet."""
    asked = Records(site.settings.home).calls(Asked(everything=True, n=50))
    return next((list(one.agents) for one in asked if one.call == call), [])


@contextmanager
def quiet(site: House) -> Iterator[None]:
    """No calls are placed until somebody resumes the campaign; afterwards they are."""
    site.order(CampaignPaused(campaign=CAMPAIGN, why="test", at=0.0))
    until(lambda: site.status()["trunks"]["lab"]["lines_used"] == 0)
    yield
    site.order(CampaignResumed(campaign=CAMPAIGN, at=0.0))


def goes_on(site: House, call: str) -> bool:
    """Whether both are still joined, by Asterisk's own word."""
    return site.agent("anna")["call"] == call and call in site.cli("core show channels concise")
