"""What the listeners heard: who answered, how soon they knew, how often they were wrong."""

from dashboards import pictures
from dashboards.parts import Part, Report

REPORT = Report("detection", (
    Part("detection", "detection", {
        "verdict": ("heard_as", "word verdict"), "calls": ("calls", "count"),
        "answered": ("of_answered", "count"), "share_rate": ("share", "rate"),
        "verdict_p50_s": ("known_p50", "two"), "verdict_p95_s": ("known_p95", "two"),
        "told": ("told", "count"), "wrong": ("wrong", "count"),
        "wrong_rate": ("wrong_rate", "rate"),
    }, draw=pictures.verdicts, wide=True),
    Part("connecting", "connecting", {
        "connects": ("connects", "word connects"), "people": ("people_met", "count"),
        "wait_p50_s": ("answer_to_agent_p50", "two"), "wait_p95_s": ("known_p95", "two"),
        "machines": ("machines_met", "count"), "machines_s": ("machines_time", "minutes"),
    }, wide=True),
    Part("line_saved", "line_saved", {
        "early": ("heard_early", "word early"), "outcome": ("outcome", "word outcome"),
        "calls": ("calls", "count"), "saved_s": ("saved", "minutes"),
    }, wide=True),
))  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
