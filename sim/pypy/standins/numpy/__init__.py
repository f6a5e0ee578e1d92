"""Arrays of numbers for PyPy: as much of numpy as a day of the twin asks for, in plain Python.

    array([[1.0, 2.0, 3.0],          numbers  [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
           [4.0, 5.0, 6.0]])   is    shape    (2, 3)
                                     dtype    float

A flat list, row after row, and a shape of one or two lengths. PyPy keeps the numbers of a list
side by side, as C would, as long as all of them are floats or all of them whole: so no list here
has both. Its compiler remembers a loop by the function that it stands in, and makes it fast for
what is usual there: so every operation has loops of its own (`_pairs`).

What is different from numpy: a part of an array is a copy, and who writes an item into a part is
refused, so that nothing that was meant for the whole is lost: a day of the twin is never refused.
(`whole[2:] += 1` is written back into the whole by Python itself.) Rows that were taken from a
table are read when somebody looks at them. Dividing by 0 warns nobody. Sums are added in numpy's
order and are the same to the last bit, products of matrices and exponentials may differ in it.
What is not here raises `Missing`, a NotImplementedError.
"""

from math import inf, nan, pi
from types import TracebackType
from typing import NoReturn

from . import polynomial, random, typing
from ._array import ndarray
from ._making import (
    append,
    arange,
    array,
    asarray,
    concatenate,
    empty,
    eye,
    frombuffer,
    fromiter,
    full,
    zeros,
)
from ._missing import missing
from ._ones import exp, expm1, log, negative, sqrt
from ._pairs import maximum, minimum
from ._products import matmul
from ._searching import clip, interp, isin, searchsorted, where
from ._sums import add, cumprod, cumsum, diff

__all__ = [
    "add",
    "append",
    "arange",
    "array",
    "asarray",
    "bool_",
    "clip",
    "concatenate",
    "cumprod",
    "cumsum",
    "diff",
    "empty",
    "errstate",
    "exp",
    "expm1",
    "eye",
    "float64",
    "frombuffer",
    "fromiter",
    "full",
    "inf",
    "int64",
    "interp",
    "isin",
    "log",
    "matmul",
    "maximum",
    "minimum",
    "nan",
    "ndarray",
    "negative",
    "newaxis",
    "pi",
    "polynomial",
    "random",
    "searchsorted",
    "sqrt",
    "typing",
    "where",
    "zeros",
]

float64, int64, bool_ = float, int, bool
newaxis = None


class errstate:
    """Nobody is warned here anyway."""

    def __init__(self, **how: str) -> None:
        self.how = how

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def __getattr__(name: str) -> NoReturn:
    missing(f"numpy.{name}")
