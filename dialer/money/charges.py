"""What is paid by the month or the hour, in somebody's words."""

from dialer.errors import Misgiven
from dialer.money.given import amount_of, currency_of, day_of
from dialer.money.store import BY_HOUR, BY_MONTH, Charge, Kind

KINDS: tuple[Kind, ...] = (*BY_MONTH, *BY_HOUR)


def charge_of(
    kind: str, name: str, amount: str, currency: str, since: str, *, now: float
) -> Charge:
    """A charge; from the day of `now` where no day is said.

    >>> charge_of("trunk", "a", "300", "cny", "2026-11-01", now=0.0).currency
    'CNY'
    """
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise Misgiven(f"charge {kind!r}: allowed are {', '.join(KINDS)}")
    if not name and known != "pool":
        raise Misgiven(f"which {kind}? Say it with --name", "charge_name")
    return Charge(
        kind=known, name=name, amount=amount_of("the charge", amount),
        currency=currency_of(currency), since=day_of(since, now),
    )  # fmt: skip
