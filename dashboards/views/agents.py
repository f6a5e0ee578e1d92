"""Agents over a period: how their time went, what they did and recorded."""

import streamlit as st

from dashboards import charts, panels, pictures
from dashboards.look import Look
from dashboards.parts import Part, Report


def _time(look: Look) -> None:
    """All together: time in state, breaks."""
    t = look.t
    with st.grid(2, min_column_width=480, gap="small", key="together"):
        panels.agent_time(look, height=320)
        panels.charted(
            look, "pauses", "pauses", height=320,
            draw=lambda data: charts.shares(
                data, [panels.reason(t, one) or "–" for one in data["reason"]], "paused_s",
                [f"{panels.lasting(s)}" for s in data["paused_s"]],
            ),
        )  # fmt: skip


REPORT = Report("agents", (
    Part("per_agent", "agent_time_each", {
        "agent": ("agent", "text"), "state": ("state", "word agent_state"),
        "in_state_s": ("minutes", "minutes"),
    }, draw=charts.agent_time, height=320),
    Part("agent_dispositions", "agent_dispositions", {
        "agent": ("agent", "text"), "disposition": ("disposition", "word disposition"),
        "calls": ("calls", "count"), "of_calls": ("of_calls", "count"),
        "share_rate": ("share", "rate"),
    }, draw=pictures.recorded_by_agent, height=320,
       drill={"agent": "agent", "disposition": "disposition"}),
    Part("each_agent", "agents", {
        "agent": ("agent", "text"), "calls": ("calls", "count"),
        "contacts_per_hour": ("per_hour", "one"), "sales": ("sales", "count"),
        "handling_mean_s": ("handling", "seconds"), "talk_s": ("talk", "minutes"),
        "hold_s": ("hold", "minutes"), "wrap_up_s": ("wrap_up", "minutes"),
        "ready_s": ("ready_time", "minutes"), "paused_s": ("paused", "minutes"),
        "logged_in_s": ("logged_in", "minutes"), "occupancy_rate": ("occupancy", "rate"),
        "utilisation_rate": ("utilisation", "rate"),
        "handed_outside": ("handed_outside", "count"),
    }, drill={"agent": "agent"}, height=420, wide=True),
), filters=("agent",), lead=_time, together="every")  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
