"""The page of promised calls, as Streamlit's own test runner sees it."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from dashboards import ordering
from dashboards.views import callbacks
from dialer.access.rules import User
from tests.api import shift
from tests.dashboards.conftest import NOW, come_as, look_at
from tests.dashboards.test_pages import page

ROW = {
    "lead": "7", "list": "vip", "campaign": "spring", "at": NOW + 3600, "whom": "bob",
    "open": True, "promised_by": "bob", "masked": "+1212•••0140", "region": "US",
    "zones": ["America/New_York"], "name": "Grace Hopper", "note": "after lunch", "set": True,
}  # fmt: skip
BOB = {"name": "bob", "role": "agent", "active": True, "campaigns": ["spring"]}


class Api:
    """Keeps the orders that change something; its callbacks are `rows`."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = [ROW, {**ROW, "lead": "8", "at": NOW - 60, "whom": ""}]
        self.orders: list[tuple[str, str, Any]] = []

    def __call__(self, method: str, path: str, body: Any = None, file: Any = None) -> Any:
        if method != "GET":
            self.orders.append((method, path, body))
            return {"numbers": ["12125550140"]}
        known = {"users": [BOB], "teams": [{"team": "red", "members": ["bob"]}]}
        return known.get(path, self.rows)


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    shift.made(tmp_path)
    look_at(monkeypatch, tmp_path)
    api = Api()
    for room in (callbacks, ordering):
        monkeypatch.setattr(room, "order", api)
    return api


def test_when_on_both_clocks_by_whom_and_what_was_noted(api: Api):
    shown = page("callbacks").dataframe[0].value
    assert shown.iloc[0].to_dict() == {
        "at": "11-23 17:40", "theirs": "11-23 12:40 · America/New_York", "state": "waits",
        "whom": "bob", "campaign": "spring", "name": "Grace Hopper", "masked": "+1212•••0140",
        "note": "after lunch", "promised_by": "bob",
    }  # fmt: skip
    assert (shown.iloc[1]["state"], shown.iloc[1]["whom"]) == ("overdue", "Whoever is free")


def test_one_is_moved_on_the_persons_clock_and_given_to_a_team(api: Api):
    app = page("callbacks")
    app.date_input[0].set_value(date(2026, 11, 24))
    app.time_input[0].set_value(time(9, 30))
    [who] = [one for one in app.selectbox if "bob" in one.options]
    assert who.options == ["Whoever is free", "Team red", "bob"]
    who.set_value("team:red")
    [go] = [one for one in app.button if one.label == "Move"]
    go.click().run()
    assert api.orders == [("PUT", "callbacks/7", {"at": 1795530600.0, "whom": "team:red"})]
    assert "11-24 09:30" in app.success[0].value


def test_one_is_dropped_and_a_number_shown(api: Api):
    app = page("callbacks")
    app.button(key="reveal").click().run()
    assert "12125550140" in [one.value for one in app.text]
    app.button(key="drop_yes").click().run()
    assert [one[:2] for one in api.orders] == [
        ("POST", "leads/7/reveal"), ("DELETE", "callbacks/7"),
    ]  # fmt: skip


def test_who_may_only_look_can_change_nothing(api: Api, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, User(name="ian", role="inspector", campaigns=frozenset({"spring"})))
    api.rows = [{**ROW, "set": False, "name": "", "note": ""}]
    app = page("callbacks")
    assert [*app.button, *app.date_input] == []
    assert app.caption[0].value == "You may look at it, not change it."


def test_nothing_is_promised(api: Api):
    api.rows = []
    assert page("callbacks").info[0].value == "No call is promised to anybody."
