"""Which ringing call will be answered: learnt from traits that tell something, or nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.estimators import Rate
from models.lead_chance import LeadChance

LEARNING = 1000
"Calls after which the learner is judged."


def leads(strength, calls=5000, seed=5, drift=0.0):
    """Traits, true chances and answers: hours and regions differ, each attempt makes it rarer."""
    rng, fixed = np.random.default_rng(seed), np.random.default_rng(99)
    hour, region = rng.integers(9, 20, calls), rng.integers(0, 12, calls)
    attempts = rng.integers(0, 5, calls)
    by_hour, by_region = strength * fixed.standard_normal(11), strength * fixed.standard_normal(12)
    odds = -0.85 + by_hour[hour - 9] + by_region[region] - 0.5 * strength * attempts
    chance = 1 / (1 + np.exp(-odds - drift * np.linspace(-1, 1, calls)))
    names = ("hour", "region", "attempts")
    values = zip(hour.tolist(), region.tolist(), attempts.tolist(), strict=True)
    traits = [dict(zip(names, one, strict=True)) for one in values]
    return traits, chance, rng.random(calls) < chance


def foretold(traits, answered):
    """Each call's chance before it was resolved: by lead, and by one drifting rate for all."""
    learner, rate, by_lead, for_all = LeadChance(), Rate(), [], []
    for one, hit in zip(traits, answered, strict=True):
        by_lead.append(learner.chance(one))
        for_all.append(rate.mean)
        learner.add(one, bool(hit))
        rate.add(bool(hit))
    return np.array(by_lead[LEARNING:]), np.array(for_all[LEARNING:])


def surprise(chance, answered):
    return -np.mean(np.where(answered[LEARNING:], np.log(chance), np.log1p(-chance)))


@pytest.mark.parametrize(("strength", "drift"), [(0.5, 0.0), (1.0, 0.0), (0.7, 1.0)])
def test_traits_that_tell_something_make_most_of_the_difference_that_they_can(strength, drift):
    traits, true, answered = leads(strength, drift=drift)
    by_lead, for_all = foretold(traits, answered)
    best = surprise(true[LEARNING:], answered)
    could_gain = surprise(for_all, answered) - best
    gained = surprise(for_all, answered) - surprise(by_lead, answered)
    assert gained > 0.7 * could_gain


def test_traits_that_tell_nothing_cost_next_to_nothing():
    traits, _, answered = leads(0.0)
    by_lead, for_all = foretold(traits, answered)
    assert surprise(by_lead, answered) < surprise(for_all, answered) + 0.007


def test_of_the_calls_given_a_chance_that_share_is_answered():
    traits, _, answered = leads(1.0, calls=12_000)
    by_lead, _ = foretold(traits, answered)
    for low, high in ((0.0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 1.0)):
        here = (low <= by_lead) & (by_lead < high)
        assert here.sum() > 200
        assert by_lead[here].mean() == pytest.approx(answered[LEARNING:][here].mean(), abs=0.05)


def test_a_value_never_seen_is_taken_for_anybody():
    learner = LeadChance(prior=0.3)
    for call in range(2000):
        learner.add({"region": "NW"}, answered=call % 10 < 2)
    stranger = learner.chance({"region": "SE"})
    assert learner.chance({"region": "NW"}) == pytest.approx(0.2, abs=0.03)
    assert 0.18 < stranger < 0.35
    assert learner.chances([{"region": "SE"}, {}]) == pytest.approx([stranger, stranger], abs=0.05)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=200))
def test_whatever_happens_a_chance_is_a_chance(calls):
    learner = LeadChance()
    for region, answered in calls:
        learner.add({"region": region, "list": "spring"}, answered)
        assert all(0.0 < one.variance <= 1.0 for one in learner.shifts.values())
    assert 0.0 < learner.chance({"region": 0}) < 1.0


def test_ten_thousand_answers_in_a_row_and_then_none_are_survived():
    learner = LeadChance()
    for answered in (True, False):
        for _ in range(10_000):
            learner.add({"region": "NW"}, answered)
        assert learner.chance({"region": "NW"}) == pytest.approx(float(answered), abs=0.02)


def test_a_prior_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"prior: 1\.0 makes no sense"):
        LeadChance(prior=1.0)
