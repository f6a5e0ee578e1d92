"""A new version beside the one before: no call is without a price, and every change is told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dialer.money.rating import Deck, Dialled, Rate, Rater
from dialer.money.versions import changes, in_force

DECEMBER = date(2026, 12, 1)


def rate(prefix: str, price: str, **more) -> Rate:
    return Rate(prefix=prefix, per_minute=Decimal(price), **more)


def deck(*rates: Rate, **more) -> Deck:
    return Deck(name="x", currency="CNY", rates=rates, **more)


def price(of: Deck, day: date, hour: int = 12, digits: str = "8613800138000") -> str:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp()
    found = Rater(of).price(Dialled(digits, at, at + 60))
    return str(found.amount) if found else "none"


def test_until_its_day_calls_have_the_price_of_before():
    merged = in_force(deck(rate("86", "0.15")), deck(rate("86", "0.12")), DECEMBER)
    days = (date(2026, 11, 30), DECEMBER, date(2027, 1, 1))
    assert [price(merged, day) for day in days] == ["0.1200", "0.1500", "0.1500"]
    assert merged.valid_from == DECEMBER


def test_without_a_day_it_is_as_if_it_had_always_been_so():
    new = deck(rate("86", "0.15"))
    assert in_force(new, deck(rate("86", "0.12")), None) == new


def test_a_row_that_begins_later_than_its_list_leaves_no_gap():
    new = deck(rate("86", "0.15", valid_from=date(2026, 12, 10)))
    merged = in_force(new, deck(rate("86", "0.12")), DECEMBER)
    assert [price(merged, date(2026, 12, day)) for day in (1, 9, 10)] == [
        "0.1200", "0.1200", "0.1500",
    ]  # fmt: skip


def test_one_band_that_stays_does_not_end_the_others():
    nights = {"from_minute": 1200, "to_minute": 480}
    old = deck(rate("86", "0.12"), rate("86", "0.06", **nights))
    new = deck(rate("86", "0.12"), rate("86", "0.08", **nights))
    merged = in_force(new, old, DECEMBER)
    asked = [(date(2026, 11, 30), 23), (DECEMBER, 23), (date(2026, 11, 30), 12), (DECEMBER, 12)]
    assert [price(merged, *one) for one in asked] == ["0.0600", "0.0800", "0.1200", "0.1200"]
    assert len(merged.rates) == 3, "what never changes is there once"


def test_what_a_deck_said_of_short_calls_still_holds_before_its_day():
    old, new = (
        deck(rate("86", "0.12"), short_s=90, short_fee=Decimal("1")),
        deck(rate("86", "0.12")),
    )
    merged = in_force(new, old, DECEMBER)
    assert [price(merged, day) for day in (date(2026, 11, 30), DECEMBER)] == ["1.1200", "0.1200"]


prices = st.dictionaries(st.sampled_from(["8", "86", "861", "44"]), st.sampled_from(["0.1", "0.2"]))


@given(prices, prices)
def test_before_its_day_every_call_costs_what_it_did_and_after_it_what_the_list_says(old, new):
    before = deck(*(rate(*one) for one in old.items()))
    after = deck(*(rate(*one) for one in new.items()))
    merged = in_force(after, before, DECEMBER)
    eve = date(2026, 11, 30)
    for digits in ("8613800138000", "44207", "85299"):
        if digits[:1] in "84":
            assert price(merged, DECEMBER, digits=digits) == price(after, DECEMBER, digits=digits)
        was, now = price(before, eve, digits=digits), price(merged, eve, digits=digits)
        assert now == was


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ({}, {"per_minute": "0.15"}, ["dearer"]),
        ({}, {"increment_s": 6, "first_s": 6}, ["cheaper"]),
        ({}, {"minimum": Decimal("0.5")}, ["dearer"]),
        ({}, {"description": "mobile"}, []),
        ({"valid_to": date(2026, 1, 1)}, {}, []),
    ],
)
def test_dearer_is_what_calls_of_several_lengths_come_to(was, becomes, what):
    given = {**becomes, "per_minute": Decimal(becomes.get("per_minute", "0.12"))}
    old = deck(replace(rate("86", "0.12"), **was))
    assert [one.what for one in changes(old, deck(replace(rate("86", "0.12"), **given)))] == what


def test_new_and_gone_prefixes_are_told():
    told = changes(deck(rate("86", "1"), rate("44", "1")), deck(rate("86", "1"), rate("1", "1")))
    assert [(one.what, one.prefix) for one in told] == [("new", "1"), ("gone", "44")]
