"""What one call will cost: the part of a tariff that is about it, and the most it can come to.

A budget must know this before a call is placed. The number itself is not in it.

>>> deck = Deck(name="a", currency="CNY", rates=(Rate(prefix="86", per_minute=Decimal("0.12")),))
>>> of_this = terms(Rater(deck), "8613800138000", at=0.0, until=90.0)
>>> most(of_this, longest_s=600.0), price(of_this, 1000.0, 1061.0, None)
(Decimal('1.2000'), Decimal('0.2400'))
"""

from decimal import ROUND_UP, Decimal

import msgspec

from dialer.money.rating import ZERO, Deck, Dialled, Rate, Rater, surcharge

replace = msgspec.structs.replace


def terms(rater: Rater, digits: str, at: float, until: float) -> Deck:
    """The deck with only those rates that hold for a number answered between two instants.

    For a number that the deck has no rate for: its dearest one, on the safe side.
    """
    found = (rater.rate(digits, when) for when in (at, until))
    rates = dict.fromkeys(_bare(rate) for rate in found if rate is not None)
    return replace(rater.deck, rates=tuple(rates) or _dearest(rater.deck), valid_from=None)


def most(terms: Deck, longest_s: float) -> Decimal:
    """The most that a call can cost that is over so long after its answer."""
    dear = replace(terms, rounding="up", short_s=0)
    answered = (
        price(replace(dear, rates=(_at_any_time(rate),)), 0.0, longest_s, None)
        + surcharge(terms, rate)[1]
        for rate in terms.rates
    )
    early = (rate.early_fee for rate in terms.rates if rate.early_fee is not None)
    worst = max(max(answered, default=ZERO), terms.early_fee, *early)
    return worst.quantize(Decimal(1).scaleb(-terms.decimals), ROUND_UP)


def price(
    terms: Deck, answered_at: float | None, ended_at: float, early_at: float | None
) -> Decimal:
    """What the call has come to. Between two bands without any rate: the most of those there are.

    >>> early = Deck(name="a", currency="CNY", rates=(), early_fee=Decimal("0.01"))
    >>> price(early, None, 60.0, 5.0), price(early, None, 60.0, None)
    (Decimal('0.0100'), Decimal('0.0000'))
    """
    found = Rater(terms).price(Dialled("", answered_at, ended_at, early_at))
    if found is None:
        return most(terms, ended_at - (answered_at or ended_at))
    return found.amount


def _bare(rate: Rate) -> Rate:
    return replace(rate, prefix="", description="")


def _at_any_time(rate: Rate) -> Rate:
    """At its dearest: always in force, nothing free, its surcharge left to whoever adds it."""
    bare = Rate(prefix="", per_minute=rate.per_minute)
    return replace(
        bare, first_s=rate.first_s, increment_s=rate.increment_s, connect_fee=rate.connect_fee,
        minimum=rate.minimum, maximum=rate.maximum,
    )  # fmt: skip


def _dearest(deck: Deck) -> tuple[Rate, ...]:
    rates = sorted(deck.rates, key=lambda rate: rate.per_minute + rate.connect_fee)
    return tuple(map(_at_any_time, rates[-1:]))
