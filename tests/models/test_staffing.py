"""The formulas backwards: there and back again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erlang import erlang_a, erlang_b
from models.staffing import (
    agents_for_abandonment,
    agents_for_blocking,
    agents_for_service_level,
    load_for_abandonment,
    load_for_blocking,
)
from models.waiting import service_level

rates = st.floats(1e-6, 0.9)


@settings(max_examples=40)
@given(st.floats(0.5, 1e6), rates)
def test_a_load_found_for_a_blocking_is_blocked_so(servers, rate):
    assert erlang_b(servers, load_for_blocking(servers, rate)) == pytest.approx(rate, rel=1e-9)


@settings(max_examples=40)
@given(st.floats(0.5, 1e6), rates, st.floats(0.005, 100.0))
def test_a_load_found_for_an_abandonment_is_abandoned_so(servers, rate, patience):
    load = load_for_abandonment(servers, rate, patience)
    assert erlang_a(servers, load, patience).abandons == pytest.approx(rate, rel=1e-9)


@settings(max_examples=30)
@given(st.floats(0.01, 0.99), st.floats(0.1, 5000.0), st.floats(0.0, 120.0))
def test_agents_for_a_service_level_are_enough_and_one_fewer_is_not(level, load, within_s):
    for patience_s in (np.inf, 90.0):
        agents = agents_for_service_level(level, load, within_s, 180.0, patience_s)
        assert agents == np.ceil(agents)
        assert service_level(agents, load, within_s, 180.0, patience_s) >= level
        if agents >= 1:
            assert service_level(agents - 1, load, within_s, 180.0, patience_s) < level


@settings(max_examples=30)
@given(rates, st.floats(0.1, 5000.0))
def test_agents_for_a_rate_are_enough_and_one_fewer_is_not(rate, load):
    lines, agents = agents_for_blocking(rate, load), agents_for_abandonment(rate, load, 0.5)
    assert erlang_b(lines, load) <= rate < erlang_b(lines - 1, load)
    assert erlang_a(agents, load, 0.5).abandons <= rate
    assert agents == 0 or erlang_a(agents - 1, load, 0.5).abandons > rate


def test_the_usual_table_of_trunks():
    assert agents_for_blocking(0.01, [5.0, 10.0, 708.0]).tolist() == [11, 18, 736]


def test_without_load_no_agent_is_needed_to_keep_people_from_waiting():
    assert agents_for_blocking(0.01, 0.0) == 1  # nobody calls, and none could be served
    assert agents_for_service_level(0.8, [0.0, 10.0], 20.0, 180.0).tolist() == [1, 14]


def test_without_agents_no_load_keeps_to_any_rate():
    assert load_for_abandonment([0, 50], 0.03, 2.0 / 180.0) == pytest.approx([0.0, 42.302383266])


def test_a_percentage_for_a_rate_is_refused():
    with pytest.raises(ValueError, match="rate: 3 makes no sense, it must be above 0 and below 1"):
        load_for_abandonment(50, 3, 0.1)
