"""Erlang B, C and A: against numbers of 40 digits, against each other, and into the extremes."""

import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammainc

from models.erlang import erlang_a, erlang_b, erlang_c, log_erlang_b, log_erlang_c
from models.staffing import load_for_blocking

GOLDEN = json.loads((Path(__file__).parent / "data" / "erlang_golden.json").read_text())["values"]
FIGURES = {
    "erlang_b": lambda row: erlang_b(row["servers"], row["load"]),
    "erlang_c": lambda row: erlang_c(row["servers"], row["load"]),
    "log_erlang_b": lambda row: log_erlang_b(row["servers"], row["load"]),
    "log_erlang_c": lambda row: log_erlang_c(row["servers"], row["load"]),
    "load_for_blocking": lambda row: load_for_blocking(row["servers"], row["rate"]),
    "waits": lambda row: impatient(row).waits,
    "abandons": lambda row: impatient(row).abandons,
    "wait": lambda row: impatient(row).wait,
}

servers = st.floats(0.0, 1e6)
staffed = st.floats(0.01, 1e6)
loads = st.floats(1e-3, 2e6)
patiences = st.floats(1e-3, 1e4)


def impatient(row):
    return erlang_a(row["servers"], row["load"], 1.0 / row["leave_rate"])


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: " ".join(map(str, row.values())))
def test_every_golden_value_is_met_to_twelve_digits(row):
    assert FIGURES[row["figure"]](row) == pytest.approx(float(row["value"]), rel=1e-12, abs=0)


def test_whole_numbers_of_servers_are_as_exact_fractions_say():
    for load in (Fraction(1, 1024), Fraction(5, 2), Fraction(40), Fraction(1000)):
        exact = Fraction(1)
        for n in range(1, 151):
            exact = load * exact / (n + load * exact)
            assert erlang_b(n, float(load)) == pytest.approx(float(exact), rel=1e-12, abs=1e-300)


def test_an_array_is_answered_as_its_elements_are():
    n = np.array([[0.5, 3.0, 40.0], [100.0, 1e4, 1e6]])
    load = np.array([1.0, 500.0, 1e6])
    for formula in (erlang_b, erlang_c, log_erlang_b, log_erlang_c):
        one_by_one = [[formula(n[i, j], load[j]) for j in range(3)] for i in range(2)]
        assert formula(n, load) == pytest.approx(np.array(one_by_one), rel=1e-13, abs=0)
    waits = [erlang_a(n[1, j], load[j], 0.25).waits for j in range(3)]
    assert erlang_a(n[1], load, 0.25).waits == pytest.approx(np.array(waits), rel=1e-13, abs=0)


def test_arrays_larger_than_a_block_keep_their_order():
    load = np.linspace(1.0, 2000.0, 20_001)
    b = erlang_b(1000.0, load)
    assert b.shape == (20_001,)
    assert np.all(np.diff(b) >= 0)
    assert b[9_999] == pytest.approx(erlang_b(1000.0, load[9_999]), rel=1e-13)


def test_some_may_be_patient_for_ever_and_others_not():
    patience = np.array([np.inf, 2.0])
    found = erlang_a(50, 48.0, patience)
    assert found.waits[0] == erlang_c(50, 48.0)
    assert found.abandons == pytest.approx([0.0, 0.030912249162193218], rel=1e-12)
    assert found.wait[0] == pytest.approx(erlang_c(50, 48.0) / 2.0, rel=1e-12)


@given(servers, loads)
def test_a_chance_is_a_chance(n, load):
    for chance in (erlang_b(n, load), erlang_c(n, load)):
        assert 0.0 <= chance <= 1.0


@given(servers, loads, patiences)
def test_of_the_impatient_no_more_give_up_than_wait(n, load, patience):
    seen = erlang_a(n, load, patience)
    assert 0.0 <= seen.abandons <= seen.waits * (1 + 1e-12)
    assert seen.waits <= 1.0
    assert 0.0 <= seen.wait <= patience
    assert seen.queue >= 0.0


@given(servers, loads, st.floats(1.0, 2.0))
def test_more_load_blocks_more_and_more_servers_block_less(n, load, times):
    slack = 1 + 1e-12
    assert erlang_b(n, load) <= erlang_b(n, load * times) * slack
    assert erlang_b(n * times, load) <= erlang_b(n, load) * slack
    assert erlang_c(n, load) <= erlang_c(n, load * times) * slack


@given(staffed, loads, patiences, st.floats(1.0, 2.0))
def test_more_load_and_fewer_servers_make_more_people_give_up(n, load, patience, times):
    slack = 1 + 1e-11
    here = erlang_a(n, load, patience).abandons
    assert here <= erlang_a(n, load * times, patience).abandons * slack
    assert erlang_a(n * times, load, patience).abandons <= here * slack


