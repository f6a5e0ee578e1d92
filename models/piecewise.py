"""One formula here, another there: for two numbers, or for two arrays element by element."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = Any
"A float where all arguments are numbers, an array where one of them is an array."
Regions = Sequence[tuple[Callable[..., Numbers], Callable[..., Numbers]]]
"Where a formula holds, and the formula; the first that holds is taken, the last holds anywhere."

_BLOCK = 8192
"Elements at once: what fits into the cache of a core."


def piecewise(regions: Regions, first: Numbers, second: Numbers) -> Numbers:
    """The formula of its region for every pair, be they two numbers or two arrays of one shape."""
    if isinstance(first, float):
        return next(formula(first, second) for holds, formula in regions if holds(first, second))
    found = np.empty(first.shape)
    for at in range(0, first.size, _BLOCK):
        part = slice(at, at + _BLOCK)
        found[part] = _block(regions, first[part], second[part])
    return found


def _block(regions: Regions, first: Floats, second: Floats) -> Floats:
    found = np.empty(first.shape)
    left = np.arange(first.size)
    for holds, formula in regions:
        here = np.broadcast_to(holds(first[left], second[left]), left.shape)
        if here.all():
            found[left] = formula(first[left], second[left])
            return found
        if here.any():
            mine = left[here]
            found[mine] = formula(first[mine], second[mine])
            left = left[~here]
    return found


def anywhere(first: Numbers, second: Numbers) -> Numbers:
    """The region that is left."""
    return True
