"""A number tried: what a call of so many seconds costs, by which rate, and why by that one."""

from typing import Literal

import msgspec

from dialer.money.given import digits_of
from dialer.money.rating import Deck, Dialled, Price, Rate, Rater
from dialer.money.shown import RateShown, shown
from dialer.money.store import Money

Why = Literal["decides", "shorter", "not_now"]


class Candidate(msgspec.Struct, frozen=True):
    """A rate whose prefix the number begins with."""

    rate: RateShown
    why: Why
    "It decides; a longer prefix, or a later or narrower rate, goes before it; not at this time."


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A price, and every rate that was thought of, the longest prefix first."""

    deck: str
    version: int
    currency: str
    zone: str
    seconds: int
    price: Price | None
    "None: no rate of the deck is for the number at that time."
    candidates: tuple[Candidate, ...]


def tried(
    money: Money, *, deck: str, number: str, seconds: int, at: float, version: int = 0
) -> Trial:
    """A call to a number that is answered at an instant. `Misgiven` where there is none."""
    digits = digits_of(number)
    found = money.deck_for(deck, digits, version)
    rater = Rater(found)
    rate = rater.rate(digits, at)
    rates = sorted(found.rates, key=lambda one: -len(one.prefix))
    thought_of = [Candidate(shown(one), _why(found, one, rate, digits, at)) for one in rates]
    return Trial(
        deck=deck, version=found.version, currency=found.currency, zone=found.zone,
        seconds=seconds, price=rater.price(Dialled(digits, at, at + seconds)),
        candidates=tuple(thought_of),
    )  # fmt: skip


def _why(deck: Deck, one: Rate, chosen: Rate | None, digits: str, at: float) -> Why:
    if one is chosen:
        return "decides"
    alone = Rater(msgspec.structs.replace(deck, rates=(one,)))
    return "shorter" if alone.rate(digits, at) else "not_now"
