"""A share of calls with its interval."""

import msgspec

from models.intervals import exact_lower, exact_upper


class Rate(msgspec.Struct, frozen=True):
    """So many of so many, and between which two rates the truth lies with 95 %."""

    hits: int
    of: int
    low: float
    high: float


def rate(hits: int, of: int) -> Rate:
    """With the exact interval of Clopper and Pearson.

    >>> rate(2, 124)
    Rate(hits=2, of=124, low=0.002, high=0.057)
    """
    if not of:
        return Rate(0, 0, 0.0, 1.0)
    low, high = exact_lower(hits, of, 0.975), exact_upper(hits, of, 0.975)
    return Rate(hits, of, round(float(low), 4), round(float(high), 4))
