"""A manager makes and steers a campaign on the board: a real browser, the lab's telephones."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.engine.events import LoggedIn, WentReady
from sim.carrier.log import CarrierCall
from tests.browser.house import House, context, house, log_in, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("steering"), softphones=(), board=True) as floor:
        floor.leads(50)
        floor.hire("mara", "administrator")
        floor.hire("lee", "analyst", campaigns=frozenset({"autumn"}))
        yield floor


@pytest.fixture
def page(chromium: Browser, floor: House) -> Iterator[Page]:
    with context(chromium, floor, viewport={"width": 1400, "height": 1300}) as browser:
        page = browser.new_page()
        yield page


def state(floor: House) -> str:
    return str(floor.status()["campaigns"].get("autumn", {}).get("state"))


def at_campaigns(page: Page, name: str, language: str = "en") -> None:
    log_in(page, name)
    page.goto(f"/board/campaigns?lang={language}")
    page.wait_for_selector("[data-testid=stAppViewContainer]", timeout=60_000)


def opened(page: Page, text: str) -> None:
    """Unfold that part, unless it is."""
    # While the page draws itself anew, the old form and the new one may both stand.
    if not page.get_by_label("Lines", exact=True).first.is_visible():
        page.get_by_text(text, exact=True).first.click(timeout=60_000)


def test_a_campaign_is_made_started_changed_and_stopped(page: Page, floor: House):
    at_campaigns(page, "mara")
    opened(page, "Change, copy, make")
    page.get_by_label("Campaign", exact=True).fill("autumn")
    page.get_by_label("Agents' pool", exact=True).fill("sales")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Lists").click()
    page.get_by_role("option", name="people").click()
    page.keyboard.press("Escape")
    page.get_by_label("Lines", exact=True).fill("4")
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_text("autumn is made, version 1.")).to_be_visible(timeout=30_000)
    assert state(floor) == "paused"

    page.get_by_role("button", name="Pre-flight").click()
    promised = page.get_by_text(re.compile("of 50 will be called"))
    expect(promised).to_be_visible(timeout=60_000)
    said = re.sub(r" until [0-9: -]+", "", promised.inner_text().split("\n")[0])
    called, rows, *kept = (int(n) for n in re.findall(r"[0-9]+", said))
    assert called + sum(kept) == rows == 50

    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("autumn dials.")).to_be_visible(timeout=30_000)
    assert state(floor) == "dialling"
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("autumn is paused"))).to_be_visible(timeout=30_000)
    assert state(floor) == "paused"

    opened(page, "Change, copy, make")
    page.get_by_text("Change", exact=True).click()
    until(lambda: page.get_by_label("Lines", exact=True).count() == 1, 60)
    page.get_by_label("Lines", exact=True).fill("7")
    page.get_by_role("button", name="Put the change in force").click()
    expect(page.get_by_text("autumn: version 2 is in force.")).to_be_visible(timeout=30_000)
    assert state(floor) == "paused", "a change sets nothing going"

    until(lambda: page.get_by_role("button", name="Stop").count() == 1, 20)
    page.get_by_role("button", name="Stop").click()
    sure = page.get_by_role("button", name="Stop it")
    expect(sure).to_be_visible()
    page.wait_for_timeout(3000)  # who reads before he presses still finds it there
    sure.click()
    expect(page.get_by_text("autumn is stopped.")).to_be_visible(timeout=30_000)
    assert state(floor) == "stopped"


def test_what_is_wrong_is_said_and_nothing_is_made(page: Page, floor: House):
    at_campaigns(page, "mara")
    opened(page, "Change, copy, make")
    page.get_by_text("Copy", exact=True).click()
    page.get_by_label("Campaign", exact=True).fill("Bad Name")
    page.get_by_role("button", name="Make the copy").click()
    form = page.get_by_test_id("stForm").first
    expect(form.get_by_text(re.compile("Not done: "))).to_be_visible(timeout=30_000)
    at_the_name = form.get_by_test_id("stAlert").bounding_box()
    field = page.get_by_label("Campaign", exact=True).bounding_box()
    assert at_the_name
    assert field
    assert 0 < at_the_name["y"] - field["y"] < 150

    page.get_by_label("Campaign", exact=True).fill("winter")
    page.get_by_label("Country", exact=True).first.fill("xx", timeout=60_000)
    page.get_by_role("button", name="Make the copy").click()
    expect(form.get_by_text(re.compile("Not done: must be an ISO 3166 code"))).to_be_visible(
        timeout=30_000
    )
    assert page.get_by_label("Campaign", exact=True).input_value() == "winter", "nothing is lost"
    assert set(floor.status()["campaigns"]) == {"autumn"}


def test_an_analyst_looks_and_steers_nothing(page: Page):
    at_campaigns(page, "lee", "zh")
    expect(page.get_by_text("您可以查看，不能操作。")).to_be_visible(timeout=60_000)
    assert page.get_by_role("button", name="开始").count() == 0
    assert page.get_by_text("修改、复制、新建").count() == 0


NASTY = (
    "Name;Phone;Notes\n"
    "Adèle;+1 202 555 0101;<img src=x onerror=alert(1)>\n"
    'Bea;2025550102;"two\nlines"\n'
    "Cleo;(213) 555-0103;busy\n"
    "Dan;1.21E+10;\n"
    "Eve;911;\n"
    "Fay;+44 20 7946 0018;abroad\n"
    "Adele;202-555-0101;again\n"
    "=cmd|'/C calc'!A0;none;\n"
    "Gus;202-555-0105;had enough\n"
    "Ines;202-555-0106;skip\n"
    '"Jo;2025550107;no end\n'
    "Rita;214-555-0104;it rings and rings\n"
).encode("latin-1")
PROMISED = {"12025550101", "12025550102", "12135550103", "12145550104"}
RINGS = "12145550104"
"The network lets this number ring for ever."
SOON = 30_000


def test_a_nasty_list_is_called_as_promised_and_who_is_blocked_while_it_rings_rings_no_more(
    page: Page, floor: House, tmp_path: Path
):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    log_in(page, "mara")
    came_in(page, tmp_path)
    blocked(page, "+1 202 555 0105")
    made(page)
    page.get_by_role("button", name="Pre-flight").click()
    promise = page.get_by_text(re.compile("of 12 will be called"))
    expect(promise).to_be_visible(timeout=60_000)
    said = promise.inner_text().split("\n")[0]
    for part in (
        "4 of 12", "5 invalid", "1 duplicates", "1 on a do-not-call list",
        "1 not meant by a list's filter",
    ):  # fmt: skip
        assert part in said, said

    for n in (1, 2, 3):
        floor.order(LoggedIn(agent=f"lab{n}", pool="lab", endpoint=f"PJSIP/agent{n}", at=0.0))
        until(lambda n=n: floor.agent(f"lab{n}").get("leg_up"), 20)
        floor.order(WentReady(agent=f"lab{n}", at=0.0))
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("nasty dials.")).to_be_visible(timeout=SOON)
    until(lambda: any(one.ringing_at for one in to(floor, RINGS)), 60, "it rings")
    assert [one.ended_at for one in to(floor, RINGS)] == [None]
    page.goto("/lists")
    expect(page.locator("#dnc")).to_be_visible(timeout=SOON)
    blocked(page, "+1 214 555 0104")
    [rang] = until(lambda: [one for one in to(floor, RINGS) if one.ended_at], 20, "it stops")
    assert (rang.ended_by, rang.answered_at) == ("dialer", None)

    until(lambda: floor.status()["campaigns"]["nasty"]["leads_now"] == 0, 30)
    assert Counter(one.number.lstrip("+") for one in mine(floor)) == dict.fromkeys(PROMISED, 1)
    page.get_by_label("Number or prefix").fill("+1 214 555 0104")
    page.get_by_role("button", name="Is it on the list?").click()
    expect(page.locator("#dnc-said")).to_have_text("It must not be called.")
    assert faults == []


def came_in(page: Page, folder: Path) -> None:
    """The list, by the page for it."""
    file = folder / "nasty.csv"
    file.write_bytes(NASTY)
    page.goto("/lists")
    expect(page.locator("#dnc")).to_be_visible(timeout=SOON)  # the page listens
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#rows tbody tr").first).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Import", exact=True).click()
    done = page.locator("#imports tr[data-state=done]").filter(has_text="nasty.csv")
    expect(done).to_have_count(1, timeout=60_000)


def blocked(page: Page, number: str) -> None:
    """Onto the do-not-call list, on the page where one is."""
    page.get_by_label("Number or prefix").fill(number)
    page.get_by_role("button", name="Put on the list").click()
    expect(page.locator("#dnc-said")).to_have_text("It is on the list now.", timeout=SOON)
    expect(page.locator("#dnc-rows tr").first).to_contain_text(number[-4:])


def made(page: Page) -> None:
    """A campaign that calls each lead of the list once, but those whose note says so."""
    page.goto("/board/campaigns?lang=en")
    page.wait_for_selector("[data-testid=stAppViewContainer]", timeout=60_000)
    opened(page, "Change, copy, make")
    typed = {"Campaign": "nasty", "Caller ids": "12125550100", "Lines": "4"}
    for label, text in {**typed, "Calling hours": "lab"}.items():
        page.get_by_label(label, exact=True).first.fill(text, timeout=60_000)
    page.get_by_label("Agents' pool", exact=True).fill("lab")
    page.keyboard.press("Enter")
    lists = page.get_by_role("combobox", name="Lists")
    lists.fill("nasty: oldest, where notes != skip")
    lists.press("Enter")
    page.keyboard.press("Escape")
    for label, option in {"Law": "lab", "Retries": "once", "Pacing mode": "progressive"}.items():
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=option, exact=True).click()
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_text("nasty is made, version 1.")).to_be_visible(timeout=SOON)


def mine(floor: House) -> list[CarrierCall]:
    """The network's calls to numbers of the nasty list."""
    places = ("1202555", "1213555", "1214555")
    return [one for one in floor.calls() if one.number.lstrip("+").startswith(places)]


def to(floor: House, number: str) -> list[CarrierCall]:
    return [one for one in mine(floor) if one.number.lstrip("+") == number]
