"""What may be said of a rate after so many hits in so many trials.

`exact_*` holds for a number of trials fixed in advance. Whoever looks after every call and acts on
what he sees needs `anytime_*`: with the confidence given it holds at all times at once. All are
one-sided; for an interval take both with half the risk each.
"""

import numpy as np
import scipy

from models.arguments import formula
from models.piecewise import Numbers

_SEARCH = 60
_PRIOR = (1.0, 1.0)
"Of the mixture: its bets are spread evenly."


@formula
def exact_upper(hits: Numbers, trials: Numbers, confidence: Numbers = 0.95) -> Numbers:
    """The largest rate at which so few hits are not yet too few (Clopper and Pearson 1934).

    >>> round(exact_upper(0, 100), 6), exact_upper(0, 0)
    (0.029513, 1.0)
    """
    _possible(hits, trials)
    bound = scipy.special.betaincinv(hits + 1.0, np.maximum(trials - hits, 1.0), confidence)
    return np.where(hits >= trials, 1.0, bound)


@formula
def exact_lower(hits: Numbers, trials: Numbers, confidence: Numbers = 0.95) -> Numbers:
    """The smallest rate at which so many hits are not yet too many (Clopper and Pearson 1934).

    >>> round(exact_lower(100, 100), 6), exact_lower(0, 100)
    (0.970487, 0.0)
    """
    return 1.0 - np.asarray(exact_upper(trials - hits, trials, confidence))


@formula
def log_evidence(hits: Numbers, trials: Numbers, rate: Numbers) -> Numbers:
    """What a bet against "the rate is this or more" has earned, as a natural logarithm.

    The bet mixes all smaller rates by a beta prior cut at `rate`. If the claim is true its capital
    is a supermartingale that begins at 1, so that it ever reaches 1 / risk with a probability of
    at most `risk` (Ville 1939; Robbins 1970).

    >>> round(log_evidence(0, 100, 0.05), 6)   # no hit in 100: over e^3 to 1 against 5 %
    3.504301
    """
    _possible(hits, trials)
    return _log_evidence(hits, trials - hits, -np.log1p(-np.asarray(rate)))


@formula
def anytime_upper(hits: Numbers, trials: Numbers, confidence: Numbers = 0.95) -> Numbers:
    """The smallest rate against which the evidence suffices: a bound that holds at all times.

    The least of all bounds so far holds as well. Between 1.5 and 2 times as far from the observed
    rate as the exact bound; that is the price of looking.

    >>> round(anytime_upper(29, 1000), 4), round(exact_upper(29, 1000), 4), anytime_upper(0, 0)
    (0.0472, 0.0393, 1.0)
    """
    _possible(hits, trials)
    misses = np.maximum(trials - hits, 1.0)
    enough = -np.log1p(-confidence)
    return np.where(hits >= trials, 1.0, -np.expm1(-_where_enough(hits, misses, enough)))


@formula
def anytime_lower(hits: Numbers, trials: Numbers, confidence: Numbers = 0.95) -> Numbers:
    """The largest rate below which the evidence suffices: a bound that holds at all times.

    >>> round(anytime_lower(971, 1000), 4)
    0.9528
    """
    return 1.0 - np.asarray(anytime_upper(trials - hits, trials, confidence))


def _possible(hits: Numbers, trials: Numbers) -> None:
    if np.any(hits > trials):
        wrong = np.argmax(hits > trials)
        pair = (np.atleast_1d(one)[wrong] for one in (hits, trials))
        raise ValueError("{:g} hits in {:g} trials: that cannot be".format(*pair))


def _log_evidence(hits: Numbers, misses: Numbers, odds: Numbers) -> Numbers:
    """The rate is given as -ln(1 - rate): exact near 1, where a miss tells most."""
    a, b = _PRIOR
    rate = -np.expm1(-odds)
    betainc, betaln = scipy.special.betainc, scipy.special.betaln
    mixed = betaln(a + hits, b + misses) - betaln(a, b)
    below = np.log(betainc(a + hits, b + misses, rate)) - np.log(betainc(a, b, rate))
    return mixed + below - scipy.special.xlogy(hits, rate) + misses * odds


def _where_enough(hits: Numbers, misses: Numbers, enough: Numbers) -> Numbers:
    """From the observed rate upwards, then by false position (Illinois), in -ln(1 - rate)."""
    low = high = np.log1p(hits / misses)
    wide = (np.sqrt(2.0 * enough * (hits + 1.0)) + enough) / (hits + misses)
    surplus = lack = -enough + 0.0 * low
    for _ in range(_SEARCH):
        short = surplus < 0.0
        low, high = np.where(short, high, low), np.where(short, high + wide, high)
        wide = 2.0 * wide
        surplus = _log_evidence(hits, misses, high) - enough
        if np.all(surplus >= 0.0):
            break
    for _ in range(_SEARCH):
        tried = high - surplus * (high - low) / (surplus - lack)
        found = _log_evidence(hits, misses, tried) - enough
        turned = (found < 0.0) != (surplus < 0.0)
        low, lack = np.where(turned, high, low), np.where(turned, surplus, 0.5 * lack)
        high, surplus = tried, found
        if np.all(np.abs(surplus) < 1e-10):
            break
    return np.where(surplus > -1e-9, high, np.maximum(low, high))
