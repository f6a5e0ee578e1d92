"""The Erlang formulas asked backwards: how many agents, how much load.

Agents are whole numbers, the fewest that reach what is asked for; loads are the largest that keep
to it. Every answer is found by halving, so that it is as exact as the formula itself.
"""

from collections.abc import Callable
from math import inf

import numpy as np

from models.arguments import formula
from models.erlang import erlang_a, erlang_b
from models.piecewise import Numbers
from models.waiting import service_level

_HALVINGS = 1200
"More than any search takes: from the largest number to the smallest."


@formula
def agents_for_blocking(rate: Numbers, load: Numbers) -> Numbers:
    """The fewest servers or lines at which at most this share of calls is blocked (Erlang B).

    >>> agents_for_blocking(0.01, 5.0), agents_for_blocking(0.01, 708.0)
    (11.0, 736.0)
    """
    return _fewest(lambda agents: np.less_equal(erlang_b(agents, load), rate), load)


@formula
def agents_for_service_level(
    level: Numbers,
    load: Numbers,
    within_s: Numbers,
    handling_s: Numbers,
    patience_s: Numbers = inf,
) -> Numbers:
    """The fewest agents that answer this share of callers within so many seconds.

    >>> agents_for_service_level(0.8, 10.0, within_s=20.0, handling_s=180.0)
    14.0
    >>> agents_for_service_level(0.8, 10.0, 20.0, 180.0, patience_s=[60.0, 120.0])
    array([12., 12.])
    """
    return _fewest(
        lambda agents: np.greater_equal(
            service_level(agents, load, within_s, handling_s, patience_s), level
        ),
        load,
    )


@formula
def agents_for_abandonment(rate: Numbers, load: Numbers, patience: Numbers) -> Numbers:
    """The fewest agents with whom at most this share of callers gives up (Erlang A).

    The patience is in mean handling times.

    >>> agents_for_abandonment(0.03, 48.0, 2.0)
    51.0
    """
    return _fewest(
        lambda agents: np.less_equal(erlang_a(agents, load, patience).abandons, rate), load
    )


@formula
def load_for_blocking(servers: Numbers, rate: Numbers) -> Numbers:
    """The largest load of which at most this share is blocked (Erlang B).

    >>> round(load_for_blocking(10, 0.01), 6)
    4.461177
    """
    return _largest(
        lambda load: np.less_equal(erlang_b(servers, load), rate), servers / (1.0 - rate)
    )


@formula
def load_for_abandonment(servers: Numbers, rate: Numbers, patience: Numbers) -> Numbers:
    """The largest load of which at most this share gives up (Erlang A).

    With the hold limit as the patience this is the answered load that an open-loop dialer may
    offer to so many agents: 0 where there are none.

    >>> round(load_for_abandonment(50, 0.03, patience=2 / 180), 6)
    42.302383
    """
    return _largest(
        lambda load: np.less_equal(erlang_a(servers, load, patience).abandons, rate),
        servers / (1.0 - rate),
    )


def _fewest(reaches: Callable[[Numbers], Numbers], load: Numbers) -> Numbers:
    """The least whole number that reaches it; more agents never reach less."""
    low = 0.0 * load
    if np.all(reaches(low)):
        return low
    high = np.ceil(load + 1.0)
    while not np.all(enough := reaches(high)):
        low, high = np.where(enough, low, high), np.where(enough, high, np.ceil(high * 1.5) + 1.0)
    for _ in range(_HALVINGS):
        if np.all(high - low <= 1.0):
            break
        middle = np.floor(0.5 * (low + high))
        enough = reaches(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(reaches(0.0 * load), 0.0, high)


def _largest(keeps: Callable[[Numbers], Numbers], high: Numbers) -> Numbers:
    """The largest number below `high` that keeps to it; less never fails where more does not."""
    low = 0.0 * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if np.all((middle <= low) | (middle >= high)):
            break
        kept = keeps(middle)
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    return low
