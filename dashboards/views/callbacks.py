"""Promised calls: when, on which clocks, by whom; moved, given to others, dropped by permission."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboards import periods, viewer
from dashboards.look import choose_language, language
from dashboards.ordering import give, told_before
from dashboards.scope import Scope
from dashboards.stated import stated
from dashboards.steering import NotDone, order, part
from dashboards.where import home
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.api.records import Records
from dialer.i18n import Words, words

MOST = 500
SHAPE = "%m-%d %H:%M"
Row = Mapping[str, Any]


def page() -> None:
    """The page."""
    t = words(language())
    viewer.here()
    zones = _zones()
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        campaign = st.selectbox(
            t("bar.campaign"), ["", *zones], key="of", width=240, label_visibility="collapsed",
            format_func=lambda one: one or t("callbacks.all"),
        )  # fmt: skip
        st.space("stretch")
        choose_language(t)
    told_before()
    try:
        found = order("GET", f"callbacks?n={MOST}&campaign={part(campaign)}")
    except NotDone as why:
        st.warning(t("chart.busy", why=str(why)), icon=":material/cloud_off:")
        return
    _table(t, found, zones)
    if found:
        _chosen(t, found, zones)


def _zones() -> dict[str, str]:
    """The campaigns of whoever looks -> their time zone."""
    seen = Scope(viewer.here().user)
    known = Records(home()).campaigns()
    return {name: one.opened.zone for name, one in sorted(known.items()) if seen.sees(name)}


def _when(at: float, zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime(SHAPE)


def _theirs(row: Row, zones: Mapping[str, str]) -> str:
    """The person's clock; the campaign's, where nobody knows where that is."""
    return str(next(iter(row["zones"]), "")) or zones.get(row["campaign"], "UTC")


def _whom(t: Words, whom: str) -> str:
    if not whom:
        return t("callback.anyone")
    team = whom.removeprefix("team:")
    return whom if team == whom else t("callback.team", team=team)


def _state(t: Words, row: Row) -> str:
    if not row["open"]:
        return t("callbacks.called")
    return t("callbacks.overdue" if row["at"] < periods.now() else "callbacks.waits")


def _table(t: Words, found: Sequence[Row], zones: Mapping[str, str]) -> None:
    if not found:
        st.info(t("callbacks.none"), icon=":material/event_available:")
        return
    data = pd.DataFrame([
        {
            "at": _when(row["at"], zones.get(row["campaign"], "UTC")),
            "theirs": f"{_when(row['at'], _theirs(row, zones))} · {_theirs(row, zones)}",
            "state": _state(t, row), "whom": _whom(t, row["whom"]), "campaign": row["campaign"],
            "name": row["name"], "masked": row["masked"], "note": row["note"],
            "promised_by": row["promised_by"],
        }
        for row in found
    ])  # fmt: skip
    names = {
        "at": "callbacks.at", "theirs": "callbacks.theirs", "state": "column.state",
        "whom": "callback.who", "campaign": "column.campaign", "name": "callbacks.person",
        "masked": "column.number", "note": "word.note", "promised_by": "callbacks.promised_by",
    }  # fmt: skip
    clocks = ", ".join(sorted({zones.get(row["campaign"], "UTC") for row in found}))
    now = stated(t, "now", "callbacks", zone=clocks)
    with st.container(border=True, key="panel-callbacks", gap="xsmall"):
        st.markdown(f"**{t('page.callbacks')}** :gray[· {len(found)}]", help=now.help("callbacks"))
        st.dataframe(
            data, hide_index=True, width="stretch", row_height=29,
            height=min(420, 40 + 29 * len(found)), placeholder="", column_order=list(names),
            column_config=now.columns({name: t(key) for name, key in names.items()}),
        )  # fmt: skip


def _chosen(t: Words, found: Sequence[Row], zones: Mapping[str, str]) -> None:
    by_lead = {row["lead"]: row for row in found}

    def said(lead: str) -> str:
        row = by_lead[lead]
        who = row["name"] or row["masked"]
        return f"{_when(row['at'], zones.get(row['campaign'], 'UTC'))} · {who}"

    lead = st.selectbox(t("callbacks.one"), list(by_lead), key="lead", width=420,
                        format_func=said)  # fmt: skip
    if lead is None:
        return
    row = by_lead[lead]
    if row["set"]:
        _move(t, row, _theirs(row, zones))
    else:
        st.caption(t("callbacks.only_look"))
    with st.container(horizontal=True, key="orders", vertical_alignment="center"):
        if row["set"]:
            _drop(t, row)
        if reach(viewer.here().user, "lead.reveal") is not Reach.NONE:
            _reveal(t, lead)


def _move(t: Words, row: Row, zone: str) -> None:
    at = datetime.fromtimestamp(row["at"], ZoneInfo(zone))
    whom = _choices(row)
    with st.form(f"move-{row['lead']}-{row['at']}-{row['whom']}", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            day = st.date_input(t("callback.day"), at.date(), format="YYYY-MM-DD", width=160)
            time = st.time_input(t("callback.time"), at.time(), step=300, width=120)
            who = st.selectbox(t("callback.who"), whom, whom.index(row["whom"]), width=260,
                               format_func=lambda one: _whom(t, one))  # fmt: skip
            sent = st.form_submit_button(t("callbacks.move"), type="primary")
        st.caption(t("callback.their_clock", zone=zone))
    if sent:
        moved = datetime.combine(day, time, ZoneInfo(zone))
        body = {"at": moved.timestamp(), "whom": who}
        said = t("callbacks.moved", at=moved.strftime(SHAPE), zone=zone, whom=_whom(t, who))
        _done(t, "PUT", row, body, said)


def _choices(row: Row) -> list[str]:
    """By whom it may be called: anybody, a team, an agent of the campaign; whoever it is now."""
    users, teams = order("GET", "users"), order("GET", "teams")
    agents = [
        one["name"] for one in users
        if one["role"] == "agent" and one["active"]
        and {"*", row["campaign"]} & set(one["campaigns"])
    ]  # fmt: skip
    there = ["", *(f"team:{one['team']}" for one in teams), *agents]
    return there if row["whom"] in there else [*there, row["whom"]]


def _drop(t: Words, row: Row) -> None:
    with st.popover(t("callbacks.drop"), icon=":material/event_busy:", key="sure"):
        st.markdown(t("callbacks.drop_sure"))
        if st.button(t("callbacks.drop_yes"), key="drop_yes", type="primary"):
            _done(t, "DELETE", row, None, t("callbacks.dropped"))


def _reveal(t: Words, lead: str) -> None:
    if not st.button(t("callbacks.reveal"), key="reveal", icon=":material/visibility:",
                     help=t("callbacks.reveal_help")):  # fmt: skip
        return
    try:
        numbers = order("POST", f"leads/{part(lead)}/reveal")["numbers"]
    except NotDone as why:
        st.error(t("campaigns.not_done", why=str(why)), icon=":material/error:")
        return
    st.text("  ".join(numbers))


def _done(t: Words, method: str, row: Row, body: Any, said: str) -> None:
    give(t, method, f"callbacks/{part(row['lead'])}", body, said=lambda _: said)
