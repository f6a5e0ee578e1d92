"""Campaigns: what each does, the orders that steer it, its versions, a form for new ones."""

import streamlit as st

from dashboards import periods, viewer
from dashboards.look import choose_language, language
from dashboards.looking import worked
from dashboards.ordering import told_before
from dashboards.scope import Scope
from dashboards.views.campaigns.budget import budget_form
from dashboards.views.campaigns.editor import editor, kinds_of, may_somewhere
from dashboards.views.campaigns.lists import upload
from dashboards.views.campaigns.overview import overview
from dashboards.views.campaigns.steered import steered
from dashboards.views.campaigns.versions import versions
from dashboards.where import home
from dialer.access.rules import Thing, may
from dialer.api.records import Records
from dialer.i18n import words


def page() -> None:
    """The page."""
    t, user = words(language()), viewer.here().user
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.space("stretch")
        choose_language(t)
    known = {
        name: one for name, one in Records(home()).campaigns().items() if Scope(user).sees(name)
    }
    told_before()
    if known:
        overview(t, known)
        chosen = st.selectbox(t("campaigns.one"), list(known), key="steered", width=320)
        steered(t, user, known[chosen])
        budget_form(t, user, known[chosen])
        if may(user, "list.see", Thing(campaign=chosen)):
            worked(t, known[chosen], Records(home()).journal, periods.now())
        versions(t, chosen)
    elif not may_somewhere(user, "campaign.create"):
        st.info(t("campaigns.none"))
    if kinds := kinds_of(user, known):
        editor(t, known, kinds)
    if may_somewhere(user, "list.import"):
        upload(t)
