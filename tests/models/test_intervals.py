"""Bounds of a rate: exact for one look, and valid after every call."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr, bdtrc
from scipy.stats import binomtest

from models.intervals import (
    anytime_lower,
    anytime_upper,
    exact_lower,
    exact_upper,
    log_evidence,
)

RISK = 0.05
counts = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def days(rate, people=1000, calls=1200, seed=4):
    """Hits after each call, on many days."""
    hits = np.random.default_rng(seed).random((people, calls)) < rate
    return np.cumsum(hits, axis=1), np.arange(1, calls + 1)


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.3])
def test_looked_at_after_every_call_the_anytime_bound_is_wrong_on_one_day_in_twenty_at_most(rate):
    hits, trials = days(rate)
    missed = np.any(log_evidence(hits, trials, rate) >= -np.log(RISK), axis=1)
    assert np.mean(missed) <= RISK + 3 * np.sqrt(RISK * (1 - RISK) / len(hits))


def test_looked_at_after_every_call_the_exact_bound_is_wrong_far_more_often():
    hits, trials = days(0.03)
    missed = np.any(bdtr(hits, trials, 0.03) < RISK, axis=1)
    assert np.mean(missed) > 3 * RISK


def test_a_rate_above_the_claim_is_no_more_often_taken_for_smaller():
    hits, trials = days(0.05)
    missed = np.any(log_evidence(hits, trials, 0.03) >= -np.log(RISK), axis=1)
    assert np.mean(missed) <= RISK


def test_a_rate_well_below_the_claim_is_found_so_in_the_end():
    hits, trials = days(0.01, people=300)
    assert np.mean(log_evidence(hits[:, -1], trials[-1], 0.03) >= -np.log(RISK)) > 0.95


@given(counts)
def test_the_bound_is_where_the_evidence_suffices(counted):
    hits, trials = counted
    bound = anytime_upper(hits, trials)
    if hits < trials:
        assert log_evidence(hits, trials, bound) == pytest.approx(-np.log(RISK), abs=1e-6)
        further = bound + (1.0 - bound) * np.array([0.01, 0.1, 0.5, 0.9])
        assert np.all(log_evidence(hits, trials, further) >= -np.log(RISK) - 1e-6)


@given(counts, st.floats(0.5, 0.999))
def test_the_order_of_the_bounds(counted, confidence):
    hits, trials = counted
    rate = hits / trials if trials else 0.5
    low, high = exact_lower(hits, trials, confidence), exact_upper(hits, trials, confidence)
    assert 0.0 <= low <= rate <= high <= 1.0
    if confidence >= 0.9:
        assert anytime_lower(hits, trials, confidence) <= low
        assert high <= anytime_upper(hits, trials, confidence) <= 1.0


@given(counts, st.floats(0.5, 0.999))
def test_the_exact_bounds_are_where_the_binomial_says(counted, confidence):
    hits, trials = counted
    if 0 < hits < trials:
        high, low = exact_upper(hits, trials, confidence), exact_lower(hits, trials, confidence)
        assert bdtr(hits, trials, high) == pytest.approx(1 - confidence, rel=1e-6)
        assert bdtrc(hits - 1, trials, low) == pytest.approx(1 - confidence, rel=1e-6)


@pytest.mark.parametrize(("hits", "trials"), [(29, 1000), (0, 100), (3, 3), (1, 33)])
def test_the_exact_bound_is_the_one_of_scipys_binomial_test(hits, trials):
    told = binomtest(hits, trials, alternative="less").proportion_ci(0.95, "exact").high
    assert exact_upper(hits, trials) == pytest.approx(told, rel=1e-9)


def test_of_nothing_nothing_is_known():
    assert exact_upper([0, 3, 0], [100, 3, 0])[1:] == pytest.approx([1, 1])


def test_hits_without_trials_are_refused():
    with pytest.raises(ValueError, match="4 hits in 3 trials: that cannot be"):
        exact_upper([1, 4], 3)
    with pytest.raises(ValueError, match="confidence: 95"):
        anytime_upper(1, 3, 95)


def test_a_single_miss_in_a_million_leaves_room_for_a_higher_rate():
    found = anytime_upper(999_999, [1_000_000, 1_000_000], [0.5, 0.95])
    assert np.all(np.diff(found) > 0)
    assert np.all((found > 1 - 1e-7) & (found < 1.0))
