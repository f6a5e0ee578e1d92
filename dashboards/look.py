"""What a viewer looks at: language, source, campaign, period; and the bar to choose them with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import periods, where
from dashboards.about import Origin
from dashboards.newest import Newest
from dashboards.periods import DAYS, FINE_MINUTES, FREE, LONGEST_DAYS, MINUTES, Days, bounds, clock
from dashboards.queries import frame, sources
from dashboards.scope import news, scope
from dashboards.stated import Over, Stated, stated
from dialer.errors import Outdated, QueryError
from dialer.i18n import LANGUAGES, Words, best, words


@dataclass(frozen=True)
class Look:
    """One viewer's choice."""

    language: str
    source: str
    campaign: str
    pool: str
    zone: str
    period: str = "today"
    list: str = ""
    "Only of this list, trunk or agent; empty: of all."
    trunk: str = ""
    agent: str = ""
    together: tuple[str, ...] = ()
    "Several campaigns, summed; `campaign` and `pool` are empty then."
    days: Days | None = None
    "Of a period that was chosen day by day."

    @property
    def campaigns(self) -> tuple[str, ...]:
        """Of which campaigns the figures are."""
        return self.together or (self.campaign,)

    @property
    def t(self) -> Words:
        """The catalogue."""
        return words(self.language)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Since and until; a period up to now has an open end."""
        if self.days:
            return self.days.bounds(self.zone)
        return bounds(self.period, self.zone, periods.now())

    @property
    def period_said(self) -> str:
        """The period, in words."""
        return self.days.said if self.days else self.t(f"bar.{self.period}")

    @property
    def only(self) -> Mapping[str, str]:
        """The filters that are chosen: what each is called -> of which one."""
        chosen = {"list": self.list, "trunk": self.trunk, "agent": self.agent}
        return {self.t(f"column.{name}"): one for name, one in chosen.items() if one}

    def origin(self, over: Over) -> Origin:
        """Where figures come from that are taken away now."""
        now = datetime.fromtimestamp(periods.now(), ZoneInfo(self.zone))
        if over != "period":
            # A question of one's own is answered in UTC.
            zone = "UTC" if over == "own" else self.zone
            said = stated(self.t, over, zone=zone).over
            return Origin(self.source, self.campaigns, said, zone, now, only=self.only)
        since, until = self.bounds
        return Origin(
            self.source, self.campaigns, self.period_said, self.zone, now,
            None if self.period == "ever" else since, min(until, now), self.only,
        )  # fmt: skip

    def params(self) -> dict[str, Any]:
        """What every question may want to know."""
        since, until = self.bounds
        grain = self.days.as_long_as if self.days else self.period
        return {
            "source": self.source, "scope": scope(), "since": since, "until": until,
            "campaign": self.campaign or None, "pool": self.pool or None, "zone": self.zone,
            "together": self.together or None, "in_currency": where.currency() or None,
            "minutes": MINUTES[grain], "fine_minutes": FINE_MINUTES[grain],
            "of_list": self.list or None,
            "of_trunk": self.trunk or None, "of_agent": self.agent or None,
        }  # fmt: skip

    def stated(self, part: str = "", over: Over = "period") -> Stated:
        """What the figures of a piece say of themselves."""
        return stated(self.t, over, part, period=self.period_said, zone=self.zone)


def language() -> str:
    """The language chosen, in the address, or of the browser."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang")
    return chosen if chosen in LANGUAGES else best(st.context.locale)


def why_not(why: QueryError) -> str:
    """Why there is no answer, in the viewer's language where he can do something about it."""
    if isinstance(why, Outdated):
        return words(language())("chart.outdated")
    return str(why).splitlines()[0]


def bar(*, with_periods: bool = True, together: bool = False) -> Look | None:
    """The bar on top of every page; None while there is no campaign to look at.

    `together`: all campaigns that one may see may be chosen at once.
    """
    t = words(language())
    now = news()
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        source = _source(t, now)
        known = _campaigns(source, now)
        look = _campaign(t, source, known, together) if known else None
        if with_periods and look:
            look = _with_period(t, look)
        _news(look)
        st.space("stretch")
        choose_language(t)
    if look and look.period == FREE:
        look = replace(look, days=_days(t, look.zone))
    if look is None:
        st.info(
            f"**{t('bar.no_campaign')}** {t('bar.no_campaign_help')}", icon=":material/hourglass:"
        )
    _watch(source, tuple(known), t.language)
    if look and look.days and look.days.wrong:
        said = t(f"bar.days_{look.days.wrong}", most=LONGEST_DAYS)
        st.error(said, icon=":material/date_range:")
        return None
    return look


def _source(t: Words, now: Newest | None) -> str:
    there = sources()
    first = now.source if now and now.source else (there[0] if there else "live")
    if len(there) < 2:
        return first
    chosen: str = st.segmented_control(
        "source", there, default=first if first in there else there[0], required=True,
        format_func=lambda name: t(f"source.{name}"), key="source", label_visibility="collapsed",
        persist_state="session",
    )  # fmt: skip
    return chosen


