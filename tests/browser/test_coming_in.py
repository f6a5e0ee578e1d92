"""One log-in for all: the board through the web process, and nothing at its own port."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.access import passage
from dialer.access.rules import User
from dialer.access.store import Access
from tests.browser.boards import Board, running
from tests.browser.test_board import PATIENCE_MS, Stage, says, tile

pytestmark = pytest.mark.browser

EVA = User(name="eva", role="supervisor", campaigns=frozenset({"spring"}), teams=frozenset({"red"}))
UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"Names of elements are drawn by chance, and may contain any figure."
SAM = User(name="sam", role="supervisor", campaigns=frozenset({"autumn"}))


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    home = tmp_path_factory.mktemp("coming-in")
    stage = Stage(home)
    stage.add(stage.busy("c01", 1))
    stage.start()
    with running(home, EVA, SAM) as found:
        yield found
    stage.end()


def heard(page: Page) -> list[bytes | str]:
    """What comes by its WebSockets from now on."""
    told: list[bytes | str] = []

    def frame(one: bytes | str) -> None:
        told.append(one)

    page.on("websocket", lambda socket: socket.on("framereceived", frame))
    return told


def test_who_is_not_logged_in_is_led_to_the_log_in(chromium: Browser, board: Board):
    page = chromium.new_context().new_page()
    page.goto(board.url)
    assert page.url == f"{board.web}/login?to=/board"
    page.context.close()


@pytest.mark.parametrize("how", ["plain", "cookie", "cookie and a forged word"])
def test_its_own_port_shows_nothing(chromium: Browser, board: Board, how: str):
    context = chromium.new_context()
    if how != "plain":
        board.log_in(context)  # a cookie knows no ports
    if "forged" in how:
        context.set_extra_http_headers({passage.HEADER: "forged", passage.SOURCE: "127.0.0.1"})
    page = context.new_page()
    told = heard(page)
    page.goto(f"{board.streamlit}/board/", wait_until="commit")
    page.wait_for_url(re.compile("/login"), timeout=PATIENCE_MS)
    words = b"".join(one if isinstance(one, bytes) else one.encode() for one in told)
    words = UUID.sub(b"", words)
    assert b"Nobody is logged in" in words
    assert b"spring" not in words
    assert b"412" not in words
    context.close()


def test_another_site_cannot_open_its_websocket(board: Board):
    headers = {
        "connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "origin": "http://evil.example",
        "cookie": f"dialer-session={board.session()}",
    }  # fmt: skip
    for base in (board.web, board.streamlit):
        said = httpx.get(f"{base}/board/_stcore/stream", headers=headers, timeout=60)
        assert said.status_code == 403, base


def test_the_page_leaves_when_the_session_ends(chromium: Browser, board: Board):
    context = chromium.new_context()
    token = board.log_in(context, "eva")
    page = context.new_page()
    page.goto(board.url)
    says(tile(page, "answered"), "412")
    with Access.at(board.home) as access:
        access.log_out(token, at=time.time())
    page.wait_for_url(re.compile("/login"), timeout=PATIENCE_MS)
    context.close()


def test_who_has_another_campaign_does_not_see_this_one(chromium: Browser, board: Board):
    context = chromium.new_context(locale="en-US")
    board.log_in(context, "sam")
    page = context.new_page()
    told = heard(page)
    page.goto(f"{board.url}?campaign=spring")
    expect(page.get_by_text("No campaign has been opened yet")).to_be_visible(timeout=PATIENCE_MS)
    words = b"".join(one if isinstance(one, bytes) else one.encode() for one in told)
    assert b"spring" not in words.replace(b"campaign=spring", b"")
    context.close()


def test_the_browser_complains_about_nothing(chromium: Browser, board: Board):
    context = chromium.new_context()
    board.log_in(context)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(board.url)
    says(tile(page, "answered"), "412")
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=PATIENCE_MS)
    assert said == []
    context.close()
