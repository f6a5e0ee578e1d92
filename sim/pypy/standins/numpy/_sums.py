"""What adds up: sums in numpy's own order, running sums, differences."""

from typing import Any

from ._array import Taken, method, ndarray
from ._missing import missing
from ._parts import starts_of

_ABREAST = 8
"Numbers that are added up side by side: a processor need not wait for one sum to be through."
_BLOCK = 128


class _Add:
    """As far as it is more than `+`."""

    @staticmethod
    def reduce(x: ndarray, axis: int = 0) -> Any:
        """The sum of each column."""
        return _sum(x, axis)


add = _Add()


@method("sum")
def _sum(x: ndarray, axis: int | None = None) -> Any:
    """Of all numbers; of each column (0); of each row (1)."""
    if x.dtype is not float:
        missing("sums of whole numbers")
    if axis is None or len(x.shape) == 1:
        return in_pairs(x.numbers, 0, x.size)
    count, width = x.shape
    if axis == 0:
        return ndarray(_of_columns(x), (width,), float)
    by_row = [in_pairs(x.numbers, row * width, width) for row in range(count)]
    return ndarray(by_row, (count,), float)


def in_pairs(x: list[float], start: int, count: int) -> float:
    """Halves of halves, down to blocks that are added eight abreast.

    >>> in_pairs([0.5] * 300, 0, 300)
    150.0
    """
    if count > _BLOCK:
        half = count // 2
        half -= half % _ABREAST
        return in_pairs(x, start, half) + in_pairs(x, start + half, count - half)
    whole = start + count - count % _ABREAST
    found = _abreast(x, start, whole) if count >= _ABREAST else 0.0
    for i in range(whole, start + count):
        found += x[i]
    return found


def _abreast(x: list[float], start: int, stop: int) -> float:
    a = b = c = d = e = f = g = h = 0.0
    for i in range(start, stop, _ABREAST):
        a += x[i]
        b += x[i + 1]
        c += x[i + 2]
        d += x[i + 3]
        e += x[i + 4]
        f += x[i + 5]
        g += x[i + 6]
        h += x[i + 7]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


def _of_columns(x: ndarray) -> list[float]:
    """Row after row, eight columns abreast; of rows that are only to be taken, where they stand."""
    count, width = x.shape
    if isinstance(x, Taken):
        numbers, starts = x.table.numbers, starts_of(x.rows, x.table.shape)
    else:
        numbers, starts = x.numbers, [row * width for row in range(count)]
    if width == 1 and not isinstance(x, Taken):
        return [in_pairs(numbers, 0, count)]
    out = [0.0] * width
    whole = width - width % _ABREAST
    for column in range(0, whole, _ABREAST):
        _eight_columns(numbers, starts, column, out)
    for column in range(whole, width):
        found = 0.0
        for start in starts:
            found += numbers[start + column]
        out[column] = found
    return out


def _eight_columns(x: list[float], starts: list[int], column: int, out: list[float]) -> None:
    a = b = c = d = e = f = g = h = 0.0
    for start in starts:
        i = start + column
        a += x[i]
        b += x[i + 1]
        c += x[i + 2]
        d += x[i + 3]
        e += x[i + 4]
        f += x[i + 5]
        g += x[i + 6]
        h += x[i + 7]
    out[column : column + _ABREAST] = [a, b, c, d, e, f, g, h]


def cumsum(x: ndarray, axis: int | None = None) -> ndarray:
    """The sums so far; in each row (1)."""
    width = _length_of_runs(x, axis)
    out = x.numbers[:]
    for start in range(0, len(out), max(width, 1)):
        for i in range(start + 1, start + width):
            out[i] += out[i - 1]
    return ndarray(out, x.shape, x.dtype)


def cumprod(x: ndarray, axis: int | None = None) -> ndarray:
    """The products so far; in each row (1)."""
    width = _length_of_runs(x, axis)
    out = x.numbers[:]
    for start in range(0, len(out), max(width, 1)):
        for i in range(start + 1, start + width):
            out[i] *= out[i - 1]
    return ndarray(out, x.shape, x.dtype)


def diff(x: ndarray, axis: int = -1) -> ndarray:
    """Each number less the one before it, in each row."""
    width = _length_of_runs(x, axis)
    numbers = x.numbers
    out = [numbers[i] - numbers[i - 1] for i in range(1, len(numbers))]
    if width:
        del out[width - 1 :: width]  # from a row's end to the next row's beginning
    return ndarray(out, (*x.shape[:-1], max(width - 1, 0)), x.dtype)


def _length_of_runs(x: ndarray, axis: int | None) -> int:
    last = len(x.shape) - 1
    if x.dtype is bool or axis not in ((None, 0, -1) if last == 0 else (1, -1)):
        missing(f"runs along axis {axis}")
    return x.shape[-1]
