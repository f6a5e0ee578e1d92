"""Calls rated again over the API: begun by who may change settings, watched, on record."""

import time
from decimal import Decimal

import pytest

from dialer.engine.commands import Record
from dialer.journal.sqlite import SqliteJournal
from dialer.money.rating import Deck, Rate
from dialer.money.store import Money, file_in
from tests.api.conftest import Web
from tests.warehouse.day import cdr

RATINGS = "/api/v1/ratings"


def listed(web: Web, price: str) -> None:
    with Money(file_in(web.home)) as money:
        rates = (Rate(prefix="1", per_minute=Decimal(price)),)
        money.add_deck(Deck(name="x", currency="USD", rates=rates), at=1.0, by="mia", origin="a")
        money.use("carrier-a", "x", at=2.0, by="mia")


@pytest.fixture
def paid(busy: Web) -> Web:
    """A house whose call of spring was answered, for 61 s."""
    call = busy.ringing["spring"]
    journal = SqliteJournal(busy.home / "journal.sqlite", lambda event: None, time.time)
    journal.take_lease("test", time.time())
    ended = cdr(call, "connected", 0, campaign="spring", placed_at=0.1, answered_at=5,
                ended_at=66)  # fmt: skip
    journal.execute(Record(ended), cause=2, index=0)
    journal.flush(10.0)
    journal.close()
    listed(busy, "0.60")
    return busy


def finished(browser: object) -> dict[str, object]:
    end = time.monotonic() + 60
    while True:
        [newest, *_] = browser.get(RATINGS).json()  # type: ignore[attr-defined]
        if newest["ended_at"] is not None:
            return dict(newest)
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_says_how_many_were_rated_and_how_many_changed(paid: Web) -> None:
    ada = paid.browser("ada")
    assert ada.get(RATINGS).json() == []
    told = []
    for price in ("0.60", "0.60", "0.50"):
        if price == "0.50":
            listed(paid, price)
        begun = ada.post(RATINGS, json={"trunk": "carrier-a"})
        assert (begun.status_code, begun.json()["by"]) == (201, "ada")
        one = finished(ada)
        told.append((one["calls"], one["changed"], one["done_rate"], one["why"]))
    assert told == [(1, 1, 1.0, ""), (1, 0, 1.0, ""), (1, 1, 1.0, "")]
    assert [one["wish"]["trunk"] for one in ada.get(RATINGS).json()] == ["carrier-a"] * 3


def test_who_asked_for_it_and_what_came_of_it_is_on_record(paid: Web) -> None:
    ada = paid.browser("ada")
    ada.post(RATINGS, json={"since": "2026-11-01", "zone": "Asia/Shanghai"})
    finished(ada)
    found = [one for one in ada.get("/api/v1/audit").json()["entries"] if one["object"] == "costs"]
    assert {(one["who"], one["action"]) for one in found} == {("ada", "tariff.edit")}
    came_of_it, wanted = (str(one["after"]) for one in found)
    assert '"since":[2026,11,1],"trunk":"","until":null,"zone":"Asia/Shanghai"' in wanted
    assert '"changed":1' in came_of_it


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"deck": "nowhere"}, 422),
        ({"trunk": "nowhere"}, 422),
        ({"since": "soon"}, 422),
        ({"since": "2026-11-02", "until": "2026-11-01"}, 422),
        ({"nonsense": 1}, 400),
    ],
)
def test_what_cannot_be_done_is_refused(paid: Web, wish: dict[str, object], status: int) -> None:
    ada = paid.browser("ada")
    assert ada.post(RATINGS, json=wish).status_code == status
    assert ada.get(RATINGS).json() == []


def test_a_supervisor_rates_nothing_again(paid: Web) -> None:
    eva = paid.browser("eva")
    assert (eva.post(RATINGS, json={}).status_code, eva.get(RATINGS).status_code) == (403, 403)


def test_what_would_differ_is_told_and_nothing_is_kept(paid: Web) -> None:
    ada = paid.browser("ada")
    assert ada.post(f"{RATINGS}/preview", json={"trunk": "carrier-a"}).status_code == 201
    seen = finished(ada)
    assert (seen["kept"], seen["changed"], seen["before"], seen["after"]) == (
        False, 1, {}, {"USD": "1.2000"},
    )  # fmt: skip
    with Money(file_in(paid.home)) as money:
        assert money.costs("lab", 0) == []
    assert [one for one in ada.get("/api/v1/audit").json()["entries"] if one["object"] == "costs"
            ] == []  # fmt: skip
