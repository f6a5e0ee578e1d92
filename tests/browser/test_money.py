"""A campaign on the lab with a tariff: its cost rises, its budget pauses it, every total agrees."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.agents import at_work, begin, next_call
from tests.browser.house import CAMPAIGN, House, Plan, context, log_in, until
from tests.dashboards.read_pdf import said

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(softphones=("anna",), leads=60, board=True, talk_s=20.0,
             campaign={"pacing": "progressive"})  # fmt: skip
DECK = """prefix,per minute,connection fee,maximum,description
1,0.90,,,elsewhere
1212,0.10,0.05,0.30,New York
"""
"Whole minutes: a talk of some seconds costs .15, the longest there is .30."
A_CALL, LONGEST = Decimal("0.15"), Decimal("0.30")
BUDGET = Decimal("0.80")
SUM = f"SELECT calls_amount FROM kpi_cost(of_campaign := '{CAMPAIGN}')"
PATIENCE_MS = 90_000


def dialer(site: House, *words: str) -> str:
    """The command line, as an analyst uses it."""
    command = [sys.executable, "-m", "dialer", "--settings", str(site.folder / "dialer.toml")]
    said = subprocess.run(
        [*command, *words], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def live(site: House) -> dict[str, object]:
    return dict(site.status()["campaigns"][CAMPAIGN])


def spent(site: House) -> Decimal:
    return Decimal(str(site.status()["campaigns"][CAMPAIGN]["budget"]["spent"]))


def is_paused(site: House) -> bool:
    """By its budget, and nothing is under way."""
    now = site.status()["campaigns"][CAMPAIGN]
    return bool(now["bound"] == "budget" and Decimal(now["budget"]["held"]) == 0)


def at_page(page: Page, name: str, path: str) -> None:
    page.goto(f"/board/{path}?lang=en&campaign={CAMPAIGN}")
    page.wait_for_selector("[data-testid=stAppViewContainer]", timeout=PATIENCE_MS)
    expect(page.get_by_text(name, exact=True).first).to_be_visible(timeout=PATIENCE_MS)


def set_budget(page: Page, amount: str) -> None:
    at_page(page, "Budget of the day", "campaigns")
    field = page.get_by_label("Amount a day", exact=True).first
    until(lambda: opened(page, field.is_visible()))
    field.fill(amount)
    page.get_by_label("Currency", exact=True).first.fill("EUR")
    page.get_by_role("button", name="Set it").first.click()
    expect(page.get_by_text(f"{CAMPAIGN}: the budget is set.")).to_be_visible(timeout=PATIENCE_MS)


def opened(page: Page, is_there: bool) -> bool:
    if not is_there:
        page.get_by_text("Budget of the day", exact=True).first.click(timeout=60_000)
        page.wait_for_timeout(1000)
    return is_there


def test_the_cost_rises_the_budget_pauses_and_all_totals_are_the_same(
    chromium: Browser, voices: Browser, site: House
) -> None:
    site.hire("mara", "administrator")
    deck = site.folder / "prices.csv"
    deck.write_text(DECK)
    dialer(site, "tariffs", "import", str(deck), "--currency", "EUR", "--deck", "city")
    dialer(site, "tariffs", "use", "city", "--trunk", "lab")
    with context(chromium, site, viewport={"width": 1400, "height": 1200}) as manager:
        page = manager.new_page()
        log_in(page, "mara")
        set_budget(page, str(BUDGET))
        with at_work(voices, site, "anna") as desk:
            begin(desk, "anna")
            desk.keyboard.press("r")
            call = ""
            while not is_paused(site):
                before = spent(site)
                call = next_call(desk, site, "anna", call)
                desk.keyboard.press("1")
                until(lambda was=before: spent(site) > was)  # type: ignore[misc]
                expect(
                    page.get_by_text(re.compile(rf"{spent(site):.2f} of 0.80 EUR"))
                ).to_be_visible(timeout=PATIENCE_MS)
            expect(page.get_by_text(re.compile("Paused by its budget"))).to_be_visible(
                timeout=PATIENCE_MS
            )
            told = live(site)["budget"]
            assert isinstance(told, dict)
            assert Decimal(told["room"]) < LONGEST
            assert Decimal(told["held"]) == 0
            total = Decimal(told["spent"])
            assert BUDGET - LONGEST < total <= BUDGET

            calls = site.calls()
            talked = [one for one in calls if one.answered_at is not None]
            by_hand = A_CALL * len(talked)
            assert all((one.ended_at or 0) - (one.answered_at or 0) < 55 for one in talked)
            assert by_hand == total

            def by_sql() -> Decimal:
                rows = dialer(site, "sql", "--source", "lab", "--json", SUM).splitlines()
                return Decimal(str(json.loads(rows[0])["calls_amount"])) if rows else Decimal(0)

            until(lambda: by_sql() == total)
            at_page(page, "Telecom", "costs")
            tile = page.locator(".st-key-tile-calls-EUR")
            expect(tile).to_contain_text(f"{total:.2f} EUR", timeout=PATIENCE_MS)

            paper = site.folder / "today.pdf"
            dialer(site, "report", CAMPAIGN, "--day", "--on", f"{datetime.now(tz=UTC):%Y-%m-%d}",
                   "--source", "lab", "--pdf", str(paper))  # fmt: skip
            assert f"{total:.4f}" in said(paper.read_bytes())

            # Raised, it goes on at once; lifted, nothing binds any more.
            set_budget(page, "5")
            next_call(desk, site, "anna", call)
            desk.keyboard.press("p")
