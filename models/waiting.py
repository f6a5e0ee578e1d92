"""How long callers wait for an agent, and how many are served in time: in seconds.

Without a patience everybody waits as long as it takes (Erlang C), with one its mean is meant, and
people give up (Erlang A).
"""

from math import inf

import numpy as np
import scipy

from models.arguments import formula
from models.erlang import ENDLESS, TINY, erlang_a, erlang_c
from models.piecewise import Numbers
from models.tails import more


@formula
def mean_wait_s(
    servers: Numbers, load: Numbers, handling_s: Numbers, patience_s: Numbers = inf
) -> Numbers:
    """The mean wait of all callers, of those who give up too; infinite where the queue grows.

    >>> round(mean_wait_s(14, 10.0, 180.0), 6), mean_wait_s(9, 10.0, 180.0)
    (7.835937, inf)
    >>> round(mean_wait_s(50, 48.0, 60.0, patience_s=120.0), 6)
    3.70947
    """
    return handling_s * np.asarray(erlang_a(servers, load, patience_s / handling_s).wait)


@formula
def service_level(
    servers: Numbers,
    load: Numbers,
    within_s: Numbers,
    handling_s: Numbers,
    patience_s: Numbers = inf,
) -> Numbers:
    """Of all callers, those whom an agent answers within so many seconds.

    >>> round(service_level(14, 10.0, 20.0, 180.0), 6)
    0.88835
    >>> round(service_level(14, 10.0, 20.0, 180.0, patience_s=60.0), 6)
    0.943776
    """
    patience = patience_s / handling_s
    within = within_s / handling_s
    endless = patience > ENDLESS
    late = _late(servers, load, within, np.minimum(patience, ENDLESS))
    late = np.where(endless, _late_patient(servers, load, within), late)
    return np.clip(1.0 - erlang_a(servers, load, patience).abandons - late, 0.0, 1.0)


def _late_patient(servers: Numbers, load: Numbers, within: Numbers) -> Numbers:
    spare = np.maximum(servers - load, 0.0)
    served = np.where(load > servers, np.divide(servers, load), 1.0)
    return served * erlang_c(servers, load) * np.exp(-spare * within)


def _late(servers: Numbers, load: Numbers, within: Numbers, patience: Numbers) -> Numbers:
    """The chance to be served after waiting longer, by the density of the wait that is offered.

    It is e^(a u) (1 - u)^(c - 1) in u = 1 - e^(-wait / patience), for a = load * patience and
    c = servers * patience (Mandelbaum and Zeltyn 2007): an incomplete gamma function again.
    """
    c = np.maximum(servers * patience, TINY)
    offered = np.maximum(load * patience, TINY)
    left = np.exp(-within / patience)
    all_, _ = more(c, offered)
    few, _ = more(c + 1.0, np.maximum(offered * left, TINY))
    falls = np.exp(-servers * within - offered * np.expm1(-within / patience))
    by_sums = falls * left * c / (c + 1.0) * few / all_
    gammainc = scipy.special.gammainc
    by_gammas = c / offered * gammainc(c + 1.0, offered * left) / gammainc(c, offered)
    share = np.where(all_ < 1e300, by_sums, by_gammas)
    return erlang_a(servers, load, patience).waits * share
