"""Where to look at a function, and how much each look counts, to know its integral (Gauss)."""

from math import cos, pi

from .._array import ndarray


def leggauss(degree: int) -> tuple[ndarray, ndarray]:
    """Places between -1 and 1, and their weights: exact for polynomials up to 2 degree - 1.

    >>> places, weights = leggauss(2)
    >>> [round(x * x * x * x + x * x, 6) for x in places], [round(one, 6) for one in weights]
    ([0.444444, 0.444444], [1.0, 1.0])
    """
    found = [_place(degree, k) for k in range(degree, 0, -1)]
    places, weights = [x for x, _ in found], [weight for _, weight in found]
    return ndarray(places, (degree,), float), ndarray(weights, (degree,), float)


def _place(degree: int, k: int) -> tuple[float, float]:
    """The k-th zero from above, by Newton, and its weight."""
    x = cos(pi * (k - 0.25) / (degree + 0.5))
    for _ in range(8):
        value, slope = _legendre(degree, x)
        x -= value / slope
    slope = _legendre(degree, x)[1]
    return x, 2.0 / ((1.0 - x * x) * slope * slope)


def _legendre(degree: int, x: float) -> tuple[float, float]:
    before, value = 0.0, 1.0
    for n in range(1, degree + 1):
        before, value = value, ((2 * n - 1) * x * value - (n - 1) * before) / n
    return value, degree * (x * value - before) / (x * x - 1.0)
