"""A page of figures, as data: its parts, each a question with a chart, a table, files to take away.

A page names its filters; a line of a table opens the calls that it counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboards import forms, panels, taking
from dashboards.forms import Form
from dashboards.look import Look, bar
from dashboards.queries import fetch, frame, question
from dashboards.scope import scope
from dashboards.stated import Over, Stated
from dialer.errors import QueryError
from dialer.i18n import Words
from dialer.warehouse.reading import named

REFRESHED_S = 30.0
CALLS = 200
"So many calls of a line are shown."
ROW, HEAD = 29, 38
DRILLED = ("outcome", "disposition", "region", "cause", "call_end", "weekday", "hour")
"What a line can ask of its calls, beside list, trunk and agent."

Draw = Callable[[pd.DataFrame, Words], panels.Chart]


@dataclass(frozen=True)
class Part:
    """One question of a page."""

    key: str
    "Its title is `chart.KEY`, its tooltip `help.KEY`."
    question: str
    "sql/QUESTION.sql"
    columns: Mapping[str, tuple[str, Form]]
    "Column -> `column.` of its label, and how it is written."
    draw: Draw | None = None
    drill: Mapping[str, str] | None = None
    "Column -> parameter of the question `calls_of`: a line opens its calls."
    height: int = panels.HEIGHT
    wide: bool = False
    "It takes the page's whole width."
    quiet: bool = False
    "Left out where there is nothing to show."
    over: Over = "period"
    "Over what its figures are."

    @property
    def forms(self) -> dict[str, Form]:
        """Column -> how it is written."""
        return {name: form for name, (_, form) in self.columns.items()}

    def names(self, t: Words) -> dict[str, str]:
        """Column -> its label."""
        return {name: t(f"column.{label}") for name, (label, _) in self.columns.items()}

    def heads(self, t: Words, data: pd.DataFrame, zone: str) -> dict[str, str]:
        """Column -> what it is called in a file."""
        return forms.heads(self.names(t), self.forms, data, zone)

    def said(self, stated: Stated) -> dict[str, str]:
        """Column -> of what it is."""
        return {name: stated.column(label) for name, (label, _) in self.columns.items()}

    def config(self, stated: Stated) -> dict[str, Any]:
        """Column -> Streamlit's description of it."""
        t = stated.t
        return {
            name: forms.config(form, t(f"column.{label}"), t, stated.column(label))
            for name, (label, form) in self.columns.items()
        }

    @property
    def figure(self) -> str:
        """The figure that it asks first: its question is the page's."""
        return question(self.question).partition("kpi_")[2].partition("(")[0]


@dataclass(frozen=True)
class Report:
    """One page."""

    name: str
    parts: tuple[Part, ...]
    filters: tuple[str, ...] = ("list", "trunk")
    "Of list, trunk, agent."
    lead: Callable[[Look], None] | None = None
    "What stands on top: the answer in large."
    together: Literal["never", "mine", "every"] = "mine"
    "All campaigns at once: never, those that one may see, or only for who may see every one."

    def page(self) -> Look | None:
        """Show it; what was looked at."""
        look = bar(together=self._may_be_together)
        if look:
            self._figures(self._chosen(look))
        return look

    @property
    def asked(self) -> list[str]:
        """The figures that the page asks, each once."""
        return list(dict.fromkeys(part.figure for part in self.parts if part.figure))

    @property
    def _may_be_together(self) -> bool:
        return self.together == "mine" or (self.together == "every" and scope().every_campaign)

    def _chosen(self, look: Look) -> Look:
        t, there = look.t, _there(look)
        with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
            chosen: dict[str, str] = {}
            for name in self.filters:
                known = sorted(set(there.get(name, pd.Series(dtype=str)).dropna()) - {""})
                chosen[name] = st.selectbox(
                    t(f"column.{name}"), ["", *known], key=f"filter-{self.name}-{name}", width=220,
                    label_visibility="collapsed",
                    format_func=lambda one, name=name: one or t(f"filter.{name}"),
                )  # fmt: skip
            with st.popover(t("filter.questions"), icon=":material/help:", type="tertiary"):
                st.markdown("\n".join(f"- {t(f'kpi.{figure}')}" for figure in self.asked))
        return replace(look, **chosen)

    @st.fragment(run_every=REFRESHED_S)
    def _figures(self, look: Look) -> None:
        fetch([part.question for part in self.parts], **look.params(), rows=CALLS)
        latest(look)
        if self.lead:
            self.lead(look)
        opened: dict[str, Any] = {}
        narrow = [part for part in self.parts if not part.wide]
        if narrow:
            with st.grid(2, min_column_width=480, gap="small", key="figures"):
                for part in narrow:
                    asked = shown(part, look)
                    opened = opened or asked
        for part in self.parts:
            if part.wide:
                asked = shown(part, look)
                opened = opened or asked
        if opened:
            calls_of(look, opened)


def latest(look: Look) -> None:
    """Where a period has no calls: on which day before it some were placed."""
    if look.together or look.period == "ever" or not _there(look).empty:
        return
    try:
        day = frame("latest", **look.params())["day"].iloc[0]
    except QueryError:
        return  # the pieces below say why
    if pd.notna(day):
        st.info(look.t("chart.latest", day=f"{day:%Y-%m-%d}"), icon=":material/event:")


