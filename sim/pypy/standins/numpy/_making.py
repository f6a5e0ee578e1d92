"""New arrays: of numbers, of a rule, of bytes, of other arrays."""

from array import array as packed
from collections.abc import Iterable
from math import ceil
from typing import Any

from ._array import CODES, ndarray
from ._missing import missing
from ._parts import Shape, copy_rows


def array(of: Any, dtype: type | None = None) -> ndarray:
    """Of numbers, or of rows of equal length."""
    if isinstance(of, ndarray):
        return of.copy() if dtype in (None, of.dtype) else of.astype(dtype or float)
    rows = [*of]
    if not rows or not isinstance(rows[0], list | tuple | ndarray):
        return _of_one_kind(rows, (len(rows),), dtype)
    if len({len(row) for row in rows}) > 1:
        raise ValueError("setting an array element with rows of different lengths")
    numbers = [one for row in rows for one in row]
    return _of_one_kind(numbers, (len(rows), len(rows[0])), dtype)


def _of_one_kind(numbers: list[Any], shape: Shape, dtype: type | None) -> ndarray:
    kinds = {type(one) for one in numbers}
    if not kinds <= {float, int, bool}:
        missing("arrays of other than numbers")
    widest = float if float in kinds or not kinds else int if int in kinds else bool
    dtype = dtype or widest
    return ndarray(numbers if kinds == {dtype} else [dtype(x) for x in numbers], shape, dtype)


def asarray(of: Any, dtype: type | None = None) -> Any:
    """Itself, if it is one; a number stays a number."""
    if isinstance(of, ndarray) and dtype in (None, of.dtype):
        return of
    if isinstance(of, float | int):
        return of if dtype is None else dtype(of)
    return array(of, dtype)


def full(shape: int | Shape, value: Any, dtype: type | None = None) -> ndarray:
    """The same number everywhere."""
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if len(lengths) > 2:
        missing(f"an array of shape {shape}")
    dtype = dtype or type(value)
    size = lengths[0] if len(lengths) == 1 else lengths[0] * lengths[1]
    return ndarray([dtype(value)] * size, lengths, dtype)


def zeros(shape: int | Shape, dtype: type = float) -> ndarray:
    """Nothing but 0."""
    return full(shape, dtype(0), dtype)


empty = zeros


def eye(count: int) -> ndarray:
    """1 from corner to corner, 0 elsewhere."""
    numbers = [0.0] * (count * count)
    numbers[:: count + 1] = [1.0] * count
    return ndarray(numbers, (count, count), float)


def arange(start: Any, stop: Any = None, step: Any = 1) -> ndarray:
    """From the start to before the stop."""
    if stop is None:
        start, stop = 0, start
    count = max(0, ceil((stop - start) / step))
    if type(start) is type(stop) is type(step) is int:
        return ndarray([*range(start, stop, step)], (count,), int)
    width = (start + step) - start  # as numpy reckons it
    return ndarray([float(start + i * width) for i in range(count)], (count,), float)


def fromiter(of: Iterable[Any], dtype: type, count: int = -1) -> ndarray:
    """One number after the other."""
    numbers: list[Any] = [float(x) for x in of] if dtype is float else [dtype(x) for x in of]
    if count not in (-1, len(numbers)):
        raise ValueError(f"{len(numbers)} numbers came, {count} were told")
    return ndarray(numbers, (len(numbers),), dtype)


def frombuffer(of: bytes, dtype: type = float) -> ndarray:
    """Eight bytes for each number."""
    numbers = packed(CODES[dtype])
    numbers.frombytes(of)
    return ndarray(numbers.tolist(), (len(numbers),), dtype)


def append(first: ndarray, last: Any) -> ndarray:
    """All numbers of the one and then of the other, in one row."""
    more = last if isinstance(last, ndarray) else array([last])
    return concatenate([_flat(first), _flat(more)])


def _flat(of: ndarray) -> ndarray:
    return ndarray(of.numbers, (of.size,), of.dtype)


def concatenate(parts: Iterable[Any], axis: int = 0) -> ndarray:
    """One after the other: their rows (0), or each row of the one and the same of the other (1)."""
    arrays = [asarray(part) for part in parts]
    dtype = float if any([one.dtype is float for one in arrays]) else arrays[0].dtype
    if any([one.dtype is not dtype for one in arrays]):
        arrays = [one.astype(dtype) for one in arrays]
    if axis != 0:
        return _side_by_side(arrays, dtype)
    if len({one.shape[1:] for one in arrays}) > 1:
        raise ValueError("all the input array dimensions except for the first must match")
    numbers = arrays[0].numbers[:]
    for one in arrays[1:]:
        numbers.extend(one.numbers)
    return ndarray(numbers, (sum([len(one) for one in arrays]), *arrays[0].shape[1:]), dtype)


def _side_by_side(arrays: list[ndarray], dtype: type) -> ndarray:
    if any([len(one.shape) != 2 for one in arrays]) or len({len(one) for one in arrays}) > 1:
        raise ValueError("all the input array dimensions except for the second must match")
    height, wide = len(arrays[0]), sum([one.shape[1] for one in arrays])
    out, first = [dtype(0)] * (height * wide), 0
    for one in arrays:
        width = one.shape[1]
        starts = [row * width for row in range(height)]
        copy_rows(one.numbers, starts, out, range(first, first + width), wide)
        first += width
    return ndarray(out, (height, wide), dtype)
