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


def rings_out(
    rang: Sequence[float], let_alone: Sequence[float], timeout_s: float, unless: Law
) -> Law:
    """How long it rings where nobody answers: mostly as long as we let it.

    What was let alone for want of an agent would have rung on: it rang at least so long.

    >>> rings_out([20.0] * 12, [15.0] * 9, 30.0, fixed(26.0))
    Law(kind='fixed', mean=20.0, cv=0.0, parts=())
    >>> rings_out([30.0] * 3, [15.0] * 9, 30.0, fixed(26.0)).mean
    40.0
    """
    own = [one for one in rang if one < timeout_s - 0.5]
    by_us = [one for one in rang if one >= timeout_s - 0.5]
    if (rang or let_alone) and _going_on(own, [*let_alone, *by_us]) > 0.5:
        return fixed(timeout_s + 10.0)
    plain = like_gamma(own, unless)
    is_plain = not let_alone or plain.cv < STEADY
    return plain if is_plain else censored(own, let_alone, unless)


def _going_on(ended: Sequence[float], cut_off: Sequence[float]) -> float:
    """The share that outlasts everything seen to end (Kaplan and Meier 1958).

    >>> _going_on([12.0], [30.0]), _going_on([20.0], [15.0, 15.0, 30.0])
    (0.5, 0.5)
    """
    share, left = 1.0, len(ended) + len(cut_off)
    for _, goes_on in sorted([*((at, False) for at in ended), *((at, True) for at in cut_off)]):
        share *= 1.0 if goes_on else 1.0 - 1.0 / left
        left -= 1
    return share


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
