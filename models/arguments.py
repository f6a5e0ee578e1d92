"""Arguments of the formulas: numbers or arrays of one shape, and refused in words."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")


class Range(NamedTuple):
    """What an argument may be."""

    low: float
    high: float
    open: bool = False
    "The ends themselves are not meant."

    def holds(self, value: Any) -> Any:
        """Whether it lies inside; never for NaN."""
        if self.open:
            return (self.low < value) & (value < self.high)
        return (self.low <= value) & (value <= self.high)

    def __str__(self) -> str:
        between = "between {:g} and {:g}" if not self.open else "above {:g} and below {:g}"
        return between.format(self.low, self.high)


_HUGE = 1e100
_ABOVE_0 = Range(1e-100, float("inf"))

RANGES = {
    "servers": Range(0.0, _HUGE),
    "load": Range(0.0, _HUGE),
    "patience": _ABOVE_0,
    "patience_s": _ABOVE_0,
    "handling_s": Range(1e-100, _HUGE),
    "within_s": Range(0.0, _HUGE),
    "rate": Range(0.0, 1.0, open=True),
    "level": Range(0.0, 1.0, open=True),
    "hits": Range(0.0, 1e15),
    "trials": Range(0.0, 1e15),
    "confidence": Range(0.0, 1.0, open=True),
}
"By the names that formulas use."


def formula(kernel: Callable[P, R]) -> Callable[P, R]:
    """Checks the arguments; the kernel gets floats, or flat float arrays of one length.

    What it returns, a value or a named tuple of values, gets the arguments' common shape.
    """
    signature = inspect.signature(kernel)
    names = list(signature.parameters)
    defaults = {
        name: one.default
        for name, one in signature.parameters.items()
        if one.default is not inspect.Parameter.empty
    }
    of_floats: Callable[..., Any] = kernel

    @wraps(kernel)
    def checked(*args: Any, **named: Any) -> Any:
        given = {**defaults, **dict(zip(names, args, strict=False)), **named}
        if len(args) > len(names) or given.keys() != set(names):
            signature.bind(*args, **named)  # says which argument is missing or too many
        taken, shape = _taken(given)
        with np.errstate(all="ignore"):
            return _shaped(of_floats(**taken), shape)

    return cast(Callable[P, R], checked)


def _taken(given: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, ...] | None]:
    """Floats and no shape, or flat arrays and the shape that they had together."""
    if all(isinstance(one, int | float) for one in given.values()):
        return {name: _number(name, one) for name, one in given.items()}, None
    arrays = np.broadcast_arrays(*(np.asarray(one, float) for one in given.values()))
    flat = {name: _array(name, one) for name, one in zip(given, arrays, strict=True)}
    return flat, arrays[0].shape


def _number(name: str, value: Any) -> float:
    if not RANGES[name].holds(value):
        raise ValueError(f"{name}: {value} makes no sense, it must be {RANGES[name]}")
    return float(value)


def _array(name: str, values: Any) -> Any:
    inside = RANGES[name].holds(values)
    if not np.all(inside):
        _number(name, values[~inside].flat[0])
    return np.ascontiguousarray(values).ravel()


def _shaped(found: Any, shape: tuple[int, ...] | None) -> Any:
    if isinstance(found, tuple):
        kind: Callable[..., Any] = type(found)
        return kind(*(_shaped(one, shape) for one in found))
    return float(found) if shape is None else np.reshape(found, shape)[()]
