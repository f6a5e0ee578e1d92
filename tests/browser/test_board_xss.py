"""Stored text stays text on the board: a hundred payloads in every field it shows, in a browser."""

import csv
import io
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from dialer import campaign as campaigns
from dialer.access.audit import Asked
from dialer.access.store import Access
from dialer.engine.commands import AgentWas, Decided, DispositionSet
from dialer.journal.book import Book
from dialer.journal.house_days import Entry
from dialer.money.store import file_in
from tests.api import shift
from tests.browser.boards import Board, running
from tests.browser.figures import FIGURES_S, count
from tests.browser.house import until
from tests.browser.payloads import PAYLOADS
from tests.money.monday import priced
from tests.warehouse.day import FACTS, T0, cdr, loader
from tests.warehouse.day import Book as Monday

pytestmark = pytest.mark.browser

N = len(PAYLOADS)
FORMULA = '=HYPERLINK("http://127.0.0.1/","pwned")'
PAGES = {
    "": 3, "campaigns": 1, "calls": 1, "callbacks": 1, "agents": 1, "pacing": 1, "costs": 0,
    "figures": 0, "trunks": 1, "calendar": N,
}  # fmt: skip
"Page -> how many payloads it shows at least as text, in sight or to those who do not see."
HARM = """() => ({
  pwned: window.pwned,
  texts: document.body.textContent.split("pwned").length - 1,
  elements: [...document.querySelectorAll("[data-testid=stMain] *")].filter((one) =>
    ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "BASE", "MATH"].includes(one.tagName.toUpperCase())
    || [...one.attributes].some(({ name, value }) => name.startsWith("on")
      || (["href", "src", "action", "data"].includes(name) && /^\\s*javascript:/i.test(value)))
    || (one.tagName === "IMG" && !one.src.startsWith(location.origin)),
  ).map((one) => one.outerHTML.slice(0, 80)),
})"""


def facts() -> Iterator[Any]:
    """Calls, agents' time, dispositions and decisions in which every text is a payload."""
    for i, payload in enumerate((*PAYLOADS, FORMULA)):
        call = f"x{i:03}"
        yield cdr(
            call, "connected", 6000 + i, list=payload, region=payload, trunk=payload,
            ended_by=payload, why=payload, masked=payload, verdict_cause=payload, placed_at=0.1,
            answered_at=4, bridged_at=5, agent_heard_at=5.1, ended_at=65,
            legs=[(payload, 5, 65)],
        )  # fmt: skip
        yield cdr(f"o{i:03}", "busy", 6000 + i, placed_at=0.1, ended_at=1, region=payload)
        yield DispositionSet(call=call, lead="1", campaign="spring", agent=payload,
                             disposition=payload, at=T0 + 6100 + i)  # fmt: skip
        for state, reason in (("READY", ""), ("PAUSED", payload)):
            yield AgentWas(agent=payload, pool="sales", state=state, reason=reason,
                           from_at=T0 + 6000 + i, to_at=T0 + 6040 + i)  # fmt: skip
        yield Decided(
            at=T0 + 6200 + i, pool="sales", campaign="spring", mode=payload, ready=1,
            logged_in=1, waiting=0, ringing=0, lines_free=1, leads_left=1, answer_rate=0.5,
            persons=1, abandoned=0, n=1, level=1.0, bound=payload, worst_rate=0.0,
        )  # fmt: skip


