"""The figures in large: tiles, and rows of small ones."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.look import Look
from dashboards.newest import Campaign, Newest, Pool
from dashboards.stated import Stated
from dialer import cap
from dialer.i18n import Words

AGENT_ICONS: Mapping[str, str] = {
    "READY": "hourglass_top",
    "RESERVED": "call_made",
    "TALKING": "support_agent",
    "HELD": "pause",
    "WRAP_UP": "edit_note",
    "PAUSED": "coffee",
    "PREVIEW": "visibility",
    "CONSULTING": "groups",
}
CALL_ICONS: Mapping[str, str] = {
    "PLACED": "call_made",
    "RINGING": "ring_volume",
    "ANSWERED": "hearing",
    "WAITING": "hourglass_top",
    "TALKING": "support_agent",
    "PLAYING": "campaign",
    "HELD": "pause",
}
ALWAYS = ("READY", "TALKING", "WRAP_UP", "PAUSED", "PLACED", "RINGING", "ANSWERED", "WAITING")
"States that are shown even when nobody is in them: the wall must not jump."

NO_NEWS = "–"
WHOLE_NOTES = '<style>[data-testid="stMetricDelta"] * { white-space: normal !important; }</style>'
"""Streamlit cuts off what stands below a figure; here it goes on in a second line."""


def tile(
    key: str, label: str, value: str, note: str, *, help: str, icon: str, mood: str = "off"
) -> None:
    """One figure with the words below that make it honest."""
    with st.container(key=f"tile-{key}", height="stretch"):
        st.metric(
            label, value, delta=note or None, delta_color=mood, delta_arrow="off", help=help,
            icon=f":material/{icon}:", border=True, height="stretch",
        )  # fmt: skip


def campaign_tiles(campaign: Campaign | None, look: Look) -> None:
    """The five figures of a campaign; without news, dashes."""
    t, one = look.t, campaign or Campaign()
    opened, now, account = look.stated(over="opened"), look.stated(over="now"), _account(one, look)
    rate = one.abandon_rate
    share = one.answered / one.placed if one.placed else None
    reached = one.connected / one.placed if one.placed else None
    with st.grid(5, min_column_width=200, gap="small", key="tiles"):
        _shown(campaign, "answered", t("tile.answered"), t.number(one.answered),
               t("tile.of_placed", share=t.percent(share), placed=t.number(one.placed)),
               help=opened.help("answered"), icon="call_received")  # fmt: skip
        _shown(campaign, "connected", t("tile.connected"), t.number(one.connected),
               t("tile.of_placed", share=t.percent(reached), placed=t.number(one.placed)),
               help=opened.help("connected"), icon="link")  # fmt: skip
        note, mood, icon = _cap(one, t)
        _shown(campaign, "abandoned", t("tile.abandoned"), t.percent(rate, 2), note,
               help=account.help("abandoned", abandoned=one.abandoned, persons=one.persons),
               icon=icon, mood=mood)  # fmt: skip
        _shown(campaign, "leads", t("tile.leads"), t.number(one.leads_left),
               t("tile.leads_now", now=t.number(one.leads_now)), help=now.help("leads"),
               icon="checklist")  # fmt: skip
        _shown(campaign, "level", t("tile.level"), _level(one, t), _bound(one, t),
               help=now.help("level"), icon="speed")  # fmt: skip


def account_tiles(campaign: Campaign | None, look: Look) -> None:
    """What is left of the account, what is only estimated, what others would say, what binds."""
    t, one = look.t, campaign or Campaign()
    opened, account = look.stated(over="opened"), _account(one, look)
    of, binds = one.detector, one.binds or "nothing"
    whose = t("tile.left_group", group=one.group) if one.binds == "group" else ""
    mistaken = t("tile.nobody_looked", hung_up=t.number(of.hung_up))
    if of.audited:
        mistaken = t("tile.looked_at", people=t.number(of.people), audited=t.number(of.audited))
    with st.grid(4, min_column_width=200, gap="small", key="account"):
        _shown(campaign, "left", t("tile.left"), t.number(one.left),
               whose or t("tile.owed", owed=t.number(one.owed)),
               help=account.help("left"), icon="savings")  # fmt: skip
        _shown(campaign, "mistaken", t("tile.mistaken"),
               NO_NEWS if of.bound is None else t.percent(of.bound, 2), mistaken,
               help=opened.help("mistaken"), icon="hearing_disabled")  # fmt: skip
        _shown(campaign, "vendor", t("tile.vendor"), t.percent(one.vendor_rate, 2),
               t("tile.of_answers"), help=account.help("vendor"), icon="calculate")  # fmt: skip
        _shown(campaign, "binds", t("tile.binds"), t.name("binds", binds),
               t.name("binds_note", binds), help=account.help("binds"), icon="balance",
               mood="red" if of.binds else "off")  # fmt: skip


def _shown(campaign: Campaign | None, key: str, label: str, value: str, note: str, *,
           help: str, icon: str, mood: str = "off") -> None:  # fmt: skip
    known = campaign is not None
    tile(key, label, value if known else NO_NEWS, note if known else "", help=help, icon=icon,
         mood=mood if known else "off")  # fmt: skip


def _account(one: Campaign, look: Look) -> Stated:
    """Figures of the account say its own period, whatever the page's."""
    key, values = cap.sentence(one.account)
    return Stated(look.t, look.t(key, **values, zone=look.zone))


