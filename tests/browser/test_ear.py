"""A supervisor at an agent's ear, both in browsers: who hears whom, on the lab."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.engine.events import LoggedOut
from sim.carrier.log import CarrierCall
from sim.carrier.pilots import PILOTS
from tests.browser.house import (
    House,
    Plan,
    context,
    held_share,
    log_in,
    start_shift,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(
    softphones=("anna", "sue"), leads=40, talk_s=60.0,
    supervisor=("monitor.listen", "monitor.whisper", "monitor.barge"),
)  # fmt: skip
LOOKS = 3
THERE = 0.05
"Share of the time. Pilots sound in pulses: what is heard is held for .13 to .26 of them."
CUSTOMER, AGENT = PILOTS["person"].hz, PILOTS["agent"].hz
"Both browsers' microphones speak as an agent: whoever hears that hears the other one."

KEPT_MICROPHONES = """window.microphones = [];
const media = navigator.mediaDevices, ask = media?.getUserMedia.bind(media);
if (ask) media.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.microphones.push(...stream.getAudioTracks());
  return stream;
};"""
"A test can silence them; a muted microphone sends packets, too."


def test_a_supervisor_hears_both_and_whispers_to_the_agent_call_after_call(
    voices: Browser, site: House
) -> None:
    heard = []
    with context(voices, site) as one, context(voices, site) as two:
        one.add_init_script(KEPT_MICROPHONES)
        anna, sue = one.new_page(), two.new_page()
        log_in(anna, "anna")
        start_shift(anna)
        log_in(sue, "sue")
        sue.goto("/supervisor")
        anna.keyboard.press("r")
        call = ""
        for _ in range(2):
            call = until(lambda before=call: talks(site, before))  # type: ignore[misc]
            expect(anna.locator(f'#pop[data-call="{call}"]')).to_be_visible()
            sue.click("tr[data-agent=anna]")
            at_the_ear(sue, "l", "listen")
            listening = (hears(sue, CUSTOMER), hears(sue, AGENT), hears(anna, AGENT))
            at_the_ear(sue, "w", "whisper")
            whispering = (hears(sue, CUSTOMER), hears(anna, AGENT))
            heard.append((listening, whispering))
            sue.keyboard.press("s")
            expect(sue.locator("#stop")).to_be_hidden()
            anna.keyboard.press("1")
        a_customer_hears_who_barges_in(site, anna, sue, call)
        site.order(LoggedOut(agent="anna", at=0.0))
    assert heard == [((True, True, False), (True, True))] * 2


def a_customer_hears_who_barges_in(site: House, anna: Page, sue: Page, before: str) -> None:
    """Anna says nothing in this call: whoever hears an agent there hears Sue."""
    anna.evaluate("window.microphones.forEach((track) => { track.enabled = false; })")
    call = until(lambda: talks(site, before))
    expect(anna.locator(f'#pop[data-call="{call}"]')).to_be_visible()
    sue.click("tr[data-agent=anna]")
    barged_at = time.time()
    at_the_ear(sue, "b", "barge")
    assert (hears(anna, AGENT), hears(sue, CUSTOMER)) == (True, True)
    sue.keyboard.press("s")
    expect(sue.locator("#stop")).to_be_hidden()
    anna.keyboard.press("1")
    number = site.number_of(call).lstrip("+")

    def ended() -> CarrierCall | None:
        return next((one for one in site.calls() if one.number.lstrip("+") == number), None)

    heard_at = until(ended).heard_agent_at
    assert heard_at is not None
    assert heard_at > barged_at


def talks(site: House, before: str) -> str:
    """The agent's next call, once they are joined."""
    now = site.agent("anna")
    return str(now["call"]) if now["state"] == "TALKING" and now["call"] != before else ""


def at_the_ear(sue: Page, key: str, how: str) -> None:
    chosen = sue.locator(f"[data-how={how}]")
    expect(chosen).to_be_enabled()
    sue.keyboard.press(key)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(sue.locator("#ear-says")).not_to_contain_text("rings")


def hears(page: Page, hz: float) -> bool:
    """In one of some looks: a browser that is starved for a moment misses a tone."""
    return any(held_share(page, hz) > THERE for _ in range(LOOKS))
