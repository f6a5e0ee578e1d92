"""What a regulator would ask: what is counted over the account, what is only estimated."""

import streamlit as st

from dashboards import charts, panels, periods, tiles
from dashboards.look import Look
from dashboards.parts import Part, Report
from dashboards.scope import news


def _account(look: Look) -> None:
    """The account as the dialer keeps it: it knows what no CDR tells, while it runs."""
    t = look.t
    with panels.panel(
        "account", f"**{t('chart.account')}**", look.stated(over="now").help("account")
    ):
        there = news()
        fresh = there is not None and not there.is_old(periods.now())
        campaign = there.campaigns.get(look.campaign) if there and fresh else None
        st.caption(t("compliance.kinds"))
        tiles.account_tiles(campaign, look)


REPORT = Report("compliance", (
    Part("compliance", "compliance", {
        "persons": ("persons", "count"), "abandoned": ("abandoned", "count"),
        "abandon_rate": ("abandon_rate", "rate"), "abandon_cap": ("abandon_cap", "rate"),
        "days": ("days", "count"), "days_over": ("days_over", "count"),
        "unconnected": ("unconnected", "count"), "messages": ("messages", "count"),
        "messages_in_time": ("messages_in_time", "count"), "given_up": ("given_up", "count"),
        "short_rings": ("short_rings", "count"), "most_a_day": ("most_a_day", "count"),
        "opted_out": ("opted_out", "count"),
    }, wide=True, height=100),
    Part("by_day", "by_day", {
        "day": ("day", "date"), "abandoned": ("abandoned", "count"),
        "persons": ("of_persons", "count"), "abandon_rate": ("abandon_rate", "rate"),
        "abandon_cap": ("abandon_cap", "rate"),
    }, draw=charts.by_day, wide=True),
), filters=(), lead=_account, together="never")  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
