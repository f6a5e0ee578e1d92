"""How far the calls got, of how many: dialled, ringing, answered, a person, an agent."""

from dashboards import charts
from dashboards.parts import Part, Report

REPORT = Report("funnel", (
    Part("funnel", "funnel", {
        "step": ("step", "word step"), "calls": ("calls", "count"),
        "dialled": ("of_dialled", "count"),
        "of_dialled_rate": ("share_dialled", "rate"), "before": ("of_before", "count"),
        "of_step_before_rate": ("share_before", "rate"),
    }, draw=charts.funnel, wide=True),
    Part("let_alone", "let_alone", {
        "let_alone": ("let_alone", "count"), "placed": ("of_placed", "count"),
        "let_alone_rate": ("let_alone_rate", "rate"),
    }, drill={"call_end": "call_end"}, wide=True, height=100),
    Part("over_time", "over_time", {
        "moment": ("time", "minute"), "placed": ("placed", "count"),
        "answered": ("answered", "count"), "connected": ("connected", "count"),
        "abandoned": ("abandoned", "count"),
    }, draw=charts.over_time, wide=True),
))  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
