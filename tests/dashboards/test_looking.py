"""The pre-flight on the board: a law that forbids to listen first is mended in one press."""

from typing import Any

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import looking
from dialer.campaign import Campaign
from dialer.held import objection
from dialer.preflight import Preflight, of_file, refusals

STRICT = of_file(Campaign(name="spring", lists=("vip",)))
FOUND = Preflight(
    campaign="spring", at=0.0, zone="UTC", rows=3, called=3, kept=(), need=None,
    refused=tuple(refusals(STRICT)), warned=(objection("list_missing", list="vip"),),
)  # fmt: skip
MENDED: list[Any] = []


def shown() -> None:
    from dashboards.looking import look
    from dialer.i18n import words
    from tests.dashboards.test_looking import MENDED, STRICT

    look(words("en"), STRICT, MENDED.append)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(looking, "order", lambda method, path: msgspec.to_builtins(FOUND))
    app = AppTest.from_function(shown, default_timeout=30).run()
    app.button(key="preflight").click().run()
    return app


def test_what_forbids_and_what_warns_are_told_apart(app: AppTest):
    assert "3 of 3 will be called" in app.info[0].value
    assert app.warning[0].value == "Look at this first: there is no list vip: import it first"
    assert "starts its 2 seconds at the answer" in app.error[0].value


def test_an_agent_at_the_answer_is_one_press_away_and_then_nothing_forbids_it(app: AppTest):
    del MENDED[:]
    app.button(key="connect_first").click().run()
    [changed] = MENDED
    assert changed == {"detection": "careful, connect_first"}
    mended = of_file(Campaign(name="spring", lists=("vip",), **changed))
    assert refusals(mended) == []
    assert not app.run().info  # what was found is no longer so
