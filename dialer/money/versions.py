"""A version of a deck beside the one before: from when it counts, and what becomes dearer.

>>> old, new = (Deck(name="a", currency="CNY", rates=(Rate(prefix="86", per_minute=Decimal(m)),))
...             for m in ("0.12", "0.15"))
>>> [(one.what, one.prefix) for one in changes(old, new)]
[('dearer', '86')]
>>> [(str(one.per_minute), str(one.valid_from), str(one.valid_to))
...  for one in in_force(new, old, date(2026, 12, 1)).rates]
[('0.15', '2026-12-01', 'None'), ('0.12', 'None', '2026-11-30')]
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from msgspec.structs import replace

from dialer.money.rating import ALL_DAYS, DAY_MINUTES, ZERO, Deck, Dialled, Rate, Rater

What = Literal["dearer", "cheaper", "new", "gone"]
WHATS: tuple[What, ...] = ("dearer", "cheaper", "new", "gone")
COMPARED_S = (6, 30, 61, 150)
"Calls of so many seconds are priced by both: together they show blocks, minimums and fees."
DAY = timedelta(days=1)
Band = tuple[str, str, int, int]


class Change(NamedTuple):
    """What becomes of the calls to a prefix, at certain hours."""

    what: What
    prefix: str
    "Empty: every number."
    before: Rate | None
    after: Rate | None


def in_force(new: Deck, before: Deck | None, day: date | None) -> Deck:
    """A new version that counts from a day on: until then the rates of the one before do.

    The day is that of rates whose row told none. A rate that stays what it was goes on, so that
    decks do not grow by what never changes. Without a day it is as if it had always been so.
    """
    if day is None:
        return new
    old = [_as_it_was(rate, before, new) for rate in before.rates] if before else []
    lasting = {_band(rate): rate for rate in old if rate.valid_to is None}
    rates = tuple(_from(rate, lasting.get(_band(rate)), day) for rate in new.rates)
    ends: dict[Band | str, date] = {}  # when a rate of a band begins, or of another of its prefix
    for rate in rates:
        since = rate.valid_from or date.min
        for key in (_band(rate), *((rate.prefix,) if since >= day else ())):
            ends[key] = min(since, ends.get(key, since))
    kept = (_until(rate, ends.get(_band(rate), ends.get(rate.prefix, day))) for rate in old)
    return replace(new, rates=(*rates, *filter(None, kept)), valid_from=day)


def changes(before: Deck, after: Deck) -> Iterator[Change]:
    """What is otherwise, by the rate that each prefix comes to have in the end."""
    old, new = _last(before.rates), _last(after.rates)
    cost_before, cost_after = _Costs(before), _Costs(after)
    for band, rate in new.items():
        was = old.get(band)
        if was is None:
            yield Change("new", rate.prefix, None, rate)
        elif (more := cost_after(rate) - cost_before(was)) != 0:
            yield Change("dearer" if more > 0 else "cheaper", rate.prefix, was, rate)
    for band, rate in old.items():
        if band not in new:
            yield Change("gone", rate.prefix, rate, None)


def _band(rate: Rate) -> Band:
    return rate.prefix, rate.days, rate.from_minute, rate.to_minute


def _last(rates: Iterable[Rate]) -> Mapping[Band, Rate]:
    return {_band(rate): rate for rate in sorted(rates, key=lambda one: one.valid_from or date.min)}


def _from(rate: Rate, was: Rate | None, day: date) -> Rate:
    if rate.valid_from is not None:
        return rate
    if was is not None and _bare(was) == _bare(rate):
        return replace(rate, valid_from=was.valid_from)
    return replace(rate, valid_from=day)


def _as_it_was(rate: Rate, before: Deck, new: Deck) -> Rate:
    """A rate with what its deck said of surcharges, where the new version says otherwise."""
    if rate.short_s is None and (new.short_s, new.short_fee) != (before.short_s, before.short_fee):
        rate = replace(rate, short_s=before.short_s, short_fee=before.short_fee)
    if rate.early_fee is None and new.early_fee != before.early_fee:
        rate = replace(rate, early_fee=before.early_fee)
    return rate


def _until(rate: Rate, day: date) -> Rate | None:
    """What is left of a rate that another one follows on a day."""
    if day == date.min or (rate.valid_from is not None and rate.valid_from >= day):
        return None
    return rate if rate.valid_to and rate.valid_to < day else replace(rate, valid_to=day - DAY)


def _bare(rate: Rate) -> Rate:
    return replace(rate, valid_from=None, description="")


class _Costs:
    """What calls of several lengths come to by a rate, at an hour at which it holds."""

    def __init__(self, deck: Deck) -> None:
        self._bare = replace(deck, rates=(), zone="UTC")
        self._known: dict[Rate, Decimal] = {}  # a list of 100,000 prefixes has some hundred prices

    def __call__(self, rate: Rate) -> Decimal:
        always = replace(rate, prefix="", description="", valid_from=None, valid_to=None,
                         days=ALL_DAYS, from_minute=0, to_minute=DAY_MINUTES)  # fmt: skip
        if always not in self._known:
            rater = Rater(replace(self._bare, rates=(always,)))
            prices = (rater.price(Dialled("", 0.0, float(seconds))) for seconds in COMPARED_S)
            self._known[always] = sum((one.amount for one in prices if one), ZERO)
        return self._known[always]
