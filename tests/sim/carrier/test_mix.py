from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.carrier.behaviours import load
from sim.carrier.mix import SLOTS, Mix, behaviour_of, slot_of, slots
from sim.carrier.returning import BEHAVIOUR

CITY = Mix(
    {"person": 6.0, "busy": 3.0, "machine": 1.0}, fixed={"1555": "machine", "155501": "busy"}
)
digits = st.text("0123456789", min_size=6, max_size=15)


def test_ten_thousand_numbers_behave_as_often_as_the_mix_says():
    seen = Counter(behaviour_of(f"4420{n:08}", seed=7, mix=CITY) for n in range(10_000))
    assert {name: pytest.approx(count, abs=150) for name, count in seen.items()} == {
        "person": 6000,
        "busy": 3000,
        "machine": 1000,
    }


def test_neighbours_have_nothing_in_common():
    names = [behaviour_of(f"4420{n:08}", seed=7, mix=CITY) for n in range(10_000)]
    both = sum(a == b == "person" for a, b in pairwise(names))
    assert both == pytest.approx(3600, abs=150)


def test_another_seed_is_another_city():
    numbers = [f"4420{n:08}" for n in range(1000)]
    moved = sum(behaviour_of(n, 7, CITY) != behaviour_of(n, 8, CITY) for n in numbers)
    assert moved > 400


@pytest.mark.parametrize(
    ("number", "name"), [("15550123456", "busy"), ("15559123456", "machine"), ("1555", "machine")]
)
def test_the_longest_fixed_prefix_counts(number, name):
    assert behaviour_of(number, seed=1, mix=CITY) == name


@given(digits, st.integers(0, 10**6))
def test_a_number_is_always_in_one_of_the_slots(number, seed):
    assert int(slot_of(number, seed), 16) < SLOTS
    assert behaviour_of(number, seed, CITY) in CITY.weights


@given(st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=30).filter(any))
def test_every_slot_is_given_away_and_a_weight_of_nothing_gets_none(weights):
    names = {f"b{n}": weight for n, weight in enumerate(weights)}
    table = slots(names)
    assert len(table) == SLOTS
    for name, weight in names.items():
        assert table.count(name) == pytest.approx(SLOTS * weight / sum(weights), abs=1)


def test_the_lab_that_comes_with_the_program_plays_every_behaviour():
    lab = load()
    played = set(slots(lab.mix.weights)) | set(slots(lab.quirks.weights))
    # not that of people who call us, nor of the dialer's own numbers
    assert played == set(lab.behaviours) - {BEHAVIOUR, "ours"}
