"""Operations of two: array and array, array and number, number and array.

Their loops are written once, as text with a gap for what is done with a pair. PyPy's compiler
remembers a loop by the function that it stands in: if all operations shared one, it would be fast
for the first of them and slow for the others.
"""

from types import ModuleType
from typing import Any

from ._array import check_writable, method, ndarray
from ._missing import missing
from ._parts import Shape

_LOOPS = """
def both(a, b):
    out = {room}
    for i in range(len(a)):
        x = a[i]
        y = b[i]
        out[i] = {value}
    return out


def left(a, y):
    out = {room}
    for i in range(len(a)):
        x = a[i]
        out[i] = {value}
    return out


def right(x, a):
    out = {room}
    for i in range(len(a)):
        y = a[i]
        out[i] = {value}
    return out


def both_into(a, b):
    for i in range(len(a)):
        x = a[i]
        y = b[i]
        a[i] = {value}


def left_into(a, y):
    for i in range(len(a)):
        x = a[i]
        a[i] = {value}
"""
_OPERATION = """
def of(a, b, out=None):
    if out is not None:
        return out_of_place(of, in_place, a, b, out)
    a, b = alike(a, b)
    if isinstance(a, ndarray):
        loops = {loops}
        if not isinstance(b, ndarray):
            numbers, shape = loops.left(a.numbers, b), a.shape
        elif same_shape(a, b):
            numbers, shape = loops.both(a.numbers, b.numbers), a.shape
        else:
            shape = fitted(a.shape, b.shape)
            numbers = loops.both(spread(a, shape), spread(b, shape))
        return ndarray(numbers, shape, {dtype})
    if isinstance(b, ndarray):
        a, b = b, a
        loops = {loops}
        return ndarray(loops.right(b, a.numbers), a.shape, {dtype})
    return floats.both([a], [b])[0]


def swapped(a, b):
    return of(b, a)


def in_place(a, b):
    same, b = alike(a, b)
    if same is not a:
        raise TypeError("{name} in place would make floats of whole numbers")
    loops = {loops}
    if not isinstance(b, ndarray):
        loops.left_into(a.numbers, b)
    elif same_shape(a, b):
        loops.both_into(a.numbers, b.numbers)
    else:
        new = of(a, b)
        if new.shape != a.shape:
            raise ValueError(f"shape {{a.shape}} has no room for {{new.shape}}")
        a.numbers[:] = new.numbers
    return a
"""


class _Loops:
    """Of one operation, and of one kind of numbers."""

    def __init__(self, name: str, value: str, room: str) -> None:
        of = _module(name, _LOOPS.format(value=value, room=room), by_zero=_by_zero, power=_power)
        self.both, self.left, self.right = of.both, of.left, of.right
        self.both_into, self.left_into = of.both_into, of.left_into


def _alike(a: Any, b: Any) -> tuple[Any, Any]:
    """Floats on both sides, where one side has floats."""
    if isinstance(a, ndarray):
        if isinstance(b, ndarray):
            if a.dtype is b.dtype:
                return a, b
        elif type(b) is a.dtype:
            return a, b
    elif isinstance(b, ndarray) and type(a) is b.dtype:
        return a, b
    one, other = _dtype(a), _dtype(b)
    wider = float if float in (one, other) else int if int in (one, other) else bool
    return _widened(a, one, wider), _widened(b, other, wider)


def _alike_floats(a: Any, b: Any) -> tuple[Any, Any]:
    """Floats, for quotients and powers."""
    return _widened(a, _dtype(a), float), _widened(b, _dtype(b), float)


def _dtype(one: Any) -> type:
    if isinstance(one, ndarray):
        return one.dtype
    kind = type(one)
    if kind not in (float, int, bool):
        missing(f"array and {kind.__name__}")
    return kind


def _widened(one: Any, dtype: type, wider: type) -> Any:
    if dtype is wider:
        return one
    return one.astype(wider) if isinstance(one, ndarray) else wider(one)


def _same_shape(a: ndarray, b: ndarray) -> bool:
    """Number by number: to compare two tuples takes longer than to add up two short rows."""
    one, other = a.shape, b.shape
    if len(one) == 1:
        return len(other) == 1 and one[0] == other[0]
    return len(other) == 2 and one[0] == other[0] and one[1] == other[1]


