"""The normal law, and names that are imported and not called."""

from math import erfc, sqrt
from typing import Any, NoReturn

from ._missing import missing

_ROOT_HALF = sqrt(0.5)


def ndtr(z: Any) -> Any:
    """The chance to be no larger, for a number or for each of an array.

    >>> ndtr(0.0), round(ndtr(1.0), 4)
    (0.5, 0.8413)
    """
    if isinstance(z, float | int):
        return 0.5 * erfc(-z * _ROOT_HALF)
    return type(z)([0.5 * erfc(-one * _ROOT_HALF) for one in z.numbers], z.shape, float)


def betaincinv(a: Any, b: Any, chance: Any) -> NoReturn:
    """Only bounds for a report ask for it."""
    missing("scipy.special.betaincinv")


def __getattr__(name: str) -> NoReturn:
    missing(f"scipy.special.{name}")
