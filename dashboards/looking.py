"""A campaign looked at on the board: its pre-flight, what mends it, and how far its lists are."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import streamlit as st

from dashboards.steering import NotDone, order, part
from dialer.forecast import of_campaign, standing
from dialer.forecast_words import lines as forecast_lines
from dialer.i18n import Words
from dialer.leads.rules import Campaign
from dialer.preflight import Preflight, refusals
from dialer.preflight_words import lines, objected

Mend = Callable[[Mapping[str, Any]], None]
"Puts the campaign in force with these settings changed."


def look(t: Words, one: Campaign, mend: Mend | None) -> None:
    """Who would be called, before anybody is: the answer stays until it is asked for again.

    `mend`: None where whoever looks may not change the campaign.
    """
    name = one.opened.campaign
    if st.button(t("preflight.button"), key="preflight", icon=":material/checklist:"):
        try:
            with st.spinner(t("preflight.looking")):
                told = order("GET", f"campaigns/{part(name)}/preflight")
            st.session_state["preflight_of"] = name, msgspec.convert(told, Preflight)
        except NotDone as why:
            st.error(t("campaigns.not_done", why=str(why)), icon=":material/error:")
    of, found = st.session_state.get("preflight_of", ("", None))
    if found is None or of != name:
        return
    st.info("  \n".join(lines(found, t)), icon=":material/checklist:")
    for why in found.warned:
        st.warning(t("preflight.warned", why=objected(why, t)), icon=":material/warning:")
    for why in found.refused:
        st.error(t("preflight.refused", why=objected(why, t)), icon=":material/error:")
    if mend and refusals(one):
        _connect_first(t, one, mend)


def _connect_first(t: Words, one: Campaign, mend: Mend) -> None:
    """The law's clock starts at the answer: then an agent has to be there at the answer."""
    label, why = t("preflight.connect_first"), t("preflight.connect_first_help")
    if st.button(label, key="connect_first", icon=":material/support_agent:", help=why):
        del st.session_state["preflight_of"]
        mend({"detection": f"{one.opened.detection}, connect_first"})


def worked(t: Words, one: Campaign, journal: Path, at: float) -> None:
    """How far the campaign and each of its lists is, and when it is through: when asked for."""
    with st.expander(t("forecast.title"), key="worked"):
        st.caption(t("forecast.board_help"))
        if not st.button(t("forecast.look"), key="look_worked", icon=":material/hourglass_bottom:"):
            return
        name, lists = one.opened.campaign, one.rules.lists
        whole = of_campaign(journal, name, lists, at)
        found = [whole, *(standing(journal, each, at) for each in lists)]
        for each in found:
            if each is not None:
                st.markdown("\n".join(f"- {_plain(line)}" for line in forecast_lines(each, t)))


def _plain(text: str) -> str:
    """Names of lists have characters that Markdown would take for its own."""
    return text.replace("_", "\\_").replace("*", "\\*")
