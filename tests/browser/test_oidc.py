"""Through an identity provider on another site, in a real browser with its rules for cookies."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dialer.settings import Settings
from dialer.settings.web import Oidc
from tests.api.idp import SECRET, Idp
from tests.browser.test_administration import Site

pytestmark = pytest.mark.browser


def test_somebody_comes_in_by_his_organisations_account(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with ExitStack() as stack, Idp() as idp:
        idp.person = {"sub": "u-1", "preferred_username": "dora", "groups": ["chiefs"]}
        site = Site(tmp_path, stack)
        ours = f"http://localhost:{site.port}"  # to a browser another site than 127.0.0.1
        site.settings = Settings(
            home=tmp_path,
            oidc=Oidc(
                issuer=idp.issuer, address=ours, secret_file=tmp_path / "secret",
                roles=("chiefs=administrator",),
            ),
        )  # fmt: skip
        with site:
            site.web.now = time.time()
            page = chromium.new_context(base_url=ours).new_page()
            page.goto("/login")
            page.get_by_role("link", name="Log in with your organisation's account").click()
            page.wait_for_url("**/administration")
            expect(page.locator("#me")).to_have_text("dora")

            idp.person = {**idp.person, "groups": []}
            page = chromium.new_context(base_url=ours, locale="zh-CN").new_page()
            page.goto("/login")
            page.get_by_role("link", name="使用单位账号登录").click()
            page.wait_for_url("**/login?why=refused")
            expect(page.get_by_role("alert").first).to_contain_text("您的单位账号")
