"""Calls over a period: how far they got, what came of them, which ones they were."""

import pandas as pd
import streamlit as st

from dashboards import charts, forms, panels, taking
from dashboards.look import Look, bar
from dashboards.parts import Part, latest
from dashboards.queries import fetch, frame
from dashboards.scope import scope
from dashboards.steering import NotDone, part, taken

ASKED = ("funnel", "outcomes", "over_time", "by_day", "trunks", "lists", "recent")
LAST = 200


def page() -> None:
    """The page."""
    if look := bar():
        _figures(look)


@st.fragment(run_every=5.0)
def _figures(look: Look) -> None:
    fetch(ASKED, **look.params(), rows=LAST)
    latest(look)
    with st.grid(3, min_column_width=330, gap="small", key="figures"):
        panels.funnel(look)
        panels.outcomes(look)
        panels.over_time(look)
        panels.charted(look, "by_day", "by_day", lambda data: charts.by_day(data, look.t))
        _trunks(look)
        _lists(look)
    _recent(look)


TRUNKS = Part("trunks", "trunks", {
    "trunk": ("trunk", "text"), "placed": ("calls", "count"), "asr_rate": ("asr", "rate"),
    "ner_rate": ("ner", "rate"), "acd_s": ("acd", "seconds"),
    "post_dial_delay_p50_s": ("pdd", "seconds"),
})  # fmt: skip
LISTS = Part("lists", "lists", {
    "list": ("list", "text"), "leads": ("leads", "count"), "penetration_rate": ("dialled", "rate"),
    "contact_rate": ("contacted", "rate"), "exhaustion_rate": ("done", "rate"),
}, over="now")  # fmt: skip


def _trunks(look: Look) -> None:
    with panels.panel("trunks", panels.titled(look, "trunks"), look.stated().help("trunks")):
        _table(look, TRUNKS)


def _lists(look: Look) -> None:
    t = look.t
    with panels.panel("lists", f"**{t('chart.lists')}**", look.stated(over="now").help("lists")):
        _table(look, LISTS)


def _table(look: Look, part: Part) -> None:
    data = frame(part.question, **look.params())
    panels.tabled(
        look, part.key, forms.tabled(data, part.forms, look.t, look.zone),
        part.config(look.stated(part.key, part.over)),
    )  # fmt: skip


def _recent(look: Look) -> None:
    t, column, stated = look.t, st.column_config, look.stated("recent")
    with panels.panel("recent", panels.titled(look, "recent"), stated.help("recent", n=LAST)):
        data = frame("recent", **look.params(), rows=LAST)
        shown = data.assign(
            placed_at=panels.clocks(data["placed_at"], look),
            cause=data["cause"].where(data["cause"] > 0),
            direction=[t.name("direction", one) for one in data["direction"]],
            outcome=[t.name("outcome", outcome) for outcome in data["outcome"]],
            call_end=[t.name("call_end", end) for end in data["call_end"]],
            disposition=[
                t.name("disposition", w) if w else "" for w in data["disposition"].fillna("")
            ],
        )
        columns = {
            "placed_at": "column.placed_at", "direction": "column.direction",
            "masked": "column.number", "outcome": "column.outcome", "agent": "column.agent",
            "disposition": "column.disposition", "ring_s": "column.ring",
            "talk_s": "column.talk", "call_end": "column.call_end", "cause": "column.list_cause",
        }  # fmt: skip
        names = {**{name: t(key) for name, key in columns.items()}, "sip": "SIP"}
        helps = {
            name: stated.column(key.removeprefix("column.")) for name, key in columns.items()
        } | {"sip": stated.column("sip")}
        config: dict[str, object] = {
            name: column.TextColumn(said, help=helps[name]) for name, said in names.items()
        }
        config |= {
            name: forms.config("seconds", names[name], t, helps[name])
            for name in ("ring_s", "talk_s")
        }
        config |= {
            name: column.NumberColumn(names[name], help=helps[name]) for name in ("cause", "sip")
        }
        panels.tabled(look, "recent", shown, config, height=420)
        kinds = {"placed_at": "moment", "ring_s": "seconds", "talk_s": "seconds"}
        moments = forms.shown(data, {"placed_at": "moment"}, t, look.zone)
        taking.offered(
            look, "calls", shown.assign(placed_at=moments["placed_at"]),
            forms.heads(names, kinds, data, look.zone), columns=helps,
        )  # fmt: skip
        _evidence(look, shown)


def _evidence(look: Look, shown: pd.DataFrame) -> None:
    """All calls of the person of one call, and why each was allowed, for who may take it away."""
    if shown.empty or not scope().may_take_evidence:
        return
    t, rows = look.t, {row.call: row for row in shown.itertuples() if row.lead}

    def named(call: str) -> str:
        row = rows[call]
        return f"{row.placed_at} · {row.masked} · {row.outcome}"

    with st.expander(t("chart.evidence"), icon=":material/gavel:"):
        call = st.selectbox(t("chart.whose"), list(rows), format_func=named, key="evidence-whose",
                            help=t("help.evidence"))  # fmt: skip
        if st.button(t("chart.put_together"), key="evidence-make", disabled=call is None):
            lead = str(rows[call].lead)
            try:
                pack = taken("POST", f"leads/{part(lead)}/evidence")
                st.session_state["evidence"] = (f"evidence-{lead}.zip", pack)
            except NotDone as why:
                st.error(str(why))
        if made := st.session_state.get("evidence"):
            st.download_button(made[0], made[1], file_name=made[0], mime="application/zip",
                               key="evidence-take", icon=":material/download:")  # fmt: skip