def fitted(a: Shape, b: Shape) -> Shape:
    """The shape that has room for both: a single row or column goes with any number of them.

    >>> fitted((3, 1), (2,))
    (3, 2)
    """
    if len(a) == len(b) == 1:
        return (_length(a[0], b[0], a, b),)
    (a_height, a_width), (b_height, b_width) = _rows(a), _rows(b)
    return _length(a_height, b_height, a, b), _length(a_width, b_width, a, b)


def _rows(shape: Shape) -> Shape:
    return (1, shape[0]) if len(shape) == 1 else shape


def _length(one: int, other: int, a: Shape, b: Shape) -> int:
    if one == 1:
        return other
    if other not in (1, one):
        raise ValueError(f"operands could not be broadcast together with shapes {a} {b}")
    return one


def spread(x: ndarray, shape: Shape) -> list[Any]:
    """Its numbers again and again, as many as the shape has."""
    if x.shape == shape:
        return x.numbers
    height, width = _rows(x.shape)
    numbers: list[Any] = x.numbers
    if width == 1 and shape[-1] != 1:
        column, numbers = numbers, numbers * shape[-1]
        for i in range(shape[-1]):
            numbers[i :: shape[-1]] = column
    return numbers * shape[0] if height == 1 and len(shape) == 2 else numbers


def _out_of_place(operation: Any, in_place: Any, a: Any, b: Any, out: ndarray) -> ndarray:
    """Into an array that there is already."""
    check_writable(out)
    new: ndarray = in_place(a, b) if out is a else operation(a, b)
    if new is out:
        return out
    if (out.shape, out.dtype) != (new.shape, new.dtype):
        raise ValueError(f"no room for {new.dtype} {new.shape} in {out.dtype} {out.shape}")
    out.numbers[:] = new.numbers
    return out


def _by_zero(x: float, y: float) -> float:
    """What IEEE 754 says of it."""
    if x == 0.0 or x != x:
        return float("nan")
    return float("inf") if (x > 0.0) == (str(y)[0] != "-") else float("-inf")


def _power(x: float, y: float) -> float:
    if y == 2.0:
        return x * x
    missing(f"array ** {y}")


def _no_mask(a: ndarray, loops: _Loops) -> _Loops:
    if a.dtype is bool:
        missing("arithmetic with masks alone")
    return loops


def _made(
    name: str, value: str, *, floats: bool = False, answers: bool = False, masks: bool = False
) -> Any:
    """The operation of this name, with loops of its own.

    `floats` of whole numbers, too; `answers` yes or no; is for `masks` as well.
    """
    text = _OPERATION.format(
        name=name,
        dtype="bool" if answers else "a.dtype",
        loops="floats if a.dtype is float else "
        + ("others" if answers or masks else "no_mask(a, others)"),
    )
    room = "[False] * len(a)" if answers else "a[:]"
    return _module(
        name,
        text,
        alike=_alike_floats if floats else _alike,
        fitted=fitted,
        floats=_Loops(name, value, room),
        ndarray=ndarray,
        no_mask=_no_mask,
        others=_Loops(f"{name} of others", value, room),
        out_of_place=_out_of_place,
        same_shape=_same_shape,
        spread=spread,
    )


def _module(name: str, text: str, **known: Any) -> Any:
    """The text as a module: PyPy looks names up in a module sooner than in a mere dict."""
    module = ModuleType(f"{__name__}.{name}")
    vars(module).update(known)
    exec(compile(text, f"<{name}>", "exec"), vars(module))
    return module


minimum = _made("minimum", "x if x < y or x != x else y").of
maximum = _made("maximum", "x if x > y or x != x else y").of

_ARITHMETIC = {
    "add": _made("add", "x + y"),
    "sub": _made("sub", "x - y"),
    "mul": _made("mul", "x * y"),
    "truediv": _made("truediv", "x / y if y else by_zero(x, y)", floats=True),
    "pow": _made("pow", "x * x if y == 2.0 else power(x, y)", floats=True),
}
_COMPARISONS = {
    "lt": "x < y",
    "le": "x <= y",
    "gt": "x > y",
    "ge": "x >= y",
    "eq": "x == y",
    "ne": "x != y",
}
_OF_MASKS = {"and": "x & y", "or": "x | y"}

for _name, _operation in _ARITHMETIC.items():
    method(f"__{_name}__")(_operation.of)
    method(f"__r{_name}__")(_operation.swapped)
    method(f"__i{_name}__")(_operation.in_place)
for _name, _value in _COMPARISONS.items():
    method(f"__{_name}__")(_made(_name, _value, answers=True).of)
for _name, _value in _OF_MASKS.items():
    method(f"__{_name}__")(_made(f"{_name}_", _value, masks=True).of)
