"""Which figures there are, the question that each answers, on which pages; the warehouse's age."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import periods
from dashboards.look import choose_language, language
from dashboards.queries import sources
from dashboards.stated import stated
from dashboards.views import (
    agents,
    compliance,
    costs,
    detection,
    funnel,
    hours,
    lines,
    outcomes,
    trunks,
)
from dashboards.where import home
from dialer.i18n import Words, words
from dialer.warehouse.schema import figures
from dialer.warehouse.service import loader_state
from dialer.warehouse.snapshot import published
from dialer.warehouse.store import Place

REPORTS = tuple(
    one.REPORT
    for one in (funnel, outcomes, agents, hours, costs, compliance, lines, trunks, detection)
)
"The pages of figures, in the order of the bar."
WIDTHS = {"page": 110, "figure": 200}
"Pixels; the rest is the question's."
LINES_PX = 62
"Height of a row: the longest question takes three lines where a screen is narrow, and is not cut."


def page() -> None:
    """The page."""
    t = words(language())
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.space("stretch")
        choose_language(t)
    st.markdown(t("figures.intro"))
    _age(t)
    _table(t, ["page", "question", "figure"], [
        (t(f"page.{report.name}"), t(f"kpi.{figure}"), f"kpi_{figure}")
        for report in REPORTS
        for figure in report.asked
    ])  # fmt: skip
    st.markdown(t("figures.every"))
    _table(t, ["figure", "question"],
           [(f"kpi_{name}", t(f"kpi.{name}")) for name in figures()])  # fmt: skip


def _table(t: Words, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    named = {name: t(f"figures.{name}") for name in columns}
    config = stated(t, "kept", "figures").columns(named)
    for name in WIDTHS.keys() & config.keys():
        config[name] = {**config[name], "width": WIDTHS[name]}
    st.dataframe(
        pd.DataFrame(rows, columns=list(columns)), hide_index=True, width="stretch",
        height="content", row_height=LINES_PX, column_config=config,
    )  # fmt: skip


@st.fragment(run_every=5.0)
def _age(t: Words) -> None:
    state = loader_state(home())
    with st.container(border=True, key="age"):
        if state:
            lag = (
                t("figures.rows_behind", n=state.lag_rows)
                if state.lag_rows
                else t("figures.up_to_date")
            )
            st.markdown(f"**{t('figures.how_old')}**: {lag}")
        for source in sources():
            made = published(Place(home(), source))
            if made is None:
                st.caption(t("figures.no_snapshot"))
                continue
            old = t.lasting(made.age_s(periods.now()))
            path = Place(home(), source).snapshot
            st.caption(t("figures.snapshot", age=old, path=f"`{path}`"))
