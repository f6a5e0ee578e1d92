"""A person at the desk: a real browser, its softphone, the lab's telephones."""

import re
import sys
import time
from collections.abc import Iterator
from socket import AF_INET, SOCK_DGRAM, socket

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.api.cdrs import Asked
from dialer.api.records import Records
from dialer.desk.digest import signed
from dialer.engine.events import Disposed, LoggedOut
from sim.carrier.log import AgentLeg, CarrierCall, agent_legs
from sim.carrier.pilots import PILOTS
from tests.browser.agents import shows
from tests.browser.arrivals import delays, note, said, told
from tests.browser.house import (
    BANK,
    House,
    Plan,
    context,
    log_in,
    loudest,
    start_shift,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(leads=400)
STARTLED_S = 0.8
"For so long a page takes no disposition of a call that has just come."
REGISTER = """async (name) => {
  const [script] = [...document.scripts].filter(({ src }) => src.includes("/static/"));
  const { UA, WebSocketInterface } = await import(new URL("vendor/jssip.js", script.src));
  const ua = new UA({
    sockets: [new WebSocketInterface(`ws://${location.host}/desk/sip`)],
    uri: `sip:${name}@dialer.invalid`, password: "by-session", register: true,
  });
  const how = await new Promise((resolve) => {
    ua.on("registered", () => resolve("registered"));
    ua.on("registrationFailed", ({ response }) => resolve(response?.status_code ?? "nobody"));
    ua.on("disconnected", () => resolve("no line"));
    ua.start();
  });
  ua.stop();
  return how;
}"""
"What comes of a browser's registering with what the desk's own program holds."


@pytest.fixture
def anna(voices: Browser, site: House) -> Iterator[Page]:
    """Anna at her desk, her shift begun, on pause."""
    yield from at_the_desk(voices, site, "anna")


def at_the_desk(voices: Browser, site: House, name: str, language: str = "en-US") -> Iterator[Page]:
    until(lambda: site.agent(name)["state"] == "LOGGED_OUT")
    with context(voices, site, language) as browser:
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        log_in(page, name)
        start_shift(page)
        expect(page.locator("#phone.go")).to_be_visible()
        yield page
        now = site.agent(name)
        if now["call"]:  # a test that failed leaves one
            word = Disposed(agent=name, call=now["call"], disposition="done", then="pause",
                            at=0.0)  # fmt: skip
            site.order(word)
        site.order(LoggedOut(agent=name, at=0.0))
    assert faults == []


def next_call(page: Page, site: House, name: str, before: str = "") -> str:
    """The call that has come since; once the page shows it, and both are joined."""
    until(lambda: talks(site, name, before))
    call: str = site.agent(name)["call"]
    page.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(page.locator("#state")).to_have_attribute("data-state", "TALKING")
    time.sleep(STARTLED_S)
    return call


def talks(site: House, name: str, before: str) -> bool:
    now = site.agent(name)
    return now["state"] == "TALKING" and now["call"] != before


def test_twenty_calls_by_key_in_which_both_hear_each_other(anna: Page, site: House) -> None:
    talked, heard = [""], {}
    note(anna)
    with told(site) as of:
        anna.keyboard.press("r")
        for call in range(1, 21):
            talked.append(next_call(anna, site, "anna", talked[-1]))
            if call in (1, 2, 20):
                heard[call] = loudest(anna, PILOTS["person"].hz) > -70
            time.sleep(0.1)
            anna.keyboard.press("1")
        after = delays(anna, of, talked[1:])
    assert len(set(talked)) == 21
    sys.stdout.write(
        "\n" + "\n".join(said(what, seconds) for what, seconds in after.items()) + "\n"
    )
    judged = sum(call in of.verdict_at for call in talked)
    assert len(after["joined"]) == len(after["pop"]) == judged >= 5
    assert len(after["voice"]) >= 5  # a busy page may miss a tone of a seventh of a second
    until(lambda: site.agent("anna")["call"] != talked[-1])
    of_number = {one.number.lstrip("+"): one for one in site.calls()}
    assert heard == {1: True, 2: True, 20: True}
    listened = {n: of_number[site.number_of(talked[n]).lstrip("+")].heard_agent for n in (1, 2, 20)}
    assert listened == {1: True, 2: True, 20: True}


def test_a_page_loaded_anew_in_the_middle_of_a_call_still_has_it(anna: Page, site: House) -> None:
    anna.keyboard.press("r")
    call = next_call(anna, site, "anna")
    anna.reload()
    anna.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(anna.locator("#phone.go")).to_be_visible()
    assert site.agent("anna")["call"] == call
    anna.keyboard.press("p")
    anna.keyboard.press("2")
    expect(anna.locator("#state-why")).to_contain_text("Lunch")
    anna.keyboard.press("1")
    shows(anna, site, "anna", "PAUSED")
    assert site.agent("anna")["reason"] == "lunch"


def test_what_was_recorded_can_be_taken_back_and_a_callback_be_promised(
    anna: Page, site: House
) -> None:
    anna.keyboard.press("r")
    call = next_call(anna, site, "anna")
    anna.keyboard.press("h")
    shows(anna, site, "anna", "HELD")
    expect(anna.locator("#hold")).to_have_attribute("aria-pressed", "true")
    anna.keyboard.press("h")
    shows(anna, site, "anna", "TALKING")
    anna.keyboard.press("p")
    anna.keyboard.press("1")
    expect(anna.locator("#state-why")).to_contain_text("Break")
    anna.keyboard.press("2")
    shows(anna, site, "anna", "PAUSED")
    anna.keyboard.press("u")
    shows(anna, site, "anna", "WRAP_UP")
    anna.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    anna.keyboard.press("c")
    anna.keyboard.press("Enter")
    until(lambda: site.agent("anna")["state"] in ("PAUSED", "READY"))


def test_a_customer_and_a_party_outside_talk_when_the_agent_has_handed_over(
    anna: Page, site: House
) -> None:
    anna.keyboard.press("r")
    call = next_call(anna, site, "anna")
    anna.check("#then-pause")
    anna.keyboard.press("t")
    anna.select_option("#transfer-form [name=to]", "outside:bank")
    anna.click("#transfer-form button.main")
    shows(anna, site, "anna", "WRAP_UP")
    expect(anna.locator("#transfer-form")).to_be_hidden()
    expect(anna.locator("#state")).to_have_attribute("data-kind", "warm")
    anna.keyboard.press("1")
    shows(anna, site, "anna", "PAUSED")

    until(lambda: legs(site), why="the bank hears the customer")
    digits = site.number_of(call).lstrip("+")
    customer = until(lambda: heard_out(site, digits), why="the customer hears the bank")
    (bank,) = legs(site)
    assert customer.heard_agent_at < bank.up_at <= bank.heard_at[0] < customer.heard_message_at
    asked = Asked(everything=True, call=call)
    (ended,) = until(lambda: Records(site.settings.home).calls(asked), why="the warehouse follows")
    assert (ended.agents, ended.outside) == (("anna",), ("bank",))
    assert ended.outcome in {"connected", "late_connect"}  # a busy machine may join them late


def legs(site: House) -> list[AgentLeg]:
    """The bank's, once it has heard somebody."""
    return [one for one in agent_legs(site.lab.home) if one.agent == BANK and one.heard_at]


def heard_out(site: House, digits: str) -> CarrierCall | None:
    """A customer's call that is over, in which the bank was heard."""
    mine = (one for one in site.calls() if one.number == digits and one.ended_at)
    return next((one for one in mine if one.heard_message_at), None)


def test_a_second_tab_sits_down_only_when_told_to(anna: Page, site: House) -> None:
    second = anna.context.new_page()
    second.goto("/desk")
    expect(second.locator("#cover-title")).to_have_text("Your desk is open in another tab")
    expect(anna.locator("#work")).to_be_visible()
    second.click("#cover-go")
    expect(second.locator("#work")).to_be_visible()
    expect(anna.locator("#cover-title")).to_have_text("You went on in another tab")
    assert site.agent("anna")["state"] == "PAUSED"


def test_a_softphone_is_its_sessions_own_and_nothing_without_it(
    voices: Browser, site: House
) -> None:
    with context(voices, site) as browser:
        page = browser.new_page()
        log_in(page, "carl")
        page.wait_for_selector("#start-form")
        assert page.evaluate(REGISTER, "ben") == 401
        assert page.evaluate(REGISTER, "carl") == "registered"
        page.click("#log-out")
        page.wait_for_url("**/login")
        assert page.evaluate(REGISTER, "carl") == "no line"
    assert registered(site, "carl", "by-session") == "401"
    assert registered(site, "carl", "pw-carl-1") == "200"


def registered(site: House, name: str, password: str) -> str:
    """What Asterisk says to somebody at the machine itself, who needs no line of ours."""
    with socket(AF_INET, SOCK_DGRAM) as phone:
        phone.settimeout(60.0)
        phone.connect(("127.0.0.1", site.settings.asterisk.sip_port))
        port = phone.getsockname()[1]
        said, signature = "", ""
        for count in (1, 2):
            branch = f"z9hG4bK{count}{password}"
            asking = (
                f"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch={branch}\r\n"
                f"From: <sip:{name}@x>;tag=1\r\nTo: <sip:{name}@x>\r\nCall-ID: {password}\r\n"
                f"CSeq: {count} REGISTER\r\nContact: <sip:{name}@127.0.0.1:{port}>;expires=60\r\n"
                f"Max-Forwards: 70\r\n{signature}Content-Length: 0\r\n\r\n"
            )
            phone.send(signed(asking, name, password).encode())
            said = phone.recv(4096).decode()
            asked = "".join(re.findall(r'(?:realm|nonce|opaque)="[^"]*",?', said))
            signature = (
                f'Authorization: Digest username="{name}",{asked.strip(",")},uri="sip:x",'
                'response="",qop=auth,nc=00000001,cnonce="1"\r\n'
            )
    return said.split()[1]