def shown(part: Part, look: Look) -> dict[str, Any]:
    """The part; what the chosen line asks of its calls, if one was chosen."""
    t = look.t
    if part.quiet and _is_empty(part, look):
        return {}
    stated = look.stated(part.key, part.over)
    title = panels.titled(look, part.key) if part.over == "period" else panels.title(look, part.key)
    with panels.panel(part.key, title, stated.help(part.key)):
        data = frame(part.question, **look.params(), rows=CALLS)
        if data.empty:
            panels.nothing(t("chart.nothing"), part.height)
            return {}
        part = _daily(part, data)
        if part.draw:
            st.altair_chart(
                stated.chart(part.draw(data, t), part.key), height=part.height, width="stretch",
                key=f"chart-{part.key}", alt=t(f"chart.{part.key}"),
            )  # fmt: skip
        line = _table(part, look, data)
        taking.offered(
            look, part.key, forms.shown(data, part.forms, t, look.zone),
            part.heads(t, data, look.zone), columns=part.said(stated), over=part.over,
        )  # fmt: skip
        if line is None or not part.drill:
            return {}
        row = data.iloc[line]
        return {param: _plain(row[column]) for column, param in part.drill.items()}
    return {}


def _daily(part: Part, data: pd.DataFrame) -> Part:
    """The same; where all moments are midnights, each stands for a day and is written as one."""
    days: dict[str, tuple[str, Form]] = {
        name: (label, "date")
        for name, (label, form) in part.columns.items()
        if form == "minute" and (data[name] == data[name].dt.normalize()).all()
    }
    return replace(part, columns={**part.columns, **days})


def _is_empty(part: Part, look: Look) -> bool:
    try:
        return frame(part.question, **look.params(), rows=CALLS).empty
    except QueryError:
        return False  # its panel says why


def _table(part: Part, look: Look, data: pd.DataFrame) -> int | None:
    """The table, and which of its lines is chosen."""
    t = look.t
    tall = HEAD + ROW * max(1, len(data))
    picked = st.dataframe(
        forms.tabled(data, part.forms, t, look.zone), hide_index=True, row_height=ROW,
        height=min(tall, part.height + 80), width="stretch", placeholder="",
        column_config=part.config(look.stated(part.key, part.over)),
        key=f"table-{part.key}", on_select="rerun" if part.drill else "ignore",
        selection_mode="single-row",
    )  # fmt: skip
    lines = list(picked.get("selection", {}).get("rows", ())) if part.drill else []
    return lines[0] if lines and lines[0] < len(data) else None


def _plain(value: Any) -> Any:
    """What SQL takes."""
    value = value.item() if hasattr(value, "item") else value
    return "" if value is None or pd.isna(value) else value


CALL_COLUMNS: Mapping[str, tuple[str, Form]] = {
    "placed_at": ("time", "moment"), "masked": ("number", "text"), "list": ("list", "text"),
    "trunk": ("trunk", "text"), "outcome": ("outcome", "word outcome"), "agent": ("agent", "text"),
    "disposition": ("disposition", "text"), "ring_s": ("ring", "seconds"),
    "talk_s": ("talk", "seconds"), "call_end": ("call_end", "word call_end"),
    "cause": ("list_cause", "code"), "sip": ("sip", "code"),
    "recording": ("recording", "text"), "call": ("call", "text"),
}  # fmt: skip


def calls_of(look: Look, asked: Mapping[str, Any]) -> None:
    """The calls behind a line, and where their recordings are."""
    t = look.t
    params = {name: asked.get(name) for name in DRILLED}
    narrowed = replace(look, **{n: asked[n] for n in ("list", "trunk", "agent") if n in asked})
    title = f"**{t('chart.calls_of')}** :gray[· {_said(asked, t)}]"
    stated = look.stated("calls_of")
    with panels.panel("calls_of", title, stated.help("calls_of", n=CALLS)):
        data = frame("calls_of", **narrowed.params(), **params, rows=CALLS)
        if data.empty:
            panels.nothing(t("chart.nothing"), 100)
            return
        part = Part("calls_of", "calls_of", CALL_COLUMNS)
        data = data.assign(
            recording=[
                f"/recordings?call={row.call}" if row.recorded else None
                for row in data.itertuples()
            ],
            disposition=[
                t.name("disposition", one) if one else "" for one in data["disposition"].fillna("")
            ],
        )
        names, heads = part.names(t), part.heads(t, data, look.zone)
        config = part.config(stated)
        config["recording"] = st.column_config.LinkColumn(
            names["recording"], display_text=t("column.listen"), help=stated.column("recording")
        )
        st.dataframe(
            forms.tabled(data, part.forms, t, look.zone), hide_index=True, row_height=ROW,
            height=360, width="stretch", placeholder="", column_config=config, key="table-calls_of",
        )  # fmt: skip
        taking.offered(
            narrowed, "calls_of", forms.shown(data, part.forms, t, look.zone), heads,
            columns=part.said(stated),
        )  # fmt: skip


def _said(asked: Mapping[str, Any], t: Words) -> str:
    """What a line is, in words."""
    words = []
    for name, value in asked.items():
        if name == "weekday":
            words.append(t(f"weekday.{value}"))
        elif name == "hour":
            words.append(f"{value}:00")
        else:
            words.append(t.name(name, str(value)) or "–")
    return " · ".join(words)


def _there(look: Look) -> pd.DataFrame:
    """Lists, trunks and agents of the period."""
    try:
        return frame("filters", **look.params())
    except QueryError:
        return pd.DataFrame()


def asks(part: Part) -> set[str]:
    """The parameters that a part's question takes."""
    return named(question(part.question))
