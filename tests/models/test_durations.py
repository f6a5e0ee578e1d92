"""Durations learnt from those seen: what is left of a talk or a ring that goes on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.durations import RING_GRID_S, TALK_GRID_S, Durations, Way, ages, grid

RING_S = 11.0
"What the pacer asks: who is free when the phone is answered?"
HUMAN, NOBODY = 0, 1


def lognormal(rng, mean_s, cv, size):
    sigma = np.sqrt(np.log(1 + cv * cv))
    return mean_s * np.exp(sigma * rng.standard_normal(size) - sigma * sigma / 2)


def bimodal(rng, size):
    """Two in five hang up early, the others talk."""
    early = rng.random(size) < 0.4
    return np.where(early, lognormal(rng, 25, 0.4, size), lognormal(rng, 220, 0.6, size))


TALKS = {
    "lognormal": lambda rng, size: lognormal(rng, 150, 0.9, size),
    "talk and wrap-up": lambda rng, size: (
        lognormal(rng, 150, 0.9, size) + rng.gamma(2.8, 30 / 2.8, size)
    ),
    "bimodal": bimodal,
}


def learnt(durations_s, **settings):
    talks = Durations(TALK_GRID_S, (Way(180.0),), **settings)
    for lasted_s in durations_s:
        talks.add(float(lasted_s))
    return talks


@pytest.mark.parametrize("talk", TALKS)
def test_who_is_free_soon_is_foretold_better_than_by_an_exponential(talk):
    rng = np.random.default_rng(7)
    seen, later = TALKS[talk](rng, 400), TALKS[talk](rng, 20_000)
    age_s = rng.random(20_000) * later
    ends, weight = later - age_s <= RING_S, later / later.sum()  # as one looks in at any instant
    foretold = learnt(seen).ages().ends_within(age_s, RING_S)
    memoryless = np.full(20_000, 1.0 - np.exp(-RING_S / seen.mean()))

    def surprise(chance):
        return -np.sum(weight * np.where(ends, np.log(chance), np.log1p(-chance)))

    assert surprise(foretold) < surprise(memoryless) - 0.003


def test_few_talks_are_believed_little():
    few = learnt([20.0, 25.0, 400.0]).ages()
    none = learnt([]).ages()
    assert few.mean_left_s(0.0) == pytest.approx(none.mean_left_s(0.0), rel=0.25)
    assert none.mean_left_s(0.0) == pytest.approx(180.0, rel=0.05)


def test_exponential_talks_are_found_to_be_so():
    rng = np.random.default_rng(1)
    found = learnt(rng.exponential(120.0, 20_000), half_life=1e9).ages()
    age_s = np.array([0.0, 30.0, 120.0, 300.0])
    assert found.ends_within(age_s, RING_S) == pytest.approx(1 - np.exp(-RING_S / 120.0), rel=0.15)
    assert found.mean_left_s(age_s) == pytest.approx(120.0, rel=0.1)


def test_talks_that_get_longer_are_learnt_and_the_old_ones_forgotten():
    rng = np.random.default_rng(2)
    morning, noon = lognormal(rng, 100, 0.8, 1500), lognormal(rng, 300, 0.8, 400)
    talks = np.concatenate((morning, noon))
    forgetful, faithful = learnt(talks, half_life=100.0), learnt(talks, half_life=1e9)
    assert forgetful.ages().mean_left_s(0.0) == pytest.approx(290.0, rel=0.15)
    assert faithful.ages().mean_left_s(0.0) < 190.0


def test_calls_lost_sight_of_do_not_make_talks_look_shorter():
    rng = np.random.default_rng(3)
    talks = Durations(TALK_GRID_S, (Way(180.0),), half_life=1e9)
    for lasted_s in rng.exponential(180.0, 5000):
        talks.add(min(lasted_s, 60.0), way=0 if lasted_s < 60.0 else None)
    assert talks.ages().lasting(60.0) == pytest.approx(np.exp(-60.0 / 180.0), abs=0.02)


def test_a_phone_that_has_rung_for_long_is_answered_more_rarely():
    rng = np.random.default_rng(4)
    rings = Durations(RING_GRID_S, (Way(11.0, 0.5, 0.3), Way(26.0, 0.1, 0.7)), smoothing=1.0)
    for human, answered_s in zip(rng.random(3000) < 0.3, rng.gamma(4, 11 / 4, 3000), strict=True):
        rings.add(min(answered_s, 26.0) if human else 26.0, HUMAN if human else NOBODY)
    found = rings.ages()
    age_s = np.array([0.0, 5.0, 10.0, 15.0, 20.0])
    answered = np.sort(rng.gamma(4, 11 / 4, 200_000))
    true = 0.3 * (1 - np.searchsorted(answered, age_s) / len(answered))
    assert found.ends_within(age_s, 1e6, HUMAN) == pytest.approx(true / (0.7 + true), abs=0.05)
    assert found.ends_within(23.0, 5.0, NOBODY) > 0.9


def test_all_ways_together_are_the_end():
    rings = Durations(RING_GRID_S, (Way(11.0, 0.5, 0.3), Way(26.0, 0.2, 0.7)))
    for lasted_s in (3.0, 9.0, 14.5, 26.0):
        rings.add(lasted_s, HUMAN if lasted_s < 20.0 else NOBODY)
    age_s = np.array([0.0, 0.5, 8.0, 26.0, 1e4])
    both = sum(rings.ages().ends_within(age_s, 6.0, way) for way in (HUMAN, NOBODY))
    assert both == pytest.approx(rings.ages().ends_within(age_s, 6.0), rel=1e-9)


def test_a_phone_rings_on_as_its_own_chance_and_its_age_say():
    """Answered after 5 or 15 s, given up at 26: after 10 s half of the answers are to come."""
    rings = Durations(grid(1.0, 30.0), (Way(11.0, 0.5, 0.3), Way(26.0, 0.1, 0.7)), smoothing=0.0)
    for _ in range(500):
        for lasted_s, way in ((5.5, HUMAN), (15.5, HUMAN), *[(26.5, NOBODY)] * 3):
            rings.add(lasted_s, way)
    found, chance = rings.ages(), np.array([0.2, 0.4, 0.8])
    to_come = 0.5 * chance / (0.5 * chance + 1.0 - chance)
    assert found.comes_within(0.0, 1e6, HUMAN, chance) == pytest.approx(chance, abs=1e-9)
    assert found.comes_within(10.0, 10.0, HUMAN, chance) == pytest.approx(to_come, abs=0.03)
    assert found.comes_within(10.0, 2.0, HUMAN, chance) == pytest.approx(0.0, abs=0.02)


def test_a_chance_like_everybodys_changes_nothing():
    rings = Durations(RING_GRID_S, (Way(11.0, 0.5, 0.3), Way(26.0, 0.2, 0.7))).ages()
    age_s = np.array([0.0, 7.0, 21.0, 80.0, 1e5])
    usual = rings.ends_within(0.0, np.inf, HUMAN)
    found = rings.comes_within(age_s, 6.0, HUMAN, usual)
    assert found == pytest.approx(rings.ends_within(age_s, 6.0, HUMAN), rel=1e-6, abs=1e-12)


def test_durations_drawn_are_those_foretold():
    talks = learnt(lognormal(np.random.default_rng(5), 150, 0.9, 500)).ages()
    for age_s in (0.0, 77.0, 5000.0):
        left_s = talks.draw_s(np.random.default_rng(6), np.full(40_000, age_s))
        assert left_s.min() >= 0.0
        assert left_s.mean() == pytest.approx(talks.mean_left_s(age_s), rel=0.03)
        assert np.mean(left_s <= 30.0) == pytest.approx(talks.ends_within(age_s, 30.0), abs=0.01)


def test_hazards_of_two_cells_by_hand():
    two = ages(np.array([0.0, 10.0]), np.array([[0.1, 0.2], [0.0, 0.3]]))
    assert two.lasting([0.0, 10.0, 12.0]) == pytest.approx(np.exp([0.0, -1.0, -2.0]))
    assert two.ends_within(10.0, 2.0, 1) == pytest.approx(0.6 * (1 - np.exp(-1.0)))
    assert two.mean_left_s([0.0, 10.0, 99.0]) == pytest.approx(
        [10 * (1 - np.exp(-1)) + 2 * np.exp(-1), 2.0, 2.0]
    )


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.0, 1e7), max_size=30),
    st.floats(0.0, 1e9),
    st.floats(0.0, 1e5),
    st.floats(1.0, 2.0),
)
def test_whatever_was_seen_a_chance_is_a_chance(seen, age_s, within_s, times):
    found = learnt(seen).ages()
    soon, later = found.ends_within(age_s, within_s), found.ends_within(age_s, within_s * times)
    assert 0.0 <= soon <= later + 1e-12 <= 1.0 + 2e-12
    assert 0.0 < found.mean_left_s(age_s) < np.inf
    assert found.ends_within(age_s, 0.0) == 0.0


def test_cells_grow():
    assert grid(2.0, 20.0, 1.5).tolist() == [0.0, 2.0, 5.0, 9.5, 16.25]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="lasted_s: nan makes no sense"):
        learnt([float("nan")])
    with pytest.raises(ValueError, match="must sum to 1"):
        Durations(RING_GRID_S, (Way(11.0, 0.5, 0.3),))
