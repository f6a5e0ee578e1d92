"""An order given on a page, and what came of it: told where the page is drawn anew."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.steering import NotDone, order
from dialer.i18n import Words

DONE = "done"


def told_before() -> None:
    """What came of the last order; its place is always there: what follows keeps its own."""
    with st.container(key="said"):
        if said := st.session_state.pop(DONE, ""):
            st.success(said, icon=":material/check_circle:")


def give(
    t: Words, method: str, path: str, body: Any = None, *, said: Callable[[Any], str],
    file: bytes | None = None, refused: Callable[[NotDone], None] | None = None,
) -> None:  # fmt: skip
    """Give the order; the page then shows what came of it.

    `said` puts the API's answer in words. `refused` is told first why it was not done.
    """
    try:
        told = order(method, path, body, file=file)
    except NotDone as why:
        if refused:
            refused(why)
        st.error(t("campaigns.not_done", why=str(why)), icon=":material/error:")
        return
    st.session_state[DONE] = said(told)
    st.rerun()
