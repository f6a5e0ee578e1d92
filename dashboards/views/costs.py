"""What a campaign costs over a period: in all, per contact and sale, and where the money goes."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, panels, rerating, tiles, where
from dashboards.look import Look, why_not
from dashboards.parts import Part, Report
from dashboards.queries import frame
from dialer.errors import QueryError
from dialer.i18n import Words


def _totals(look: Look) -> None:
    """What it came to, currency by currency."""
    try:
        totals = frame("cost", **look.params())
    except QueryError as why:
        st.caption(why_not(why))
        return
    _what_is_missing(look, totals)
    known = totals.dropna(subset=["currency"])
    if said := currencies(list(dict.fromkeys(known["currency"])), where.currency(), look.t):
        st.info(said, icon=":material/currency_exchange:")
    for row in known.itertuples():
        _tiles(look, row)


def _what_is_missing(look: Look, totals: pd.DataFrame) -> None:
    """Calls that are in no sum are said, and what to do."""
    t, unrated = look.t, int(totals["unrated"].max()) if len(totals) else 0
    if unrated:
        attempts = t.number(int(totals["attempts"].max()))
        st.info(t("costs.unrated", n=t.number(unrated), attempts=attempts, how="`dialer tariffs`"),
                icon=":material/price_change:")  # fmt: skip


def currencies(found: list[str], wanted: str, t: Words) -> str:
    """Why amounts stand apart, in words; empty where there is nothing to say.

    >>> from dialer.i18n import words
    >>> currencies(["CNY", "USD"], "CNY", words("en")).partition(":")[0]
    'No rate of exchange from USD to CNY'
    >>> currencies(["USD"], "", words("en"))
    ''
    """
    others = ", ".join(one for one in found if one != wanted)
    if wanted and others:
        return t("costs.no_rate", others=others, currency=wanted, how="`dialer tariffs rates FILE`")
    if len(found) > 1:
        return t("costs.apart", found=", ".join(found), how="`currency`, `[reports]`")
    return ""


def _tiles(look: Look, row: Any) -> None:
    t, stated = look.t, look.stated()

    def money(amount: float, places: int = 2) -> str:
        return "–" if pd.isna(amount) else f"{t.number(float(amount), places)} {row.currency}"

    with st.grid(4, min_column_width=220, gap="small", key=f"tiles-{row.currency}"):
        tiles.tile(f"calls-{row.currency}", t("costs.telecom"), money(row.telecom_amount),
                   t("costs.of_attempts", n=t.number(row.attempts)),
                   help=stated.help("cost_telecom"), icon="call")  # fmt: skip
        tiles.tile(f"full-{row.currency}", t("costs.full"), money(row.full_amount),
                   t("costs.with_labour", amount=money(row.labour_amount)),
                   help=stated.help("cost_full"), icon="groups")  # fmt: skip
        tiles.tile(f"contact-{row.currency}", t("costs.per_contact"), money(row.full_per_contact),
                   t("costs.of_contacts", n=t.number(row.contacts)),
                   help=stated.help("cost_contact"), icon="record_voice_over")  # fmt: skip
        tiles.tile(f"sale-{row.currency}", t("costs.per_sale"), money(row.full_per_sale),
                   t("costs.of_sales", n=t.number(row.sales)),
                   help=stated.help("cost_sale"), icon="sell")  # fmt: skip


def _wasted(data: pd.DataFrame, t: Words) -> panels.Chart:
    names = [_named(t(f"spent.{row.spent_on}"), row, data) for row in data.itertuples()]
    words = [
        f"{t.number(row.calls_amount, 2)} · {t.percent(row.share_rate)}"
        for row in data.itertuples()
    ]
    return charts.shares(data, names, "calls_amount", words)


def _named(name: str, row: Any, data: pd.DataFrame) -> str:
    """With its currency where there is more than one."""
    return f"{name} ({row.currency})" if data["currency"].nunique() > 1 else name


REPORT = Report("costs", (
    Part("cost_unit", "cost_unit", {
        "unit": ("per", "word unit"), "n": ("of", "count"), "telecom": ("telecom", "price"),
        "full_cost": ("full_cost", "price"), "currency": ("currency", "text"),
    }),
    Part("cost_wasted", "cost_wasted", {
        "spent_on": ("spent_on", "word spent"), "attempts": ("attempts", "count"),
        "calls_amount": ("amount", "money"), "share_rate": ("share", "rate"),
        "currency": ("currency", "text"),
    }, draw=_wasted),
    Part("cost_days", "cost_days", {
        "day": ("day", "date"), "attempts": ("attempts", "count"),
        "minutes": ("billed_minutes", "one"), "contacts": ("contacts", "count"),
        "sales": ("sales", "count"), "calls_amount": ("amount", "money"),
        "currency": ("currency", "text"),
    }, draw=charts.spent_by_day),
    Part("cost_lists", "cost_lists", {
        "list": ("list", "text"), "attempts": ("attempts", "count"),
        "contacts": ("contacts", "count"), "sales": ("sales", "count"),
        "calls_amount": ("amount", "money"), "per_contact": ("per_contact", "price"),
        "currency": ("currency", "text"),
    }, drill={"list": "list"}),
    Part("cost_prefixes", "cost_prefixes", {
        "trunk": ("trunk", "text"), "prefix": ("prefix", "text"), "attempts": ("attempts", "count"),
        "answered": ("answered", "count"), "unrated": ("unrated", "count"),
        "talked_minutes": ("talked_minutes", "one"), "minutes": ("billed_minutes", "one"),
        "calls_amount": ("amount", "price"), "per_minute": ("per_minute", "price"),
        "currency": ("currency", "text"),
    }, drill={"trunk": "trunk"}, wide=True, height=320),
    Part("cost_exchange", "cost_exchange", {
        "currency": ("currency", "text"), "calls_amount": ("calls_amount", "money"),
        "into_currency": ("into_currency", "text"), "into_amount": ("into_amount", "money"),
        "rate": ("exchange_rate", "text"), "rate_day": ("rate_day", "date"),
        "rate_origin": ("rate_origin", "text"), "how": ("rate_how", "word exchange"),
    }, wide=True, quiet=True),
), filters=(), lead=_totals)  # fmt: skip


def page() -> None:
    """The page."""
    if look := REPORT.page():
        rerating.offered(look)
