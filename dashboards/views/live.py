"""The live board: what goes on now, from the dialer; how the day went, from the warehouse."""

import streamlit as st

from dashboards import decisions, panels, periods, tiles
from dashboards.look import Look, bar
from dashboards.newest import Newest
from dashboards.periods import clock
from dashboards.queries import fetch
from dashboards.scope import alerts_seen, news
from dashboards.where import home
from dialer.api.alerting import said


def page() -> None:
    """What hangs on the wall."""
    if look := bar(with_periods=False):
        _now(look)
        _day(look)


@st.fragment(run_every=1.0)
def _now(look: Look) -> None:
    now = news()
    fresh = now is not None and not now.is_old(periods.now())
    if not fresh:
        _stale(look, now)
    shown = now if fresh else None
    if fresh or (now is not None and now.is_outdated):
        _alerts(look)
    campaign = shown.campaigns.get(look.campaign) if shown else None
    tiles.campaign_tiles(campaign, look)
    tiles.account_tiles(campaign, look)
    tiles.room(shown, look)


def _alerts(look: Look) -> None:
    """What needs somebody, as far as he may see it: one line each, the worst first."""
    with st.container(key="alerts", gap="small"):  # always there: the tiles keep their place
        for one in alerts_seen():
            said_so = st.error if one.level == "critical" else st.warning
            said_so(said(look.t, one), icon=":material/notification_important:")


def _stale(look: Look, now: Newest | None) -> None:
    t = look.t
    with st.container(key="stale"):
        if now is None:
            title, text = t("stale.missing"), t("stale.missing_text", home=home())
        elif now.is_outdated and now.age_s(periods.now()) < ANEW_S:
            title, text = t("stale.anew"), t("stale.anew_text")
        else:
            title = t("stale.title", age=t.lasting(now.age_s(periods.now())))
            text = t("stale.text", time=clock(now.at, look.zone), zone=look.zone)
        st.warning(f"**{title}.** {text}", icon=":material/cloud_off:")


ANEW_S = 30.0
"One dialer follows another within seconds."
DAY = ("funnel", "outcomes", "over_time", "occupancy", "utilisation", "agent_time", "decisions")


@st.fragment(run_every=3.0)
def _day(look: Look) -> None:
    fetch(DAY, **look.params(), rows=decisions.LAST, skip=0)
    now = news()
    fresh = now if now and not now.is_old(periods.now()) else None
    with st.grid(3, min_column_width=330, gap="small", key="day"):
        panels.funnel(look)
        panels.outcomes(look)
        panels.over_time(look)
        panels.team(look, fresh)
        panels.agent_time(look)
        decisions.latest(look)
