"""A campaign's budget: what the day has cost of it, and a form that sets it."""

from typing import Any

import streamlit as st

from dashboards.steering import part
from dashboards.views.campaigns.orders import done, live_of
from dialer.access.rules import Thing, User, may
from dialer.i18n import Words
from dialer.leads.rules import Campaign as InForce


def spent(t: Words, live: Any) -> None:
    """What the day has cost of its budget, and whether that holds it back."""
    of = live.budget
    share = float((of.spent + of.held) / of.amount)
    told = t("budget.spent", day=of.day or "-", zone=live.zone, currency=of.currency,
             spent=f"{of.spent:,.2f}", amount=f"{of.amount:,.2f}", held=f"{of.held:,.2f}",
             room=f"{of.room:,.2f}")  # fmt: skip
    st.progress(min(1.0, share), told)
    if live.bound in ("budget", "tariff"):
        st.warning(t(f"budget.held_by_{live.bound}"), icon=":material/savings:")


def budget_form(t: Words, user: User, one: InForce) -> None:
    """A form that sets it; the page's own refresh does not touch what is being typed."""
    name = one.opened.campaign
    live = live_of(name)
    if live is None or not may(user, "limit.edit", Thing(campaign=name)):
        return
    with st.expander(t("budget.title"), key="budget"), st.form(f"budget_{name}", border=False):
        st.caption(t("budget.help"))
        of = live.budget
        amount = st.text_input(t("budget.amount"), str(of.amount) if of else "")
        currency = st.text_input(t("column.currency"), of.currency if of else "", max_chars=3)
        if st.form_submit_button(t("budget.go")):
            body = {"amount": amount.strip() or None, "currency": currency.strip().upper()}
            done(t, "PUT", f"campaigns/{part(name)}/budget", body,
                 said=lambda _: t("budget.done", campaign=name))  # fmt: skip
