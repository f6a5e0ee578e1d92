"""What depends on which number it is: places in order, between lines, in a set, in a mask."""

from bisect import bisect_left, bisect_right
from math import inf
from typing import Any

from ._array import method, ndarray
from ._missing import missing
from ._pairs import fitted, maximum, minimum, spread

_FEW = 16
"So few are looked for one after the other."


@method("searchsorted")
def searchsorted(lines: ndarray, x: Any, side: str = "left") -> Any:
    """Before which line each would have its place."""
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', not {side!r}")
    if not isinstance(x, ndarray):
        return (bisect_right if side == "right" else bisect_left)(lines.numbers, x)
    if side == "right":
        edges = [-inf, *lines.numbers, inf]
        guesses = _guesses(lines.numbers, most=x.size)
        if guesses:
            return ndarray(_after(edges, x.numbers, guesses), x.shape, int)
        return ndarray(_after_some(edges, x.numbers), x.shape, int)
    places = [bisect_left(lines.numbers, one) for one in x.numbers]
    return ndarray(places, x.shape, int)


def _guesses(lines: list[float], most: int) -> list[int]:
    """After how many lines the middle of each step lies, of even steps from first line to last.

    Each is narrower than any two lines are apart: whatever lies in a step is off by one at most.
    Empty where it would take too many steps.
    """
    apart = min([lines[i] - lines[i - 1] for i in range(1, len(lines))], default=0.0)
    if not apart > 0.0 or not lines[-1] - lines[0] < apart * most:
        return []
    steps = int((lines[-1] - lines[0]) / apart) + 1
    width = (lines[-1] - lines[0]) / steps
    found, place = [0] * (steps + 1), 0
    for step in range(steps + 1):
        middle = lines[0] + (step + 0.5) * width
        while place < len(lines) and lines[place] <= middle:
            place += 1
        found[step] = place
    return found


def _after(edges: list[float], x: list[float], guesses: list[int]) -> list[int]:
    """After how many lines each has its place: as many as the last one, or nearly as guessed."""
    out = [0] * len(x)
    last, first, end = len(edges) - 2, edges[1], edges[-2]
    per_unit = (len(guesses) - 1) / (end - first)
    place, low, high = 0, inf, -inf
    for i in range(len(x)):
        one = x[i]
        if not low <= one < high:
            if not first <= one < end:
                place = 0 if one < first else last
            else:
                place = guesses[int((one - first) * per_unit)]
                if one < edges[place]:
                    place -= 1
                elif one >= edges[place + 1]:
                    place += 1
            low, high = edges[place], edges[place + 1]
        out[i] = place
    return out


def _after_some(edges: list[float], x: list[float]) -> list[int]:
    """The same for so few that guesses are not worth it."""
    out = [0] * len(x)
    place, low, high = 0, inf, -inf
    for i in range(len(x)):
        one = x[i]
        if not low <= one < high:
            place = bisect_right(edges, one, 1, len(edges) - 1) - 1
            low, high = edges[place], edges[place + 1]
        out[i] = place
    return out


def interp(x: ndarray, known: ndarray, there: ndarray) -> ndarray:
    """Along straight lines between what is known; level before and after."""
    if known.shape != there.shape:
        raise ValueError("fp and xp are not of the same length.")
    lines, values = known.numbers, there.numbers
    last = len(lines) - 1
    out = [0.0] * len(x.numbers)
    for i, one in enumerate(x.numbers):
        place = bisect_right(lines, one) - 1
        if 0 <= place < last:
            slope = (values[place + 1] - values[place]) / (lines[place + 1] - lines[place])
            out[i] = slope * (one - lines[place]) + values[place]
        else:
            out[i] = values[max(place, 0)]
    return ndarray(out, x.shape, float)


def isin(x: ndarray, some: ndarray) -> ndarray:
    """Whether each is among some."""
    if some.size > _FEW:
        known = set(some.numbers)
        return ndarray([one in known for one in x.numbers], x.shape, bool)
    found = [False] * x.size
    for one in some.numbers:
        _mark(found, x.numbers, one)
    return ndarray(found, x.shape, bool)


def _mark(found: list[bool], numbers: list[Any], one: Any) -> None:
    for i in range(len(numbers)):
        if numbers[i] == one:
            found[i] = True


def clip(x: Any, low: Any, high: Any) -> Any:
    """No less and no more than these."""
    return minimum(maximum(x, low), high)


def where(mask: ndarray, chosen: Any, otherwise: Any) -> ndarray:
    """The one where the mask says so, the other elsewhere."""
    one, other = _floats(chosen, mask), _floats(otherwise, mask)
    out = other[:]
    for i, here in enumerate(mask.numbers):
        if here:
            out[i] = one[i]
    return ndarray(out, mask.shape, float)


def _floats(x: Any, mask: ndarray) -> list[Any]:
    """As many as the mask has."""
    if not isinstance(x, ndarray):
        return [float(x)] * mask.size
    if fitted(x.shape, mask.shape) != mask.shape:
        missing("numpy.where with a mask that is too small")
    return spread(x if x.dtype is float else x.astype(float), mask.shape)
