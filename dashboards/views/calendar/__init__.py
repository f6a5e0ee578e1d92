"""The calendar: what each day of a country is, why, when calls go; days that the house sets."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import msgspec
import pandas as pd
import streamlit as st
from phonenumbers import SUPPORTED_REGIONS

from dashboards import months, periods, viewer
from dashboards.look import choose_language, language
from dashboards.ordering import told_before
from dashboards.scope import scope
from dashboards.stated import stated
from dashboards.steering import NotDone, order
from dashboards.views.calendar.house_days import house
from dashboards.where import home
from dialer import calendar_words
from dialer.api.records import Records
from dialer.calendar import Calendar, Day, usual_country, usual_law
from dialer.i18n import Words, words
from dialer.laws import LAWS
from dialer.leads.rules import Campaign

WHOLE = 0
"In place of a month: all of the year."


def page() -> None:
    """The page."""
    t = words(language())
    viewer.here()
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{t('calendar.title')}**", help=t("calendar.help"))
        st.space("stretch")
        choose_language(t)
    told_before()
    asked = _asked(t)
    try:
        found = msgspec.convert(order("GET", f"calendar?{urlencode(asked)}"), Calendar)
    except NotDone as why:
        st.warning(t("chart.busy", why=str(why)), icon=":material/cloud_off:")
        return
    with st.container(border=True, key="panel-calendar", gap="xsmall"):
        today = t("calendar.today", today=found.today, zone=found.zone)
        st.caption(f"{calendar_words.stated(t, found)} {today}")
        st.html(months.months(t, found.days, found.today))
        if said := calendar_words.unknown(t, found):
            st.caption(f":material/info: {said}")
    _special(t, found)
    house(t, found, countries(found.country, ()))


# ---- what is asked for --------------------------------------------------------------------------
def _asked(t: Words) -> dict[str, str]:
    known = {n: one for n, one in Records(home()).campaigns().items() if scope().sees(n)}
    with st.container(key="asked", horizontal=True, vertical_alignment="bottom", gap="small"):
        campaign = st.selectbox(
            t("calendar.rules"), ["", *known], key="rules", width=230,
            format_func=lambda one: one or t("calendar.law_alone"),
        )  # fmt: skip
        law = "" if campaign else _law(t, known)
        these = {campaign: known[campaign]} if campaign else known
        first = usual_country(these)
        country = st.selectbox(
            t("calendar.country"), countries(first, known.values()), key=f"country-{campaign}",
            width=250, format_func=lambda one: calendar_words.country(t, one),
        )  # fmt: skip
        since, until = _period(t)
    return {
        "campaign": campaign, "law": law, "country": country, "first": f"{since}",
        "last": f"{until}", "language": t.language,
    }  # fmt: skip


def _law(t: Words, known: Mapping[str, Campaign]) -> str:
    laws, usual = list(LAWS), usual_law(known)
    law: str = st.selectbox(
        t("calendar.law"), laws, laws.index(usual), key="law", width=250,
        format_func=lambda one: t.name("law", one),
    )  # fmt: skip
    return law


def _period(t: Words) -> tuple[date, date]:
    today = datetime.fromtimestamp(periods.now(), UTC).date()
    years = [today.year + n for n in (-1, 0, 1, 2)]
    year: int = st.selectbox(t("calendar.year"), years, 1, key="year", width=110)
    month: int = st.selectbox(
        t("calendar.month"), [*range(1, 13), WHOLE], today.month - 1, key="month", width=150,
        format_func=lambda n: t(f"calendar_month.{n}") if n else t("calendar.whole_year"),
    )  # fmt: skip
    if month == WHOLE:
        return date(year, 1, 1), date(year, 12, 31)
    first = date(year, month, 1)
    return first, (first + timedelta(31)).replace(day=1) - timedelta(1)


def countries(first: str, known: Iterable[Campaign]) -> list[str]:
    """All there are: first the one that is meant, then those of campaigns, then by their code."""
    usual = [first, *sorted({one.opened.country.upper() for one in known})]
    return list(dict.fromkeys([*usual, *sorted(SUPPORTED_REGIONS)]))


# ---- what stands out ----------------------------------------------------------------------------
def _special(t: Words, found: Calendar) -> None:
    rows = [one for one in found.days if one.what or calendar_words.why(t, one)]
    period = calendar_words.row(found.first, found.last)
    said = stated(t, "period", "calendar", period=period, zone=found.zone)
    names = ("day", "weekday", "what", "hours", "why")
    data = pd.DataFrame([_row(t, one) for one in rows], columns=list(names))
    with st.container(border=True, key="panel-special", gap="xsmall"):
        st.markdown(f"**{t('calendar.special')}**", help=said.help("calendar_special"))
        if not rows:
            st.caption(t("calendar.nothing_special"))
        st.dataframe(
            data, hide_index=True, width="stretch", row_height=29,
            height=min(420, 40 + 29 * max(1, len(rows))), placeholder="",
            column_config=said.columns({name: t(f"calendar.{name}") for name in names}),
        )  # fmt: skip


def _row(t: Words, day: Day) -> dict[str, str]:
    return {
        "day": f"{day.day}", "weekday": t(f"weekday.{day.day.isoweekday()}"),
        "what": t.name("calendar_what", calendar_words.what(day)),
        "hours": calendar_words.hours(t, day), "why": calendar_words.why(t, day),
    }  # fmt: skip
