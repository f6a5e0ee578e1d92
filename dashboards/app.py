"""The board: `streamlit run dashboards/app.py -- --home DIR`, or `dialer board`."""

from pathlib import Path

import streamlit as st

from dashboards.look import language
from dashboards.views import agents, calls, figures, live, pacing
from dialer.i18n import words

# Ours, not one of the icon font's: the browser would fetch that from the Internet.
ICON = Path(__file__).with_name("icon.svg")

# Name, which is its address, -> page and icon.
PAGES = {
    "live": (live.page, "monitor_heart"),
    "calls": (calls.page, "call"),
    "agents": (agents.page, "support_agent"),
    "pacing": (pacing.page, "speed"),
    "figures": (figures.page, "menu_book"),
}


def board() -> None:
    """Show the page that was asked for."""
    t = words(language())
    st.set_page_config(page_title=t("bar.title"), layout="wide", page_icon=str(ICON))
    pages = [
        st.Page(page, title=t(f"page.{name}"), icon=f":material/{icon}:", url_path=name,
                default=name == "live")
        for name, (page, icon) in PAGES.items()
    ]  # fmt: skip
    st.navigation(pages, position="top").run()


board()
