"""A whole shift in three browsers, on the lab: and every page counts what the lab's network counts.

A manager makes the campaign on the board and starts it, a person takes thirty calls at the desk,
hands one over and promises two callbacks, a supervisor listens to one; the manager pauses the
campaign and ends it.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from dialer.engine.events import Disposed, LoggedIn, WentReady
from dialer.journal.people import People
from dialer.leads.hopper import Lead
from dialer.leads.normalise import masked
from dialer.warehouse import Warehouse
from dialer.warehouse.summary import summary
from sim.carrier.log import CarrierCall, agent_legs
from tests.browser.agents import shows
from tests.browser.figures import FIGURES_S, count, desk_figures, figure, rows, seconds
from tests.browser.house import (
    CAMPAIGN,
    House,
    Plan,
    context,
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
HOUSE = Plan(
    softphones=("anna",), leads=LEADS, board=True, campaign=None,
    supervisor=("monitor.listen",),
)  # fmt: skip
TYPED = {
    "Campaign": CAMPAIGN, "Caller ids": "12125550100", "Lines": "4", "Calling hours": "lab",
    "Wrap-up (s)": "30",
}  # fmt: skip
CHOSEN = {
    "Lists": "people", "Law": "lab: nobody's telephones", "Retries": "lab, for minutes",
    "Pacing mode": "progressive",
}  # fmt: skip
WORDS = {"sale": CALLS - len(CALLBACKS), "callback": len(CALLBACKS)}
"What anna records: disposition -> of how many calls."
HEARS_WITHIN_S = 1.5
"An agent's voice comes in pulses: so late the network may note that it was heard."
LATE_AT_MOST = 2
"So many of the calls may be connected later than the law allows: they count as abandoned."
ASK = """async ([method, path, body]) => {
  const me = await (await fetch("/me")).json();
  const headers = { "content-type": "application/json", "x-csrf-token": me.csrf };
  const said = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return { status: said.status, told: await said.json() };
}"""


def test_every_total_on_every_page_is_what_the_labs_network_counted(
    voices: Browser, site: House
) -> None:
    site.hire("mara", "administrator")
    with (
        context(voices, site) as one, context(voices, site) as two, context(voices, site) as three,
    ):  # fmt: skip
        mara, anna, sue = one.new_page(), two.new_page(), three.new_page()
        come_in(mara, "mara")
        made_on_the_board(mara)
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
        pressed(mara, "Pause")
        expect(sue.locator("#campaigns")).to_contain_text("paused")
        expect(mara.get_by_text(f"{CAMPAIGN} is paused")).to_be_visible(timeout=FIGURES_S)
        stopped(mara)
        expect(mara.get_by_text(f"{CAMPAIGN} is stopped.")).to_be_visible(timeout=FIGURES_S)
        until(lambda: site.status()["trunks"]["lab"]["lines_used"] == 0)
        steered(site, anna, sue)
        agree(site, mara, sue, taken)
        desk_agrees(site, anna, taken)
        board_agrees(site, mara, anna, taken)


def come_in(page: Page, name: str) -> None:
    """Log in, and be where one belongs."""
    log_in(page, name)
    page.wait_for_load_state("networkidle")


def made_on_the_board(mara: Page) -> None:
    """The form for a new campaign, and the button that starts it."""
    mara.goto("/board/campaigns?lang=en")
    mara.get_by_text("Change, copy, make", exact=True).first.click(timeout=FIGURES_S)
    for label, text in TYPED.items():
        mara.get_by_label(label, exact=True).first.fill(text, timeout=FIGURES_S)
    mara.get_by_label("Agents' pool", exact=True).fill("sales")
    mara.keyboard.press("Enter")
    for label, option in CHOSEN.items():
        mara.get_by_role("combobox", name=label).click()
        mara.get_by_role("option", name=option, exact=True).click()
        mara.keyboard.press("Escape")
    mara.get_by_role("button", name="Make the campaign").click()
    expect(mara.get_by_text(f"{CAMPAIGN} is made, version 1.")).to_be_visible(timeout=FIGURES_S)
    pressed(mara, "Start")
    expect(mara.get_by_text(f"{CAMPAIGN} dials.")).to_be_visible(timeout=FIGURES_S)


def pressed(mara: Page, name: str) -> None:
    page = mara.get_by_test_id("stMain")  # above it Streamlit has a button `Stop` of its own
    page.get_by_role("button", name=name, exact=True).click(timeout=FIGURES_S)


def stopped(mara: Page) -> None:
    """The question closes where the page draws its buttons anew at that moment: then once more."""
    sure = mara.get_by_role("button", name="Stop it")
    for _ in range(3):
        pressed(mara, "Stop")
        with suppress(PlaywrightTimeout):
            sure.click(timeout=4000)
            return
    raise AssertionError("there is no way to stop the campaign")


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
    until(lambda: (one := site.agent("anna"))["state"] == "TALKING" and one["call"] != before)
    call: str = site.agent("anna")["call"]
    anna.wait_for_selector(f'#pop[data-call="{call}"]:not([hidden])')
    expect(anna.locator("#state")).to_have_attribute("data-state", "TALKING")
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


def steered(site: House, anna: Page, sue: Page) -> None:
    """The supervisor makes anna ready, sends her on a break, and ends her shift; anna sees it."""
    sue.click("tr[data-agent=anna]")
    sue.keyboard.press("r")
    until(lambda: site.agent("anna")["state"] == "READY")
    expect(anna.locator("#state")).to_have_attribute("data-kind", "go")
    sue.click("#pause")
    until(lambda: site.agent("anna")["reason"] == "supervisor")
    expect(anna.locator("#state-why")).to_contain_text("supervisor")
    sue.keyboard.press("o")
    sue.click("#sure-go")
    until(lambda: site.agent("anna")["state"] == "LOGGED_OUT")
    expect(anna.locator("#start")).to_be_visible()


def handed_over(site: House, anna: Page, call: str) -> None:
    """To whoever is free among the closers; that one records what came of it."""
    anna.keyboard.press("t")
    anna.select_option("#transfer-form [name=to]", "pool:closers")
    anna.click("#transfer-form button.main")
    until(lambda: (one := site.agent("closer"))["state"] == "TALKING" and one["call"] == call)
    expect(anna.locator("#transfer-form")).to_be_hidden()  # else the key is the dialog's
    shows(anna, site, "anna", "WRAP_UP")
    anna.keyboard.press("1")
    time.sleep(TALK_S + HEARS_WITHIN_S)  # the closer's telephone must have heard the customer
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
    until(lambda: cdrs(site) == len(theirs), why="the warehouse follows")
    answered = [one for one in theirs if one.answered_at]
    heard = [one for one in theirs if one.heard_agent]
    assert len(heard) == CALLS
    assert sorted(map(digits, heard)) == sorted(map(site.number_of, taken))

    ours = summary(site.settings.home, "lab")
    assert (ours["placed"], ours["answered"]) == (len(theirs), len(answered))
    assert ours["connected"] == CALLS
    late = ours["abandoned"]  # on a busy machine somebody may have waited over two seconds
    assert late <= LATE_AT_MOST
    assert ours["by_outcome"]["connected"] == CALLS - late

    told = ordered(mara, "GET", f"/api/v1/calls?campaign={CAMPAIGN}&n=500")
    assert Counter(one["outcome"] for one in told) == Counter(ours["by_outcome"])
    assert {one["call"] for one in told if one["agents"]} == set(taken)
    [over] = [one for one in told if len(one["agents"]) > 1]
    assert (over["call"], over["agents"]) == (taken[HANDED_OVER - 1], ["anna", "closer"])

    expect(sue.locator("#campaigns")).to_contain_text("stopped")
    expect(sue.locator("#campaigns")).to_contain_text(f"{CALLS} / {ours['placed']}")
    told = sue.locator("#campaigns p").last.get_attribute("title") or ""
    assert f"{late} abandoned of {ours['persons']} people" in told
    assert "The present 30 days" in told

    now = ordered(mara, "GET", f"/api/v1/campaigns/{CAMPAIGN}")["live"]
    figures = (now["state"], now["placed"], now["answered"], now["connected"])
    assert figures == ("stopped", len(theirs), len(answered), CALLS)

    mara.goto(f"/board/?lang=en&campaign={CAMPAIGN}")
    of_placed = f"of {len(theirs)} placed"
    value, note = figure(mara, "answered")
    assert (value, of_placed in note) == (str(len(answered)), True), note
    value, note = figure(mara, "connected")
    assert (value, of_placed in note) == (str(CALLS), True), note
    assert f"{late} of {ours['persons']} " in figure(mara, "abandoned")[1]
    assert len(callbacks(site)) == len(CALLBACKS)


def desk_agrees(site: House, anna: Page, taken: list[str]) -> None:
    """The shift's figures on anna's own page against the network's log."""
    shown = until(lambda: (f := desk_figures(anna)).get("calls") == str(CALLS) and f)
    assert shown["callbacks"] == str(len(CALLBACKS))
    assert {word: int(n) for word, n in shown["words"].items()} == WORDS
    theirs = sum(talks(site, taken))
    ours = seconds(shown["talk_s"]) + seconds(shown.get("hold_s", "0:00"))
    assert theirs - 1 <= ours <= theirs + CALLS * HEARS_WITHIN_S


