"""Accounts, teams and keys over the API: within one's reach, recorded, secrets told once."""

import pytest

from dialer.i18n import words
from dialer.settings import Settings
from tests.access.conftest import ANOTHER, GOOD, MACHINE, NINE
from tests.api.conftest import Web, logged_in


def names(said: object) -> list[str]:
    assert isinstance(said, list)
    return [one["name"] for one in said]


def test_who_sees_which_accounts(web: Web) -> None:
    def seen(who: str) -> list[str]:
        return names(web.browser(who).get("/api/v1/users").json())

    assert seen("ada") == ["ada", "bob", "chen", "eva", "sam"]
    assert seen("eva") == ["bob", "eva"]
    assert seen("bob") == ["bob"]


def test_a_new_account_gets_a_password_that_is_told_once_and_must_be_changed(web: Web) -> None:
    ada = web.browser("ada")
    new = {"name": "zoe", "role": "supervisor", "campaigns": ["spring"], "teams": ["red"]}
    made = ada.post("/api/v1/users", json=new)
    assert (made.status_code, made.json()["name"]) == (201, "zoe")
    password = made.json()["password"]
    said = logged_in(web.anybody(), "zoe", password)
    assert (said.status_code, said.json()["must_change"]) == (200, True)
    shown = ada.get("/api/v1/users/zoe")
    assert shown.json() == {
        "name": "zoe", "role": "supervisor", "active": True, "campaigns": ["spring"],
        "teams": ["red"], "grants": [], "must_change": True, "sessions": 1, "factor": False,
    }  # fmt: skip
    assert password not in shown.text
    assert web.accounts.told("user.add")[-1][0] == "ada"


def test_a_password_that_is_given_is_not_told_back(web: Web) -> None:
    ada = web.browser("ada")
    made = ada.post("/api/v1/users", json={"name": "zoe", "password": ANOTHER})
    assert (made.status_code, made.json()) == (201, {"name": "zoe", "password": ""})
    weak = ada.post("/api/v1/users", json={"name": "yan", "password": "short"})
    assert (weak.status_code, "shorter than 12" in weak.json()["detail"]) == (403, True)


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        ({"name": "bob"}, 422, "there is a user bob already"),
        ({"name": "Bob Miller"}, 422, "is no user name"),
        ({"name": "zoe", "teams": ["green"]}, 422, "there is no team green"),
        ({"name": "zoe", "role": "boss"}, 400, ""),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_its_reason(
    web: Web, body: dict[str, object], status: int, why: str
) -> None:
    said = web.browser("ada").post("/api/v1/users", json=body)
    assert (said.status_code, why in said.json()["detail"]) == (status, True)
    assert words("zh").refusal(status, said.json()).isascii() is False
    assert why not in words("zh").refusal(status, said.json()) or not why


def test_role_scope_and_grants_are_set_and_each_change_is_recorded(web: Web) -> None:
    ada = web.browser("ada")
    said = [
        ada.put("/api/v1/users/bob/role", json={"role": "supervisor"}),
        ada.put("/api/v1/users/bob/scope", json={"campaigns": ["autumn"], "teams": ["*"]}),
        ada.put("/api/v1/users/bob/grants", json={"grants": ["recording.listen"]}),
    ]
    assert [one.status_code for one in said] == [200, 200, 200]
    now = said[-1].json()
    assert (now["role"], now["campaigns"], now["teams"], now["grants"]) == (
        "supervisor", ["autumn"], ["*"], ["recording.listen"],
    )  # fmt: skip
    made = [(one[1], one[4]) for one in web.accounts.told("user.role", "user.scope", "user.grant")]
    assert made == [
        ("user.role", '{"role":"supervisor"}'),
        ("user.scope", '{"campaigns":["autumn"],"teams":["*"]}'),
        ("user.grant", '{"grants":["recording.listen"]}'),
    ]


def test_another_role_and_a_closed_account_end_the_sessions(web: Web) -> None:
    ada, bob = web.browser("ada"), web.browser("bob")
    assert ada.post("/api/v1/users/bob/disable").json()["active"] is False
    assert bob.get("/me").status_code == 401
    assert logged_in(web.anybody(), "bob").status_code == 401
    assert ada.post("/api/v1/users/bob/enable").json()["active"] is True
    assert logged_in(web.anybody(), "bob").status_code == 200


def test_a_supervisor_resets_his_agents_password_and_nobody_elses(web: Web) -> None:
    eva, bob = web.browser("eva"), web.browser("bob")
    told = eva.post("/api/v1/users/bob/reset", json={}).json()
    assert bob.get("/me").status_code == 401
    assert logged_in(web.anybody(), "bob", told["password"]).json()["must_change"] is True
    assert eva.post("/api/v1/users/chen/reset", json={}).status_code == 404
    assert eva.post("/api/v1/users/ada/reset", json={}).status_code == 404
    assert eva.put("/api/v1/users/bob/role", json={"role": "agent"}).status_code == 403


