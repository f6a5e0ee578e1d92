"""The warehouse in SQL: questions of one's own, kept by name; nothing but reading is possible."""

import time

import streamlit as st

from dashboards import panels, periods, queries, taking, viewer
from dashboards.look import Look, bar
from dashboards.questions import Questions
from dashboards.scope import may_query
from dashboards.stated import stated
from dashboards.where import home
from dialer.errors import QueryError

ROWS = 5000
TALL, HEAD, ROW = 420, 38, 29
"Pixels of the answer: a short one is no longer than what is in it."
FIRST = """SELECT day, count(*) AS calls, count(*) FILTER (WHERE person) AS persons
FROM v_attempts
GROUP BY day ORDER BY day"""


def page() -> None:
    """The page."""
    look = bar(with_periods=False)
    if look is None:
        return
    if not may_query():
        st.info(look.t("explorer.not_yours"), icon=":material/lock:")
        return
    kept = Questions(home())
    _ask(look, kept)
    _answer(look)
    with st.expander(look.t("explorer.what")):
        st.markdown(look.t("explorer.tables"))


def _ask(look: Look, kept: Questions) -> None:
    """The question, by name or written."""
    t, known = look.t, kept.all()
    chosen = st.selectbox(
        t("explorer.saved"), ["", *known], key="explorer-saved",
        format_func=lambda one: one or t("explorer.new"),
    )  # fmt: skip
    sql = st.text_area(
        t("explorer.sql"), known[chosen].sql if chosen else FIRST, height=180,
        key=f"explorer-sql-{chosen}",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(t("explorer.ask"), type="primary", key="explorer-ask"):
            st.session_state["explorer-asked"] = (look.source, sql)
        name = st.text_input(t("explorer.name"), chosen, key=f"explorer-name-{chosen}", width=300)
        if st.button(t("explorer.save"), key="explorer-save"):
            _save(look, kept, name, sql)
        if chosen and st.button(t("explorer.forget"), key="explorer-forget"):
            kept.forget(chosen)
            st.rerun()


def _save(look: Look, kept: Questions, name: str, sql: str) -> None:
    try:
        kept.save(name, sql, by=viewer.here().user.name, at=periods.now())
    except ValueError:
        st.warning(look.t("explorer.unnamed"))
    else:
        st.toast(look.t("explorer.kept", name=name.strip()))


def _answer(look: Look) -> None:
    """Rows, or what is wrong; who asked what is in the audit log."""
    t = look.t
    source, sql = st.session_state.get("explorer-asked", ("", ""))
    if not sql:
        return
    with panels.panel(
        "answer", f"**{t('chart.answer')}**", stated(t, "own").help("answer", n=ROWS)
    ):
        began = time.monotonic()
        try:
            data = queries.free(sql, source=source, most_rows=ROWS)
        except QueryError as why:
            st.code(str(why), language=None)
            return
        took_ms = 1000 * (time.monotonic() - began)
        said = t("explorer.rows", n=t.number(len(data)), ms=t.number(took_ms))
        st.caption(said + (f" {t('explorer.cut', n=ROWS)}" if data.attrs.get("cut") else ""))
        own = stated(t, "own").columns(
            {str(one): str(one) for one in data.columns},
            dict.fromkeys(map(str, data.columns), "answer"),
        )
        tall = min(TALL, HEAD + ROW * max(1, len(data)))
        st.dataframe(data, hide_index=True, width="stretch", height=tall, row_height=ROW,
                     key="table-answer", column_config=own)  # fmt: skip
        taking.offered(
            look, "answer", data, {str(one): str(one) for one in data.columns}, over="own", sql=sql
        )
