"""The array itself: a flat list of numbers, a shape, and which parts of it one can ask for."""

from array import array as packed
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, TypeVar

Shape = tuple[int, ...]
Function = TypeVar("Function", bound=Callable[..., Any])
CODES = {float: "d", int: "q"}
"How numbers are packed into bytes."


class ndarray:
    """Numbers in a row, or in rows of equal length; all of them float, int or bool."""

    __slots__ = ("dtype", "numbers", "shape", "writable")
    numbers: list[Any]
    shape: Shape
    dtype: type
    writable: bool
    "A part is a copy: what was written into it would be lost, so it is refused."
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, numbers: list[Any], shape: Shape, dtype: type, part: bool = False) -> None:
        self.numbers, self.shape, self.dtype, self.writable = numbers, shape, dtype, not part

    def __class_getitem__(cls, of: Any) -> type["ndarray"]:
        return cls

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotImplementedError(f"ndarray.{name} is not there on PyPy: run this on CPython")

    # ---- what it is ----
    @property
    def ndim(self) -> int:
        """Rows of numbers, or numbers."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers."""
        return len(self.numbers)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if len(self.shape) == 1:
            return iter(self.numbers)
        return iter([self[row] for row in range(len(self))])

    def __repr__(self) -> str:
        return f"array({self.tolist()})"

    def tolist(self) -> list[Any]:
        """Plain numbers, in lists as it has dimensions."""
        if len(self.shape) == 1:
            return self.numbers[:]
        return [row.tolist() for row in self]

    def tobytes(self) -> bytes:
        """Eight bytes for each number."""
        return packed(CODES[self.dtype], self.numbers).tobytes()

    def _alone(self) -> Any:
        if len(self.numbers) != 1:
            raise ValueError("more than one number, or none: use any() or all()")
        return self.numbers[0]

    def __bool__(self) -> bool:
        return bool(self._alone())

    def __float__(self) -> float:
        return float(self._alone())

    def __int__(self) -> int:
        return int(self._alone())

    def all(self) -> bool:
        """Whether none is 0."""
        return all(self.numbers)

    def any(self) -> bool:
        """Whether one is not 0."""
        return any(self.numbers)

    # ---- the same numbers otherwise ----
    def copy(self) -> "ndarray":
        """One that can be written into."""
        return ndarray(self.numbers[:], self.shape, self.dtype)

    __copy__ = copy

    def reshape(self, *shape: Any) -> "ndarray":
        """The same numbers in other rows."""
        wanted: Shape = shape[0] if type(shape[0]) is tuple else shape
        if len(wanted) > 2:
            raise NotImplementedError(f"an array of shape {wanted} on PyPy: run this on CPython")
        if (wanted[0] * wanted[1] if len(wanted) == 2 else wanted[0]) != len(self.numbers):
            raise ValueError(f"cannot reshape array of size {self.size} into shape {wanted}")
        return ndarray(self.numbers, wanted, self.dtype, part=not self.writable)

    def astype(self, dtype: type) -> "ndarray":
        """As floats, ints or bools."""
        if dtype is int:
            return ndarray([int(x) for x in self.numbers], self.shape, int)
        if dtype is float:
            return ndarray([float(x) for x in self.numbers], self.shape, float)
        return ndarray([bool(x) for x in self.numbers], self.shape, bool)

    # ---- parts ----
    def __getitem__(self, index: Any) -> Any:
        kind = type(index)
        if len(self.shape) == 1:
            if kind is int:
                return self.numbers[index]
            if kind is slice:
                numbers = self.numbers[index]
                return ndarray(numbers, (len(numbers),), self.dtype, part=True)
            if isinstance(index, ndarray):
                return _picked(self, index)
            if kind is tuple and len(index) == 2 and index[1] is None:
                column = self if index[0] == slice(None) else self[index[0]]
                return ndarray(column.numbers, (len(column), 1), self.dtype, part=True)
        elif kind is int:
            return _row(self, index)
        elif kind is slice:
            return _rows(self, index)
        elif isinstance(index, ndarray):
            rows = _marked([*range(len(self))], index) if index.dtype is bool else index.numbers
            return Taken(self, rows)
        elif kind is tuple and len(index) == 2:
            row, column = index
            if type(row) is int and column is not None:
                return _row(self, row)[column]
            if type(row) is slice:
                return _columns(self if row == slice(None) else _rows(self, row), column)
        raise _no_part(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        check_writable(self)
        kind = type(index)
        if kind is slice and len(self.shape) == 1:
            count = len(range(*index.indices(len(self.numbers))))
            self.numbers[index] = _as_many(value, count, self.dtype)
        elif kind is int and len(self.shape) == 1:
            self.numbers[index] = self.dtype(value)
        elif kind is tuple and len(self.shape) == 2 and type(index[0]) is type(index[1]) is int:
            row, column = index
            width = self.shape[1]
            row = _within(row, self.shape[0])
            self.numbers[row * width + _within(column, width)] = self.dtype(value)
        else:
            raise _no_part(index)

    def fill(self, value: Any) -> None:
        """The same number everywhere."""
        check_writable(self)
        self.numbers[:] = [self.dtype(value)] * len(self.numbers)

    def setflags(self, write: bool) -> None:
        """Whether items may be replaced."""
        self.writable = write

    def take(self, rows: "ndarray", axis: int) -> "ndarray":
        """These rows, one below the other."""
        if axis != 0 or len(self.shape) != 2 or len(rows.shape) != 1:
            raise NotImplementedError("ndarray.take but of rows on PyPy: run this on CPython")
        return Taken(self, rows.numbers)


class Taken(ndarray):
    """Rows that are to be taken from a table: most are only added up, and never written down.

    Neither the table nor the numbers of the rows change in the meantime: who takes makes new ones.
    """

    __slots__ = ("rows", "table")

    def __init__(self, table: ndarray, rows: list[int]) -> None:
        self.table, self.rows = table, rows
        self.shape, self.dtype, self.writable = (len(rows), table.shape[1]), table.dtype, True

    def __getattr__(self, name: str) -> Any:
        if name != "numbers":
            return ndarray.__getattr__(self, name)
        self.numbers = _written(self.table.numbers, self.rows, self.table.shape)
        return self.numbers


def method(name: str) -> Callable[[Function], Function]:
    """The array has this as a method of this name, too."""

    def given(function: Function) -> Function:
        setattr(ndarray, name, function)
        return function

    return given


def check_writable(array: ndarray) -> None:
    """Of what is written into, item by item."""
    if not array.writable:
        raise ValueError("assignment destination is read-only, or a part: here parts are copies")


def _no_part(index: Any) -> NotImplementedError:
    return NotImplementedError(f"array[{index!r}] is not there on PyPy: run this on CPython")


def _within(index: int, length: int) -> int:
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of bounds for axis with size {length}")
    return index + length if index < 0 else index


def _row(array: ndarray, row: int) -> ndarray:
    count, width = array.shape
    start = _within(row, count) * width
    return ndarray(array.numbers[start : start + width], (width,), array.dtype, part=True)


def _rows(array: ndarray, rows: slice) -> ndarray:
    count, width = array.shape
    numbers = array.numbers[:0]
    some = range(*rows.indices(count))
    for row in some:
        numbers.extend(array.numbers[row * width : row * width + width])
    return ndarray(numbers, (len(some), width), array.dtype, part=True)


def _columns(array: ndarray, column: Any) -> ndarray:
    if len(array.shape) != 2 or type(column) not in (int, slice):
        raise _no_part((slice(None), column))
    count, width = array.shape
    if type(column) is int:
        numbers = array.numbers[_within(column, width) :: width]
        return ndarray(numbers, (count,), array.dtype, part=True)
    numbers = array.numbers[:0]
    for start in range(0, count * width, width):
        numbers.extend(array.numbers[start : start + width][column])
    wide = len(range(*column.indices(width)))
    return ndarray(numbers, (count, wide), array.dtype, part=True)


def _picked(array: ndarray, index: ndarray) -> ndarray:
    """The numbers at these places, or those where the mask says so."""
    floats = array.dtype is float
    if index.dtype is bool:
        numbers = (_marked_floats if floats else _marked)(array.numbers, index)
        return ndarray(numbers, (len(numbers),), array.dtype)
    pick = _floats_at if floats else _numbers_at
    return ndarray(pick(array.numbers, index.numbers), index.shape, array.dtype)


def _numbers_at(numbers: list[Any], places: list[int]) -> list[Any]:
    out = numbers[:1] * len(places)
    for i in range(len(places)):
        out[i] = numbers[places[i]]
    return out


def _marked(numbers: list[Any], mask: ndarray) -> list[Any]:
    marks = mask.numbers
    if mask.shape != (len(numbers),):
        raise IndexError(f"mask of shape {mask.shape} for {len(numbers)} numbers")
    out = numbers[:0]
    for i in range(len(marks)):
        if marks[i]:
            out.append(numbers[i])
    return out


def _alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with code of its own: the compiler keeps its loops apart."""
    return FunctionType(function.__code__.replace(), function.__globals__)


_floats_at, _marked_floats = _alone(_numbers_at), _alone(_marked)


def starts_of(rows: list[int], shape: Shape) -> list[int]:
    """Where these rows of a table begin in the list."""
    count, width = shape
    return [_within(row, count) * width for row in rows]


def _written(table: list[Any], rows: list[int], shape: Shape) -> list[Any]:
    width = shape[1]
    out = table[:1] * (len(rows) * width)
    at = 0
    for start in starts_of(rows, shape):
        for i in range(start, start + width):
            out[at] = table[i]
            at += 1
    return out


def _as_many(value: Any, count: int, dtype: type) -> list[Any]:
    """As many numbers as there is room for."""
    if not isinstance(value, ndarray):
        return [dtype(value)] * count
    if value.shape not in ((count,), (1,)):
        raise ValueError(f"could not broadcast from shape {value.shape} into shape {(count,)}")
    numbers = value.numbers if value.dtype is dtype else value.astype(dtype).numbers
    return numbers if len(numbers) == count else numbers * count
