"""The administrators' page in a real browser: an account made, changed and ended; keys, audit."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from dialer.i18n import words
from dialer.settings import Settings
from tests.access.conftest import GOOD
from tests.api.conftest import Web, staffed
from tests.api.receiver import Receiver

pytestmark = pytest.mark.browser


class Site:
    """A house with its web process in a thread, reached over a real port."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.web = staffed(Web(home, stack))
        self.web.now = time.time()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.settings: Settings | None = None

    def __enter__(self) -> "Site":
        self.web.settings = self.settings
        self.app = self.web.app()
        config = uvicorn.Config(self.app, port=self.port, log_config=None, ws="wsproto")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(60)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack, Site(tmp_path, stack) as site:
        yield site


def entered(chromium: Browser, site: Site, name: str, **given: str) -> Page:
    """A browser in which somebody has just logged in, by hand."""
    page = chromium.new_context(base_url=site.address, **given).new_page()  # type: ignore[arg-type]
    page.goto("/administration")
    page.get_by_label(words(given.get("locale", "en"))("login.name")).fill(name)
    page.locator("input[name=password]").first.fill(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("://[^/]+/(?!login)"))  # not only on the way
    return page


def test_a_day_of_an_administrator(chromium: Browser, site: Site) -> None:
    page = entered(chromium, site, "ada")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)

    page.get_by_role("button", name="Add an account").click()
    page.get_by_label("Name", exact=True).fill("zoe")
    page.get_by_label("Role").select_option("supervisor")
    page.get_by_label("Campaigns").fill("spring autumn")
    page.get_by_label("red").check()
    page.get_by_role("button", name="Add", exact=True).click()
    password = page.locator("#secret").inner_text()
    page.get_by_role("button", name="Noted").click()
    expect(page.locator("#secret")).to_have_count(0)
    assert password not in page.content()
    line = page.locator("tr[data-user=zoe]")
    expect(line).to_contain_text("autumn, spring")
    expect(line).to_contain_text("must change the password")

    line.get_by_role("button").click()
    page.get_by_label("play recordings").check()
    page.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("play recordings")
    line.get_by_role("button").click()
    page.get_by_role("button", name="Close the account").click()
    expect(line).to_contain_text("closed")

    page.get_by_role("tab", name="Teams").click()
    expect(page.locator("#teams tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Add a team").click()
    page.get_by_label("Team", exact=True).fill("green")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#teams tbody tr")).to_have_count(3)

    page.get_by_role("tab", name="API keys").click()
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("What it is for").fill("crm")
    page.get_by_label("dnc.see").check()
    page.get_by_role("button", name="Make", exact=True).click()
    key = page.locator("#secret").inner_text()
    page.get_by_role("button", name="Noted").click()
    program = site.web.anybody()
    program.headers["authorization"] = f"Bearer {key}"
    assert program.get("/me").json()["permissions"] == {"dnc.see": "all"}
    page.get_by_role("button", name="Revoke: crm").click()
    page.get_by_role("button", name="Revoke", exact=True).last.click()
    expect(page.locator("#keys tbody tr")).to_contain_text("revoked")
    assert program.get("/me").status_code == 401

    page.get_by_role("tab", name="Notifications").click()
    page.get_by_role("button", name="Add a notification").click()
    page.get_by_label("Address, https://").fill("https://crm.example/hook?key=hidden")
    page.get_by_label("each call that ended").check()
    page.get_by_role("button", name="Add", exact=True).click()
    assert len(page.locator("#secret").inner_text()) > 30
    page.get_by_role("button", name="Noted").click()
    expect(page.locator("#webhooks tbody tr")).to_contain_text("crm.example")
    assert "hidden" not in page.locator("#webhooks").inner_text()
    page.get_by_role("button", name="Remove: crm.example").click()
    page.get_by_role("button", name="Remove", exact=True).last.click()
    expect(page.locator("#webhooks tbody tr")).to_have_count(0)

    page.get_by_role("tab", name="Audit log").click()
    expect(page.locator("#audit tbody tr").first).to_contain_text("ada changed the webhook 1")
    page.locator("select[name=action]").select_option("user.grant")
    page.locator("input[name=since]").fill("2026-01-01")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#audit tbody tr")).to_have_count(1)
    expect(page.locator("#audit tbody tr")).to_contain_text("granted from none to play recordings")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download").click()
    assert len(Path(taken.value.path()).read_text("utf-8").splitlines()) == 2
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#toasts")).to_contain_text("Whole: all")
    assert faults == []


def test_it_speaks_chinese_and_goes_by_the_keyboard(chromium: Browser, site: Site) -> None:
    page = entered(chromium, site, "eva", locale="zh")
    expect(page.locator("#users h2")).to_have_text("账号")
    assert page.get_by_role("button", name="新增账号").count() == 0
    expect(page.locator("#users tbody tr")).to_have_count(2)
    page.get_by_role("tab", name="账号").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#teams tbody tr")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#audit tbody")).to_contain_text("创建了账号“eva”")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_notification_is_tried_and_what_came_of_it_is_seen(
    chromium: Browser, site: Site, language: str
) -> None:
    t = words(language)
    with Receiver() as crm:
        url = f"{crm.url}/hooks/Kp93hsmQ"
        site.web.browser("ada").post("/api/v1/webhooks", json={"url": url, "kinds": ["Cdr"]})
        page = entered(chromium, site, "ada", locale=language)
        page.get_by_role("tab", name=t("admin.webhooks")).click()
        crm.status, crm.said = 404, b"<img src=x onerror=alert(1)> no /hooks/Kp93hsmQ"
        page.get_by_role("button", name=t("admin.try_it")).click()
        told = page.locator("#tried")
        expect(told.locator("[data-why=not_there]")).to_contain_text(t("webhook_answer.not_there"))
        expect(told.locator("code")).to_have_text("<img src=x onerror=alert(1)> no /hooks/•••")
        expect(told.locator("dd").first).to_have_text("404")
        crm.status, crm.said = 200, b""
        page.get_by_role("button", name=t("admin.try_again")).click()
        expect(told.locator(".go")).to_contain_text(t("webhook_answer.taken"))
        expect(told.locator("dd").last).to_have_text(t("admin.try_said_nothing"))
        assert len(crm.letters) == 2
    page.get_by_role("button", name=t("admin.try_again")).click()
    expect(told.locator("[data-why=refused]")).to_be_visible()
    expect(told.locator("dd").first).to_have_text(t("admin.try_no_answer"))
    page.get_by_role("button", name=t("admin.try_close")).click()
    page.get_by_role("tab", name=t("admin.audit")).click()
    expect(page.locator("#audit tbody tr").first).to_contain_text(t("webhook_answer.refused"))


