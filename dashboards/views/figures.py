"""Which figures there are, the question that each answers, and how old the warehouse is."""

import pandas as pd
import streamlit as st

from dashboards import panels, periods
from dashboards.look import language
from dashboards.queries import sources
from dashboards.where import home
from dialer.i18n import Words, words
from dialer.warehouse.schema import figures
from dialer.warehouse.service import loader_state
from dialer.warehouse.snapshot import published
from dialer.warehouse.store import Place


def page() -> None:
    """The page."""
    t = words(language())
    st.markdown(t("figures.intro"))
    _age(t)
    rows = [(f"kpi_{name}", t(f"kpi.{name}")) for name in figures()]
    st.dataframe(
        pd.DataFrame(rows, columns=[t("figures.figure"), t("figures.question")]),
        hide_index=True, width="stretch", height="content",
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
            old = panels.age(t, made.age_s(periods.now()))
            path = Place(home(), source).snapshot
            st.caption(t("figures.snapshot", age=old, path=f"`{path}`"))
