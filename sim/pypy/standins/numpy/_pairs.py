"""Operations of two: array and array, array and number, number and array.

Their loops are written once, as text with a gap for what is done with a pair. PyPy's compiler
remembers a loop by the function that it stands in: if all operations shared one, it would be fast
for the first of them and slow for the others.
"""

from types import SimpleNamespace
from typing import Any

from ._array import Shape, check_writable, method, ndarray

_LOOPS = '''
def both(a, b):
    """Of one shape."""
    out = {room} * len(a)
    for i in range(len(a)):
        x = a[i]
        y = b[i]
        out[i] = {value}
    return out


def left(a, y):
    out = {room} * len(a)
    for i in range(len(a)):
        x = a[i]
        out[i] = {value}
    return out


def right(x, a):
    out = {room} * len(a)
    for i in range(len(a)):
        y = a[i]
        out[i] = {value}
    return out


def cross(a, b, over):
    """One of them has a single row or column where the other has many."""
    height, width, a_down, a_on, b_down, b_on = over
    out = {room} * (height * width)
    k = 0
    for row in range(height):
        i = row * a_down
        j = row * b_down
        for k in range(row * width, row * width + width):
            x = a[i]
            y = b[j]
            out[k] = {value}
            i += a_on
            j += b_on
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


def {name}(a, b, out=None):
    a, b = alike(a, b)
    if not isinstance(a, ndarray):
        if not isinstance(b, ndarray):
            return both([a], [b])[0]
        numbers, shape = right(a, b.numbers), b.shape
    elif not isinstance(b, ndarray):
        numbers, shape = left(a.numbers, b), a.shape
    elif a.shape == b.shape:
        numbers, shape = both(a.numbers, b.numbers), a.shape
    else:
        shape, over = fitted(a.shape, b.shape)
        numbers = cross(a.numbers, b.numbers, over)
    dtype = {dtype}
    if out is None:
        return ndarray(numbers, shape, dtype)
    return written(out, ndarray(numbers, shape, dtype))


def swapped(a, b):
    return {name}(b, a)


def in_place(a, b):
    a_, b = alike(a, b)
    if a_ is not a:
        raise TypeError("{name} in place would make floats of whole numbers")
    if not isinstance(b, ndarray):
        left_into(a.numbers, b)
    elif a.shape == b.shape:
        both_into(a.numbers, b.numbers)
    else:
        new = {name}(a, b)
        if new.shape != a.shape:
            raise ValueError(f"shape {{a.shape}} has no room for {{new.shape}}")
        a.numbers[:] = new.numbers
    return a
'''


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
        raise NotImplementedError(f"array and {kind.__name__} on PyPy: run this on CPython")
    return kind


def _widened(one: Any, dtype: type, wider: type) -> Any:
    if dtype is wider:
        return one
    return one.astype(wider) if isinstance(one, ndarray) else wider(one)


def fitted(a: Shape, b: Shape) -> tuple[Shape, tuple[int, ...]]:
    """The shape that both fit; its height and width, and steps down and on in both of them.

    >>> fitted((3, 1), (2,))
    ((3, 2), (3, 2, 1, 0, 0, 1))
    """
    (a_height, a_width), (b_height, b_width) = _rows_of(a), _rows_of(b)
    height = b_height if a_height == 1 else a_height
    width = b_width if a_width == 1 else a_width
    if not {a_height, b_height} <= {1, height} or not {a_width, b_width} <= {1, width}:
        raise ValueError(f"operands could not be broadcast together with shapes {a} {b}")
    steps = (*_steps(a_height, a_width), *_steps(b_height, b_width))
    shape = (width,) if len(a) == len(b) == 1 else (height, width)
    return shape, (height, width, *steps)


def _rows_of(shape: Shape) -> Shape:
    return (1, shape[0]) if len(shape) == 1 else shape


def _steps(height: int, width: int) -> tuple[int, int]:
    return 0 if height == 1 else width, 0 if width == 1 else 1


def _written(out: ndarray, new: ndarray) -> ndarray:
    check_writable(out)
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
    raise NotImplementedError(f"array ** {y} on PyPy: run this on CPython")


def _made(name: str, value: str, *, floats: bool = False, answers: bool = False) -> Any:
    """The operation of this name, with loops of its own.

    `floats` of whole numbers, too; `answers` yes or no.
    """
    text = _LOOPS.format(
        name=name,
        value=value,
        room="[False]" if answers else "a[:1]",
        dtype="bool" if answers else "(a if isinstance(a, ndarray) else b).dtype",
    )
    names = {
        "alike": _alike_floats if floats else _alike,
        "by_zero": _by_zero,
        "fitted": fitted,
        "ndarray": ndarray,
        "power": _power,
        "written": _written,
    }
    exec(compile(text, f"<{name}>", "exec"), names)
    return SimpleNamespace(of=names[name], swapped=names["swapped"], in_place=names["in_place"])


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
    method(f"__{_name}__")(_made(f"{_name}_", _value).of)