def test_it_is_not_for_agents(chromium: Browser, site: Site) -> None:
    said = site.web.browser("bob").get("/administration", follow_redirects=False)
    assert (said.status_code, said.headers.get("location")) == (303, "/")


def test_refusals_are_told_in_chinese(chromium: Browser, site: Site) -> None:
    page, t = entered(chromium, site, "ada", locale="zh"), words("zh")
    page.get_by_role("button", name=t("admin.add_user")).click()
    page.locator("dialog input[name=name]").fill("bob")
    page.locator("dialog button.main").click()
    message = page.locator("dialog [data-message]")
    expect(message).to_have_text("用户 bob 已存在。")


def test_recordings_have_the_clock_of_their_campaign_and_say_so(
    chromium: Browser, site: Site
) -> None:
    nine = 1_790_000_000.0
    row = {
        "call": "c1", "campaign": "spring", "zone": "Asia/Shanghai", "ended_at": nine, "agents": [],
        "masked": "+86••••0001", "disposition": None, "seconds": 5.0, "why": "", "gone_why": "",
        "is_there": True, "page": "p",
    }  # fmt: skip
    page = entered(chromium, site, "ada", locale="zh", timezone_id="America/New_York")
    page.route("**/api/v1/recordings?*", lambda route: route.fulfill(json=[row]))
    page.goto("/recordings")
    expect(page.locator("#clock")).to_have_text("所有时间：中国标准时间。")
    expect(page.locator("tr[data-call=c1]")).to_contain_text("2026年9月21日 22:13")
    page.locator("input[name=since]").fill("2026-09-21T22:00")
    with page.expect_request(lambda request: f"since={nine - 800:.0f}" in request.url):
        page.locator("#ask button").click()
