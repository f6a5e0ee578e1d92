"""The exponential function in plain Python: on PyPy it takes a third of the time of C's.

    x = (256 n + j) ln 2 / 256 + r       e^x = 2^n  2^(j / 256)  e^r       |r| < 0.0014

Two factors stand in tables, the third is a short sum (Tang 1989). It is off by one unit in the
last place at most, and in one case of four.
"""

from math import exp, inf, log
from typing import Any

_PARTS, _LAST, _SHIFT = 256, 255, 8
_PER_UNIT = _PARTS / log(2.0)
_ROOTS = [2.0 ** (j / _PARTS) for j in range(_PARTS)]
_MOST, _LEAST = 700.0, -746.0
"Beyond the one C is asked; before the other there is nothing left."
_LOWEST = 1022
_POWERS = [2.0**n for n in range(-_LOWEST, 1024)]
_LN2_HIGH = float.fromhex("0x1.62e42feep-1") / _PARTS
"So few digits that its multiples are exact."
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33") / _PARTS
_TO_WHOLE = 1.5 * 2.0**52
"Added and taken away again it rounds."


def exponentials(numbers: list[float]) -> list[Any]:
    """Of each."""
    out = numbers[:]
    for i in range(len(numbers)):
        x = numbers[i]
        if -_MOST < x < _MOST:
            whole = x * _PER_UNIT + _TO_WHOLE - _TO_WHOLE
            n = int(whole)
            r = x - whole * _LN2_HIGH - whole * _LN2_LOW
            less_one = r + r * r * (0.5 + r * (1 / 6 + r * (1 / 24)))
            root = _ROOTS[n & _LAST]
            out[i] = _POWERS[(n >> _SHIFT) + _LOWEST] * (root + root * less_one)
        else:
            out[i] = 0.0 if x < _LEAST else exponential(x)
    return out


def exponential(x: float) -> float:
    """Of any number, without complaint.

    >>> exponential(0.0), exponential(1000.0), exponential(-1000.0)
    (1.0, inf, 0.0)
    """
    return inf if x > 709.78 else exp(x)
