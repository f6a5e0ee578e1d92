"""Poisson chances summed to one side and divided by the chance at the edge, for real counts.

The chance of a count n when a are expected is p(n; a) = a^n e^-a / gamma(n + 1), here for any real
n >= 0. `fewer` and `more` are of moderate size where the chances themselves are too small to hold,
and exact to about 1e-13 from 0 to 1e6 and beyond. All Erlang formulas are made of these two.
"""

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.polynomial.legendre import leggauss

from models.piecewise import Numbers, Regions, anywhere, piecewise

# ---- the chance itself ---------------------------------------------------------------------------
_ATANH = [1 / k for k in range(37, 1, -2)]
_STIRLING = (-691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12)


def _horner(coefficients: Sequence[float], x: Numbers) -> Numbers:
    total = 0.0 * x
    for one in coefficients:
        total = total * x + one
    return total


def _deviance_near(n: Numbers, a: Numbers) -> Numbers:
    """The deviance n ln(n / a) - n + a by its series, which does not cancel (Loader 2000)."""
    v = (n - a) / (n + a)
    w = v * v
    return (n - a) * v + 2.0 * n * v * w * _horner(_ATANH, w)


def _deviance_far(n: Numbers, a: Numbers) -> Numbers:
    return n * np.log(n / a) - (n - a)


_DEVIANCE: Regions = (
    (lambda n, a: abs(n - a) * 3.0 < n + a, _deviance_near),
    (anywhere, _deviance_far),
)


def _log_chance_many(n: Numbers, a: Numbers) -> Numbers:
    remainder = _horner(_STIRLING, 1.0 / (n * n)) / n
    return -piecewise(_DEVIANCE, n, a) - remainder - 0.5 * np.log(2.0 * np.pi * n)


def _log_chance_few(n: Numbers, a: Numbers) -> Numbers:
    return n * np.log(a) - a - scipy.special.gammaln(n + 1.0)


_LOG_CHANCE: Regions = ((lambda n, a: n > 16.0, _log_chance_many), (anywhere, _log_chance_few))


def log_chance(n: Numbers, a: Numbers) -> Numbers:
    """Logarithm of p(n; a) for n >= 0 and a > 0.

    >>> round(float(log_chance(2.0, 2.0)), 12)   # ln(2 e^-2)
    -1.30685281944
    """
    return piecewise(_LOG_CHANCE, n, a)


# ---- that many or fewer: p(n) / (p(0) + ... + p(n)), the blocking of Erlang ----------------------
_TERMS = 24
_FEW = 60.0


def _blocked_far_over(n: Numbers, a: Numbers) -> Numbers:
    """The continued fraction of the upper incomplete gamma function (DLMF 8.9.2), from its end."""
    over = a - n
    rest = over + 2.0 * _TERMS
    for k in range(_TERMS, 0, -1):
        rest = over + 2.0 * (k - 1) + k * (n - (k - 1)) / rest
    return rest / a


def _chance_far_under(n: Numbers, a: Numbers) -> Numbers:
    return np.exp(log_chance(n, a))


def _blocked_under(n: Numbers, a: Numbers) -> Numbers:
    chance = np.exp(log_chance(n, a))
    return chance / (1.0 - chance * (a / (n + 1.0)) * _quadrature(n + 1.0, a)[0])


def _blocked_near(n: Numbers, a: Numbers) -> Numbers:
    return np.exp(log_chance(n, a)) / scipy.special.gammaincc(n + 1.0, a)


def _is_far_over(n: Numbers, a: Numbers) -> Numbers:
    over = a - n
    return (over > 45.0) & (over * over > 20.25 * n)


def _is_far_under(n: Numbers, a: Numbers) -> Numbers:
    under = n - a
    return (under > 0.0) & (under * under > 81.0 * n)


def _is_under(n: Numbers, a: Numbers) -> Numbers:
    """Where scipy sums a long series, and from 1e6 on not to its end."""
    under = n - a
    return (n > 1e4) & (under > 0.0) & (under * under > 19.0 * n)


_BLOCKED: Regions = (
    (lambda n, a: a == 0.0, lambda n, a: np.where(n == 0.0, 1.0, 0.0)),
    (_is_far_over, _blocked_far_over),
    (_is_far_under, _chance_far_under),
    (_is_under, _blocked_under),
    (anywhere, _blocked_near),
)
_LOG_BLOCKED: Regions = (
    (lambda n, a: a == 0.0, lambda n, a: np.where(n == 0.0, 0.0, -np.inf)),
    (lambda n, a: a == 0.0, lambda n, a: np.where(n == 0.0, 1.0, 0.0)),
    (_is_far_over, lambda n, a: np.log(_blocked_far_over(n, a))),
    (_is_far_under, log_chance),
    (anywhere, lambda n, a: np.log(piecewise(_BLOCKED, n, a))),
)


