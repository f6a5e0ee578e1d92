"""The engine among simulated people, timed."""

from sim.bench.engine import engine_figures
from sim.scenario import scenario


def test_its_figures_are_of_calls_that_really_ended():
    found = engine_figures(scenario("std", agents=5), 300.0, seed=3)
    assert found.calls > 5
    assert found.events > 4 * found.calls
    assert found.engine_us_per_event > 0
    assert found.calls_per_cpu_s < found.calls_per_engine_s
