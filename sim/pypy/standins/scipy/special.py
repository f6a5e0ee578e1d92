"""The normal law; what else of its kind a name is imported of is refused when it is called."""

from collections.abc import Callable
from math import erfc, sqrt
from typing import Any, NoReturn

_ROOT_HALF = sqrt(0.5)


def ndtr(z: Any) -> Any:
    """The chance to be no larger, for a number or for each of an array.

    >>> ndtr(0.0), round(ndtr(1.0), 4)
    (0.5, 0.8413)
    """
    if isinstance(z, float | int):
        return 0.5 * erfc(-z * _ROOT_HALF)
    return type(z)([0.5 * erfc(-one * _ROOT_HALF) for one in z.numbers], z.shape, float)


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("__"):
        raise AttributeError(name)

    def refuse(*args: Any, **named: Any) -> NoReturn:
        raise NotImplementedError(f"scipy.special.{name} on PyPy: run this on CPython")

    return refuse
