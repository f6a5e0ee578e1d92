"""Promised calls: who sees them, who moves them, what is then promised."""

import pytest

from dialer.journal.people import People
from tests.access.conftest import NINE
from tests.api import shift
from tests.api.conftest import Web
from tests.api.shift import LEADS

CALLBACKS = "/api/v1/callbacks"
SOON, LATER, MUCH_LATER = NINE + 600, NINE + 3600, NINE + 7200


@pytest.fixture
def promised(busy: Web) -> Web:
    """Two for spring, bob's and anybody's, and chen's for autumn."""
    for n, (name, at, whom) in enumerate(
        (("vip", LATER, "bob"), ("vip", SOON, ""), ("east", SOON, "chen"))
    ):
        shift.promised(busy.home, name, f"1212555014{n}", at, whom, note=f"note {n}")
    return busy


def leads(web: Web, who: str, **asked: str) -> list[str]:
    return [one["lead"] for one in web.browser(who).get(CALLBACKS, params=asked).json()]


def test_they_are_told_the_earliest_first_as_far_as_one_may_see(promised: Web) -> None:
    assert leads(promised, "ada") == ["5", "6", "4"]
    assert leads(promised, "eva") == ["5", "4"]
    assert leads(promised, "sam") == ["6"]
    assert leads(promised, "bob", whom="bob") == ["4"]
    assert leads(promised, "ada", campaign="autumn") == ["6"]
    assert leads(promised, "ada", since=str(SOON + 1)) == ["4"]


def test_all_of_it_is_told_but_the_number(promised: Web) -> None:
    [_, told] = promised.browser("eva").get(CALLBACKS).json()
    assert told == {
        "lead": "4", "list": "vip", "campaign": "spring", "at": LATER, "whom": "bob",
        "open": True, "promised_by": "", "masked": "+1212•••0140", "region": "US",
        "zones": ["America/New_York"], "name": "Grace Hopper", "note": "note 0", "set": True,
    }  # fmt: skip


def test_an_agent_knows_the_names_of_his_own_alone(promised: Web) -> None:
    told = promised.browser("bob").get(CALLBACKS).json()
    assert [(one["lead"], one["name"], one["note"], one["set"]) for one in told] == [
        ("5", "", "", False), ("4", "Grace Hopper", "note 0", True),
    ]  # fmt: skip


def test_one_is_moved_and_given_to_somebody_else_and_the_audit_log_has_it(promised: Web) -> None:
    said = promised.browser("eva").put(f"{CALLBACKS}/4", json={"at": MUCH_LATER, "whom": ""})
    assert (said.status_code, said.json()) == (200, {"at": MUCH_LATER, "whom": ""})
    lead = People(promised.home / "journal.sqlite").lead("4")
    assert lead is not None
    assert (lead.callback, lead.callback_for, lead.next_at, lead.due_at, lead.state) == (
        True, "", MUCH_LATER, MUCH_LATER, "open",
    )  # fmt: skip
    [(who, _, what, before, after)] = promised.accounts.told("callback.set")
    assert (who, what) == ("eva", "lead:4")
    assert '"whom":"bob"' in before
    assert after == '{"at":"13:06 UTC, 18 Nov 2026","whom":""}'


def test_one_is_dropped_and_the_lead_is_done_with(promised: Web) -> None:
    eva = promised.browser("eva")
    assert eva.delete(f"{CALLBACKS}/4").status_code == 200
    lead = People(promised.home / "journal.sqlite").lead("4")
    assert lead is not None
    assert (lead.callback, lead.state, lead.why) == (False, "done", "final")
    assert leads(promised, "eva") == ["5"]
    assert eva.delete(f"{CALLBACKS}/4").status_code == 404


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"at": NINE - 1, "whom": ""}, "at:"), ({"at": NINE + 4e7, "whom": ""}, "at:"),
        ({"at": LATER, "whom": "nobody"}, "whom:"), ({"at": LATER, "whom": "chen"}, "whom:"),
        ({"at": LATER, "whom": "team:green"}, "whom:"),
    ],
)  # fmt: skip
def test_neither_the_past_nor_a_stranger_is_promised(
    promised: Web, body: dict[str, object], why: str
) -> None:
    said = promised.browser("eva").put(f"{CALLBACKS}/4", json=body)
    assert (said.status_code, said.json()["detail"][: len(why)]) == (400, why)
    assert promised.accounts.told("callback.set") == []


def test_a_team_may_be_to_call(promised: Web) -> None:
    said = promised.browser("eva").put(f"{CALLBACKS}/5", json={"at": LATER, "whom": "team:red"})
    assert said.json() == {"at": LATER, "whom": "team:red"}


def test_who_is_being_called_cannot_be_promised_anything(promised: Web) -> None:
    ringing = LEADS["vip"]
    database = promised.home / "journal.sqlite"
    shift.owe(database, ringing)
    said = promised.browser("eva").put(f"{CALLBACKS}/{ringing}", json={"at": LATER, "whom": ""})
    assert said.status_code == 409
    assert People(database).lead(ringing).call != ""  # type: ignore[union-attr]
