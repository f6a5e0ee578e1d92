"""A Chromium of the system's, driven by Playwright; installed where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.house import House, browser_with_a_voice, planned
from tests.patience import PATIENCE_S

expect.set_options(timeout=1000 * PATIENCE_S)

PLACES = ("/usr/lib/chromium/chromium", "/usr/bin/chromium", "/usr/bin/google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def found() -> str | None:
    """The browser's program."""
    return next((place for place in PLACES if Path(place).exists()), None)


@pytest.fixture(scope="package")
def program() -> str:
    """Chromium's."""
    there = found()
    if there is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "chromium"], check=False, timeout=600)
        there = found()
    if there is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    return there


@pytest.fixture(scope="package")  # Playwright keeps a loop running that no later test may find
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, program: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A whole house, as the module's `HOUSE` plans it."""
    with planned(tmp_path_factory.mktemp("house"), request.module.HOUSE) as made:
        yield made


@pytest.fixture(scope="module")
def voices(playwright: Playwright, program: str, site: House) -> Iterator[Browser]:
    """A browser whose microphone hears an agent of that house speak."""
    browser = browser_with_a_voice(playwright, program, FLAGS, site)
    yield browser
    browser.close()