def test_nobody_raises_anybody_above_himself(web: Web) -> None:
    web.hire("ben", "administrator")
    ben = web.browser("ben")
    assert ben.put("/api/v1/users/bob/role", json={"role": "superuser"}).status_code == 403
    assert ben.post("/api/v1/users/ada/reset", json={}).status_code == 403
    last = web.browser("ada").post("/api/v1/users/ada/disable")
    assert (last.status_code, "last superuser" in last.json()["detail"]) == (403, True)


def test_sessions_are_shown_and_ended(web: Web) -> None:
    ada, bob = web.browser("ada"), web.browser("bob")
    shown = ada.get("/api/v1/users/bob/sessions").json()
    assert [(one["source"], one["made_at"]) for one in shown] == [("testclient", NINE)]
    assert ada.post("/api/v1/users/bob/log-out").json() == {"sessions": 1}
    assert bob.get("/me").status_code == 401


def test_teams_are_made_seen_within_ones_scope_and_removed(web: Web) -> None:
    ada = web.browser("ada")
    assert ada.post("/api/v1/teams", json={"team": "green"}).status_code == 201
    assert ada.post("/api/v1/teams", json={"team": "green"}).status_code == 422
    assert web.browser("eva").get("/api/v1/teams").json() == [
        {"team": "red", "members": ["bob", "eva"]}
    ]
    assert ada.delete("/api/v1/teams/red").json() == {"members": 2}
    assert ada.get("/api/v1/users/bob").json()["teams"] == []
    assert [one["team"] for one in ada.get("/api/v1/teams").json()] == ["blue", "green"]


def test_a_key_is_told_once_does_what_it_is_for_and_ends(web: Web) -> None:
    ada = web.browser("ada")
    made = ada.post("/api/v1/keys", json={"label": "crm", "scopes": ["dnc.see"], "days": 30})
    told = made.json()
    assert (made.status_code, told["secret"].startswith(f"dk_{told['key']}_")) == (201, True)
    program = web.anybody()
    program.headers["authorization"] = f"Bearer {told['secret']}"
    assert program.get("/me").json()["permissions"] == {"dnc.see": "all"}
    listed = ada.get("/api/v1/keys")
    [one] = listed.json()
    assert (one["owner"], one["label"], one["scopes"]) == ("ada", "crm", ["dnc.see"])
    assert one["used_at"] == NINE
    assert told["secret"].removeprefix(f"dk_{told['key']}_") not in listed.text
    assert ada.delete(f"/api/v1/keys/{told['key']}").json() == {"key": told["key"]}
    assert program.get("/me").status_code == 401


def test_a_key_may_no_more_than_its_owner(web: Web) -> None:
    ada = web.browser("ada")
    wanted = {"label": "x", "owner": "bob", "scopes": ["limit.edit"]}
    assert ada.post("/api/v1/keys", json=wanted).status_code == 403
    assert web.browser("eva").post("/api/v1/keys", json=wanted).status_code == 403
    web.accounts.accounts.change(
        MACHINE, "eva", lambda one: one.__class__(
            name="eva", role=one.role, campaigns=one.campaigns, teams=one.teams,
            grants=frozenset({"key.make"}),
        ), at=NINE,
    )  # fmt: skip
    eva = web.browser("eva")
    assert eva.post("/api/v1/keys", json=wanted).status_code == 403
    his_own = {"label": "x", "scopes": ["campaign.see"]}
    assert eva.post("/api/v1/keys", json=his_own).status_code == 201
    assert [one["owner"] for one in eva.get("/api/v1/keys").json()] == ["eva"]


def test_the_settings_are_shown_and_hold_no_secret(web: Web) -> None:
    told = web.browser("ada").get("/api/v1/settings").json()
    assert told["home"] == str(web.home)
    assert told["web"]["port"] == Settings().web.port
    assert set(told) == set(Settings.__struct_fields__)


def test_every_role_is_told_what_each_role_may(web: Web) -> None:
    told = web.browser("bob").get("/api/v1/permissions").json()
    assert told["lead.reveal"]["agent"] == {"reach": "own", "by_grant": True}
    assert told["campaign.steer"]["analyst"] == {"reach": "none", "by_grant": False}


def test_a_password_of_ours_is_good_enough_and_never_the_same(web: Web) -> None:
    ada = web.browser("ada")
    told = {ada.post("/api/v1/users/bob/reset", json={}).json()["password"] for _ in range(5)}
    assert (len(told), {len(one) for one in told}, GOOD in told) == (5, {23}, False)
