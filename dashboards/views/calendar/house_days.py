"""Days that the house sets itself: what there is, a form for more, and a button that ends each."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import streamlit as st

from dashboards import viewer
from dashboards.ordering import give
from dashboards.steering import NotDone, order
from dialer import calendar_words
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.api.calendar import Kept
from dialer.calendar import Calendar
from dialer.i18n import Words
from dialer.journal.house_days import Entry

PATH = "calendar/days"
SHAPE = "%Y-%m-%d %H:%M UTC"


def house(t: Words, found: Calendar, countries: Sequence[str]) -> None:
    """All of it; who may not change limits only looks."""
    try:
        kept = msgspec.convert(order("GET", PATH), Kept)
    except NotDone as why:
        st.warning(t("chart.busy", why=str(why)), icon=":material/cloud_off:")
        return
    may = reach(viewer.here().user, "limit.edit") is not Reach.NONE
    to_come = [one for one in kept.entries if one.last >= found.today - timedelta(1)]
    with st.container(border=True, key="panel-house-days", gap="small"):
        st.markdown(f"**{t('calendar.house')}**")
        st.caption(t("calendar.house_help"))
        for one in to_come:
            _entry(t, one, may=may)
        if not to_come:
            st.caption(t("calendar.none_set"))
        if kept.file:
            st.caption(t("calendar.of_file", days=calendar_words.of_file(t, kept.file)))
        if may:
            _form(t, found, countries)
        else:
            st.caption(t("calendar.only_look"))


def _entry(t: Words, one: Entry, *, may: bool) -> None:
    days, where = calendar_words.span(one), calendar_words.country(t, one.region)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        color = "orange" if one.kind == "closed" else "blue"
        st.badge(t.name("calendar_kind", one.kind), color=color)
        st.text(" · ".join(filter(None, (days, where, one.note))), width="content")
        at = datetime.fromtimestamp(one.added_at, UTC).strftime(SHAPE)
        st.caption(t("calendar.set_by", user=one.added_by, at=at), width="content")
        st.space("stretch")
        label, key = t("calendar.end"), f"end-{one.entry}"
        if may and st.button(label, key=key, icon=":material/event_busy:"):
            said = t("calendar.end_done", days=days, country=where)
            give(t, "DELETE", f"{PATH}/{one.entry}", said=lambda _: said)


def _form(t: Words, found: Calendar, countries: Sequence[str]) -> None:
    everywhere = ["", *countries]
    with (
        st.form("set-days", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        kind = st.selectbox(
            t("calendar.kind"), ["closed", "workday"], key="kind", width=230,
            format_func=lambda one: t.name("calendar_kind", one),
        )  # fmt: skip
        where = st.selectbox(
            t("calendar.country"), everywhere, 1, key=f"where-{found.country}", width=250,
            format_func=lambda one: calendar_words.country(t, one),
        )  # fmt: skip
        first = st.date_input(t("calendar.first"), found.today + timedelta(1), key="first",
                              format="YYYY-MM-DD", width=150)  # fmt: skip
        last = st.date_input(t("calendar.last"), None, key="last", format="YYYY-MM-DD",
                             width=150, help=t("calendar.last_help"))  # fmt: skip
        note = st.text_input(t("calendar.note"), key="note", max_chars=200, width=260,
                             help=t("calendar.note_help"))  # fmt: skip
        sent = st.form_submit_button(t("calendar.set"), type="primary")
    if sent:
        body = {"kind": kind, "country": where, "first": f"{first}", "note": note,
                "last": f"{last}" if last else None}  # fmt: skip
        said = t(
            "calendar.set_done", days=calendar_words.row(first, last or first),
            country=calendar_words.country(t, where), what=t.name("calendar_kind", kind),
        )  # fmt: skip
        give(t, "POST", PATH, body, said=lambda _: said)