@given(st.floats(1.0, 1e5), st.floats(1e-2, 2e5))
def test_one_server_more_is_one_step_of_the_recursion(n, load):
    before = erlang_b(n - 1.0, load)
    assert erlang_b(n, load) == pytest.approx(load * before / (n + load * before), rel=1e-11)


@given(st.floats(1.0, 1e6), st.floats(1e-3, 0.999))
def test_c_follows_from_b(n, occupancy):
    load = n * occupancy
    b = erlang_b(n, load)
    assert erlang_c(n, load) == pytest.approx(n * b / (n - load * (1.0 - b)), rel=1e-9)


@given(st.floats(1.0, 1e4), st.floats(1e-2, 2.0))
def test_a_without_any_patience_is_b(n, occupancy):
    load = n * occupancy
    assert erlang_a(n, load, 1e-12).abandons == pytest.approx(erlang_b(n, load), rel=1e-6)


@given(st.floats(1.0, 1e4), st.floats(0.05, 0.95))
def test_a_with_patience_without_end_is_c(n, occupancy):
    load = n * occupancy
    seen = erlang_a(n, load, 1e14)
    assert seen.waits == pytest.approx(erlang_c(n, load), rel=1e-6, abs=1e-300)
    assert seen.wait == pytest.approx(erlang_c(n, load) / (n - load), rel=1e-6, abs=1e-300)


@given(st.integers(1, 300), st.floats(0.1, 400.0))
def test_a_with_patience_like_handling_counts_a_poisson_number_of_people(n, load):
    """Everybody leaves at the same rate, served or not: the waiting are those above n."""
    above = gammainc(n, load)
    assert erlang_a(n, load, 1.0).waits == pytest.approx(above, rel=1e-9, abs=1e-280)


@given(staffed, loads, patiences)
def test_who_is_not_served_has_given_up(n, load, patience):
    """Conservation: served load = mean number of busy servers <= servers."""
    seen = erlang_a(n, load, patience)
    assert load * (1.0 - seen.abandons) <= n * (1 + 1e-9) + 1e-15 * load
    assert seen.queue == pytest.approx(load * seen.wait, rel=1e-12, abs=1e-280)  # Little


def test_near_the_critical_load_b_is_as_jagerman_says():
    n = 1e6
    for beta, hazard in ((0.0, 0.7978845608028654), (1.0, 0.28759997093917833)):
        assert np.sqrt(n) * erlang_b(n, n - beta * np.sqrt(n)) == pytest.approx(hazard, rel=2e-3)


def test_logarithms_go_on_where_chances_are_too_small_to_hold():
    assert erlang_b(10_000, 200) == erlang_c(10_000, 200) == 0.0
    assert log_erlang_b(10_000, 200) == pytest.approx(-29325.754171333987, rel=1e-13)
    assert log_erlang_b(5, 0) == log_erlang_c(5, 0) == -np.inf


@pytest.mark.parametrize("patience", [1e-100, 1e-3, 1.0, 1e6, 1e49, 1e51, np.inf])
@pytest.mark.parametrize("load", [0.0, 1e-300, 0.5, 1e6, 1e100])
@pytest.mark.parametrize("n", [0, 1e-313, 1e-9, 0.5, 1, 17, 1e6, 1e100])
def test_the_extremes_are_numbers_and_chances(n, load, patience):
    seen = erlang_a(n, load, patience)
    assert not any(np.isnan(one) for one in seen)
    for chance in (erlang_b(n, load), erlang_c(n, load), seen.waits, seen.abandons):
        assert 0.0 <= chance <= 1.0


def test_nobody_waits_where_nobody_calls_and_nobody_is_served_where_nobody_works():
    assert (erlang_b(5, 0), erlang_c(5, 0), erlang_b(0, 0), erlang_c(0, 3)) == (0, 0, 1, 1)
    assert tuple(erlang_a(5, 0, 1.0)) == (0, 0, 0, 0)
    assert tuple(erlang_a(0, 5.0, 2.0)) == pytest.approx((1.0, 1.0, 2.0, 10.0))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: erlang_b(-1, 2.0), "servers: -1 makes no sense, it must be between 0 and 1e+100"),
        (lambda: erlang_b(5, [2.0, float("nan")]), "load: nan makes no sense"),
        (lambda: erlang_c(5, float("inf")), "load: inf makes no sense"),
        (lambda: erlang_a(5, 2.0, 0.0), "patience: 0.0 makes no sense"),
    ],
)
def test_what_has_no_meaning_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        call()


def test_a_missing_argument_is_named():
    with pytest.raises(TypeError, match="patience"):
        erlang_a(5, 2.0)
