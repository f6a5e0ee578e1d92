"""Pacing decisions with their reasons: the last few, or all of a period, page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboards.look import Look
from dashboards.panels import HEIGHT, clocks, panel, tabled, titled
from dashboards.queries import frame
from dialer.i18n import Words

LAST = 12
"How many of the last decisions the wall shows."
ROWS = 200
"On one page of them."
TALL = 460
MINUTE = timedelta(minutes=1)
FEW = ("decided_at", "n", "level", "bound", "ready")
"Columns on the wall."
MORE = (*FEW, "ringing", "waiting", "abandoned", "persons", "why")
LABELS = {"decided_at": "time", "n": "placed"}
TEXTS = ("decided_at", "bound", "why")


def latest(look: Look) -> None:
    """The last ones."""
    with panel("decisions", titled(look, "decisions"), look.stated().help("decisions")):
        data = frame("decisions", **look.params(), rows=LAST, skip=0)
        tabled(look, "decisions", _shown(data, look), _columns(look), height=HEIGHT)


def browsed(look: Look) -> None:
    """All of the period, or those before an instant: page by page, with all that was seen."""
    with panel("decisions", titled(look, "decisions"), look.stated().help("decisions")):
        params, skip = _place(look)
        data = frame("decisions", **params, rows=ROWS, skip=skip)
        shown = _shown(data, look)
        shown["why"] = [explained(row, look) for row in data.itertuples()]
        config = _columns(look, MORE)
        _in_full(list(shown["why"]), list(shown["decided_at"]), look)
        tabled(look, "decisions", shown, config, height=TALL)


def _place(look: Look) -> tuple[Mapping[str, Any], int]:
    """Until when, and how many of the newest before that are passed over."""
    t, params = look.t, look.params()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        until: datetime | None = st.datetime_input(
            t("chart.until"), value=None, key="decisions_until", step=MINUTE, width=220,
            help=t("help.until", zone=look.zone),
        )  # fmt: skip
        if until is not None:
            until = until.replace(tzinfo=ZoneInfo(look.zone)) + MINUTE
            params["until"] = min(params["until"], until)
        n = int(frame("bounds", **params)["decisions"].sum())
        pages = max(1, -(-n // ROWS))
        key = f"decisions_page-{look.days or look.period}-{until}"
        if st.session_state.get(key, 1) > pages:
            del st.session_state[key]  # a new day has fewer
        page = st.pagination(pages, key=key)
        st.caption(t("chart.so_many", n=t.number(n)))
    return params, ROWS * (page - 1)


def _shown(data: pd.DataFrame, look: Look) -> pd.DataFrame:
    return data.assign(
        decided_at=clocks(data["decided_at"], look),
        bound=[look.t.name("bound", bound) for bound in data["bound"]],
    )


def _columns(look: Look, names: Sequence[str] = FEW) -> dict[str, object]:
    t, stated = look.t, look.stated("decisions")
    widths: Mapping[str, Any] = {
        "decided_at": "small" if look.period == "today" else 125, "bound": None, "why": "large",
        "n": 65, "level": 60, "ready": 60,
    }  # fmt: skip
    found: dict[str, object] = {}
    for name in names:
        label = LABELS.get(name, name)
        made = st.column_config.TextColumn if name in TEXTS else st.column_config.NumberColumn
        more = {"format": "%.2f"} if name == "level" else {}
        found[name] = made(
            t(f"column.{label}"), width=widths.get(name, "small"), help=stated.column(label), **more
        )
    return found


def _in_full(said: list[str], at: list[str], look: Look) -> None:
    """One decision's sentence, whole: the table cuts it off."""
    if not said:
        return
    if (before := st.session_state.get("decision")) is not None:
        st.session_state["decision"] = min(before, len(said))  # another period has fewer
    chosen = st.number_input(
        look.t("chart.which"), min_value=1, max_value=len(said), key="decision", width=220,
        help=look.t("help.which"),
    )  # fmt: skip
    st.markdown(f"**{at[chosen - 1]}** · {said[chosen - 1]}")


def explained(row: Any, look: Look) -> str:
    """A decision in sentences: what was seen, what was placed, what held it, what it expected."""
    t = look.t
    seen = t(
        "chart.explained", mode=t.name("mode", row.mode), ready=row.ready, there=row.logged_in,
        ringing=row.ringing, waiting=row.waiting, lines=row.lines_free, n=row.n,
        bound=t.name("bound", row.bound), abandoned=row.abandoned, persons=row.persons,
    )  # fmt: skip
    return f"{seen} {foreseen(row, t)}".strip()


def foreseen(row: Any, t: Words) -> str:
    """What a decision expected, in a sentence; empty where it looked at the moment alone."""
    if pd.isna(row.next_chance):
        return ""
    return t(
        "chart.foreseen", free=t.number(row.expected_free, 1),
        answers=t.number(row.expected_answers, 1), chance=t.percent(row.chance),
        next=t.percent(row.next_chance), allowed=t.percent(row.chance_allowed),
    )  # fmt: skip
