"""Calls, agents, limits and status over the API: live and ended, within a scope, in pages."""

import pytest

from dialer.engine.events import LoggedOut, Paused, WentReady
from tests.api.conftest import Web
from tests.warehouse.day import T0


def test_the_calls_under_way_are_told_with_who_has_them(busy: Web) -> None:
    def seen(name: str) -> list[tuple[str, str, str]]:
        told = busy.browser(name).get("/api/v1/calls/live").json()
        return [(one["campaign"], one["masked"], one["agent"]) for one in told]

    spring, autumn = ("spring", "+1212•••0123", "bob"), ("autumn", "+1212•••0124", "")
    assert (seen("ada"), seen("eva"), seen("sam")) == ([spring, autumn], [spring], [autumn])
    assert (seen("bob"), seen("chen")) == ([spring], [])


def test_records_are_those_of_ones_campaigns_or_ones_own(busy: Web) -> None:
    def seen(name: str) -> list[str]:
        return [one["call"] for one in busy.browser(name).get("/api/v1/calls").json()]

    everything = seen("ada")
    assert len(everything) == 11
    assert everything[0] == "c12"
    assert seen("eva") == everything[1:]
    assert (seen("sam"), seen("chen")) == (["c12"], ["c12"])
    assert sorted(seen("bob")) == ["c02", "c09"]


def test_records_are_asked_for_by_what_is_in_them(busy: Web) -> None:
    ada = busy.browser("ada")

    def found(asked: str) -> list[str]:
        said = ada.get(f"/api/v1/calls?{asked}")
        assert said.status_code == 200, said.text
        return sorted(one["call"] for one in said.json())

    assert found("outcome=busy") == ["c05"]
    assert found("agent=anna") == ["c01", "c08", "c09"]
    assert found("disposition=sale") == ["c01", "c02"]
    assert found("campaign=autumn") == ["c12"]
    assert found("lead=103") == ["c03"]
    assert found(f"since={T0 + 60}&until={T0 + 70}") == ["c01", "c05"]
    assert found("outcome='; DROP TABLE attempts") == []


def test_the_pages_together_are_all_of_it_once(busy: Web) -> None:
    ada = busy.browser("ada")
    whole = [one["call"] for one in ada.get("/api/v1/calls").json()]
    paged: list[str] = []
    page = ""
    while told := ada.get(f"/api/v1/calls?n=3&page={page}").json():
        assert len(told) <= 3
        paged += [one["call"] for one in told]
        page = told[-1]["page"]
    assert paged == whole
    assert ada.get("/api/v1/calls?page=x").status_code == 400
    assert ada.get("/api/v1/calls?n=1001").status_code == 400


def test_one_record_is_told_whole_without_its_number(busy: Web) -> None:
    told = busy.browser("eva").get("/api/v1/calls/c09").json()
    assert (told["direction"], told["masked"], told["agents"], told["outcome"]) == (
        "out", "+1202•••0142", ["anna", "bob"], "agent_lost",
    )  # fmt: skip
    assert told["disposition"] is None
    assert busy.browser("sam").get("/api/v1/calls/c09").status_code == 404
    assert busy.browser("bob").get("/api/v1/calls/c09").status_code == 200
    assert busy.browser("bob").get("/api/v1/calls/c01").status_code == 404


def test_where_nothing_was_dialled_yet_records_are_told_to_come(web: Web) -> None:
    said = web.browser("ada").get("/api/v1/calls")
    assert (said.status_code, "as soon as a campaign" in said.json()["detail"]) == (503, True)
    assert web.browser("ada").get("/api/v1/calls/live").json() == []
    assert web.browser("ada").get("/api/v1/campaigns").json() == []
    assert web.browser("ada").get("/api/v1/lists").json() == []


def test_agents_are_seen_by_team_and_a_phone_of_no_account_by_who_sees_all(busy: Web) -> None:
    def seen(name: str) -> list[str]:
        return [one["agent"] for one in busy.browser(name).get("/api/v1/agents").json()]

    assert seen("ada") == ["bob", "chen", "robot"]
    assert (seen("eva"), seen("sam"), seen("bob")) == (["bob"], ["chen"], ["bob"])


def test_an_agent_is_steered_by_his_supervisor_and_by_himself(busy: Web) -> None:
    eva, bob = busy.browser("eva"), busy.browser("bob")
    assert eva.post("/api/v1/agents/bob/pause", json={"reason": "talk"}).json() == {"seq": 1}
    assert bob.post("/api/v1/agents/bob/ready").json() == {"seq": 2}
    assert eva.post("/api/v1/agents/bob/log-out").json() == {"seq": 3}
    assert busy.dialer.orders == [
        Paused(agent="bob", reason="talk", at=0.0), WentReady(agent="bob", at=0.0),
        LoggedOut(agent="bob", at=0.0),
    ]  # fmt: skip
    for who, whom in ((eva, "chen"), (eva, "robot"), (bob, "chen"), (eva, "nobody")):
        assert who.post(f"/api/v1/agents/{whom}/log-out").status_code == 404
    told = busy.accounts.told("agent.steer")
    assert [(who, thing) for who, _, thing, _, _ in told] == [
        ("eva", "agent:bob"), ("bob", "agent:bob"), ("eva", "agent:bob"),
    ]  # fmt: skip
    assert '"order":"Paused"' in told[0][4]


def test_the_status_is_told_within_a_scope(busy: Web) -> None:
    ada = busy.browser("ada").get("/api/v1/status").json()
    assert (sorted(ada["campaigns"]), sorted(ada["pools"]), ada["pid"]) == (
        ["autumn", "spring"], ["east", "sales"], 4711,
    )  # fmt: skip
    eva = busy.browser("eva").get("/api/v1/status").json()
    assert (list(eva["campaigns"]), list(eva["pools"]), list(eva["outcomes"])) == (
        ["spring"], ["sales"], ["spring"],
    )  # fmt: skip
    assert "pid" not in eva
    assert "agents" not in eva


def test_limits_are_told_with_the_laws_there_are(busy: Web) -> None:
    told = busy.browser("eva").get("/api/v1/limits").json()
    assert told["laws"]["us_ftc"]["abandon_cap"] == 0.03
    [spring] = told["campaigns"]
    assert (spring["campaign"], spring["hours"], spring["calls_per_number_per_day"]) == (
        "spring", "mon-sun 00:00-24:00", 3,
    )  # fmt: skip
    assert busy.browser("bob").get("/api/v1/limits").status_code == 403


@pytest.mark.parametrize("scope", ["call.see", "campaign.see"])
def test_a_program_sees_what_its_key_is_for(busy: Web, scope: str) -> None:
    program = busy.program("eva", scope)
    allowed = {"call.see": "/api/v1/calls", "campaign.see": "/api/v1/campaigns"}
    for permission, path in allowed.items():
        assert program.get(path).status_code == (200 if permission == scope else 403)
