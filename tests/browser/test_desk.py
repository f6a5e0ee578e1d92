"""A person at the desk: a real browser, its softphone, the lab's telephones."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from dialer.engine.events import LoggedOut
from sim.carrier.pilots import PILOTS
from tests.browser.conftest import FLAGS
from tests.browser.house import (
    House,
    browser_with_a_voice,
    context,
    house,
    log_in,
    start_shift,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

POP = "#pop:not([hidden])"
HEAR = """async (hz) => {
  const context = new AudioContext();
  await context.resume();
  const ear = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(document.querySelector("#voice").srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  const at = Math.round(hz * 2048 / context.sampleRate);
  let loudest = -200;
  for (let n = 0; n < 130; n++) {
    await new Promise((r) => setTimeout(r, 20));
    ear.getFloatFrequencyData(bins);
    const near = Math.max(...bins.slice(at - 1, at + 2));
    const beside = Math.max(bins[at - 8], bins[at + 8]);
    if (near - beside > 15) loudest = Math.max(loudest, near);
  }
  await context.close();
  return loudest;
}"""
"How loud a tone is in what the agent hears, dB; -200 where it never stands out by 15."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as made:
        for name in made.softphones:
            made.hire(name, "agent", campaigns=frozenset({"*"}))
        made.leads(400)
        made.open()
        yield made


@pytest.fixture(scope="module")
def voices(playwright: Playwright, program: str, site: House) -> Iterator[Browser]:
    browser = browser_with_a_voice(playwright, program, FLAGS, site)
    yield browser
    browser.close()


@pytest.fixture
def anna(voices: Browser, site: House) -> Iterator[Page]:
    """Anna at her desk, her shift begun, on pause."""
    yield from at_the_desk(voices, site, "anna")


def at_the_desk(voices: Browser, site: House, name: str, language: str = "en-US") -> Iterator[Page]:
    until(lambda: site.agent(name)["state"] == "LOGGED_OUT", 40)
    with context(voices, site, language) as browser:
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        log_in(page, name)
        start_shift(page)
        expect(page.locator("#phone.go")).to_be_visible()
        yield page
        site.order(LoggedOut(agent=name, at=0.0))
        if site.agent(name)["call"]:
            page.keyboard.press("1")
    assert faults == []


def next_call(page: Page, site: House, name: str, before: str = "") -> str:
    """The call that has come since; once the page shows it, and both are joined."""
    until(lambda: talks(site, name, before), 30)
    call: str = site.agent(name)["call"]
    page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(page.locator("#state")).to_have_attribute("data-kind", "calm")
    return call


def talks(site: House, name: str, before: str) -> bool:
    now = site.agent(name)
    return now["state"] == "TALKING" and now["call"] != before


def test_audio_goes_both_ways_on_calls_1_2_and_20(anna: Page, site: House) -> None:
    heard: dict[int, float] = {}
    talked = [""]
    anna.keyboard.press("r")
    for call in range(1, 21):
        talked.append(next_call(anna, site, "anna", talked[-1]))
        if call in (1, 2, 20):
            heard[call] = anna.evaluate(HEAR, PILOTS["person"].hz)
        else:
            time.sleep(0.8)
        anna.keyboard.press("1")
    assert len(set(talked)) == 21
    assert all(level > -70 for level in heard.values()), heard
    until(lambda: site.agent("anna")["call"] != talked[-1])
    of_number = {one.number.lstrip("+"): one for one in site.calls()}
    listened = {n: of_number[site.number_of(talked[n]).lstrip("+")].heard_agent for n in heard}
    assert listened == {1: True, 2: True, 20: True}


def test_a_page_loaded_anew_in_the_middle_of_a_call_goes_on_with_it(
    anna: Page, site: House
) -> None:
    anna.keyboard.press("r")
    call = next_call(anna, site, "anna")
    anna.reload()
    anna.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    assert (site.agent("anna")["state"], site.agent("anna")["call"]) == ("TALKING", call)
    time.sleep(0.8)
    anna.keyboard.press("p")
    anna.keyboard.press("2")
    anna.keyboard.press("1")
    until(lambda: site.agent("anna")["state"] == "PAUSED")
    assert site.agent("anna")["reason"] == "lunch"


def test_a_second_tab_sits_down_only_when_told_to(anna: Page, site: House) -> None:
    second = anna.context.new_page()
    second.goto("/desk")
    expect(second.locator("#cover-title")).to_have_text("Your desk is open in another tab")
    expect(anna.locator("#work")).to_be_visible()
    second.click("#cover-go")
    expect(second.locator("#work")).to_be_visible()
    expect(anna.locator("#cover-title")).to_have_text("You went on in another tab")
    assert site.agent("anna")["state"] == "PAUSED"
