"""A person at the desk: a real browser, its softphone, the lab's telephones."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import FLAGS, found
from tests.browser.house import House, browser_with_a_voice, context, house, log_in, start_shift

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as made:
        for name in made.softphones:
            made.hire(name, "agent", campaigns=frozenset({"*"}))
        made.leads(400)
        made.open()
        yield made
