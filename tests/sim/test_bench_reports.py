"""The bench of reports: calls made by hash, every page's questions asked of them."""

from pathlib import Path

from sim.bench.questions import measured

ROOT = Path(__file__).parents[2]


def test_every_page_is_asked_of_the_calls_that_were_made_while_others_are_written():
    found = measured(2000)
    rows = {one.name: one.rows for one in found.queries}
    # One campaign of four, thirty days, three trunks; six kinds of outcome were made.
    assert (rows["page funnel"], rows["kpi_funnel"], rows["page trunks"]) == (5, 5, 3)
    assert 4 <= rows["page outcomes"] <= 6
    assert {name for name in rows if name.startswith("page")} == {
        f"page {file.stem}" for file in (ROOT / "dashboards/sql").glob("*.sql")
    }
    # What the pages are about was made: costs, agents' time, words, decisions, leads.
    for name in ("cost", "cost_days", "agents", "dispositions", "decisions", "lists", "lines"):
        assert rows[f"page {name}"] > 0, name
    assert found.rows == 2000
    assert found.slowest_page_ms == max(
        one.ms for one in found.queries if one.name.startswith("page")
    )
