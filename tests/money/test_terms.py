"""What a call will cost before it is placed: exactly what the deck will charge, and never less."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.money.rating import ALL_DAYS, Deck, Dialled, Rate, Rater
from dialer.money.terms import most, price, terms

prices = st.decimals("0", "9", places=3)
rates = st.builds(
    Rate, prefix=st.sampled_from(["", "1", "155", "1555", "44"]), per_minute=prices,
    first_s=st.integers(0, 60), increment_s=st.integers(1, 60), connect_fee=prices,
    minimum=prices, maximum=st.none() | prices, grace_s=st.integers(0, 5),
    free_s=st.integers(0, 30), short_s=st.none() | st.integers(0, 9),
    short_fee=prices, early_fee=st.none() | prices,
)  # fmt: skip
decks = st.builds(
    Deck, name=st.just("d"), currency=st.just("EUR"), decimals=st.integers(2, 6),
    rates=st.lists(rates, max_size=5, unique_by=lambda rate: rate.prefix).map(tuple),
    rounding=st.sampled_from(["up", "half_up"]), short_s=st.integers(0, 9), short_fee=prices,
    early_fee=prices,
)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(
    deck=decks, answered=st.none() | st.floats(0.0, 90.0), lasts=st.floats(0.0, 3600.0),
    early=st.none() | st.floats(0.0, 1.0),
)  # fmt: skip
def test_the_terms_charge_what_the_deck_charges_and_the_worst_is_no_less(
    deck: Deck, answered: float | None, lasts: float, early: float | None
) -> None:
    rater = Rater(deck)
    of_this = terms(rater, "15551000001", 0.0, 90.0)
    ends = (answered or 0.0) + lasts
    found = price(of_this, answered, ends, early)
    charged = rater.price(Dialled("15551000001", answered, ends, early))
    assert charged is None or found == charged.amount
    assert found <= most(of_this, 3600.0)


def test_a_number_without_a_rate_is_taken_for_the_dearest() -> None:
    deck = Deck(
        name="d", currency="EUR",
        rates=(Rate(prefix="1", per_minute=Decimal(1)), Rate(prefix="2", per_minute=Decimal(3))),
    )  # fmt: skip
    assert most(terms(Rater(deck), "447700900123", 0.0, 1.0), 60.0) == Decimal(3)


def test_a_call_answered_on_either_side_of_a_band_costs_what_its_side_does() -> None:
    day, night = (
        Rate(prefix="1", per_minute=Decimal(amount), days=ALL_DAYS, from_minute=a, to_minute=b)
        for amount, a, b in (("0.5", 480, 1200), ("0.1", 1200, 480))
    )
    rater = Rater(Deck(name="d", currency="EUR", rates=(day, night)))
    dusk = 1200 * 60.0
    of_this = terms(rater, "15551000001", dusk - 30.0, dusk + 60.0)
    assert price(of_this, dusk - 1.0, dusk + 30.0, None) == Decimal("0.5")
    assert price(of_this, dusk + 1.0, dusk + 30.0, None) == Decimal("0.1")
    assert most(of_this, 120.0) == Decimal(1)
