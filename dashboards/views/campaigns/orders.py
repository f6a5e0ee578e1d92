"""What the dialer says of a campaign now, and orders to it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.ordering import give
from dashboards.scope import news
from dashboards.steering import NotDone
from dashboards.views.campaigns.fields import SETTINGS
from dialer.errors import DialerError
from dialer.i18n import Words


def live_of(campaign: str) -> Any:
    """What the dialer says of a campaign, while it has one."""
    now = news()
    return now.campaigns.get(campaign) if now else None


def done(
    t: Words, method: str, path: str, body: Any, *, said: Callable[[Any], str],
    file: bytes | None = None,
) -> None:  # fmt: skip
    """Give the order; what is wrong is shown at the setting that it is about."""

    def taken(told: Any) -> str:
        st.session_state.pop("fault", None)
        st.session_state.pop("kind", None)  # what was made can be changed next
        return said(told)

    def refused(why: NotDone) -> None:
        if fault := fault_of(why):
            st.session_state["fault"] = fault
            st.rerun()

    give(t, method, path, body, said=taken, refused=refused, file=file)


def fault_of(why: DialerError) -> tuple[str, str] | None:
    """The setting that a refusal is about and what is wrong with it, where it is about one.

    >>> fault_of(DialerError("7 不正确", "setting_wrong", key="pool", given="7"))
    ('pool', '7 不正确')
    >>> fault_of(DialerError("no dialer serves this home"))
    """
    key = str(why.values.get("key", "")).rpartition(".")[2]
    return (key, str(why)) if key in SETTINGS else None
