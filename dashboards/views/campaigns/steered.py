"""The campaign that is chosen: how it stands, and the orders that steer it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from dashboards.looking import look
from dashboards.steering import part
from dashboards.views.campaigns.budget import spent
from dashboards.views.campaigns.editor import kept_of, send
from dashboards.views.campaigns.fields import COLUMNS
from dashboards.views.campaigns.orders import done, live_of
from dialer import campaign as files
from dialer.access.rules import Thing, User, may
from dialer.i18n import Words
from dialer.leads.rules import Campaign as InForce

ORDERS = {"dialling": ("pause", "stop"), "paused": ("resume", "stop"), "stopped": ("resume",)}
"State -> the orders that make sense."
_ICON = {"pause": "pause", "resume": "play_arrow", "stop": "stop"}


@st.fragment(run_every=2.0)
def steered(t: Words, user: User, one: InForce) -> None:
    """Orders, the budget, and what stands in the way, while the dialer runs."""
    name = one.opened.campaign
    live = live_of(name)
    if live is None:
        st.caption(t("campaigns.no_dialer"))
        return
    if not may(user, "campaign.steer", Thing(campaign=name)):
        st.caption(t("campaigns.only_look"))
        return
    with st.container(horizontal=True, key="orders"):
        for what in ORDERS.get(live.state, ()):
            label, icon = t(f"campaigns.{what}"), f":material/{_ICON[what]}:"
            if what == "stop":
                # Open or not is known to the browser: a page that runs again does not close it.
                with st.popover(label, icon=icon, key="sure"):
                    st.markdown(t("campaigns.stop_sure", campaign=name))
                    pressed = st.button(t("campaigns.stop_yes"), key="stop_yes", type="primary")
            else:
                pressed = st.button(label, key=f"do_{what}", icon=icon)
            if pressed:
                _give(t, name, what)
    if live.budget is not None:
        spent(t, live)
    may_edit = may(user, "campaign.edit", Thing(campaign=name))
    look(t, one, partial(_mended, t, one) if may_edit else None)


def _give(t: Words, name: str, what: str) -> None:
    done(t, "POST", f"campaigns/{part(name)}/{what}", {} if what == "pause" else None,
         said=lambda _: t(f"campaigns.{what}_done", campaign=name))  # fmt: skip


def _mended(t: Words, one: InForce, changed: Mapping[str, Any]) -> None:
    """The campaign as it is in force, but for this."""
    first, name = files.again(one.opened, one.rules), one.opened.campaign
    same = {key: getattr(first, key) for column in COLUMNS for key in column}
    body = {key: value for key, value in same.items() if value is not None}
    send(t, "change", {"name": name, **body, **kept_of(first, "change"), **changed}, paused=False)
