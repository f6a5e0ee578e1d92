"""How long callers wait: against known answers, against each other, and against people."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erlang import erlang_a, erlang_c
from models.waiting import mean_wait_s, service_level

CALL_CENTRE = {"servers": 14, "load": 10.0, "within_s": 20.0, "handling_s": 180.0}


def test_fourteen_agents_answer_as_known():
    assert service_level(**CALL_CENTRE) == pytest.approx(0.88835001917946688, rel=1e-13)
    assert service_level(**CALL_CENTRE | {"servers": 11}) == pytest.approx(0.38961381172915338)
    assert mean_wait_s(14, 10.0, 180.0) == pytest.approx(7.8359370117772429, rel=1e-13)
    assert mean_wait_s(50, 48.0, 60.0, 120.0) == pytest.approx(3.7094698994631861, rel=1e-12)
    assert mean_wait_s(50, 48.0, 60.0) == pytest.approx(20.83366833590503, rel=1e-12)


def test_in_overload_the_patient_wait_for_ever():
    assert mean_wait_s([10, 9], 10.0, 180.0).tolist() == [np.inf, np.inf]
    assert service_level(9, 10.0, 20.0, 180.0) == 0.0


def test_in_deep_overload_the_impatient_are_served_at_the_pace_of_the_agents():
    """2,000 agents, twice the load: half give up, and whoever is served waited ln 2 patiences."""
    deep = {"servers": 2000, "load": 4000.0, "handling_s": 60.0, "patience_s": 60.0}
    assert service_level(within_s=30.0, **deep) == pytest.approx(0.0, abs=1e-9)
    assert service_level(within_s=55.0, **deep) == pytest.approx(0.5, abs=1e-6)
    assert mean_wait_s(2000, 4000.0, 60.0, 60.0) == pytest.approx(30.0, rel=1e-9)


@given(st.floats(0.5, 1e4), st.floats(0.01, 2.0), st.floats(1.0, 1e5), st.floats(0.0, 600.0))
def test_whoever_is_served_at_once_did_not_wait(n, occupancy, patience_s, within_s):
    load = n * occupancy
    at_once = service_level(n, load, 0.0, 180.0, patience_s)
    seen = erlang_a(n, load, patience_s / 180.0)
    assert at_once == pytest.approx(1.0 - seen.waits, abs=1e-11)
    later = service_level(n, load, within_s, 180.0, patience_s)
    assert at_once - 1e-11 <= later <= 1.0 - seen.abandons + 1e-11


@given(st.floats(1.0, 1e4), st.floats(0.01, 0.95), st.floats(0.0, 600.0))
def test_great_patience_is_like_endless_patience(n, occupancy, within_s):
    load = n * occupancy
    great = service_level(n, load, within_s, 180.0, 1e14)
    assert great == pytest.approx(service_level(n, load, within_s, 180.0), abs=1e-7)
    waiting = erlang_c(n, load) * np.exp(-(n - load) * within_s / 180.0)
    assert service_level(n, load, within_s, 180.0) == pytest.approx(1.0 - waiting, abs=1e-12)


def test_simulated_people_wait_as_erlang_a_says():
    """M/M/5 + M: 4.5 erlang, handling 180 s, patience 120 s, 60,000 callers."""
    waits, gave_up = people(np.random.default_rng(5), 60_000, 5, 180.0 / 4.5, 180.0, 120.0)
    seen = erlang_a(5, 4.5, 120.0 / 180.0)
    assert np.mean(waits > 0) == pytest.approx(seen.waits, abs=0.02)
    assert np.mean(gave_up) == pytest.approx(seen.abandons, abs=0.01)
    assert np.mean(waits) == pytest.approx(180.0 * seen.wait, rel=0.05)
    in_time = np.mean(~gave_up & (waits <= 20.0))
    assert in_time == pytest.approx(service_level(5, 4.5, 20.0, 180.0, 120.0), abs=0.02)


def people(rng, callers, agents, gap_s, handling_s, patience_s):
    """How long each waited, and who gave up: first come, first served."""
    free_at = [0.0] * agents
    arrived = np.cumsum(rng.exponential(gap_s, callers))
    patience = rng.exponential(patience_s, callers)
    handling = rng.exponential(handling_s, callers)
    waits, gave_up = np.zeros(callers), np.zeros(callers, bool)
    for i in range(callers):
        offered = max(free_at[0] - arrived[i], 0.0)
        gave_up[i] = offered > patience[i]
        waits[i] = min(offered, patience[i])
        if not gave_up[i]:
            heapq.heapreplace(free_at, arrived[i] + offered + handling[i])
    return waits, gave_up
