import math

import numpy as np
import pytest

from sim.carrier.draws import Draw, quantiles


@pytest.mark.parametrize(
    ("draw", "mean_s"),
    [
        (Draw(fixed=3.0), 3.0),
        (Draw(uniform=(2.0, 6.0)), 4.0),
        (Draw(exponential=10.0), 10.0),
        (Draw(gamma=8.0, shape=3.0), 8.0),
        (Draw(lognormal=20.0, sigma=0.6), 20.0 * math.exp(0.6**2 / 2)),
    ],
)
def test_a_hundred_values_have_the_mean_of_their_distribution(draw, mean_s):
    assert np.mean(quantiles(draw)) == pytest.approx(mean_s, rel=0.02)


def test_the_middle_of_a_lognormal_is_its_median():
    values = quantiles(Draw(lognormal=20.0, sigma=0.6))
    assert values[49] < 20.0 < values[50]


def test_nobody_rings_shorter_or_longer_than_the_bounds():
    values = quantiles(Draw(exponential=10.0, min=2.5, max=30.0))
    assert (values[0], values[-1]) == (2.5, 30.0)
    assert list(values) == sorted(values)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "one of fixed, uniform"),
        ({"fixed": 1.0, "gamma": 2.0}, "one of fixed, uniform"),
        ({"fixed": 1.0, "min": 3.0, "max": 2.0}, "min 3 is more than max 2"),
    ],
)
def test_a_draw_that_makes_no_sense_says_why(given, says):
    with pytest.raises(ValueError, match=says):
        Draw(**given)
