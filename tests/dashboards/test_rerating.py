"""Rating again on the page of costs: asked for by who may, followed, told in figures."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboards import ordering, rerating
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.i18n import LANGUAGES, words
from tests.dashboards.conftest import come_as
from tests.dashboards.test_stated import opened, silent

DONE = {
    "wish": {"since": "2026-11-23", "until": "2026-11-23", "zone": "America/New_York",
             "trunk": "", "deck": ""},
    "by": "ada", "began_at": 1.0, "ended_at": 2.0, "done_rate": 1.0, "calls": 1250, "changed": 7,
    "why": "", "kept": True,
}  # fmt: skip


class Api:
    """Keeps what was asked for; tells of one rating."""

    def __init__(self) -> None:
        self.orders: list[Any] = []
        self.latest: list[dict[str, Any]] = [DONE]

    def __call__(self, method: str, path: str, body: Any = None, file: Any = None) -> Any:
        if method == "POST":
            self.orders.append((path, body))
        return self.latest


@pytest.fixture
def api(home: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()
    for room in (rerating, ordering):
        monkeypatch.setattr(room, "order", api)
    return api


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_asked_for_and_says_what_was_rated_and_changed(api: Api, language: str):
    t, app = words(language), opened("costs", language)
    told = {one.label: one.value for one in app.metric}
    assert (told[t("rerate.calls")], told[t("rerate.changed")]) == ("1,250", "7")
    assert silent(app, language) == []
    app.selectbox(key="rerate-trunk").set_value("carrier-a")
    next(one for one in app.button if one.label == t("rerate.go")).click().run()
    assert not app.exception, app.exception
    assert api.orders == [("ratings", {
        "since": "2026-11-23", "until": "2026-11-23", "zone": "America/New_York",
        "trunk": "carrier-a", "deck": "",
    })]  # fmt: skip
    assert [one.value for one in app.success] == [t("rerate.begun")]


def test_a_period_longer_than_any_other_page_takes_is_not_asked_for(api: Api):
    app = opened("costs", "en")
    app.date_input(key="rerate-since").set_value(date(2024, 1, 1))
    next(one for one in app.button if one.label == words("en")("rerate.go")).click().run()
    assert api.orders == []
    assert [one.value for one in app.error] == [words("en")("bar.days_long", most=366)]


def test_how_far_it_is_while_it_goes_on_and_why_it_stopped(api: Api):
    api.latest = [{**DONE, "ended_at": None, "done_rate": 0.4}]
    app = opened("costs", "en")
    [bar] = app.get("progress")
    assert (bar.proto.value, "40 %" in bar.proto.text) == (40, True)
    api.latest = [{**DONE, "why": "the disk is full"}]
    assert any("the disk is full" in one.value for one in opened("costs", "en").warning)


def test_it_is_not_offered_to_who_may_not(api: Api, home: Path, monkeypatch: pytest.MonkeyPatch):
    Access.at(home).close()
    come_as(monkeypatch, User(name="eva", role="supervisor", campaigns=frozenset({"spring"})))
    app = opened("costs", "en")
    assert words("en")("rerate.calls") not in {one.label for one in app.metric}
    assert not [one for one in app.button if one.label == words("en")("rerate.go")]
