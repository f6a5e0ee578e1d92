"""Which rate stands, how it is rounded, and what must hold of any tariff (prices: test_by_hand)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.money.rating import Deck, Dialled, Rate, Rater, billed_seconds, overlaps

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
"A Wednesday."


def D(text: str) -> Decimal:
    return Decimal(text)


def rate(prefix: str = "86", per_minute: str = "0.12", first: int = 60, inc: int = 60, **more):
    return Rate(prefix=prefix, per_minute=D(per_minute), first_s=first, increment_s=inc, **more)


def priced(seconds: float, *rates: Rate, digits: str = "8613800138000", at: float = NOON, **deck):
    made = Deck(name="d", currency="CNY", rates=rates or (rate(),), **deck)
    return Rater(made).price(Dialled(digits, at, at + seconds))


# Milliseconds are rounded up to the second before anything else.
@pytest.mark.parametrize(
    ("seconds", "billed"), [(60.0, 60), (60.001, 61), (59.9996, 60), (0.02, 1)]
)
def test_a_second_begun_is_a_second(seconds, billed):
    assert priced(seconds, rate(first=1, inc=1)).billed_s == billed


# A third of 0.01 a minute is 0.00333...: how a carrier rounds decides the last place.
@pytest.mark.parametrize(
    ("places", "rounding", "amount"),
    [
        (4, "half_up", "0.0033"), (4, "up", "0.0034"), (2, "half_up", "0.00"), (2, "up", "0.01"),
        (6, "half_up", "0.003333"), (0, "up", "1"),
    ],
)  # fmt: skip
def test_the_price_of_a_call_is_rounded_once(places, rounding, amount):
    one = rate(per_minute="0.01", first=1, inc=1)
    assert str(priced(20, one, decimals=places, rounding=rounding).amount) == amount


def test_the_longest_prefix_decides():
    rates = (rate("", "1"), rate("86", "0.12"), rate("861", "0.10"), rate("86138", "0.08"))
    assert [
        (found.prefix, str(found.amount))
        for digits in ("8613800138000", "8619900138000", "8675512345678", "442079460000")
        if (found := priced(60, *rates, digits=digits))
    ] == [("86138", "0.0800"), ("861", "0.1000"), ("86", "0.1200"), ("*", "1.0000")]
    assert priced(60, rate("86"), digits="442079460000") is None  # no rate: not free, but unknown


def test_days_and_hours_are_the_decks():
    day = rate(from_minute=8 * 60, to_minute=20 * 60, days="12345")
    night = rate(per_minute="0.06", from_minute=20 * 60, to_minute=8 * 60, days="12345")
    weekend = rate(per_minute="0.03", days="67")
    utc = {
        hour: priced(60, day, night, weekend, at=NOON + 3600 * (hour - 12))
        for hour in (8, 12, 19, 20, 7)
    }
    assert {hour: str(found.amount) for hour, found in utc.items()} == {
        8: "0.1200", 12: "0.1200", 19: "0.1200", 20: "0.0600", 7: "0.0600",
    }  # fmt: skip
    shanghai = priced(60, day, night, weekend, at=NOON, zone="Asia/Shanghai")
    assert shanghai.amount == D("0.0600")  # 20:00 there
    saturday = NOON + 3 * 86_400
    assert priced(60, day, night, weekend, at=saturday).amount == D("0.0300")


def test_a_rate_holds_from_its_first_to_its_last_day():
    old = rate(valid_to=date(2026, 11, 24))
    new = rate(per_minute="0.10", valid_from=date(2026, 11, 25))
    assert priced(60, old, new).amount == D("0.1000")
    assert priced(60, old, new, at=NOON - 86_400).amount == D("0.1200")
    assert priced(60, rate(valid_from=date(2026, 11, 26))) is None
    # A later list stands over one that was never ended.
    assert priced(60, rate(), rate(per_minute="0.10", valid_from=date(2026, 11, 1))).amount == D(
        "0.1"
    )


def test_short_free_and_capped_calls():
    assert priced(3, rate(grace_s=3, connect_fee=D("0.05"))).amount == 0
    assert priced(4, rate(grace_s=3, connect_fee=D("0.05"))).amount == D("0.1700")
    assert priced(5, short_s=6, short_fee=D("0.02")).amount == D("0.1400")
    assert priced(6, short_s=6, short_fee=D("0.02")).amount == D("0.1200")
    assert priced(3600, rate(maximum=D("2"))).amount == D("2.0000")


def test_only_answered_calls_cost_unless_the_carrier_charges_for_sound_before():
    rater = Rater(Deck(name="d", currency="CNY", rates=(rate(),), early_fee=D("0.01")))
    assert rater.price(Dialled("8613800138000", None, NOON + 30)).amount == 0
    assert rater.price(Dialled("8613800138000", None, NOON + 30, NOON)).amount == D("0.0100")


@given(st.integers(0, 90_000), st.integers(0, 120), st.integers(1, 120))
def test_billed_seconds_cover_the_call_by_less_than_a_block(seconds, first, increment):
    billed = billed_seconds(seconds, first, increment)
    assert billed >= seconds
    assert billed - seconds < max(first, increment) + (1 if seconds == 0 else 0) or seconds == 0
    assert billed == 0 if seconds == 0 else (billed - first) % increment == 0


@given(st.lists(st.integers(0, 4000), max_size=40), st.sampled_from(["up", "half_up"]))
def test_sums_are_exact_and_longer_calls_never_cheaper(lengths, rounding):
    prices = [priced(s, rate(per_minute="0.0173", first=6, inc=6), rounding=rounding).amount
              for s in sorted(lengths)]  # fmt: skip
    assert prices == sorted(prices)
    assert sum(prices, D("0")) * 10_000 == sum(int(one * 10_000) for one in prices)


@given(
    st.text("0123456789", min_size=1, max_size=15),
    st.sets(st.text("0123456789", max_size=6), max_size=12),
)
def test_the_rate_is_that_of_the_longest_prefix_whatever_the_deck(digits, prefixes):
    rater = Rater(Deck(name="d", currency="CNY", rates=tuple(rate(one) for one in prefixes)))
    fitting = [one for one in prefixes if digits.startswith(one)]
    found = rater.rate(digits, NOON)
    assert (found.prefix if found else None) == (max(fitting, key=len) if fitting else None)


def test_rates_for_the_same_time_are_told():
    assert overlaps(rate(), rate(per_minute="1"))
    assert not overlaps(rate(), rate(days="67"))  # the narrower one goes first
    assert not overlaps(rate(valid_from=date(2026, 1, 1)), rate())
    assert not overlaps(rate(from_minute=0, to_minute=60), rate(from_minute=60, to_minute=120))
    assert overlaps(rate(from_minute=1380, to_minute=60), rate(from_minute=30, to_minute=150))
