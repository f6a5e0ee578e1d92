"""Whatever dies or hangs, no day costs more than its budget, by the people's own telephones."""

from decimal import Decimal

import msgspec
import pytest

from dialer.engine.events import BudgetSet, Intended
from dialer.money.rating import Deck, Dialled, Rate, Rater
from dialer.money.terms import terms
from sim.judge import Case, judge
from sim.ordeal import KINDS, SMALL, Mishap, Plan, ordeal
from sim.scenario import MONDAY
from sim.world import CAMPAIGN, Parts

DECK = Deck(
    name="carrier", currency="EUR", short_s=6, short_fee=Decimal("0.02"),
    early_fee=Decimal("0.001"),
    rates=(
        Rate(prefix="1", per_minute=Decimal("0.03"), first_s=30, increment_s=6),
        Rate(
            prefix="15551000", per_minute=Decimal("0.12"), connect_fee=Decimal("0.05"),
            maximum=Decimal("0.40"),
        ),
    ),
)  # fmt: skip
RATER = Rater(DECK)
DAY = msgspec.structs.replace(SMALL, opts_out=0.0)
LONGEST = Decimal("0.42")
"The dearest call of the deck."


def tariff(trunk: str, digits: str, at: float, until: float) -> Deck:
    return terms(RATER, digits, at, until)


def day(amount: Decimal, *mishaps: Mishap, seed: int = 1) -> Case:
    budget = BudgetSet(CAMPAIGN, amount, "EUR", at=MONDAY)
    plan = Plan(day=DAY, mishaps=mishaps)
    return ordeal(plan, seed, Parts(tariffs=tariff, budget=budget))


def bill(case: Case) -> Decimal:
    """What the carrier would charge, by what happened at the telephones."""
    prices = [
        RATER.price(Dialled(one.number, one.answered_at, one.ended_at, None))
        for one in case.truth
        if one.ended_at is not None
    ]
    assert None not in prices
    return sum((one.amount for one in prices if one), Decimal(0))


def broken(case: Case) -> list[str]:
    """Promises that were not kept; that agents sit idle is what a spent budget means."""
    return [str(violation) for violation in judge(case) if violation.rule != "I15"]


def test_a_day_without_mishap_uses_its_budget_and_stops():
    unbounded = bill(day(Decimal(1000)))
    budget = unbounded / 2
    case = day(budget)
    assert broken(case) == []
    assert budget - 2 * LONGEST < bill(case) <= budget


@pytest.mark.parametrize("kind", KINDS)
def test_no_mishap_makes_a_day_dearer_than_its_budget(kind: str):
    budget = LONGEST + Decimal("1.60")
    mishaps = (Mishap(kind, 20.0, 0.7), Mishap(kind, 45.0, 10.0), Mishap(kind, 90.0))
    case = day(budget, *mishaps, seed=len(kind))
    assert broken(case) == []
    assert Decimal(0) < bill(case) <= budget


def test_less_than_one_call_can_cost_places_none():
    case = day(LONGEST / 2)
    assert case.truth == []
    assert sum(isinstance(event, Intended) for event in case.events) < 10