def _campaigns(source: str, now: Newest | None) -> dict[str, tuple[str, str]]:
    """Campaign -> pool and zone: those that are open first, then those of the warehouse."""
    known: dict[str, tuple[str, str]] = {}
    if now and now.source in ("", source):
        known = {name: (one.pool, one.zone) for name, one in now.campaigns.items()}
    try:
        for row in frame("campaigns", source=source, scope=scope()).itertuples():
            pool, zone = known.get(row.campaign, ("", ""))
            known[row.campaign] = (pool or row.pool, zone or row.zone)
    except QueryError:
        pass  # no warehouse yet, or busy: the open ones are known
    return known


def _campaign(t: Words, source: str, known: dict[str, tuple[str, str]], together: bool) -> Look:
    every = [t("bar.every_campaign")] if together and len(known) > 1 else []
    chosen = st.selectbox(
        t("bar.campaign"), [*known, *every], key="campaign", bind="query-params", width=240,
        label_visibility="collapsed",
    )  # fmt: skip
    if chosen in every:
        # A period begins at the midnight of the campaign that was opened last.
        zone = next(iter(known.values()))[1] or "UTC"
        return Look(t.language, source, "", "", zone, together=tuple(sorted(known)))
    pool, zone = known[chosen]
    return Look(t.language, source, chosen, pool, zone or "UTC")


def _with_period(t: Words, look: Look) -> Look:
    first = st.query_params.get("period")
    period = st.segmented_control(
        t("bar.period"), [*DAYS, FREE], default=first if first in (*DAYS, FREE) else "today",
        required=True,
        key="period", format_func=lambda name: t(f"bar.{name}"), label_visibility="collapsed",
        on_change=_in_address, args=("period",), persist_state="session",
    )  # fmt: skip
    return replace(look, period=period)


def _days(t: Words, zone: str) -> Days:
    """The first and the last day, each in the address: by default the seven up to today.

    On a row of their own: the bar's is full where the dialer tells what it does.
    """
    today = datetime.fromtimestamp(periods.now(), ZoneInfo(zone)).date()
    found: list[date | None] = []
    with st.container(key="days", horizontal=True, vertical_alignment="center", gap="small"):
        for name, usual in (("since", today - timedelta(days=6)), ("until", today)):
            st.caption(t(f"bar.{name}"), width="content")
            day: date | None = st.date_input(
                t(f"bar.{name}"), _day(st.query_params.get(name, "")) or usual, key=name, width=140,
                format="YYYY-MM-DD", label_visibility="collapsed", persist_state="session",
                on_change=_in_address, args=(name,),
            )  # fmt: skip
            found.append(day)
        st.caption(zone, width="content")
    return Days(*found)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def choose_language(t: Words) -> None:
    """English or Chinese, kept in the address."""
    if t.language != best(st.context.locale):
        st.query_params["lang"] = t.language  # going to another page empties the address
    st.segmented_control(
        t("bar.language"), list(LANGUAGES), default=t.language, required=True, key="lang",
        format_func=lambda code: LANGUAGES[code], label_visibility="collapsed",
        on_change=_in_address, args=("lang",), persist_state="session",
    )  # fmt: skip


def _in_address(key: str) -> None:
    """Keep a choice in the address: a bookmark opens the same page."""
    # Not `bind`: that would write what the choice is called, which is another word in Chinese.
    st.query_params[key] = f"{st.session_state[key]}"


@st.fragment(run_every=2.0)
def _news(look: Look | None) -> None:
    """Which world this is, whether the switch is up and what the campaign does."""
    if look is None:
        return
    t, now = look.t, news()
    with st.container(key="news", horizontal=True, width="content", gap="xsmall"):
        st.badge(
            t(f"source.{look.source}"), color="violet" if look.source != "live" else "blue",
            help=t(f"source.{look.source}_help"),
        )  # fmt: skip
        if now is None or now.is_old(periods.now()):
            return
        st.badge(t("bar.as_of", time=clock(now.at, look.zone), zone=look.zone), color="gray")
        up = now.switch == "up"
        icon = ":material/check_circle:" if up else ":material/error:"
        st.badge(t("switch.up" if up else "switch.down"), icon=icon, help=t("switch.help"),
                 color="green" if up else "red")  # fmt: skip
        if campaign := now.campaigns.get(look.campaign):
            dials = campaign.state == "dialling"
            icon = ":material/call:" if dials else ":material/pause_circle:"
            words_of = t.name("campaign_state", campaign.state)
            why = f": {t.name('bound', campaign.why)}" if campaign.why else ""
            st.badge(words_of + why, icon=icon, color="green" if dials else "orange")
            st.badge(t.name("mode", campaign.mode), help=t("bar.mode_help"), color="gray")


@st.fragment(run_every=3.0)
def _watch(source: str, known: tuple[str, ...], language: str) -> None:
    """Show the page anew when a campaign, a source or the first warehouse appears."""
    there = news()
    first = there.source if there and there.source else (sources() or ["live"])[0]
    now_known = tuple(_campaigns(source, there))
    if set(now_known) - set(known) or (not known and first != source):
        st.rerun()