def blocked(n: Numbers, a: Numbers) -> Numbers:
    """p(n) over the sum of p up to n, for n >= 0 and a >= 0: Erlang B for real n.

    >>> [round(float(blocked(n, 700.0)), 12) for n in (0.0, 700.0)]
    [1.0, 0.029559433754]
    """
    if isinstance(n, float) and n <= _FEW and n.is_integer():
        return _by_recursion(int(n), a)
    return np.minimum(piecewise(_BLOCKED, n, a), 1.0)


def _by_recursion(n: int, a: float) -> float:
    """One number for few servers: the schoolbook's way is the fastest."""
    found = 1.0
    for k in range(1, n + 1):
        found = a * found / (k + a * found)
    return found


def log_blocked(n: Numbers, a: Numbers) -> Numbers:
    """Its logarithm, where `blocked` itself is too small to hold."""
    return np.minimum(piecewise(_LOG_BLOCKED, n, a), 0.0)


# ---- that many or more: (p(c) + p(c + 1) + ...) / p(c), the queue of Erlang A --------------------
_NODES, _WEIGHTS = leggauss(48)
_SERIES = 80


def more(c: Numbers, a: Numbers) -> tuple[Numbers, Numbers]:
    """The sum of p(c + n) / p(c) over n >= 0, and the mean of n with these weights; a > 0.

    The sum is 1F1(1; c + 1; a), and infinite where p(c) is too small to hold.

    >>> [round(float(one), 12) for one in more(1.0, 1.0)]   # e - 1 and 1 / (e - 1)
    [1.718281828459, 0.581976706869]
    """
    return piecewise(_MORE, c, a), piecewise(_MORE_MEAN, c, a)


def _series(c: Numbers, a: Numbers) -> tuple[Numbers, Numbers]:
    term = total = 1.0 + 0.0 * c
    weighted = 0.0 * c
    for n in range(1, _SERIES):
        term = term * a / (c + n)
        total = total + term
        weighted = weighted + n * term
    return total, weighted / total


def _quadrature(c: Numbers, a: Numbers) -> tuple[Numbers, Numbers]:
    """Integrals of c e^(a u) (1 - u)^(c - 1), without and with a factor a u; for a < c - 1.

    By Gauss and Legendre up to where the integrand has fallen to e^-42 of its beginning.
    """
    power = c - 1.0
    slope = power - a
    width = 84.0 / (slope + np.sqrt(slope * slope + 84.0 * power))
    total = weighted = 0.0 * c
    for node, weight in zip(0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS, strict=True):
        u = width * float(node)
        height = float(weight) * np.exp(-slope * u - power * _bend(u, c))
        total = total + height
        weighted = weighted + u * height
    return c * width * total, a * weighted / total


def _bend(u: Numbers, c: Numbers) -> Numbers:
    """-ln(1 - u) - u, which must not cancel where it is multiplied by a large c and u is small."""
    return piecewise(_BEND, u, c)


def _bend_near(u: Numbers, c: Numbers) -> Numbers:
    v = u / (2.0 - u)
    return v * (u + 2.0 * v * v * _horner(_ATANH[-12:], v * v))


_BEND: Regions = (
    (lambda u, c: c > 1000.0, _bend_near),
    (anywhere, lambda u, c: -np.log1p(-u) - u),
)


def _ratio(c: Numbers, a: Numbers) -> Numbers:
    return np.divide(scipy.special.gammainc(c, a), np.exp(log_chance(c, a)))


def _is_few(c: Numbers, a: Numbers) -> Numbers:
    return (c <= 100.0) & (a <= 0.8 * c)


def _is_below(c: Numbers, a: Numbers) -> Numbers:
    return (c > 100.0) & (a < c - 1.0)


_MORE: Regions = (
    (_is_few, lambda c, a: _series(c, a)[0]),
    (_is_below, lambda c, a: _quadrature(c, a)[0]),
    (anywhere, _ratio),
)
_MORE_MEAN: Regions = (
    (_is_few, lambda c, a: _series(c, a)[1]),
    (_is_below, lambda c, a: _quadrature(c, a)[1]),
    (anywhere, lambda c, a: a - c + c / _ratio(c, a)),
)
