"""The board in a browser: what it shows moves when the dialer and the warehouse move."""

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.views.explorer import FIRST
from dialer.engine.commands import Fact
from dialer.warehouse.loader import Loader, Pace
from tests.browser.boards import Board, running
from tests.dashboards.conftest import STATE
from tests.warehouse.day import SPRING, T0, Book, cdr, was

pytestmark = pytest.mark.browser

PATIENCE_MS = 90_000


class Stage:
    """A dialer's home whose figures the test moves: a heart that beats, a warehouse that fills."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state: dict[str, Any] = json.loads(json.dumps(STATE))
        self.shift = time.time() - T0  # the Monday of T0 begins now: it is today in every zone
        self.book = Book([], [SPRING])
        self._loader = Loader(home, self.book, rng=Random(1), pace=Pace(lock_s=10))
        self._beating = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def add(self, *facts: Fact) -> None:
        """Let these facts happen."""
        self.book.kept += facts
        self._loader.step()

    def busy(self, call: str, begin: float) -> Fact:
        return cdr(call, "busy", begin + self.shift, placed_at=0.1, ended_at=1, cause=17)

    def talk(self, begin: float, end: float) -> Fact:
        return was("anna", "TALKING", begin + self.shift, end + self.shift)

    def ready(self, begin: float, end: float) -> Fact:
        return was("anna", "READY", begin + self.shift, end + self.shift)

    def start(self) -> None:
        """Let the dialer's heart beat, with its figures as they were."""
        self.state = json.loads(json.dumps(STATE))
        self._beating.set()

    def stop(self) -> None:
        """Let it stand still."""
        self._beating.clear()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(0.2):
            if self._beating.is_set():
                new = self.home / ".state.new"
                new.write_text(json.dumps({**self.state, "at": time.time()}))
                os.replace(new, self.home / "state.json")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("house"))
    stage.add(stage.busy("c01", 1), stage.busy("c02", 2), stage.ready(0, 50), stage.talk(50, 100))
    yield stage
    stage.end()


@pytest.fixture
def stage(house: Stage) -> Stage:
    house.start()
    return house


@pytest.fixture(scope="module")
def address(house: Stage) -> Iterator[Board]:
    with running(house.home) as address:
        yield address


@pytest.fixture
def board(stage: Stage, address: Board) -> Board:
    return address


@pytest.fixture
def page(chromium: Browser, board: Board) -> Iterator[Page]:
    with visiting(chromium, board) as page:
        yield page


