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
    at = 0
    for start in starts_of(rows, shape):
        for i in range(start, start + width):
            out[at] = numbers[i]
            at += 1
    return out


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
