"""An unknown announcement: dialled, captured, named in a browser, known at the next call."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House, context, house, log_in, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

NEWS_MS = 5000
"A listener looks for a new library each second."


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("announcements")
    allowed = "[announcements]\ncapture = true\n"
    with house(folder, softphones=(), everybody="off_told", more=allowed) as floor:
        floor.hire("lee", "analyst")
        yield floor


@pytest.fixture
def page(chromium: Browser, floor: House) -> Iterator[Page]:
    with context(chromium, floor, viewport={"width": 1200, "height": 900}) as browser:
        yield browser.new_page()


def called(floor: House, number: str) -> dict[str, Any]:
    """The record of one test call, placed by the dialer that serves."""
    said = subprocess.run(
        [sys.executable, "-m", "dialer", "--settings", str(floor.folder / "dialer.toml"), "call",
         number, "--json"],
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    record: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return record


def captures(floor: House) -> set[str]:
    return {file.stem for file in floor.settings.captures_folder.glob("*.wav")}


def test_what_is_named_in_the_browser_is_known_at_the_next_call(page: Page, floor: House):
    before = [called(floor, f"+1212300000{k}") for k in range(2)]
    assert {one["outcome"] for one in before} <= {"no_answer", "unreachable"}
    until(lambda: captures(floor) == {one["call"] for one in before})

    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, "ada")
    page.goto("/announcements")
    expect(page.locator("#empty")).to_be_visible(timeout=60_000)  # the first grouping is slow
    assert faults == []
    group = page.locator("#unknown article")
    expect(group).to_have_count(1)
    expect(group).to_contain_text("Said in 2 calls")
    sound = group.locator("audio")
    sound.evaluate("one => one.play()")
    until(lambda: sound.evaluate("one => one.currentTime") > 0.2)
    assert sound.evaluate("one => one.duration") > 3.0

    group.get_by_label("What it says").select_option("powered_off")
    group.get_by_label("Carrier").fill("lab")
    group.get_by_role("button", name="That is what it says").click()
    expect(page.locator("#known tr")).to_have_count(1)
    expect(page.locator("#known tr")).to_contain_text("Switched off")
    expect(group).to_have_count(0)
    assert (captures(floor), faults) == (set(), [])

    page.wait_for_timeout(NEWS_MS)
    after = called(floor, "+12123000005")
    assert (after["outcome"], after["early"]) == ("powered_off", "announcement")
    assert (after["why"], after["ended_by"]) == ("heard announcement", "dialer")
    took = [one["ended_at"] - one["placed_at"] for one in (before[0], after)]
    assert took[1] < took[0] - 2.0, "the line is free before the announcement is over"
    assert captures(floor) == set(), "what is known is not captured as unknown"
    kept = floor.settings.captures_folder / f"recognised/powered_off/{after['call']}.wav"
    until(kept.exists)
    page.reload()
    expect(group).to_contain_text("taken for: Switched off")

    page.get_by_label("What it says powered_off-").select_option("busy")
    expect(page.get_by_text("Corrected, and known from the next call on")).to_be_visible()
    expect(page.get_by_label("What it says powered_off-")).to_have_value("busy")
    page.wait_for_timeout(NEWS_MS)
    assert called(floor, "+12123000006")["outcome"] == "busy"
    assert faults == []


def test_an_analyst_does_not_come_in(page: Page):
    log_in(page, "lee")
    page.goto("/announcements")
    expect(page).not_to_have_url("/announcements")
    assert page.request.get("/api/v1/announcements").status == 403
