"""Operations of one: a number for each number, each with a loop of its own."""

import math
from typing import Any

from ._array import method, ndarray
from ._exponential import exponential, exponentials
from ._missing import missing


def exp(x: Any) -> Any:
    """To the power of e."""
    if not isinstance(x, ndarray):
        return exponential(x)
    return ndarray(exponentials(_floats(x)), x.shape, float)


def expm1(x: Any) -> Any:
    """The same less 1, exact for small numbers."""
    if not isinstance(x, ndarray):
        return _expm1(x)
    return ndarray([_expm1(one) for one in _floats(x)], x.shape, float)


def log(x: Any) -> Any:
    """-inf of 0, NaN of less."""
    if not isinstance(x, ndarray):
        return _log(x)
    return ndarray([_log(one) for one in _floats(x)], x.shape, float)


def sqrt(x: Any) -> Any:
    """NaN of less than 0."""
    if not isinstance(x, ndarray):
        return _sqrt(x)
    return ndarray([_sqrt(one) for one in _floats(x)], x.shape, float)


@method("__neg__")
def negative(x: Any) -> Any:
    """The other sign."""
    if not isinstance(x, ndarray):
        return -x
    if x.dtype is bool:
        raise TypeError("a mask has no sign: ~ turns it round")
    return ndarray([-one for one in x.numbers], x.shape, x.dtype)


@method("__invert__")
def invert(mask: ndarray) -> ndarray:
    """What the mask leaves out."""
    if mask.dtype is not bool:
        missing("~array of numbers")
    return ndarray([not one for one in mask.numbers], mask.shape, bool)


def _floats(x: ndarray) -> list[Any]:
    return x.numbers if x.dtype is float else x.astype(float).numbers


def _expm1(x: float) -> float:
    return math.expm1(x) if x < 709.0 else exponential(x) - 1.0


def _log(x: float) -> float:
    if x > 0.0:
        return math.log(x)
    return -math.inf if x == 0.0 else math.nan


def _sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0.0 else math.nan