def _cap(one: Campaign, t: Words) -> tuple[str, str, str]:
    cap = t.percent(one.cap)
    if not one.persons:
        return t("tile.no_people", cap=cap), "off", "call_end"
    counts = {"abandoned": t.number(one.abandoned), "persons": t.number(one.persons), "cap": cap}
    if one.is_over_cap:
        return t("tile.over_cap", **counts), "red", "warning"
    return t("tile.within_cap", **counts), "green", "verified"


def _level(one: Campaign, t: Words) -> str:
    return NO_NEWS if one.level is None else t.number(one.level, 2)


def _bound(one: Campaign, t: Words) -> str:
    if one.state not in ("dialling", ""):
        why = t.name("bound", one.why) if one.why else t.name("campaign_state", one.state)
        return t("tile.not_dialling", why=why)
    return t("tile.bound_by", bound=t.name("bound", one.bound) or "–")


def room(news: Newest | None, look: Look) -> None:
    """Agents and calls of a pool by state, and its lines."""
    t, now, stated = look.t, _pool(news, look.pool), look.stated(over="now")
    with st.grid(2, min_column_width=480, gap="small", key="room"):
        agents = _but(now.agents, "LOGGED_OUT") if now else {}
        total = t.number(sum(agents.values())) if now else NO_NEWS
        _states("agents", f"{t('tile.agents')}  **{total}**", agents if now else None,
                AGENT_ICONS, "agent_state", stated)  # fmt: skip
        calls = {
            s: n for s, n in (now.calls if now else {}).items() if s not in ("ENDED", "INTENDED")
        }
        used = t("tile.lines_used", used=now.lines - now.lines_free, lines=now.lines) if now else ""
        total = t.number(sum(calls.values())) if now else NO_NEWS
        _states("calls", f"{t('tile.calls')}  **{total}** :gray[{used}]", calls if now else None,
                CALL_ICONS, "call_state", stated)  # fmt: skip


def _but(counts: Mapping[str, int], *states: str) -> dict[str, int]:
    return {state: n for state, n in counts.items() if state not in states}


def _pool(news: Newest | None, pool: str) -> Pool | None:
    if news is None:
        return None
    if pool in news.pools:
        return news.pools[pool]
    return Pool()


def _states(
    key: str, title: str, counts: Mapping[str, int] | None, icons: Mapping[str, str], table: str,
    stated: Stated,
) -> None:  # fmt: skip
    t = stated.t
    shown: Sequence[str] = [
        state for state in icons if state in ALWAYS or (counts or {}).get(state)
    ]
    with st.container(border=True, key=f"states-{key}", height="stretch", gap="small"):
        st.markdown(title, help=stated.help(key))
        with st.grid(len(shown), min_column_width=84, gap="xsmall"):
            for state in shown:
                value = NO_NEWS if counts is None else t.number(counts.get(state, 0))
                with st.container(key=f"{key}-{state}"):
                    st.metric(t.name(table, state), value, icon=f":material/{icons[state]}:",
                              help=stated.column(table))  # fmt: skip
