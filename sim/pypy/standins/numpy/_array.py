"""The array itself: a flat list of numbers, a shape, and which parts of it one can ask for."""

from array import array as packed
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ._missing import missing
from ._parts import (
    Shape,
    columns_of,
    floats_at,
    marked,
    marked_floats,
    numbers_at,
    row_of,
    rows_of,
    within,
    written,
)

Function = TypeVar("Function", bound=Callable[..., Any])
CODES = {float: "d", int: "q"}
"How numbers are packed into bytes."
_ALL = slice(None)


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
        missing(f"ndarray.{name}")

    # ---- what it is ----
    @property
    def ndim(self) -> int:
        """2 of rows of numbers, 1 of numbers."""
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

    def _only(self) -> Any:
        if len(self.numbers) != 1:
            raise ValueError("more than one number, or none: use any() or all()")
        return self.numbers[0]

    def __bool__(self) -> bool:
        return bool(self._only())

    def __float__(self) -> float:
        return float(self._only())

    def __int__(self) -> int:
        return int(self._only())

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
            missing(f"an array of shape {wanted}")
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
        if isinstance(index, ndarray):
            return self._at(index)
        kind = type(index)
        if len(self.shape) == 1:
            if kind is int:
                return self.numbers[index]
            if kind is slice:
                numbers = self.numbers[index]
                return ndarray(numbers, (len(numbers),), self.dtype, part=True)
            if kind is tuple and len(index) == 2 and index[1] is None:
                numbers = self.numbers if index[0] == _ALL else self.numbers[index[0]]
                return ndarray(numbers, (len(numbers), 1), self.dtype, part=True)
        elif kind is int:
            return ndarray(*row_of(self.numbers, self.shape, index), self.dtype, part=True)
        elif kind is slice:
            return ndarray(*rows_of(self.numbers, self.shape, index), self.dtype, part=True)
        elif kind is tuple and len(index) == 2 and index[1] is not None:
            row, column = index
            if type(row) is int:
                return self[row][column]
            if type(row) is slice:
                rows = self if row == _ALL else self[row]
                numbers, shape = columns_of(rows.numbers, rows.shape, column)
                return ndarray(numbers, shape, self.dtype, part=True)
        missing(f"array[{index!r}]")

    def _at(self, index: "ndarray") -> "ndarray":
        """What stands at these places, or where the mask says so."""
        floats = self.dtype is float
        if index.dtype is bool and len(index.shape) == 1:
            if len(self.shape) == 2:
                return Taken(self, marked([*range(len(self))], index.numbers))
            numbers = (marked_floats if floats else marked)(self.numbers, index.numbers)
            return ndarray(numbers, (len(numbers),), self.dtype)
        if len(self.shape) == 2:
            return self.take(index, axis=0)
        numbers = (floats_at if floats else numbers_at)(self.numbers, index.numbers)
        return ndarray(numbers, index.shape, self.dtype)

    def take(self, rows: "ndarray", axis: int) -> "ndarray":
        """These rows, one below the other."""
        if axis != 0 or len(self.shape) != 2 or len(rows.shape) != 1 or rows.dtype is not int:
            missing("ndarray.take but of rows")
        return Taken(self, rows.numbers)

    def __setitem__(self, index: Any, value: Any) -> None:
        check_writable(self)
        kind = type(index)
        if kind is slice and len(self.shape) == 1:
            count = len(range(*index.indices(len(self.numbers))))
            self.numbers[index] = _as_many(value, count, self.dtype)
        elif kind is int and len(self.shape) == 1:
            self.numbers[index] = self.dtype(value)
        elif kind is tuple and len(self.shape) == 2 and type(index[0]) is type(index[1]) is int:
            (row, column), (count, width) = index, self.shape
            at = within(row, count) * width + within(column, width)
            self.numbers[at] = self.dtype(value)
        else:
            missing(f"array[{index!r}] = ...")

    def fill(self, value: Any) -> None:
        """The same number everywhere."""
        check_writable(self)
        self.numbers[:] = [self.dtype(value)] * len(self.numbers)

    def setflags(self, write: bool) -> None:
        """Whether items may be replaced."""
        self.writable = write


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
        self.numbers = written(self.table.numbers, self.table.shape, self.rows)
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


def _as_many(value: Any, count: int, dtype: type) -> list[Any]:
    """As many numbers as there is room for."""
    if not isinstance(value, ndarray):
        return [dtype(value)] * count
    if value.shape not in ((count,), (1,)):
        raise ValueError(f"could not broadcast from shape {value.shape} into shape {(count,)}")
    numbers = value.numbers if value.dtype is dtype else value.astype(dtype).numbers
    return numbers if len(numbers) == count else numbers * count
