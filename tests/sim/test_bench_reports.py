"""The bench of reports: calls made by hash, figures asked of them."""

from sim.bench.questions import measured


def test_figures_are_asked_of_the_calls_that_were_made():
    found = measured(2000, ("funnel", "abandonment_by_day", "trunks", "outcomes"))
    rows = {one.name: one.rows for one in found.queries}
    # One campaign of four, thirty days, three trunks; six kinds of outcome were made.
    assert (rows["kpi_funnel"], rows["kpi_abandonment_by_day"], rows["kpi_trunks"]) == (5, 30, 3)
    assert 4 <= rows["kpi_outcomes"] <= 6
    assert found.rows == 2000
    assert found.slowest_ms == found.queries[0].ms
