"""Parts of a flat list that stands for rows: new lists, each made by a loop of its own."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from ._missing import missing

Shape = tuple[int, ...]
Part = tuple[list[Any], Shape]


def within(index: int, length: int) -> int:
    """Counted from the beginning.

    >>> within(-1, 3)
    2
    """
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of bounds for axis with size {length}")
    return index + length if index < 0 else index


def row_of(numbers: list[Any], shape: Shape, row: int) -> Part:
    """One of the rows."""
    count, width = shape
    start = within(row, count) * width
    return numbers[start : start + width], (width,)


def rows_of(numbers: list[Any], shape: Shape, rows: slice) -> Part:
    """Some of the rows."""
    count, width = shape
    some = range(*rows.indices(count))
    out = numbers[:0]
    for row in some:
        out.extend(numbers[row * width : row * width + width])
    return out, (len(some), width)


def columns_of(numbers: list[Any], shape: Shape, columns: Any) -> Part:
    """A column, or some of them."""
    if len(shape) != 2 or type(columns) not in (int, slice):
        missing(f"array[:, {columns!r}]")
    count, width = shape
    if type(columns) is int:
        return numbers[within(columns, width) :: width], (count,)
    out = numbers[:0]
    for start in range(0, count * width, max(width, 1)):
        out.extend(numbers[start : start + width][columns])
    return out, (count, len(range(*columns.indices(width))))


def starts_of(rows: list[int], shape: Shape) -> list[int]:
    """Where these rows begin."""
    count, width = shape
    return [within(row, count) * width for row in rows]


def written(numbers: list[Any], shape: Shape, rows: list[int]) -> list[Any]:
    """These rows, one below the other."""
    width = shape[1]
    out = numbers[:1] * (len(rows) * width)
    copy_rows(numbers, starts_of(rows, shape), out, range(width), width)
    return out


def copy_rows(
    numbers: list[Any], starts: list[int], out: list[Any], columns: range, wide: int
) -> None:
    """What begins there, row by row, into these columns of rows that are so wide."""
    whole = len(columns) - len(columns) % 8
    for first in range(0, whole, 8):
        _copy_eight(numbers, [start + first for start in starts], out, columns[first], wide)
    for first in range(whole, len(columns)):
        _copy_one(numbers, [start + first for start in starts], out, columns[first], wide)


def _copy_eight(x: list[Any], starts: list[int], out: list[Any], at: int, wide: int) -> None:
    for i in starts:
        out[at] = x[i]
        out[at + 1] = x[i + 1]
        out[at + 2] = x[i + 2]
        out[at + 3] = x[i + 3]
        out[at + 4] = x[i + 4]
        out[at + 5] = x[i + 5]
        out[at + 6] = x[i + 6]
        out[at + 7] = x[i + 7]
        at += wide


def _copy_one(x: list[Any], starts: list[int], out: list[Any], at: int, wide: int) -> None:
    for i in starts:
        out[at] = x[i]
        at += wide


def numbers_at(numbers: list[Any], places: list[int]) -> list[Any]:
    """The number at each place."""
    out = numbers[:1] * len(places)
    for i in range(len(places)):
        out[i] = numbers[places[i]]
    return out


def marked(numbers: list[Any], marks: list[bool]) -> list[Any]:
    """The numbers that have a mark."""
    if len(marks) != len(numbers):
        raise IndexError(f"a mask of {len(marks)} for {len(numbers)}")
    out = numbers[:0]
    for i in range(len(marks)):
        if marks[i]:
            out.append(numbers[i])
    return out


def _alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with code of its own: the compiler keeps its loops apart."""
    return FunctionType(function.__code__.replace(), function.__globals__)


floats_at, marked_floats = _alone(numbers_at), _alone(marked)
