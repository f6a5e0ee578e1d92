"""Campaigns over the API: seen within a scope, put in force, steered, their limits kept."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from httpx import Response

from dialer.engine.events import BudgetSet, CampaignPaused, CampaignResumed, CampaignStopped
from dialer.money.rating import Deck, Rate
from dialer.money.store import Money
from dialer.money.store import file_in as money_file
from tests.api.conftest import Web


def test_everybody_sees_the_campaigns_of_his_scope(busy: Web) -> None:
    seen = {
        name: [one["name"] for one in busy.browser(name).get("/api/v1/campaigns").json()]
        for name in ("ada", "eva", "sam", "bob")
    }
    assert seen == {"ada": ["autumn", "spring"], "eva": ["spring"], "sam": ["autumn"],
                    "bob": ["spring"]}  # fmt: skip
    one = busy.browser("eva").get("/api/v1/campaigns/spring").json()
    assert (one["version"], one["rules"]["lists"], one["live"]["placed"]) == (1, ["vip"], 3)


def test_without_a_dialer_campaigns_are_seen_and_not_steered(busy: Web) -> None:
    busy.dialer.is_there = False
    eva = busy.browser("eva")
    assert eva.get("/api/v1/campaigns/spring").json()["live"] is None
    refused = eva.post("/api/v1/campaigns/spring/resume")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "start one with `dialer serve`" in refused.json()["detail"]


def test_an_order_names_its_user_and_is_acknowledged_with_its_number(busy: Web) -> None:
    eva = busy.browser("eva")
    paused = eva.post("/api/v1/campaigns/spring/pause", json={"why": "lunch"})
    assert (paused.status_code, paused.json()) == (200, {"seq": 1})
    assert eva.post("/api/v1/campaigns/spring/resume").json() == {"seq": 2}
    assert eva.post("/api/v1/campaigns/spring/stop").json() == {"seq": 3}
    assert busy.dialer.orders == [
        CampaignPaused(campaign="spring", why="lunch", user="eva", at=0.0),
        CampaignResumed(campaign="spring", user="eva", at=0.0),
        CampaignStopped(campaign="spring", user="eva", at=0.0),
    ]
    told = busy.accounts.told("campaign.steer")
    assert [(who, thing) for who, _, thing, _, _ in told] == [("eva", "campaign:spring")] * 3


def test_what_the_dialer_refuses_is_told_in_its_words(busy: Web) -> None:
    busy.dialer.refuses = "order 7 is not on disk after 10 s: is it full?"
    refused = busy.browser("eva").post("/api/v1/campaigns/spring/stop")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "order 7 is not on disk after 10 s: is it full?"
    assert busy.accounts.told("campaign.steer") == []


def test_a_campaign_of_another_is_as_if_it_were_not_there(busy: Web) -> None:
    eva = busy.browser("eva")
    for name in ("autumn", "nowhere"):
        told = eva.post(f"/api/v1/campaigns/{name}/stop")
        assert (told.status_code, told.json()["title"]) == (404, "Not Found")
    seen = busy.browser("bob").post("/api/v1/campaigns/spring/stop")
    assert seen.status_code == 403
    assert busy.dialer.orders == []


SUMMER: dict[str, Any] = {"name": "summer", "lists": ["vip"], "trunk": "lab", "lines": 20}


def test_a_supervisor_makes_a_campaign_and_has_it_in_his_scope(busy: Web) -> None:
    eva = busy.browser("eva")
    made = eva.post("/api/v1/campaigns", json=SUMMER)
    assert (made.status_code, made.json()) == (
        201, {"name": "summer", "version": 1, "source": "lab"},
    )  # fmt: skip
    [(what, fields)] = busy.dialer.asked
    assert what == "open"
    assert (fields["opened"].user, fields["opened"].lines) == ("eva", 20)
    assert fields["rules"].lists == ("vip",)
    assert eva.get("/me").json()["campaigns"] == ["spring", "summer"]
    assert eva.post("/api/v1/campaigns", json={**SUMMER, "name": "spring"}).status_code == 409


def test_what_is_wrong_in_a_body_is_named_with_what_is_right(busy: Web) -> None:
    said = busy.browser("eva").post("/api/v1/campaigns", json={**SUMMER, "lnes": 3})
    assert said.status_code == 422
    assert said.json()["detail"] == "campaign: lnes: no such setting. Did you mean lines?"
    said = busy.browser("eva").post("/api/v1/campaigns", json={**SUMMER, "lines": 0})
    assert "lines = 0: must be a whole number >= 1" in said.json()["detail"]


def test_how_long_phones_ring_is_a_number_or_words(busy: Web) -> None:
    eva = busy.browser("eva")
    for n, said in enumerate((40, "40", "20 to 40")):
        body = {**SUMMER, "name": f"summer{n}", "ring_timeout_s": said}
        assert eva.post("/api/v1/campaigns", json=body).status_code == 201
    orders = [asked["opened"] for _, asked in busy.dialer.asked]
    assert [(one.ring_timeout_s, one.ring_least_s) for one in orders] == [
        (40.0, 15.0), (40.0, 15.0), (40.0, 20.0),
    ]  # fmt: skip
    told = eva.post("/api/v1/campaigns", json={**SUMMER, "ring_timeout_s": "9 to 40"})
    assert (told.status_code, told.json()["reason"]) == (422, "ring_soon")
    assert told.json()["values"]["key"] == "ring_timeout_s"


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({"law": "us_ftc"}, {"ada"}),
        ({"hours": "mon-fri 09:00-17:00"}, {"ada"}),
        ({"calls_per_number_per_day": 10}, {"ada"}),
        ({"law": "lab"}, {"ada", "eva"}),
        ({"lines": 99, "ratio": 2.0, "pacing": "ratio"}, {"ada", "eva"}),
    ],
)
def test_only_who_may_change_limits_leaves_those_of_his_campaigns(
    busy: Web, changed: dict[str, Any], allowed: set[str]
) -> None:
    for name in ("ada", "eva"):
        body = {**SUMMER, "name": f"by-{name}", **changed}
        said = busy.browser(name).post("/api/v1/campaigns", json=body)
        assert said.status_code == (201 if name in allowed else 403), said.text


def test_a_new_version_leaves_a_paused_campaign_paused(busy: Web) -> None:
    eva = busy.browser("eva")
    body = {"lists": ["vip"], "law": "lab", "pool": "sales", "lines": 7}
    assert eva.put("/api/v1/campaigns/spring", json=body).json()["version"] == 1
    busy.dialer.picture["campaigns"]["spring"]["state"] = "paused"
    assert eva.put("/api/v1/campaigns/spring", json=body).status_code == 200
    assert [asked["opened"].begins for _, asked in busy.dialer.asked] == ["dialling", "paused"]
    assert busy.dialer.orders == []
    renamed = eva.put("/api/v1/campaigns/spring", json={**body, "name": "autumn"})
    assert renamed.status_code == 422


def test_a_campaign_can_be_made_that_waits_to_be_resumed(busy: Web) -> None:
    ada = busy.browser("ada")
    made = ada.post("/api/v1/campaigns?begins=paused", json=SUMMER)
    assert made.status_code == 201
    assert [asked["opened"].begins for _, asked in busy.dialer.asked] == ["paused"]
    assert ada.post("/api/v1/campaigns?begins=tomorrow", json=SUMMER).status_code == 400


@pytest.mark.parametrize("path", ["/etc/passwd", "../journal.sqlite.key", "..", "a/b.wav"])
def test_no_file_of_the_machine_can_be_named_as_the_message(busy: Web, path: str) -> None:
    said = busy.browser("ada").post("/api/v1/campaigns", json={**SUMMER, "safe_harbour": path})
    assert (said.status_code, "home's `messages`" in said.json()["detail"]) == (422, True)


def test_the_message_is_a_recording_of_the_home(busy: Web) -> None:
    (busy.home / "messages").mkdir()
    (busy.home / "messages/sorry.wav").touch()
    body = {**SUMMER, "safe_harbour": "sorry.wav"}
    assert busy.browser("ada").post("/api/v1/campaigns", json=body).status_code == 201
    rules = busy.dialer.asked[0][1]["rules"]
    assert rules.calling.safe_harbour == str(busy.home / "messages/sorry.wav")


def test_every_version_is_told_with_who_made_it(busy: Web) -> None:
    from dialer import campaign as files
    from dialer.journal.book import Book
    from tests.api.shift import SPRING

    changed = msgspec.structs.replace(SPRING, lines=33)
    with Book(busy.home / "journal.sqlite") as book:
        book.open_campaign(files.opened(changed, 0, 20.0, "mia", "lab"), files.lead_rules(changed))
    told = busy.browser("eva").get("/api/v1/campaigns/spring/versions").json()
    assert [(one["version"], one["opened"]["user"], one["opened"]["lines"]) for one in told] == [
        (2, "mia", 33), (1, "ann", 10),
    ]  # fmt: skip


def test_a_preflight_adds_up_and_is_told_to_whoever_sees_the_campaign(busy: Web) -> None:
    told = busy.browser("eva").get("/api/v1/campaigns/spring/preflight").json()
    assert told["campaign"] == "spring"
    assert told["rows"] == told["called"] + sum(one["n"] for one in told["kept"]) > 0
    assert told["need"] is None or told["need"]["with_agents"] == 1
    assert [one["reason"] for one in told["refused"]] == ["trunk_missing"]
    busy.dialer.picture |= {"switch": "down", "trunks": {"lab": {"reachable": False}}}
    told = busy.browser("eva").get("/api/v1/campaigns/spring/preflight").json()
    assert [one["reason"] for one in told["warned"]] == ["switch_away", "trunk_silent"]
    assert busy.browser("sam").get("/api/v1/campaigns/spring/preflight").status_code == 404


def test_a_budget_is_set_in_the_currency_of_the_trunks_tariff(busy: Web) -> None:
    rate = Rate(prefix="", per_minute=Decimal("0.1"))
    with Money(money_file(busy.home)) as money:
        money.add_deck(Deck(name="d", currency="EUR", rates=(rate,)), at=0.0, by="ada", origin="x")
        money.use("lab", "d", at=0.0, by="ada")
    ada = busy.browser("ada")

    def put(amount: str | None, currency: str) -> Response:
        return ada.put(
            "/api/v1/campaigns/spring/budget", json={"amount": amount, "currency": currency}
        )

    assert put("99.50", "EUR").json() == {"seq": 1}
    assert put(None, "").json() == {"seq": 2}
    assert busy.dialer.orders == [
        BudgetSet("spring", Decimal("99.50"), "EUR", user="ada", at=0.0),
        BudgetSet("spring", None, user="ada", at=0.0),
    ]
    for amount, currency, why in (
        ("0", "EUR", "must be a number above 0"), ("NaN", "EUR", "must be a number above 0"),
        ("12,5", "EUR", "must be a number above 0"), ("5", "CNY", "must be EUR"),
    ):  # fmt: skip
        refused = put(amount, currency)
        assert refused.status_code in (400, 409, 422), refused.text
        assert why in refused.json()["detail"]
    assert len(busy.dialer.orders) == 2
    eva = busy.browser("eva")
    assert eva.put("/api/v1/campaigns/spring/budget", json={"amount": None}).status_code == 403
