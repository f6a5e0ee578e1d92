"""Pacing over a period: what was decided, and what held it back."""

import streamlit as st

from dashboards import charts, decisions, panels
from dashboards.look import Look, bar
from dashboards.queries import fetch, frame

ASKED = ("reaction", "let_alone", "levels", "bounds")


def page() -> None:
    """The page."""
    if look := bar():
        _figures(look)


@st.fragment(run_every=5.0)
def _figures(look: Look) -> None:
    fetch(ASKED, **look.params())
    t = look.t
    with st.grid(2, min_column_width=480, gap="small", key="prices"):
        _speed(look)
        _let_alone(look)
    with st.grid(2, min_column_width=480, gap="small", key="figures"):
        panels.charted(
            look, "level", "levels", lambda data: charts.levels(data, t),
            help=look.stated().help("level_chart"),
        )  # fmt: skip
        panels.charted(
            look, "bounds", "bounds",
            lambda data: charts.shares(
                data, [t.name("bound", bound) for bound in data["bound"]], "decisions",
                [f"{t.number(r.decisions)} · {t.percent(r.share_rate)}" for r in data.itertuples()],
            ),
        )  # fmt: skip
    decisions.browsed(look)


def _speed(look: Look) -> None:
    """How long people waited for a voice."""
    t, stated = look.t, look.stated()
    with panels.panel("reaction", panels.titled(look, "reaction"), stated.help("reaction_title")):
        data = frame("reaction", **look.params())
        if data.empty:
            st.caption(t("chart.nothing"))
            return
        said = stated.help("reaction", calls=int(data["from_answer"].iloc[0]))
        with st.container(horizontal=True):
            for name in ("p50", "p95"):
                value = data[f"answer_to_agent_{name}_ms"].iloc[0]
                st.metric(t(f"metric.voice_{name}"), f"{t.number(value)} ms", help=said)


def _let_alone(look: Look) -> None:
    """How many phones rang on for nobody, and were let alone."""
    t, stated = look.t, look.stated()
    with panels.panel("let_alone", panels.titled(look, "let_alone"), stated.help("let_alone")):
        data = frame("let_alone", **look.params())
        if data.empty:
            st.caption(t("chart.nothing"))
            return
        [one] = data.itertuples()
        note = t("tile.of_placed", share=t.percent(one.let_alone_rate), placed=t.number(one.placed))
        st.metric(
            t("metric.let_alone"), t.number(one.let_alone), delta=note, delta_color="off",
            delta_arrow="off", help=stated.column("let_alone"),
        )  # fmt: skip