def talks(site: House, taken: list[str]) -> Iterator[float]:
    """How long each customer had anna on the line: until he hung up, or heard the closer."""
    numbers = {site.number_of(call).lstrip("+"): call for call in taken}
    [closer] = [leg for leg in agent_legs(site.lab.home) if leg.agent == "agent1"]
    for one in site.calls():
        if (call := numbers.get(digits(one))) is None:
            continue
        assert one.heard_agent_at is not None
        assert one.ended_at is not None
        is_over = call == taken[HANDED_OVER - 1]
        yield (closer.heard_at[0] if is_over else one.ended_at) - one.heard_agent_at


def board_agrees(site: House, mara: Page, anna: Page, taken: list[str]) -> None:
    """The board's other pages against the same log, and against the desk."""
    theirs = site.calls()
    mara.goto(f"/board/calls?lang=en&campaign={CAMPAIGN}")
    read = mara.locator(f'[aria-label^="Dialled {len(theirs)}, "][aria-label*="Connected {CALLS}"]')
    expect(read).to_be_attached(timeout=FIGURES_S)
    on_time = summary(site.settings.home, "lab")["by_outcome"]["connected"]
    read = mara.locator(f'[data-testid=stVegaLiteChart][aria-label*="connected {on_time}"]')
    expect(read.first).to_be_attached(timeout=FIGURES_S)
    assert count(mara, "recent") == len(theirs)

    mara.goto(f"/board/agents?lang=en&campaign={CAMPAIGN}")
    until(
        lambda: times_on_the_board(mara) == pytest.approx(times_at_the_desk(anna), abs=0.06),
        why="board and desk agree on her times",
    )

    mara.goto("/board/callbacks?lang=en")
    promised_ = rows(mara, "callbacks")
    numbers = {one["Number"] for one in promised_}
    assert (len(promised_), {one["Who calls"] for one in promised_}) == (
        len(CALLBACKS), {"Whoever is free"},
    )  # fmt: skip
    assert numbers == {masked(site.number_of(taken[n - 1])) for n in CALLBACKS}


