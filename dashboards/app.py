"""The board: `streamlit run dashboards/app.py -- --home DIR`, or `dialer board`."""

from pathlib import Path

import streamlit as st

from dashboards import taking, tiles, viewer
from dashboards.look import language
from dashboards.views import (
    agents,
    calendar,
    callbacks,
    caller_ids,
    calls,
    campaigns,
    compliance,
    costs,
    detection,
    explorer,
    figures,
    funnel,
    hours,
    lines,
    live,
    outcomes,
    pacing,
    trunks,
    whatif,
)
from dashboards.ways import ways
from dialer.access.passage import LEAVE
from dialer.i18n import Words, words

# Ours, not one of the icon font's: the browser would fetch that from the Internet.
ICON = Path(__file__).with_name("icon.svg")
PLACES = 20
"""Of a page, at most. What a fragment of it drew just before the session ended arrives on the page
that leaves: where there is no such place the browser stops with an error, and nobody leaves."""
LOOK_S = 2.0
"How often a page looks whether whoever sees it still may."

# Section -> name of each page, which is its address, -> page and icon.
SECTIONS = {
    "": {
        "live": (live.page, "monitor_heart"),
        "campaigns": (campaigns.page, "campaign"),
        "calls": (calls.page, "call"),
        "callbacks": (callbacks.page, "event_upcoming"),
        "calendar": (calendar.page, "calendar_month"),
    },
    "reports": {
        "funnel": (funnel.page, "filter_alt"),
        "outcomes": (outcomes.page, "donut_small"),
        "agents": (agents.page, "support_agent"),
        "hours": (hours.page, "schedule"),
        "costs": (costs.page, "payments"),
        "compliance": (compliance.page, "gavel"),
    },
    "network": {
        "lines": (lines.page, "stacked_line_chart"),
        "trunks": (trunks.page, "cell_tower"),
        "caller_ids": (caller_ids.page, "contact_phone"),
        "detection": (detection.page, "hearing"),
    },
    "planning": {
        "pacing": (pacing.page, "speed"),
        "whatif": (whatif.page, "calculate"),
        "figures": (figures.page, "menu_book"),
        "explorer": (explorer.page, "database_search"),
    },
}


def board() -> None:
    """Show the page that was asked for, to who is logged in."""
    t = words(language())
    st.set_page_config(page_title=t("bar.title"), layout="wide", page_icon=str(ICON))
    visitor = viewer.viewer()
    if visitor is None:
        _leave(t)
        st.stop()
    pages = {
        (t(f"section.{section}") if section else ""): [
            st.Page(page, title=t(f"page.{name}"), icon=f":material/{icon}:", url_path=name,
                    default=name == "live")
            for name, (page, icon) in inside.items()
        ]
        for section, inside in SECTIONS.items()
    }  # fmt: skip
    shown = st.navigation(pages, position="top")
    st.html(taking.HIDDEN + tiles.WHOLE_NOTES)
    ways(t, visitor.user)
    _stay()
    shown.run()


@st.fragment(run_every=LOOK_S)
def _stay() -> None:
    viewer.here()


def _leave(t: Words) -> None:
    """To the log-in; in words, too, for who came another way."""
    with st.container(key="leave"):
        st.info(t("leave.text"), icon=":material/lock:")
        st.link_button(t("leave.log_in"), "/login?to=/board/")
        st.html(f"<script>{LEAVE}</script>", unsafe_allow_javascript=True)
    for _ in range(PLACES):
        st.empty()


board()