@contextmanager
def visiting(chromium: Browser, board: Board, **how: Any) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="en-US", **how)
    board.log_in(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(board.url)
    expect(tile(page, "answered")).to_be_visible(timeout=2 * PATIENCE_MS)
    yield page
    context.close()


def tile(page: Page, key: str):
    return page.locator(f".st-key-tile-{key}")


def chart(page: Page, read: str):
    """A chart by what it says to those who do not see it."""
    return page.locator(f'[data-testid=stVegaLiteChart][aria-label^="{read}"]')


def says(place: Any, text: str | re.Pattern[str]) -> None:
    expect(place).to_contain_text(text, timeout=PATIENCE_MS)


def test_the_tiles_move_when_the_dialer_does(stage: Stage, page: Page):
    says(tile(page, "answered"), "412")
    says(tile(page, "abandoned"), "6 of 285 · cap 3.0 %")
    spring = stage.state["campaigns"]["spring"]
    spring.update(answered=413, abandoned=9, leads_left=4198, bound="lines")
    stage.state["pools"]["sales"]["agents"] = {"TALKING": 9}
    says(tile(page, "answered"), "413")
    says(tile(page, "abandoned"), "9 of 285 · over cap 3.0 %")
    says(tile(page, "leads"), "4,198")
    says(tile(page, "level"), "held by: lines")
    says(page.locator(".st-key-agents-TALKING"), "9")


def test_the_charts_move_when_the_warehouse_does(stage: Stage, page: Page):
    day = page.locator(".st-key-day")
    says(day, "50.0 %")  # occupancy: 50 s talking, 50 s ready
    expect(chart(page, "busy 2")).to_be_attached(timeout=PATIENCE_MS)
    expect(chart(page, "Dialled 2, Ringing 0")).to_be_attached(timeout=PATIENCE_MS)
    stage.add(stage.busy("c03", 3), stage.talk(100, 400))
    expect(chart(page, "busy 3")).to_be_attached(timeout=PATIENCE_MS)
    expect(chart(page, "Dialled 3, Ringing 0")).to_be_attached(timeout=PATIENCE_MS)
    says(day, "87.5 %")  # 350 s of 400 s


def test_a_dialer_that_falls_silent_is_not_shown_as_alive(stage: Stage, page: Page):
    says(tile(page, "answered"), "412")
    stage.stop()
    says(page.locator(".st-key-stale"), re.compile("No news from the dialer for [0-9]+ s"))
    expect(tile(page, "answered")).not_to_contain_text("412", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-day [data-testid=stVegaLiteChart]").first).to_be_visible()


def test_english_and_chinese(page: Page):
    page.get_by_text("中文").click()
    says(tile(page, "abandoned"), "呼损")
    assert "lang=zh" in page.url
    page.get_by_text("English").click()
    says(tile(page, "abandoned"), "Abandoned")


def test_the_choice_of_a_language_goes_along_to_other_pages(page: Page):
    page.get_by_text("中文").click()
    says(tile(page, "abandoned"), "呼损")
    page.get_by_test_id("stTopNavSection").filter(has_text="规划").click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text="拨号节奏").click()
    says(page.locator(".st-key-panel-bounds"), "节奏受什么限制")
    page.get_by_text("7 天").click()
    says(page.locator(".st-key-panel-bounds"), "7 天")
    assert "period=week" in page.url
    page.reload()
    says(page.locator(".st-key-panel-bounds"), "7 天")


def test_the_other_pages_are_one_click_away_and_back(page: Page, board: Board):
    page.goto(f"{board.web}/account")
    page.get_by_role("link", name="Board").click()
    expect(tile(page, "answered")).to_be_visible(timeout=2 * PATIENCE_MS)
    there = page.locator("nav.ways a")
    expect(there).to_have_text(
        ["Desk", "Floor", "Recordings", "Lists", "Prices", "Announcements", "Administration", "ada"]
    )
    there.filter(has_text="Lists").click()
    page.wait_for_url(f"{board.web}/lists")


def test_the_browsers_language_is_the_first_choice(chromium: Browser, board: Board):
    context = chromium.new_context(locale="zh-CN")
    board.log_in(context)
    page = context.new_page()
    page.goto(board.url)
    says(page.locator(".st-key-tile-leads"), "剩余客户")
    context.close()


@pytest.mark.parametrize(("scheme", "ground"), [("light", 240), ("dark", 30)])
def test_light_and_dark(chromium: Browser, board: Board, scheme: str, ground: int):
    with visiting(chromium, board, color_scheme=scheme) as page:
        colour = page.evaluate(
            "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        )
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        assert abs((red + green + blue) / 3 - ground) < 20, colour


@pytest.mark.parametrize("width", [1920, 1280])
def test_nothing_sticks_out_at_the_sizes_of_a_wall(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 1080})
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMetricValue],[data-testid=stMetricDelta]')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    )
    assert cut == []


def test_a_tooltip_says_numerator_denominator_period_and_zone(page: Page):
    tile(page, "abandoned").get_by_test_id("stTooltipHoverTarget").hover()
    tooltip = page.get_by_test_id("stTooltipContent")
    says(tooltip, "numerator 6, denominator 285")
    says(tooltip, "from midnight, America/New_York")