def times_on_the_board(mara: Page) -> dict[str, float]:
    """Anna's calls, and her minutes in each state."""
    [row] = [one for one in rows(mara, "each_agent") if one["Agent"] == "anna"]
    return {
        "Calls": float(row["Calls"]),
        **{column: float(row[column].removesuffix(" min")) for column in BOARDS},
    }


def times_at_the_desk(anna: Page) -> dict[str, float]:
    """The same on her own page, which learns of the end of her shift some seconds later."""
    shown = desk_figures(anna)
    return {
        "Calls": float(shown["calls"]),
        **{column: seconds(shown[of]) / 60 for column, of in BOARDS.items()},
    }


BOARDS = {"Talk": "talk_s", "Wrap-up": "wrap_up_s", "Ready": "ready_s", "Break": "paused_s"}
"Column of the board -> figure of the desk."


def cdrs(site: House) -> int:
    asked = Warehouse(site.settings.home, "lab").query("SELECT count(*) AS n FROM v_calls")
    return int(asked["n"].iloc[0])


def digits(call: CarrierCall) -> str:
    return call.number.lstrip("+")


def callbacks(site: House) -> list[Lead]:
    """Leads to whom a call is promised."""
    people = People(site.settings.journal)
    return [lead for n in range(1, LEADS + 1) if (lead := people.lead(str(n))) and lead.callback]
