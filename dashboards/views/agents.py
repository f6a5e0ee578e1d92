"""Agents over a period: how their time went, one by one and together."""

import streamlit as st

from dashboards import charts, panels, taking
from dashboards.look import Look, bar
from dashboards.queries import fetch, frame
from dialer.errors import QueryError

ASKED = ("occupancy", "utilisation", "agent_time", "pauses", "agent_time_each", "agents")


def page() -> None:
    """The page."""
    if look := bar():
        _figures(look)


@st.fragment(run_every=5.0)
def _figures(look: Look) -> None:
    fetch(ASKED, **look.params())
    t = look.t
    with st.grid(2, min_column_width=480, gap="small", key="figures"):
        panels.agent_time(look, height=320)
        panels.charted(
            look, "pauses", "pauses", height=320,
            draw=lambda data: charts.shares(
                data, list(data["reason"].replace("", "–")), "paused_s",
                [f"{panels.lasting(s)}" for s in data["paused_s"]],
            ),
        )  # fmt: skip
    agents = _agents(look)
    tall = max(200, 40 + 30 * agents)
    panels.charted(
        look, "per_agent", "agent_time_each", lambda data: charts.agent_time(data, t),
        height=min(tall, 900),
    )  # fmt: skip
    _table(look)


def _agents(look: Look) -> int:
    """How many agents there were."""
    try:
        return len(frame("agents", **look.params()))
    except QueryError:
        return 0


def _table(look: Look) -> None:
    t, column = look.t, st.column_config
    title = f"**{t('page.agents')}**"
    with panels.panel("agents", title, t("help.per_agent", **look.said())):
        data = frame("agents", **look.params())
        times = {
            name: [panels.lasting(s) for s in data[name]]
            for name in ("talk_s", "wrap_up_s", "ready_s", "paused_s")
        }
        columns = {
            "agent": "column.agent", "calls": "column.calls", "talk_s": "column.talk",
            "wrap_up_s": "column.wrap_up", "ready_s": "column.ready_time",
            "paused_s": "column.paused", "handling_mean_s": "column.handling",
            "occupancy_rate": "column.occupancy", "handed_outside": "column.handed_outside",
        }  # fmt: skip
        names = {name: t(key) for name, key in columns.items()}
        config: dict[str, object] = {name: column.TextColumn(said) for name, said in names.items()}
        config |= {
            "calls": column.NumberColumn(names["calls"]),
            "handed_outside": column.NumberColumn(names["handed_outside"]),
            "handling_mean_s": column.NumberColumn(names["handling_mean_s"], format="%.0f s"),
            "occupancy_rate": column.ProgressColumn(
                names["occupancy_rate"], format="percent", min_value=0.0, max_value=1.0
            ),
        }
        shown = data.assign(**times)
        panels.tabled(look, "agents", shown, config, height=420)
        taking.offered(look, "agents", shown, names)
