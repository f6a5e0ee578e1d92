"""The page of the numbers that we show, as Streamlit's own test runner sees it."""

from pathlib import Path
from typing import Any

import pytest

from dashboards import ordering
from dashboards.views import caller_ids
from dialer.access.rules import User
from tests.api import shift
from tests.dashboards.conftest import NOW, come_as, look_at
from tests.dashboards.test_pages import page

PROOF = {
    "proof": 3, "caller_id": "12125550100", "source": "contract", "says": "folder 7",
    "proved_by": "max", "proved_at": NOW - 3600, "expires_at": None,
}  # fmt: skip
REST = {
    "fact": "CallerIdRested", "caller_id": "12125550101", "at": NOW, "cause": "flagged",
    "until_at": NOW + 86400, "why": "blocked", "n": 12, "of": 80, "usual": 0.0, "said": "",
    "campaign": "spring", "user": "",
}  # fmt: skip
ROWS = [
    {
        "caller_id": "12125550100", "trunks": ["sip1"], "attestation": "A", "is_proved": True,
        "health": {"caller_id": "12125550100", "calls": 100, "answer_rate": 0.31},
        "proofs": [PROOF],
        "tested": {"test": 1, "caller_id": "12125550100", "shown": "12125550101", "trunk": "sip1",
                   "asked_by": "max", "began_at": NOW - 60, "came_at": NOW - 58, "why": ""},
    },
    {
        "caller_id": "12125550101", "trunks": ["sip1"], "attestation": "", "is_proved": False,
        "health": {"caller_id": "12125550101", "calls": 80, "blocked": 12, "rest": REST},
        "proofs": [], "tested": None,
    },
]  # fmt: skip


class Api:
    """Keeps the orders that change something."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, str, Any]] = []

    def __call__(self, method: str, path: str, body: Any = None, file: Any = None) -> Any:
        if method == "GET":
            return ROWS
        self.orders.append((method, path, body))
        return {"caller_id": "12125550100", "began_at": 10.0, "came_at": 11.5, "why": ""}


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    shift.made(tmp_path)
    look_at(monkeypatch, tmp_path)
    api = Api()
    for room in (caller_ids, ordering):
        monkeypatch.setattr(room, "order", api)
    return api


def test_each_number_says_how_it_fares_whether_it_rests_and_what_proves_it(api: Api):
    shown = page("caller_ids").dataframe[0].value
    first, second = (shown.iloc[n].to_dict() for n in (0, 1))
    assert (first["standing"], first["answered"], first["attestation"], first["proof"]) == (
        "in use", 0.31, "A", "contract",
    )  # fmt: skip
    assert "12 of 80 calls were blocked (603, 607, 608)" in second["standing"]
    assert (second["proof"], second["reached"]) == ("none", "not tested")


def test_a_test_call_is_one_button_and_says_when_it_came_in(api: Api):
    app = page("caller_ids")
    app.button(key="test").click().run()
    assert api.orders == [("POST", "caller-ids/12125550100/test", None)]
    assert "came in after 1.5 s" in app.success[0].value


def test_a_rest_is_ended_for_the_number_that_rests(api: Api):
    app = page("caller_ids")
    app.selectbox(key="number").set_value("12125550101").run()
    app.button(key="wake").click().run()
    assert api.orders == [("POST", "caller-ids/12125550101/wake", {})]


def test_who_may_not_change_limits_only_looks(api: Api, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, User(name="ian", role="inspector", campaigns=frozenset({"spring"})))
    app = page("caller_ids")
    assert [one.key for one in app.button] == []
    assert "permission to change limits" in app.caption[0].value
