"""Durations counted on a logarithmic scale."""

import random

import pytest

from sim.bench.spread import Spread


def spread(*seconds: float) -> Spread:
    all = Spread()
    for one in seconds:
        all.add(one)
    return all


def test_a_percentile_is_never_too_low_and_at_most_a_step_too_high():
    rng = random.Random(7)
    seconds = sorted(rng.lognormvariate(-6.0, 1.5) for _ in range(5000))
    told = spread(*seconds)
    for share in (0.01, 0.5, 0.95, 0.99, 1.0):
        exact = seconds[int(share * 5000 + 0.999999) - 1]
        assert exact <= told.percentile(share) * 1.000001 <= exact * 2 ** (1 / 16) * 1.000002


def test_nothing_takes_no_time():
    assert (spread().percentile(0.99), spread().mean_s, spread(0.0).percentile(0.5)) == (0, 0, 0)


def test_what_has_come_since_is_the_difference():
    before, after = spread(0.001, 0.001), spread(0.001, 0.001, 0.008, 0.008)
    since = after.since(before)
    assert (since.n, since.mean_s) == (2, pytest.approx(0.008))
    assert since.percentile(0.01) == pytest.approx(0.008, rel=0.05)


def test_the_memory_does_not_grow_with_what_is_counted():
    once = spread(*(0.0001 * k for k in range(1, 1000)))
    ten_times = spread(*(0.0001 * k for k in range(1, 1000) for _ in range(10)))
    assert len(once.counts) == len(ten_times.counts)
