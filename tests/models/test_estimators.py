"""Rates that drift, in places that know little, and changes that must be noticed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from models.estimators import Frequency, Rate, Rates, Watched


def trials(rate, count, seed):
    return [bool(one) for one in np.random.default_rng(seed).random(count) < rate]


def fed(rate, hits):
    for hit in hits:
        rate.add(hit)
    return rate


def test_before_the_first_trial_the_prior_is_believed():
    fresh = Rate(prior=0.2, weight=20.0)
    assert (fresh.mean, Rates(prior=0.2).mean(("spring", 9))) == (0.2, 0.2)
    assert betainc(4.0, 16.0, fresh.quantile(0.9)) == pytest.approx(0.9)


def test_a_trial_counts_half_after_a_half_life():
    rate = fed(Rate(half_life=100.0), [True] + [False] * 100)
    assert rate.hits == pytest.approx(0.5)
    assert fed(rate, [False] * 5000).trials == pytest.approx(1 / (1 - 0.5**0.01), rel=1e-6)


def test_a_rate_that_drifts_is_followed_more_closely_with_a_memory_than_with_all_of_the_day():
    rng = np.random.default_rng(8)
    true = 1 / (1 + np.exp(0.85 - np.cumsum(0.0064 * rng.standard_normal(20_000))))
    short, long = Rate(half_life=300.0), Rate(half_life=1e9)
    errors = {"short": 0.0, "long": 0.0}
    for rate, hit in zip(true, rng.random(20_000) < true, strict=True):
        errors["short"] += abs(short.mean - rate)
        errors["long"] += abs(long.mean - rate)
        short.add(bool(hit))
        long.add(bool(hit))
    assert errors["short"] < 0.5 * errors["long"]
    assert errors["short"] / 20_000 < 0.03


def test_the_belief_covers_the_truth_as_often_as_it_says():
    inside = 0
    for seed in range(400):
        rate = fed(Rate(prior=0.3, weight=1.0, half_life=1e9), trials(0.25, 200, seed))
        inside += rate.quantile(0.05) <= 0.25 <= rate.quantile(0.95)
    assert 0.86 <= inside / 400 <= 0.94


def test_a_new_list_is_taken_for_its_campaign_and_then_for_itself():
    rates = Rates(prior=0.3, weight=30.0, half_life=1e9)
    for hit in trials(0.1, 2000, 1):
        rates.add(("spring", "old"), hit)
    assert rates.mean(("spring", "new")) == pytest.approx(0.1, abs=0.02)
    for hit in trials(0.6, 400, 2):
        rates.add(("spring", "new"), hit)
    assert rates.mean(("spring", "new")) == pytest.approx(0.6, abs=0.06)
    assert rates.mean(("spring", "old")) == pytest.approx(0.1, abs=0.03)


def test_small_lists_are_foretold_better_by_shrinking_than_each_alone_or_all_alike():
    rng = np.random.default_rng(3)
    true = rng.beta(6, 14, 60)
    rates = Rates(half_life=1e9)
    alone = [Rate(weight=1.0, half_life=1e9) for _ in true]
    for number, rate in enumerate(true):
        for hit in rng.random(25) < rate:
            rates.add(("spring", number), bool(hit))
            alone[number].add(bool(hit))

    def error(found):
        return float(np.mean((np.array(found) - true) ** 2))

    shrunk = error([rates.mean(("spring", number)) for number in range(60)])
    assert shrunk < error([one.mean for one in alone])
    assert shrunk < error([rates.mean(("spring",))] * 60)


@pytest.mark.parametrize("after", [0.15, 0.6])
def test_after_a_step_the_watched_rate_is_right_sooner(after):
    watched_error = plain_error = 0.0
    for seed in range(60):
        plain, watched = Rate(), Watched(Rate())
        for hit in trials(0.3, 1000, seed):
            plain.add(hit)
            watched.add(hit)
        for hit in trials(after, 300, 1000 + seed):
            plain.add(hit)
            watched.add(hit)
            plain_error += abs(plain.mean - after)
            watched_error += abs(watched.mean - after)
    assert watched_error < 0.75 * plain_error


def test_a_steady_rate_hardly_ever_raises_the_alarm():
    false = sum(fed(Watched(Rate()), trials(0.3, 5000, seed)).changes for seed in range(20))
    assert false <= 15  # in 100,000 trials


@given(st.lists(st.booleans(), max_size=400), st.sampled_from([0.01, 0.3, 0.99]))
def test_whatever_happens_a_rate_is_a_rate(hits, prior):
    watched = fed(Watched(Rate(prior=prior)), hits)
    assert 0.0 < watched.mean < 1.0
    assert 0.0 < watched.rate.spread < 0.5
    assert 0.0 <= watched.rate.hits <= watched.rate.trials + 1e-9


def test_events_per_second_follow_what_is_seen():
    calls = Frequency(prior_per_s=0.5, prior_s=60.0, half_life_s=600.0)
    for _ in range(100):
        calls.add(events=2.0, within_s=1.0)
    assert calls.mean_per_s == pytest.approx(1.41, abs=0.02)
    calls.add(events=0.0, within_s=36_000.0)
    assert calls.mean_per_s < 0.04


def test_priors_that_cannot_be_are_refused():
    for wrong in ({"prior": 0.0}, {"prior": 1.0}, {"half_life": 0.0}, {"weight": -1.0}):
        with pytest.raises(ValueError, match="must lie inside 0 and 1"):
            Rate(**wrong)
    with pytest.raises(ValueError, match=r"odds: 1\.0 makes no sense"):
        Watched(Rate(), odds=1.0)
