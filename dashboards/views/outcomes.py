"""What came of the calls, what agents recorded, and how the leads stand now."""

from dashboards import charts, pictures
from dashboards.parts import Part, Report

REPORT = Report("outcomes", (
    Part("ends", "outcomes", {
        "outcome": ("outcome", "word outcome"), "calls": ("calls", "count"),
        "attempts": ("of_attempts", "count"), "share_rate": ("share", "rate"),
    }, draw=charts.outcomes, drill={"outcome": "outcome"}),
    Part("dispositions", "dispositions", {
        "disposition": ("disposition", "word disposition"), "calls": ("calls", "count"),
        "of_calls": ("of_calls", "count"), "share_rate": ("share", "rate"),
    }, draw=pictures.words_recorded, drill={"disposition": "disposition"}),
    Part("number_states", "number_states", {
        "list": ("list", "text"), "state": ("state", "word lead_state"),
        "why": ("reason", "word lead_why"), "leads": ("leads", "count"),
        "of_leads": ("of_leads", "count"), "share_rate": ("share", "rate"),
        "dialled": ("dialled", "count"),
    }, draw=pictures.states, wide=True, over="now"),
))  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
