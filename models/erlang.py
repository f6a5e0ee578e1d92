"""Erlang B, C and A: who is blocked, who waits, who gives up.

Servers may be any real number from 0, loads go into overload; a number for numbers, an array where
an argument is an array. Relative errors are below 1e-12 from 1 to 1e6 servers; nothing is ever NaN
or a probability above 1. What has no meaning is a ValueError. The load is in erlang: calls per
second times seconds per call.
"""

from typing import NamedTuple

import numpy as np

from models.arguments import formula
from models.piecewise import Numbers, Regions, anywhere, piecewise
from models.tails import blocked, log_blocked, more

ENDLESS = 1e50
"Whose patience is longer than so many handling times waits for ever."
TINY = 1e-290
"Instead of 0 where a formula divides; the incomplete gamma functions know nothing smaller."


@formula
def erlang_b(servers: Numbers, load: Numbers) -> Numbers:
    """The chance to be blocked where nobody waits (M/M/N/N; Erlang 1917; Jagerman 1974 for real N).

    >>> round(erlang_b(10, 10.0), 12)
    0.214582343107
    >>> erlang_b([1, 2], 1.0)
    array([0.5, 0.2])
    """
    return blocked(servers, load)


@formula
def log_erlang_b(servers: Numbers, load: Numbers) -> Numbers:
    """Its natural logarithm, also where the chance itself is too small to hold.

    >>> round(log_erlang_b(10_000, 200), 6)
    -29325.754171
    """
    return log_blocked(servers, load)


@formula
def erlang_c(servers: Numbers, load: Numbers) -> Numbers:
    """The chance to wait where everybody waits as long as it takes (M/M/N); 1 from load = servers.

    >>> round(erlang_c(14, 10.0), 12), erlang_c(90, 100.0)
    (0.174131933595, 1.0)
    """
    return piecewise(_C, servers, load)


@formula
def log_erlang_c(servers: Numbers, load: Numbers) -> Numbers:
    """Its natural logarithm, also where the chance itself is too small to hold.

    >>> round(log_erlang_c(10_000, 100), 6)
    -36157.215927
    """
    return piecewise(_LOG_C, servers, load)


class ErlangA(NamedTuple):
    """What callers live through who may give up (M/M/N+M)."""

    waits: Numbers
    "The chance to wait at all."
    abandons: Numbers
    "The chance to give up, of all callers."
    wait: Numbers
    "The mean wait of all callers, in mean handling times."
    queue: Numbers
    "How many wait, in the mean."


@formula
def erlang_a(servers: Numbers, load: Numbers, patience: Numbers) -> ErlangA:
    """Waiting and giving up with exponential patience, whose mean is in mean handling times.

    In closed form by incomplete gamma functions (Palm 1957; Garnett, Mandelbaum, Reiman 2002), so
    that a million servers take no longer than a hundred. Endless patience makes it Erlang C.

    >>> callers = erlang_a(50, 48.0, 2.0)
    >>> round(callers.waits, 6), round(callers.abandons, 6), round(callers.wait, 6)
    (0.467774, 0.030912, 0.061824)
    """
    endless = patience > ENDLESS
    if not np.any(endless):
        return _impatient(servers, load, patience)
    some = _impatient(servers, load, np.minimum(patience, ENDLESS))
    pairs = zip(_patient(servers, load), some, strict=True)
    return ErlangA(*(np.where(endless, one, other) for one, other in pairs))


def _impatient(servers: Numbers, load: Numbers, patience: Numbers) -> ErlangA:
    offered = np.maximum(load * patience, TINY)
    sum_, mean = more(np.maximum(servers * patience, TINY), offered)
    b = blocked(servers, load)
    waits = 1.0 / (1.0 + np.divide(1.0 - b, b * sum_))
    abandons = np.minimum(waits * mean / offered, 1.0)
    return ErlangA(waits, abandons, abandons * patience, load * abandons * patience)


def _patient(servers: Numbers, load: Numbers) -> ErlangA:
    waits = piecewise(_C, servers, load)
    abandons = np.maximum(load - servers, 0.0) / np.maximum(load, TINY)
    wait = np.divide(waits, np.maximum(servers - load, 0.0))
    return ErlangA(waits, abandons, wait, np.where(load > 0.0, load * wait, 0.0))


def _c_of_b(servers: Numbers, load: Numbers) -> Numbers:
    b = blocked(servers, load)
    return np.minimum(servers * b / (servers - load + load * b), 1.0)


def _log_c_of_b(servers: Numbers, load: Numbers) -> Numbers:
    b = blocked(servers, load)
    return log_blocked(servers, load) + np.log(servers / (servers - load + load * b))


_C: Regions = (
    (lambda servers, load: load >= servers, lambda servers, load: 1.0 + 0.0 * load),
    (anywhere, _c_of_b),
)
_LOG_C: Regions = (
    (lambda servers, load: load >= servers, lambda servers, load: 0.0 * load),
    (anywhere, _log_c_of_b),
)
