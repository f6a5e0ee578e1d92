"""What a campaign costs over a period: in all, per contact and sale, and where the money goes."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboards import charts, panels, taking, tiles
from dashboards.look import Look, bar
from dashboards.queries import fetch, frame
from dialer.errors import QueryError

ASKED = ("cost", "cost_wasted", "cost_days", "cost_prefixes", "cost_lists")
UNITS = ("attempt", "minute", "answer", "contact", "sale")
"What a cost can be per; each has its denominator in the table."
DENOMINATORS = dict(
    zip(UNITS, ("attempts", "minutes", "answered", "contacts", "sales"), strict=True)
)


def page() -> None:
    """The page."""
    if look := bar(together=True):
        _figures(look)


@st.fragment(run_every=5.0)
def _figures(look: Look) -> None:
    fetch(ASKED, **look.params())
    try:
        totals = frame("cost", **look.params())
    except QueryError as why:
        st.caption(str(why).splitlines()[0])
        return
    _what_is_missing(look, totals)
    for row in totals.dropna(subset=["currency"]).itertuples():
        _tiles(look, row)
    with st.grid(2, min_column_width=480, gap="small", key="figures"):
        _per_unit(look, totals)
        _wasted(look)
        _days(look)
        _lists(look)
    _prefixes(look)


def _what_is_missing(look: Look, totals: pd.DataFrame) -> None:
    """Calls that are in no sum are said, and what to do."""
    t, unrated = look.t, int(totals["unrated"].max()) if len(totals) else 0
    if unrated:
        attempts = t.number(int(totals["attempts"].max()))
        st.info(t("costs.unrated", n=t.number(unrated), attempts=attempts, how="`dialer tariffs`"),
                icon=":material/price_change:")  # fmt: skip


def _tiles(look: Look, row: Any) -> None:
    t, said = look.t, look.said()

    def money(amount: float, places: int = 2) -> str:
        return "–" if pd.isna(amount) else f"{t.number(float(amount), places)} {row.currency}"

    with st.grid(4, min_column_width=220, gap="small", key=f"tiles-{row.currency}"):
        tiles.tile(f"calls-{row.currency}", t("costs.telecom"), money(row.telecom_amount),
                   t("costs.of_attempts", n=t.number(row.attempts)),
                   help=t("help.cost_telecom", **said), icon="call")  # fmt: skip
        tiles.tile(f"full-{row.currency}", t("costs.full"), money(row.full_amount),
                   t("costs.with_labour", amount=money(row.labour_amount)),
                   help=t("help.cost_full", **said), icon="groups")  # fmt: skip
        tiles.tile(f"contact-{row.currency}", t("costs.per_contact"), money(row.full_per_contact),
                   t("costs.of_contacts", n=t.number(row.contacts)),
                   help=t("help.cost_contact", **said), icon="record_voice_over")  # fmt: skip
        tiles.tile(f"sale-{row.currency}", t("costs.per_sale"), money(row.full_per_sale),
                   t("costs.of_sales", n=t.number(row.sales)),
                   help=t("help.cost_sale", **said), icon="sell")  # fmt: skip


def _per_unit(look: Look, totals: pd.DataFrame) -> None:
    t, column = look.t, st.column_config
    with panels.panel(
        "cost_unit", panels.titled(look, "cost_unit"), t("help.cost_unit", **look.said())
    ):
        rows = [
            {
                "unit": t(f"costs.unit_{unit}"),
                "n": getattr(row, DENOMINATORS[unit]),
                "telecom": getattr(row, f"telecom_per_{unit}"),
                "full": getattr(row, f"full_per_{unit}"),
                "currency": row.currency,
            }
            for row in totals.dropna(subset=["currency"]).itertuples()
            for unit in UNITS
        ]
        _table(look, "cost_unit", pd.DataFrame(rows), {
            "unit": column.TextColumn(t("column.per")),
            "n": column.NumberColumn(t("column.of"), format="%,.0f"),
            "telecom": column.NumberColumn(t("costs.telecom"), format="%.4f"),
            "full": column.NumberColumn(t("costs.full"), format="%.4f"),
            "currency": column.TextColumn(t("column.currency"), width="small"),
        })  # fmt: skip


def _wasted(look: Look) -> None:
    t = look.t

    def draw(data: pd.DataFrame) -> panels.Chart:
        names = [_named(t(f"spent.{row.spent_on}"), row, data) for row in data.itertuples()]
        words = [
            f"{t.number(row.calls_amount, 2)} · {t.percent(row.share_rate)}"
            for row in data.itertuples()
        ]
        return charts.shares(data, names, "calls_amount", words)

    panels.charted(look, "cost_wasted", "cost_wasted", draw)


def _named(name: str, row: Any, data: pd.DataFrame) -> str:
    """With its currency where there is more than one."""
    return f"{name} ({row.currency})" if data["currency"].nunique() > 1 else name


def _days(look: Look) -> None:
    t = look.t

    def draw(data: pd.DataFrame) -> panels.Chart:
        names = [_named(f"{row.day:%m-%d}", row, data) for row in data.itertuples()]
        words = [
            f"{t.number(row.calls_amount, 2)} {row.currency} · {t.number(row.minutes)} min"
            for row in data.itertuples()
        ]
        return charts.shares(data, names, "calls_amount", words)

    panels.charted(look, "cost_days", "cost_days", draw)


def _lists(look: Look) -> None:
    t, column = look.t, st.column_config
    with panels.panel(
        "cost_lists", panels.titled(look, "cost_lists"), t("help.cost_lists", **look.said())
    ):
        _table(look, "cost_lists", frame("cost_lists", **look.params()), {
            "list": column.TextColumn(t("column.list")),
            "attempts": column.NumberColumn(t("column.attempts")),
            "contacts": column.NumberColumn(t("column.contacts")),
            "sales": column.NumberColumn(t("column.sales")),
            "calls_amount": column.NumberColumn(t("column.amount"), format="%.2f"),
            "per_contact": column.NumberColumn(t("costs.per_contact"), format="%.4f"),
            "currency": column.TextColumn(t("column.currency"), width="small"),
        })  # fmt: skip


def _prefixes(look: Look) -> None:
    t, column = look.t, st.column_config
    title = panels.titled(look, "cost_prefixes")
    with panels.panel("cost_prefixes", title, t("help.cost_prefixes", **look.said())):
        _table(look, "cost_prefixes", frame("cost_prefixes", **look.params()), {
            "trunk": column.TextColumn(t("column.trunk")),
            "prefix": column.TextColumn(t("column.prefix")),
            "attempts": column.NumberColumn(t("column.attempts")),
            "answered": column.NumberColumn(t("step.answered")),
            "unrated": column.NumberColumn(t("column.unrated")),
            "talked_minutes": column.NumberColumn(t("column.talked_minutes"), format="%.1f"),
            "minutes": column.NumberColumn(t("column.billed_minutes"), format="%.1f"),
            "calls_amount": column.NumberColumn(t("column.amount"), format="%.4f"),
            "per_minute": column.NumberColumn(t("column.per_minute"), format="%.4f"),
            "currency": column.TextColumn(t("column.currency"), width="small"),
        }, height=320)  # fmt: skip


def _table(
    look: Look, key: str, data: pd.DataFrame, config: dict[str, ColumnConfig],
    height: int = panels.HEIGHT,
) -> None:  # fmt: skip
    """And offered as a file, under the same names."""
    panels.tabled(look, key, data, {**config}, height=height)
    taking.offered(look, key, data, {name: str(one["label"]) for name, one in config.items()})
