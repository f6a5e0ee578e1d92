"""When people answer: hour by hour of the week, and the surest hours to call."""

import streamlit as st

from dashboards import panels, pictures, tiles
from dashboards.look import Look
from dashboards.parts import Part, Report
from dashboards.queries import frame

BEST = 3


def _best(look: Look) -> None:
    """The hours whose lower bound is highest."""
    t = look.t
    with panels.panel("best", panels.titled(look, "best"), look.stated().help("best")):
        data = frame("hours", **look.params())
        if data.empty:
            panels.nothing(t("chart.nothing"), 60)
            return
        with st.grid(BEST, min_column_width=220, gap="small", key="best"):
            for place, row in enumerate(data.head(BEST).itertuples(), 1):
                tiles.tile(
                    f"best-{place}", f"{place}. {t(f'weekday.{row.weekday}')} {row.hour}:00",
                    t.percent(row.person_rate),
                    t("hours.of", n=t.number(row.placed), least=t.percent(row.person_least_rate)),
                    help=look.stated().help("best"), icon="schedule",
                )  # fmt: skip


REPORT = Report("hours", (
    Part("hours", "hours", {
        "weekday": ("weekday", "word weekday"), "hour": ("hour", "count"),
        "placed": ("placed", "count"), "answered": ("answered", "count"),
        "answer_rate": ("asr", "rate"), "persons": ("persons", "count"),
        "person_rate": ("person_rate", "rate"), "person_least_rate": ("at_least", "rate"),
        "connected": ("connected", "count"),
    }, draw=pictures.hours, drill={"weekday": "weekday", "hour": "hour"}, height=300, wide=True),
), lead=_best)  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