def state() -> dict[str, Any]:
    """What a dialer would say in which all texts are payloads."""
    spring = {
        "state": "dialling", "why": PAYLOADS[3], "placed": 3, "answered": 2, "persons": 2,
        "connected": 1, "abandoned": 1, "cap": 0.03, "leads_now": 1, "leads_left": 2,
        "level": 1.0, "bound": PAYLOADS[6], "mode": PAYLOADS[7], "pool": "sales",
        "zone": "America/New_York",
    }  # fmt: skip
    agents = [
        {"agent": one, "pool": "sales", "state": "PAUSED", "since": T0, "call": "", "reason": one}
        for one in PAYLOADS
    ]
    return {
        "source": "lab", "switch": "up", "campaigns": {"spring": spring},
        "pools": {"sales": {"agents": dict.fromkeys(PAYLOADS, 1), "calls": {},
                            "lines": 1, "lines_free": 1}},
        "agents": agents, "outcomes": {"spring": dict.fromkeys(PAYLOADS, 1)},
    }  # fmt: skip


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    home = tmp_path_factory.mktemp("hostile")
    shift.made(home)
    priced(home)
    loader(home, Monday([*FACTS, *facts()]), money=file_in(home)).step()
    with Book(home / "journal.sqlite") as book:  # no door takes such names
        rules = campaigns.lead_rules(shift.SPRING)
        opened = campaigns.opened(shift.SPRING, version=1, at=20.0, user=PAYLOADS[9], source="lab")
        book.open_campaign(opened, replace(rules, lists=("vip", *PAYLOADS[:20])))
        today = datetime.now(UTC).date()
        for payload in PAYLOADS:
            book.keep_days(Entry(kind="closed", first=today, last=today, note=payload,
                                 added_by=payload, added_at=20.0))  # fmt: skip
    for i, payload in enumerate(PAYLOADS):
        shift.promised(home, "vip", f"1212555{3000 + i}", time.time() + i, payload, payload,
                       person={"name": payload, payload: payload})  # fmt: skip
    over = threading.Event()
    heart = threading.Thread(target=beat, args=(home, over))
    heart.start()
    try:
        with running(home) as made:
            yield made
    finally:
        over.set()
        heart.join()


def beat(home: Path, over: threading.Event) -> None:
    told = state()
    while not over.wait(0.3):
        (home / ".new").write_text(json.dumps({**told, "at": time.time()}))
        os.replace(home / ".new", home / "state.json")


@pytest.fixture(scope="module")
def page(chromium: Browser, board: Board) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1600}, locale="en-US")
    board.log_in(context)
    page = context.new_page()
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))
    yield page
    context.close()


@pytest.mark.parametrize(("name", "least"), PAGES.items())
def test_a_page_shows_payloads_and_runs_none(
    page: Page, board: Board, name: str, least: int
) -> None:
    page.goto(f"{board.url}{name}?lang=en&campaign=spring&period=ever")
    page.get_by_test_id("stMain").wait_for(timeout=2 * FIGURES_S)
    until(lambda: page.evaluate(HARM)["texts"] >= least, FIGURES_S / 1000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=FIGURES_S)
    found = page.evaluate(HARM)
    assert (found["pwned"], found["elements"]) == (None, [])


def test_what_is_taken_away_is_no_formula(page: Page, board: Board) -> None:
    page.goto(f"{board.url}calls?lang=en&campaign=spring&period=ever")
    page.locator(".st-key-panel-recent canvas").first.wait_for(timeout=3 * FIGURES_S)
    assert count(page, "recent") == 200
    hidden = page.locator('[aria-label="Download as CSV"]')
    for one in hidden.all():
        assert not one.is_visible()
    with page.expect_download(timeout=FIGURES_S) as taken:
        page.get_by_role("button", name="Download CSV").click(timeout=FIGURES_S)
    with Access.at(board.home) as access:
        asked = Asked(action="report.export", limit=1)
        assert until(lambda: [one.who for one in access.audit.entries(asked)]) == ["ada"]
    text = Path(taken.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 200
    assert {one[:1] for row in rows for one in row.values()} & set("=+@\t\r") == set()
    assert any(row["Agent"] == f"'{FORMULA}" for row in rows)


def test_what_is_taken_away_of_costs_is_no_formula(page: Page, board: Board) -> None:
    page.goto(f"{board.url}costs?lang=en&campaign=spring&period=ever")
    lists = page.locator(".st-key-panel-cost_lists")
    lists.locator("canvas").first.wait_for(timeout=3 * FIGURES_S)
    with page.expect_download(timeout=FIGURES_S) as taken:
        lists.get_by_role("button", name="Download CSV").click(timeout=FIGURES_S)
    assert re.fullmatch(
        r"spring-cost_lists-[-0-9]{10}-America-New_York.csv", taken.value.suggested_filename
    )
    with Access.at(board.home) as access:
        asked = Asked(action="report.export", limit=1)
        assert until(
            lambda: [one.after for one in access.audit.entries(asked) if "cost" in one.after]
        )
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert f"'{FORMULA}" in {row["List"] for row in rows}
    assert {one[:1] for row in rows for one in row.values()} & set("=+@\t\r") == set()
