"""What a campaign may spend in a day, what it has spent, and what its calls can still come to.

The budget binds what is counted plus the worst case of every call that is under way, so that it is
kept whatever becomes of them. A day is the campaign's; a call is of the day on which it was placed.

>>> spending = Spending(amount=Decimal(10), currency="EUR", day="2026-11-27", spent=Decimal(4))
>>> spending.held["d1-1"] = Decimal("2.5")
>>> spending.room, spending.bears(Decimal("3.5")), spending.bears(Decimal(4))
(Decimal('3.5'), True, False)
"""

from decimal import Decimal
from math import inf

import msgspec

from dialer.engine.call import Call
from dialer.engine.events import Intended
from dialer.money.rating import Deck
from dialer.money.terms import most, price

ZERO = Decimal(0)
BESIDE_TALK_S = 120.0
"What of an answered call is not talk, at most: listening, waiting, music, the message."


class Spending(msgspec.Struct):
    """Of one campaign, on one day."""

    amount: Decimal | None = None
    "The budget of a day; None: there is none, and nothing is counted."
    currency: str = ""
    day: str = ""
    spent: Decimal = ZERO
    "By the calls of the day that are over."
    held: dict[str, Decimal] = {}
    "Calls of the day that are under way -> the most that each can cost."
    dearest: Decimal = ZERO
    "The most that a call promised today could cost: so much room there must be for another."

    @property
    def room(self) -> Decimal:
        """What is left if every call under way costs the most that it can."""
        return (self.amount or ZERO) - self.spent - sum(self.held.values(), ZERO)

    def bears(self, worst: Decimal) -> bool:
        """Whether another call may be placed that can cost so much."""
        return self.amount is None or worst <= self.room

    def begin(self, day: str) -> None:
        """Another day has its own money; what is left of yesterday's calls is yesterday's."""
        if day != self.day:
            self.day, self.spent, self.held, self.dearest = day, ZERO, {}, ZERO

    def calls_left(self) -> float:
        """How many more calls fit, as dear as the dearest of the day."""
        if self.amount is None:
            return inf
        if not self.dearest:
            return 1 if self.room > 0 else 0
        return max(0, int(self.room / self.dearest))


def worst(call: Call, currency: str) -> Decimal | None:
    """The most that the call can cost; None where nobody knows it in this currency."""
    tariff = _tariff(call)
    if tariff is None or tariff.currency != currency:
        return None
    return most(tariff, call.max_talk_s + BESIDE_TALK_S)


def hold(spending: Spending, call: Call) -> None:
    """The call is placed."""
    if spending.amount is not None:
        spending.held[call.intent.call] = worst(call, spending.currency) or ZERO


def release(spending: Spending, call: Call) -> None:
    """It was never placed."""
    spending.held.pop(call.intent.call, None)


def settle(spending: Spending, call: Call, day: str) -> None:
    """The call is over, and was placed on that day: also one that a crash let us forget."""
    release(spending, call)
    tariff = _tariff(call)
    if tariff is not None and call.ended_at is not None and day == spending.day:
        spending.spent += price(tariff, call.answered_at, call.ended_at, call.early_at)


def _tariff(call: Call) -> Deck | None:
    return call.intent.tariff if isinstance(call.intent, Intended) else None
