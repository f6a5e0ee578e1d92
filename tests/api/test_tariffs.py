"""Prices over the API: who may, what is taken and refused, what is on record."""

from typing import Any

import pytest

from dialer.money.store import Money, file_in
from tests.api import shift
from tests.api.conftest import Web

ROOT = "/api/v1/tariffs"
WANTED = {"deck": "telecom", "currency": "CNY"}
PRICES = "prefix,rate,description\n86,0.12,China\n861,0.10,Mobile\n"


def uploaded(browser: Any, content: str | bytes) -> str:
    said = browser.post(f"{ROOT}/uploads", content=content)
    assert said.status_code == 201, said.text
    return str(said.json()["upload"])


def imported(browser: Any, content: str, **wanted: Any) -> Any:
    body = {"wanted": {**WANTED, **wanted}, "name": "prices.csv"}
    return browser.post(f"{ROOT}/uploads/{uploaded(browser, content)}/import", json=body)


def on_record(browser: Any) -> list[tuple[str, str, str]]:
    entries = browser.get("/api/v1/audit").json()["entries"]
    return [
        (one["who"], one["action"], one["object"])
        for one in reversed(entries) if one["action"].startswith("tariff.")
    ]  # fmt: skip


def test_every_change_is_kept_and_on_record(busy: Web) -> None:
    (busy.home / "lab-trunks.toml").write_text(shift.TRUNKS)
    ada = busy.browser("ada")
    assert [one["deck"] for one in ada.get(ROOT).json()["trunks"]] == [""]
    assert imported(ada, PRICES).json()["version"] == 1
    second = imported(ada, PRICES.replace("0.12", "0.15"), valid_from="2026-12-01").json()
    assert (second["version"], second["counts"]["dearer"]) == (2, 1)
    assert ada.put(f"{ROOT}/trunks/lab", json={"deck": "telecom"}).status_code == 200
    charge = {"kind": "trunk", "name": "lab", "amount": "300", "currency": "cny"}
    assert ada.post(f"{ROOT}/charges", json=charge).json()["currency"] == "CNY"
    rate = {"day": "2026-11-20", "base": "usd", "quote": "CNY", "rate": "7.1"}
    assert ada.post(f"{ROOT}/exchange", json=rate).json()["source"] == "ada"
    table = "date,from,to,rate\n2026-11-21,USD,CNY,7.2\n"
    assert ada.post(f"{ROOT}/exchange/import?source=bank", content=table).json()["kept"] == 1

    [deck] = ada.get(ROOT).json()["decks"]
    assert (deck["prefixes"], deck["trunks"]) == (2, ["lab"])
    assert [(one["version"], one["valid_from"]) for one in deck["versions"]] == [
        (2, "2026-12-01"), (1, None),
    ]  # fmt: skip
    assert [one["day"] for one in ada.get(f"{ROOT}/exchange").json()] == [
        "2026-11-21", "2026-11-20",
    ]  # fmt: skip
    assert on_record(ada) == [("ada", "tariff.edit", thing) for thing in (
        "deck:telecom", "deck:telecom", "trunk:lab", "charge:trunk:lab", "exchange", "exchange",
    )]  # fmt: skip


def test_a_price_is_told_with_the_rate_that_decides_and_those_that_do_not(busy: Web) -> None:
    ada = busy.browser("ada")
    imported(ada, PRICES)
    asked = {"deck": "telecom", "number": "+86 138 0013 8000", "seconds": 61}
    told = ada.post(f"{ROOT}/price", json=asked).json()
    assert (told["amount"], told["billed_s"], told["currency"]) == ("0.2000", 120, "CNY")
    assert [(one["rate"]["prefix"], one["why"]) for one in told["candidates"]] == [
        ("861", "decides"), ("86", "shorter"),
    ]  # fmt: skip
    asked["number"] = "44207"
    assert ada.post(f"{ROOT}/price", json=asked).json()["amount"] is None


def test_an_analyst_does_what_he_was_granted_and_no_more(busy: Web) -> None:
    busy.hire("mia", "analyst", grants=frozenset({"tariff.see"}))
    busy.hire("max", "analyst")
    mia, max_, eva = busy.browser("mia"), busy.browser("max"), busy.browser("eva")
    assert [one.get(ROOT).status_code for one in (mia, max_, eva)] == [200, 403, 403]
    assert imported(mia, PRICES).status_code == 403
    assert mia.post("/api/v1/ratings", json={}).status_code == 403


@pytest.mark.parametrize(
    ("content", "wanted", "reason"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", {}, "no_list_file"),
        (b"PK\x03\x04 no workbook", {}, "bad_sheet"),
        ("name,phone\nAda,1\n", {}, "no_price_columns"),
        ("prefix,rate\n86x,1\n86,-1\n", {}, "rows_refused"),
        (PRICES, {"currency": "XYZ"}, "no_currency"),
        (PRICES, {"valid_from": "1926-12-01"}, "day_far"),
        (PRICES, {"zone": "Mars"}, "no_zone"),
    ],
)  # fmt: skip
def test_nasty_files_and_words_are_refused_by_name_and_nothing_is_kept(
    busy: Web, content: str | bytes, wanted: dict[str, str], reason: str
) -> None:
    ada = busy.browser("ada")
    body = {"wanted": {**WANTED, **wanted}}
    said = ada.post(f"{ROOT}/uploads/{uploaded(ada, content)}/import", json=body)
    assert (said.status_code, said.json()["reason"]) == (422, reason)
    with Money(file_in(busy.home)) as money:
        assert money.decks() == []
    assert on_record(ada) == []


def test_a_table_with_one_bad_row_is_not_kept_and_a_trunk_nobody_knows_not_used(busy: Web) -> None:
    ada = busy.browser("ada")
    table = "date,from,to,rate\n2026-11-21,USD,CNY,7.2\n2026-11-22,USD,CNY,much\n"
    told = ada.post(f"{ROOT}/exchange/import", content=table).json()
    assert (told["kept"], [one["because"] for one in told["rejects"]]) == (0, ["not_rate"])
    assert ada.get(f"{ROOT}/exchange").json() == []
    said = ada.put(f"{ROOT}/trunks/nowhere", json={"deck": ""})
    assert (said.status_code, said.json()["reason"]) == (404, "trunk_unknown")
    said = ada.post(f"{ROOT}/price", json={"deck": "none", "number": "1"})
    assert (said.status_code, said.json()["reason"]) == (422, "deck_unknown")
