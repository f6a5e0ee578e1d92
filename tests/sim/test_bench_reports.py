"""The bench of reports: calls made by hash, every page's questions asked of them."""

from pathlib import Path

from sim.bench.questions import measured, questions

ROOT = Path(__file__).parents[2]


def test_every_page_is_asked_of_the_calls_that_were_made_while_others_are_written():
    pages = {f"page {file.stem}" for file in (ROOT / "dashboards/sql").glob("*.sql")}
    assert {name for name, _, _ in questions() if name.startswith("page")} == pages
    # What the pages are about was made: costs, agents' time, words, decisions, leads.
    there = {"cost", "agents", "dispositions", "decisions", "lists", "lines"}
    asked = {f"page {name}" for name in there | {"funnel", "trunks", "outcomes"}}
    found = measured(2000, {*asked, "kpi_funnel"})
    rows = {one.name: one.rows for one in found.queries}
    assert set(rows) == {*asked, "kpi_funnel"}
    # One campaign of four, thirty days, three trunks; six kinds of outcome were made.
    assert (rows["page funnel"], rows["kpi_funnel"], rows["page trunks"]) == (5, 5, 3)
    assert 4 <= rows["page outcomes"] <= 6
    assert all(rows[f"page {name}"] > 0 for name in there)
    assert found.rows == 2000
    assert found.slowest_page_ms == max(
        one.ms for one in found.queries if one.name.startswith("page")
    )
