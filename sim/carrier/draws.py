"""How long something takes: a distribution in words, and the hundred values a dial plan draws from.

A dial plan can pick a number at random from a list but cannot integrate: so a distribution becomes
its quantiles at 0.5 %, 1.5 % ... 99.5 %, of which each is drawn as often as the others.
"""

import math
from statistics import NormalDist
from typing import Annotated

import msgspec
import scipy  # `scipy.special` is loaded where a gamma is drawn: most processes draw none
from msgspec import Meta

POINTS = 100

Seconds = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]


class Draw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One distribution of seconds; exactly one of the first five is given."""

    fixed: Seconds | None = None
    "Always this long."
    uniform: tuple[Seconds, Seconds] | None = None
    "Between two bounds."
    exponential: Positive | None = None
    "Its mean."
    gamma: Positive | None = None
    "Its mean; `shape` 1 is exponential, more is narrower."
    lognormal: Positive | None = None
    "Its median; `sigma` is the spread of the logarithm."
    shape: Positive = 2.0
    "Of gamma."
    sigma: Positive = 0.5
    "Of lognormal."
    min: Seconds = 0.0
    "What is shorter takes this long."
    max: Seconds = 86400.0
    "What is longer takes this long."

    def __post_init__(self) -> None:
        kinds = (self.fixed, self.uniform, self.exponential, self.gamma, self.lognormal)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("one of fixed, uniform, exponential, gamma, lognormal is wanted")
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} is more than max {self.max:g}")


def quantiles(draw: Draw, points: int = POINTS) -> tuple[float, ...]:
    """`points` values, shortest first, in milliseconds' precision.

    >>> quantiles(Draw(uniform=(0, 10)), points=5)
    (1.0, 3.0, 5.0, 7.0, 9.0)
    >>> quantiles(Draw(fixed=2.5), points=3)
    (2.5, 2.5, 2.5)
    """
    values = (_quantile(draw, (i + 0.5) / points) for i in range(points))
    return tuple(round(min(max(value, draw.min), draw.max), 3) for value in values)


def _quantile(draw: Draw, at: float) -> float:
    if draw.fixed is not None:
        return float(draw.fixed)
    if draw.uniform is not None:
        low, high = draw.uniform
        return low + (high - low) * at
    if draw.exponential is not None:
        return -draw.exponential * math.log1p(-at)
    if draw.gamma is not None:
        return draw.gamma / draw.shape * float(scipy.special.gammaincinv(draw.shape, at))
    assert draw.lognormal is not None
    return draw.lognormal * math.exp(draw.sigma * NormalDist().inv_cdf(at))
