"""Durations that were seen, as laws of the twin."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import CensoredData
from scipy.stats import gamma as gammas

from sim.scenario import Law, fixed, gamma, lognormal, mixture

ENOUGH = 8
"Fewer than that tell nothing of a law: the ordinary one stays."
STEADY = 0.03
"A spread below that, over the mean, is none."


def like_gamma(seen: Sequence[float], unless: Law) -> Law:
    """By the first two moments.

    >>> like_gamma([20.0] * 9, gamma(11.0, 0.5))
    Law(kind='fixed', mean=20.0, cv=0.0, parts=())
    >>> like_gamma([20.0], gamma(11.0, 0.5)).mean
    11.0
    """
    if len(seen) < ENOUGH:
        return unless
    mean, cv = _moments(seen)
    return fixed(mean) if cv < STEADY else gamma(mean, cv)


def like_lognormal(seen: Sequence[float], unless: Law) -> Law:
    """By the moments of the logarithms: a few very long ones do not rule."""
    kept = [one for one in seen if one > 0.0]
    if len(kept) < ENOUGH:
        return unless
    logs = np.log(kept)
    variance = float(np.var(logs, ddof=1))
    mean = float(np.exp(np.mean(logs) + variance / 2.0))
    return lognormal(round(mean, 3), round(float(np.sqrt(np.exp(variance) - 1.0)), 4))


def censored(ended: Sequence[float], went_on: Sequence[float], unless: Law) -> Law:
    """Of those who gave up, and of those who might have: the likeliest gamma law.

    Nobody knows how long people who were connected would have waited, only that it was longer
    (right-censored; `scipy.stats.gamma.fit`).
    """
    ended, went_on = ([one for one in some if one > 0.01] for some in (ended, went_on))
    if len(ended) < ENOUGH:
        return unless
    shape, _, scale = gammas.fit(CensoredData(uncensored=ended, right=went_on), floc=0.0)
    return gamma(round(float(shape * scale), 3), round(float(shape**-0.5), 4))


def spread(seen: Sequence[float], most: int = 20) -> Law:
    """As it was: each value as likely as another, of many every so-many-th."""
    values = sorted(round(one, 1) for one in seen)
    if len(values) > most:
        values = [values[int((n + 0.5) * len(values) / most)] for n in range(most)]
    if len(set(values)) < 2:
        return fixed(values[0] if values else 0.0)
    return mixture(*((1.0, fixed(value)) for value in values))


def _moments(seen: Sequence[float]) -> tuple[float, float]:
    mean = float(np.mean(seen))
    return round(mean, 3), round(float(np.std(seen, ddof=1)) / mean, 4) if mean else 0.0
