"""A call and a tariff in, its price out: pure, exact, in `Decimal`.

A *deck* is what a carrier charges: rates by prefix of the number called. The longest prefix that
is valid at the answer decides. Seconds are billed from 200 OK to BYE, in blocks: the first block
at once, then one increment after the other (`60/60`, `6/6`, `1/1`):

    billed = first                                              if seconds <= first
             first + ceil((seconds - first) / increment) * increment    otherwise
    price  = connect fee + rate per minute * billed / 60, at least the minimum

where seconds are those after the free ones. It is rounded once, per call, before anything is
added up.

>>> deck = Deck(name="a", currency="CNY", rates=(Rate(prefix="86", per_minute=Decimal("0.12")),))
>>> Rater(deck).price(Dialled("8613800138000", answered_at=1000.0, ended_at=1061.0)).amount
Decimal('0.2400')
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

ZERO = Decimal(0)
MINUTE = Decimal(60)
ROUNDINGS = {"up": ROUND_UP, "half_up": ROUND_HALF_UP}
DAY_MINUTES = 1440
ALL_DAYS = "1234567"


class Rate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one prefix costs, at certain times."""

    prefix: str
    "Digits that the number begins with, country code first, no `+`. Empty: every number."
    per_minute: Decimal
    first_s: int = 60
    "Seconds that are billed even of the shortest call."
    increment_s: int = 60
    "Then by so many seconds at a time."
    connect_fee: Decimal = ZERO
    "For every answered call."
    minimum: Decimal = ZERO
    "The least that an answered call costs."
    maximum: Decimal | None = None
    "The most."
    grace_s: int = 0
    "A call that is not longer is free."
    free_s: int = 0
    "Seconds of every call that are not billed; its fees are charged all the same."
    short_s: int | None = None
    "A surcharge of its own: below so many seconds. None: the deck's."
    short_fee: Decimal = ZERO
    early_fee: Decimal | None = None
    "For sound before the answer that came at this time. None: the deck's."
    valid_from: date | None = None
    "First day, in the deck's zone."
    valid_to: date | None = None
    "Last day."
    days: str = ALL_DAYS
    "Weekdays, 1 is Monday."
    from_minute: int = 0
    "Minute of the day from which it holds."
    to_minute: int = DAY_MINUTES
    "Minute of the day before which it holds; below `from_minute` the band goes over midnight."
    description: str = ""


class Deck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a carrier charges, and how he rounds."""

    name: str
    currency: str
    "ISO 4217."
    rates: tuple[Rate, ...]
    zone: str = "UTC"
    "Whose days and hours its rates mean."
    decimals: int = 4
    "Places that the price of one call has."
    rounding: Literal["up", "half_up"] = "half_up"
    short_s: int = 0
    "An answered call shorter than so many seconds costs the surcharge as well."
    short_fee: Decimal = ZERO
    early_fee: Decimal = ZERO
    "For a call that was never answered but had sound before the answer."
    version: int = 0
    "Counted by whoever keeps decks."
    valid_from: date | None = None
    "From this day its list counts; its rates of before are of the version before. None: always."


class Dialled(NamedTuple):
    """What of a call its price depends on. Instants are seconds since 1970."""

    digits: str
    "The number, with its country code and without `+`."
    answered_at: float | None
    ended_at: float
    early_at: float | None = None


class Price(NamedTuple):
    """What a call costs, and by which rate."""

    amount: Decimal
    billed_s: int
    prefix: str
    "The rate's, `*` for the rate of every number; empty where nobody answered and there is none."


class Rater:
    """A deck made ready to be asked often."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self._zone = ZoneInfo(deck.zone)
        self._unit = Decimal(1).scaleb(-deck.decimals)
        self._rounding = ROUNDINGS[deck.rounding]
        self._rates = _by_prefix(deck.rates)
        self._longest = max(map(len, self._rates), default=0)

    def price(self, call: Dialled) -> Price | None:
        """Its price; None where no rate of the deck is for this number at that time."""
        if call.answered_at is None:
            return self._early(call)
        rate = self.rate(call.digits, call.answered_at)
        if rate is None:
            return None
        seconds = whole_seconds(call.answered_at, call.ended_at)
        name = _named(rate)
        if seconds <= rate.grace_s and rate.grace_s:
            return Price(self._rounded(ZERO), 0, name)
        billed = billed_seconds(seconds - rate.free_s, rate.first_s, rate.increment_s)
        amount = max(rate.connect_fee + rate.per_minute * billed / MINUTE, rate.minimum)
        if rate.maximum is not None:
            amount = min(amount, rate.maximum)
        short_s, short_fee = surcharge(self.deck, rate)
        if seconds < short_s:
            amount += short_fee
        return Price(self._rounded(amount), billed, name)

    def rate(self, digits: str, at: float) -> Rate | None:
        """The rate of the longest prefix that is valid at an instant."""
        when = datetime.fromtimestamp(at, self._zone)
        for length in range(min(self._longest, len(digits)), -1, -1):
            for rate in self._rates.get(digits[:length], ()):
                if _holds(rate, when):
                    return rate
        return None

    def _early(self, call: Dialled) -> Price:
        """Of a call that nobody answered."""
        at = call.ended_at if call.early_at is None else call.early_at
        rate, fee = self.rate(call.digits, at), ZERO
        if call.early_at is not None:
            fee = self.deck.early_fee if rate is None or rate.early_fee is None else rate.early_fee
        return Price(self._rounded(fee), 0, _named(rate))

    def _rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(self._unit, self._rounding)