def test_what_a_campaign_will_come_to_is_reckoned_before_it_starts(page: Page, board: Board):
    page.goto(f"{board.url}whatif?lang=en")
    for label, value in (("Agents", "3"), ("Hours a day", "1"), ("Price of a minute", "0.02"),
                         ("Leads", "500"), ("Look at a lead (s)", "20")):  # fmt: skip
        field = page.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Tab")
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_text("Days simulated")).to_be_visible(timeout=PATIENCE_MS)
    # It gives way to whoever else computes here, so it may take a while to come so far.
    line = chart(page, "At one line per waiting agent")
    expect(line).to_be_visible(timeout=4 * PATIENCE_MS)
    # The page is not blocked while it goes on: a field can be typed in, and work is cancelled.
    page.get_by_label("Agents", exact=True).fill("4")
    says(page.locator(".st-key-panel-by_mode"), "Mode by mode")
    says(page.locator(".stApp"), "In preview an agent looks at each lead for 20 s")
    expect(page.get_by_text("Choose").first).to_be_visible(timeout=4 * PATIENCE_MS)
    says(page.locator(".stApp"), "No dialer that lets every phone ring on exceeds")
    page.get_by_label("Agents", exact=True).fill("60")
    page.get_by_label("Agents", exact=True).press("Tab")
    page.get_by_role("button", name="Simulate").click()
    page.get_by_role("button", name="Cancel").click()
    says(page.locator(".stApp"), "Cancelled: this is what was known by then.")
    page.goto(f"{board.url}whatif?lang=zh")
    expect(page.get_by_label("每分钟价格", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_label("查看名单（秒）", exact=True)).to_be_visible(timeout=PATIENCE_MS)


def test_a_period_is_chosen_by_its_days_and_a_file_of_it_says_so(page: Page, board: Board):
    today = datetime.now(ZoneInfo("America/New_York")).date()
    days = f"since={today - timedelta(days=1)}&until={today}"
    page.goto(f"{board.url}outcomes?period=free&{days}")
    says(page.locator(".st-key-panel-ends"), f"{today - timedelta(days=1)} – {today}")
    with page.expect_download() as awaited:
        page.locator(".st-key-taking-ends").get_by_test_id("stDownloadButton").click()
    taken = awaited.value
    assert taken.suggested_filename == (
        f"spring-ends-{today - timedelta(days=1)}-{today}-America-New_York.csv"
    )
    table = pd.read_csv(taken.path())
    assert {"Share (0..1)", "Period from", "Time zone", "Filtered by"} <= set(table.columns)
    assert set(table["Of campaign"]) == {"spring"}
    page.goto(f"{board.url}outcomes?period=free&since={today}&until={today - timedelta(days=1)}")
    says(page.get_by_test_id("stAlert"), "The period ends before it begins")


def test_the_file_of_a_question_of_ones_own_says_its_sql(page: Page, board: Board):
    page.goto(f"{board.url}explorer?lang=en")
    page.locator(".st-key-explorer-ask").get_by_role("button").click()
    with page.expect_download(timeout=PATIENCE_MS) as awaited:
        page.locator(".st-key-taking-answer").get_by_test_id("stDownloadButton").click()
    table = pd.read_csv(awaited.value.path())
    (asked,) = set(table["Asked in SQL"])
    assert asked.splitlines() == FIRST.splitlines()
    assert {"day", "calls", "persons"} <= set(table.columns)


def test_nothing_leaves_the_house(chromium: Browser, board: Board):
    context = chromium.new_context()
    board.log_in(context)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(board.url)
    says(tile(page, "answered"), "412")
    page.wait_for_timeout(3000)
    ours = (board.url, board.url.replace("http", "ws"), f"{board.web}/static/", "data:", "blob:")
    strangers = [u for u in asked if not u.startswith(ours)]
    assert strangers == []
    context.close()


def test_a_name_is_text_and_never_a_program(stage: Stage, page: Page):
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    stage.state["agents"][0].update(agent=evil, reason=evil)
    stage.state["campaigns"]["spring"].update(bound=evil)
    says(tile(page, "level"), "onerror=alert(1)")  # as text
    page.wait_for_timeout(2000)
    assert dialogs == []


def test_a_campaign_appears_by_itself(chromium: Browser, tmp_path: Path):
    home = tmp_path / "new"
    home.mkdir()
    with running(home) as board:
        context = chromium.new_context(locale="en-US")
        board.log_in(context)
        page = context.new_page()
        page.goto(board.url)
        nothing = page.get_by_text("No campaign has been opened yet")
        expect(nothing).to_be_visible(timeout=2 * PATIENCE_MS)
        stage = Stage(home)
        stage.start()
        says(tile(page, "answered"), "412")
        stage.end()
        context.close()
