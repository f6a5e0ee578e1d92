"""Rating a period again, on the page of costs: by who may change settings; and watched."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import periods, viewer
from dashboards.look import Look
from dashboards.ordering import give, told_before
from dashboards.stated import Stated, stated
from dashboards.steering import NotDone, order
from dashboards.where import home
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.errors import DialerError
from dialer.i18n import Words
from dialer.money.store import Money, file_in

LOOK_S = 1.0
KEY = "rerate"


def offered(look: Look) -> None:
    """A form, and how far the last one is."""
    if reach(viewer.here().user, "tariff.edit") is Reach.NONE or not file_in(home()).exists():
        return
    t = look.t
    try:
        with Money(file_in(home())) as money:
            trunks, decks = list(money.uses()), [one.deck.name for one in money.decks()]
    except DialerError as why:
        st.caption(t("chart.busy", why=str(why)))
        return
    told_before()
    with st.expander(t("rerate.title"), icon=":material/price_change:", key=KEY):
        st.markdown(t("rerate.says"))
        _form(look, trunks, list(dict.fromkeys(decks)))
        _watched(t)


def _form(look: Look, trunks: list[str], decks: list[str]) -> None:
    t = look.t
    now = datetime.fromtimestamp(periods.now(), ZoneInfo(look.zone))
    since, until = look.bounds
    last_day = min(until - timedelta(seconds=1), now).date()
    first_day = max(since.date(), last_day - timedelta(days=periods.LONGEST_DAYS - 1))
    with (
        st.form(f"{KEY}-form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        first, last = (
            st.date_input(t(f"rerate.{name}"), day, key=f"{KEY}-{name}", width=160,
                          format="YYYY-MM-DD", help=look.zone)
            for name, day in (("since", first_day), ("until", last_day))
        )  # fmt: skip
        trunk = st.selectbox(t("column.trunk"), ["", *trunks], key=f"{KEY}-trunk", width=200,
                             format_func=lambda one: one or t("filter.trunk"))  # fmt: skip
        deck = st.selectbox(t("rerate.deck"), ["", *decks], key=f"{KEY}-deck", width=240,
                            format_func=lambda one: one or t("rerate.in_use"))  # fmt: skip
        sent = st.form_submit_button(t("rerate.go"), type="primary")
    days = periods.Days(first, last)
    if sent and days.wrong:
        st.error(
            t(f"bar.days_{days.wrong}", most=periods.LONGEST_DAYS), icon=":material/date_range:"
        )
    elif sent:
        body = {"since": f"{first}", "until": f"{last}", "zone": look.zone, "trunk": trunk,
                "deck": deck}  # fmt: skip
        give(t, "POST", "ratings", body, said=lambda _: t("rerate.begun"))


def _watched(t: Words) -> None:
    """The newest one; looked at again as long as it goes on."""
    try:
        found = _kept(order("GET", "ratings"))
    except NotDone as why:
        st.caption(t("chart.busy", why=str(why)))
        return
    if found:
        goes_on = found[0]["ended_at"] is None
        st.fragment(_progress, run_every=LOOK_S if goes_on else None)(t, found[0], goes_on)


def _progress(t: Words, first: Any, goes_on: bool) -> None:
    try:
        told = _kept(order("GET", "ratings")) if goes_on else [first]
    except NotDone:
        told = [first]
    if not told or (goes_on and told[0]["ended_at"] is not None):
        st.rerun()  # it has ended, or the web process, which alone remembers it, is a new one
    one = told[0]
    said = t("rerate.by", by=one["by"], since=one["wish"]["since"] or "–",
             until=one["wish"]["until"] or "–", zone=one["wish"]["zone"])  # fmt: skip
    if goes_on:
        st.progress(min(1.0, one["done_rate"]), t("rerate.running", by=said,
                    done=t.percent(one["done_rate"], 0)))  # fmt: skip
    else:
        st.caption(said)
    _figures(t, one)
    if one["why"]:
        st.warning(t("rerate.stopped", why=one["why"]), icon=":material/warning:")


def _kept(ratings: Any) -> list[Any]:
    """Those that changed something: others only looked, on the page of price lists."""
    return [one for one in ratings if one["kept"]]


def _figures(t: Words, one: Any) -> None:
    wish = one["wish"]
    told: Stated = stated(t, "period", zone=wish["zone"],
                          period=f"{wish['since'] or '–'} – {wish['until'] or '–'}")  # fmt: skip
    with st.container(horizontal=True, key=f"{KEY}-figures"):
        for name in ("calls", "changed"):
            with st.container(key=f"{KEY}-{name}", width=200):
                st.metric(
                    t(f"rerate.{name}"), t.number(one[name]), help=told.help(f"rerate_{name}")
                )
