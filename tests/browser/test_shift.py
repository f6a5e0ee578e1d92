"""A whole shift in three browsers, on the lab: and every page counts what the lab's network counts.

A manager opens the campaign, a person takes thirty calls at the desk, hands one over and promises
two callbacks, a supervisor listens to one; the manager pauses the campaign and ends it.
"""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from dialer.engine.events import Disposed, LoggedIn, WentReady
from dialer.journal.people import People
from dialer.leads.hopper import Lead
from dialer.warehouse import Warehouse
from dialer.warehouse.summary import summary
from sim.carrier.log import CarrierCall
from tests.browser.conftest import FLAGS
from tests.browser.house import (
    CAMPAIGN,
    House,
    browser_with_a_voice,
    context,
    house,
    log_in,
    start_shift,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

CALLS = 30
HEARD, HANDED_OVER, CALLBACKS = 5, 10, (15, 20)
"Which calls are overheard, handed over, and end with a promise to call again."
TALK_S = 1.0
"A key pressed sooner may be meant for the page as it was before the call: the desk takes none."
LEADS = 60
AUTUMN = {
    "name": CAMPAIGN, "lists": ["people"], "pool": "sales", "law": "lab", "hours": "lab",
    "retry": "lab", "lines": 4, "calls_per_s": 5.0, "wrap_up_s": 30.0,
    "caller_ids": ["12125550100"],
}  # fmt: skip
ASK = """async ([method, path, body]) => {
  const me = await (await fetch("/me")).json();
  const headers = { "content-type": "application/json", "x-csrf-token": me.csrf };
  const said = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return { status: said.status, told: await said.json() };
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("shift"), ("anna",)) as made:
        made.hire("anna", "agent", campaigns=frozenset({"*"}), teams=frozenset({"red"}))
        made.hire("mara", "administrator")
        made.hire(
            "sue", "supervisor", campaigns=frozenset({CAMPAIGN}), teams=frozenset({"red"}),
            grants=frozenset({"monitor.listen"}),
        )  # fmt: skip
        made.leads(LEADS)
        yield made


@pytest.fixture(scope="module")
def voices(playwright: Playwright, program: str, site: House) -> Iterator[Browser]:
    browser = browser_with_a_voice(playwright, program, FLAGS, site)
    yield browser
    browser.close()


def test_every_total_on_every_page_is_what_the_labs_network_counted(
    voices: Browser, site: House
) -> None:
    with (
        context(voices, site) as one, context(voices, site) as two, context(voices, site) as three,
    ):  # fmt: skip
        mara, anna, sue = one.new_page(), two.new_page(), three.new_page()
        come_in(mara, "mara")
        ordered(mara, "POST", "/api/v1/campaigns", AUTUMN)
        come_in(anna, "anna")
        come_in(sue, "sue")
        site.order(LoggedIn(agent="closer", pool="closers", endpoint="PJSIP/agent1", at=0.0))
        until(lambda: site.agent("closer").get("leg_up"))
        site.order(WentReady(agent="closer", at=0.0))
        start_shift(anna)
        expect(anna.locator("#phone.go")).to_be_visible()
        sue.goto("/supervisor")
        expect(sue.locator("tr[data-agent=anna]")).to_be_visible()

        taken = worked(site, anna, sue)
        ordered(mara, "POST", f"/api/v1/campaigns/{CAMPAIGN}/pause", {"why": "the day is over"})
        expect(sue.locator("#campaigns")).to_contain_text("paused")
        ordered(mara, "POST", f"/api/v1/campaigns/{CAMPAIGN}/stop")
        until(lambda: site.status()["trunks"]["lab"]["lines_used"] == 0)
        anna.keyboard.press("l")
        until(lambda: site.agent("anna")["state"] == "LOGGED_OUT")
        agree(site, mara, sue, taken)


def come_in(page: Page, name: str) -> None:
    """Log in, and be where one belongs."""
    log_in(page, name)
    page.wait_for_load_state("networkidle")


def ordered(page: Page, method: str, path: str, body: Any = None) -> Any:
    """By the session of whoever is logged in in that browser."""
    said = page.evaluate(ASK, [method, path, body])
    assert said["status"] in (200, 201), said
    return said["told"]


def worked(site: House, anna: Page, sue: Page) -> list[str]:
    """Thirty calls at the desk; which ones they were."""
    taken = [""]
    anna.keyboard.press("r")
    for n in range(1, CALLS + 1):
        taken.append(next_call(site, anna, taken[-1]))
        time.sleep(TALK_S)
        if n == HEARD:
            overheard(sue)
        if n == CALLS:
            anna.check("#then-pause")
        if n == HANDED_OVER:
            handed_over(site, anna, taken[-1])
        elif n in CALLBACKS:
            promised(anna)
        else:
            anna.keyboard.press("1")
        until(lambda: site.agent("anna")["call"] != taken[-1])
    return taken[1:]


def next_call(site: House, anna: Page, before: str) -> str:
    """The call that has come since, once the page shows it."""
    until(lambda: (one := site.agent("anna"))["state"] == "TALKING" and one["call"] != before, 30)
    call: str = site.agent("anna")["call"]
    anna.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(anna.locator("#state")).to_have_attribute("data-kind", "calm")
    return call


def overheard(sue: Page) -> None:
    """The supervisor listens, at a telephone on the desk, and rings off."""
    sue.select_option("#phone", "agent2")
    sue.click("tr[data-agent=anna]")
    sue.keyboard.press("l")
    expect(sue.locator("#ear-says")).to_contain_text("anna")
    expect(sue.locator("[data-how=listen]")).to_have_attribute("aria-pressed", "true")
    sue.keyboard.press("s")
    expect(sue.locator("#stop")).to_be_hidden()


def handed_over(site: House, anna: Page, call: str) -> None:
    """To whoever is free among the closers; that one records what came of it."""
    anna.keyboard.press("t")
    anna.select_option("#transfer-form [name=to]", "pool:closers")
    anna.click("#transfer-form button.main")
    until(lambda: (one := site.agent("closer"))["state"] == "TALKING" and one["call"] == call)
    anna.keyboard.press("1")
    time.sleep(TALK_S)
    site.order(Disposed(agent="closer", call=call, disposition="sale", at=0.0))
    until(lambda: site.agent("closer")["state"] == "READY")


def promised(anna: Page) -> None:
    """An hour from now, by whoever is free."""
    anna.keyboard.press("c")
    expect(anna.locator("#callback")).to_be_visible()
    anna.click("#callback-form button.main")


def agree(site: House, mara: Page, sue: Page, taken: list[str]) -> None:
    """The network's own log against each of ours."""
    theirs = site.calls()
    until(lambda: cdrs(site) == len(theirs), 15, "the warehouse follows")
    answered = [one for one in theirs if one.answered_at]
    heard = [one for one in theirs if one.heard_agent]
    assert len(heard) == CALLS
    assert sorted(map(digits, heard)) == sorted(map(site.number_of, taken))

    ours = summary(site.settings.home, "lab")
    assert (ours["placed"], ours["answered"]) == (len(theirs), len(answered))
    assert ours["connected"] == CALLS
    assert ours["by_outcome"]["connected"] == CALLS

    told = ordered(mara, "GET", f"/api/v1/calls?campaign={CAMPAIGN}&n=500")
    assert Counter(one["outcome"] for one in told) == Counter(ours["by_outcome"])
    assert {one["call"] for one in told if one["agents"]} == set(taken)
    [over] = [one for one in told if len(one["agents"]) > 1]
    assert (over["call"], over["agents"]) == (taken[HANDED_OVER - 1], ["anna", "closer"])

    expect(sue.locator("#campaigns")).to_contain_text("stopped")
    expect(sue.locator("#campaigns")).to_contain_text(f"{CALLS} / {ours['persons']}")

    now = ordered(mara, "GET", f"/api/v1/campaigns/{CAMPAIGN}")["live"]
    figures = (now["state"], now["placed"], now["answered"], now["connected"])
    assert figures == ("stopped", len(theirs), len(answered), CALLS)
    assert len(callbacks(site)) == len(CALLBACKS)


def cdrs(site: House) -> int:
    asked = Warehouse(site.settings.home, "lab").query("SELECT count(*) AS n FROM v_calls")
    return int(asked["n"].iloc[0])


def digits(call: CarrierCall) -> str:
    return call.number.lstrip("+")


def callbacks(site: House) -> list[Lead]:
    """Leads to whom a call is promised."""
    people = People(site.settings.journal)
    return [lead for n in range(1, LEADS + 1) if (lead := people.lead(str(n))) and lead.callback]
