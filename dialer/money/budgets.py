"""A budget as a person sets it, in the currency in which the campaign's trunk is priced."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from dialer.engine.events import BudgetSet
from dialer.money.store import Money, MoneyError, file_in

MOST = Decimal(10) ** 12


def budget(
    home: Path, campaign: str, trunk: str, amount: str | None, currency: str, user: str
) -> BudgetSet:
    """The order; `amount` None lifts the budget. `MoneyError` says what is wrong, and what to do.

    >>> budget(Path("x"), "spring", "lab", "12,5", "EUR", "eva")
    Traceback (most recent call last):
    ...
    dialer.money.store.MoneyError: amount '12,5': must be a number above 0, like 250 or 99.50
    """
    if amount is None:
        return BudgetSet(campaign, None, user=user, at=0.0)
    exact = _exact(amount)
    priced_in = _currency(home, trunk)
    if priced_in is None:
        raise MoneyError(
            f"the trunk {trunk} has no tariff: nobody knows what its calls cost. First import "
            f"one and use it: `dialer tariffs import`, `dialer tariffs use DECK --trunk {trunk}`",
            "no_tariff",
            trunk=trunk,
        )
    if currency != priced_in:
        raise MoneyError(
            f"currency '{currency}': must be {priced_in}, in which the trunk {trunk} is priced",
            "other_currency",
            currency=priced_in,
        )
    return BudgetSet(campaign, exact, currency, user=user, at=0.0)


def _exact(amount: str) -> Decimal:
    try:
        exact = Decimal(amount.strip())
    except InvalidOperation:
        exact = Decimal(0)
    if not exact.is_finite() or not 0 < exact <= MOST:
        said = f"amount '{amount}': must be a number above 0, like 250 or 99.50"
        raise MoneyError(said, "amount")
    return exact


def _currency(home: Path, trunk: str) -> str | None:
    """In which a trunk's calls are priced; None while no deck is used for them."""
    if not file_in(home).exists():
        return None
    with Money(file_in(home)) as money:
        deck = money.uses().get(trunk)
        return money.deck(deck).currency if deck else None
