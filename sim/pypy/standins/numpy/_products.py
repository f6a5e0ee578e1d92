"""Products of matrices."""

from ._array import method, ndarray
from ._missing import missing

_ABREAST = 8
"Columns that are worked on side by side."


@method("__matmul__")
def matmul(a: ndarray, b: ndarray) -> ndarray:
    """Of two matrices, or of a row and a matrix."""
    if len(b.shape) != 2 or not a.dtype is b.dtype is float:
        missing("this matmul")
    inner, width = b.shape
    if a.shape[-1] != inner:
        raise ValueError(f"matmul: shapes {a.shape} and {b.shape} do not fit")
    count = a.shape[0] if len(a.shape) == 2 else 1
    out = [0.0] * (count * width)
    whole = width - width % _ABREAST
    for row in range(count):
        weights = a.numbers[row * inner : row * inner + inner]
        for column in range(0, whole, _ABREAST):
            _eight_columns(weights, b.numbers, (column, width), out, row * width)
        for column in range(whole, width):
            out[row * width + column] = _one_column(weights, b.numbers, column, width)
    return ndarray(out, (*a.shape[:-1], width), float)


def _eight_columns(
    weights: list[float], x: list[float], place: tuple[int, int], out: list[float], at: int
) -> None:
    """A row's weighted sum, from a column on."""
    a = b = c = d = e = f = g = h = 0.0
    i, width = place
    at += i
    for weight in weights:
        a += weight * x[i]
        b += weight * x[i + 1]
        c += weight * x[i + 2]
        d += weight * x[i + 3]
        e += weight * x[i + 4]
        f += weight * x[i + 5]
        g += weight * x[i + 6]
        h += weight * x[i + 7]
        i += width
    out[at : at + _ABREAST] = [a, b, c, d, e, f, g, h]


def _one_column(weights: list[float], x: list[float], column: int, width: int) -> float:
    found, i = 0.0, column
    for weight in weights:
        found += weight * x[i]
        i += width
    return found
