"""The numbers that we show: how they fare, whose they are; rested, proved, tested."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

import msgspec
import pandas as pd
import streamlit as st

from dashboards import forms, viewer
from dashboards.look import choose_language, language
from dashboards.ordering import give, told_before
from dashboards.stated import stated
from dashboards.steering import NotDone, order, part
from dialer.access.permissions import Reach
from dialer.access.rules import reach
from dialer.caller_ids import Row, standing
from dialer.i18n import Words, words

SHAPE = "%Y-%m-%d %H:%M UTC"


def page() -> None:
    """The page."""
    t = words(language())
    viewer.here()
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{t('caller_ids.title')}**", help=t("caller_ids.help"))
        st.space("stretch")
        choose_language(t)
    told_before()
    try:
        found = msgspec.convert(order("GET", "caller-ids"), list[Row])
    except NotDone as why:
        st.warning(t("chart.busy", why=str(why)), icon=":material/cloud_off:")
        return
    if not found:
        st.info(t("caller_ids.none"), icon=":material/call_quality:")
        return
    _table(t, found)
    _chosen(t, found)


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime(SHAPE)


def _reached(t: Words, one: Row) -> str:
    if one.tested is None:
        return t("caller_ids.not_tested")
    if one.tested.came_at is None:
        return t("caller_ids.not_reached", why=t.name("outcome", one.tested.why))
    return _when(one.tested.came_at)


def _standing(t: Words, one: Row) -> str:
    rests = one.health.rest
    said = standing(t, one.health, _when(rests.until_at) if rests else "")
    return said or t("caller_ids.well")


def _table(t: Words, found: Sequence[Row]) -> None:
    data = pd.DataFrame([
        {
            "number": one.caller_id, "standing": _standing(t, one),
            "calls": one.health.calls, "answered": one.health.answer_rate,
            "short": one.health.short_rate, "blocked": one.health.blocked,
            "attestation": one.attestation or "–",
            "proof": one.proofs[0].source if one.is_proved else t("caller_ids.no_proof"),
            "reached": _reached(t, one), "trunks": ", ".join(one.trunks),
        }
        for one in found
    ])  # fmt: skip
    titles = {
        "number": "caller_ids.number", "standing": "caller_ids.standing",
        "calls": "column.calls", "answered": "column.answered", "short": "caller_ids.short",
        "blocked": "caller_ids.blocked", "attestation": "caller_ids.attestation",
        "proof": "caller_ids.proof", "reached": "caller_ids.reached",
        "trunks": "caller_ids.trunks",
    }  # fmt: skip
    week = stated(t, "week", "caller_ids")
    with st.container(border=True, key="panel-caller-ids", gap="xsmall"):
        st.dataframe(
            forms.said_shares(data, ("answered", "short"), t, 0), hide_index=True,
            width="stretch", row_height=29,
            height=min(420, 40 + 29 * len(found)), placeholder="",
            column_config=week.columns({name: t(key) for name, key in titles.items()}) | {
                name: forms.config("count", t(titles[name]), t, week.column(name))
                for name in ("calls", "blocked")
            } | {
                name: forms.config("rate", t(titles[name]), t, week.column(name))
                for name in ("answered", "short")
            },
        )  # fmt: skip


def _chosen(t: Words, found: Sequence[Row]) -> None:
    by_number = {one.caller_id: one for one in found}
    number = st.selectbox(t("caller_ids.one"), list(by_number), key="number", width=280)
    if number is None:
        return
    if reach(viewer.here().user, "limit.edit") is Reach.NONE:
        st.caption(t("caller_ids.only_look"))
    else:
        _orders(t, by_number[number])
    _proofs(t, by_number[number])


def _orders(t: Words, one: Row) -> None:
    number = one.caller_id
    with st.container(horizontal=True, key="orders", vertical_alignment="center"):
        if one.trunks and st.button(t("caller_ids.test"), key="test", icon=":material/call_made:",
                                    help=t("caller_ids.test_help")):  # fmt: skip
            _done(t, "POST", f"{part(number)}/test", None, lambda told: _came(t, told))
        if one.health.rest:
            if st.button(t("caller_ids.wake"), key="wake", icon=":material/play_arrow:"):
                said = t("caller_ids.woken", number=number)
                _done(t, "POST", f"{part(number)}/wake", {}, lambda _: said)
        else:
            _rest(t, number)
        _prove(t, number)


def _came(t: Words, told: Mapping[str, Any]) -> str:
    if told["came_at"] is None:
        why = t.name("outcome", told["why"])
        return t("caller_ids.untested", number=told["caller_id"], why=why)
    seconds = f"{told['came_at'] - told['began_at']:.1f}"
    return t("caller_ids.tested", number=told["caller_id"], seconds=seconds)


def _rest(t: Words, number: str) -> None:
    with (
        st.popover(t("caller_ids.rest"), icon=":material/bedtime:", key="rest"),
        st.form(f"rest-{number}", border=False),
    ):
        hours = st.number_input(t("caller_ids.hours"), 1, 8760, 24)
        why = st.text_input(t("caller_ids.reason"), max_chars=500)
        sent = st.form_submit_button(t("caller_ids.rest"), type="primary")
    if sent:
        body = {"hours": hours, "why": why}
        said = t("caller_ids.rested", number=number)
        _done(t, "POST", f"{part(number)}/rest", body, lambda _: said)


def _prove(t: Words, number: str) -> None:
    with (
        st.popover(t("caller_ids.prove"), icon=":material/verified:", key="prove"),
        st.form(f"prove-{number}", border=False),
    ):
        source = st.text_input(t("caller_ids.source"), max_chars=200,
                               help=t("caller_ids.source_help"))  # fmt: skip
        says = st.text_area(t("caller_ids.says"), max_chars=2000)
        until = st.date_input(t("caller_ids.until"), None, format="YYYY-MM-DD")
        sent = st.form_submit_button(t("caller_ids.prove"), type="primary")
    if sent:
        ends = datetime.combine(until, time.max, UTC).timestamp() if until else None
        body = {"source": source.strip(), "says": says.strip(), "expires_at": ends}
        said = t("caller_ids.proved", number=number)
        _done(t, "POST", f"{part(number)}/proofs", body, lambda _: said)


def _proofs(t: Words, one: Row) -> None:
    if not one.proofs:
        return
    may = reach(viewer.here().user, "limit.edit") is not Reach.NONE
    with st.container(border=True, key="panel-proofs", gap="xsmall"):
        st.markdown(f"**{t('caller_ids.proofs')}** · {one.caller_id}")
        for proof in one.proofs:
            holds = "" if proof.withdrawn_at is None else f" · {t('caller_ids.withdrawn')}"
            until = proof.expires_at
            ends = f" · {t('caller_ids.until')} {_when(until)}" if until else ""
            st.text(f"{proof.source}: {proof.says}")
            st.caption(f"{_when(proof.proved_at)} · {proof.proved_by}{ends}{holds}")
            words_of = t("caller_ids.withdraw", proof=proof.proof)
            if may and not holds and st.button(words_of, key=f"withdraw-{proof.proof}"):
                said = t("caller_ids.withdrawn_done", proof=proof.proof)
                path = f"{part(one.caller_id)}/proofs/{proof.proof}"
                _done(t, "DELETE", path, None, lambda _, said=said: said)


def _done(
    t: Words, method: str, path: str, body: Any, said: Callable[[Mapping[str, Any]], str]
) -> None:
    give(t, method, f"caller-ids/{path}", body, said=said)