def _named(rate: Rate | None) -> str:
    return (rate.prefix or "*") if rate else ""


def whole_seconds(answered_at: float, ended_at: float) -> int:
    """Seconds begun, as a carrier counts them: milliseconds rounded up to the second.

    >>> whole_seconds(0.0, 61.0), whole_seconds(0.0, 61.001), whole_seconds(5.0, 4.0)
    (61, 62, 0)
    """
    return max(0, -(-round((ended_at - answered_at) * 1000) // 1000))


def billed_seconds(seconds: int, first_s: int, increment_s: int) -> int:
    """Seconds that are charged for: the first block, then whole increments.

    >>> [billed_seconds(s, 60, 6) for s in (0, 1, 60, 61, 67)]
    [0, 60, 60, 66, 72]
    """
    if seconds <= 0:
        return 0
    if seconds <= first_s:
        return first_s
    return first_s + -(-(seconds - first_s) // increment_s) * increment_s


def surcharge(deck: Deck, rate: Rate) -> tuple[int, Decimal]:
    """Below how many seconds a call costs how much more: the band's own, else the deck's.

    >>> deck = Deck(name="a", currency="CNY", rates=(), short_s=6, short_fee=Decimal("0.01"))
    >>> night = Rate(prefix="86", per_minute=Decimal("0.12"), short_s=3, short_fee=Decimal("0.02"))
    >>> surcharge(deck, night)
    (3, Decimal('0.02'))
    """
    if rate.short_s is None:
        return deck.short_s, deck.short_fee
    return rate.short_s, rate.short_fee


def overlaps(one: Rate, other: Rate) -> bool:
    """Both could be asked for the same call, and nothing says which."""
    return (
        one.prefix == other.prefix
        and _width(one) == _width(other)
        and one.valid_from == other.valid_from
        and bool(set(one.days) & set(other.days))
        and any(_in_band(one, minute) and _in_band(other, minute) for minute in _edges(one, other))
    )


def _by_prefix(rates: tuple[Rate, ...]) -> Mapping[str, tuple[Rate, ...]]:
    """Of one prefix what came into force last comes first; of these the narrower band."""
    found: dict[str, list[Rate]] = {}
    for rate in rates:
        found.setdefault(rate.prefix, []).append(rate)
    return {
        prefix: tuple(sorted(of, key=lambda r: (-_ordinal(r.valid_from), _width(r))))
        for prefix, of in found.items()
    }


def _holds(rate: Rate, when: datetime) -> bool:
    day = when.date()
    if rate.valid_from is not None and day < rate.valid_from:
        return False
    if rate.valid_to is not None and day > rate.valid_to:
        return False
    return str(when.isoweekday()) in rate.days and _in_band(rate, when.hour * 60 + when.minute)


def _in_band(rate: Rate, minute: int) -> bool:
    if rate.from_minute < rate.to_minute:
        return rate.from_minute <= minute < rate.to_minute
    return minute >= rate.from_minute or minute < rate.to_minute


def _width(rate: Rate) -> int:
    """Minutes a week that it holds."""
    return len(rate.days) * ((rate.to_minute - rate.from_minute - 1) % DAY_MINUTES + 1)


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _edges(one: Rate, other: Rate) -> tuple[int, int]:
    return one.from_minute, other.from_minute
