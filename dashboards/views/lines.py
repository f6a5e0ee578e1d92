"""Lines and agents against what was wanted of them: must capacity grow?"""

from dataclasses import replace

import streamlit as st

from dashboards import panels, pictures, tiles
from dashboards.capacity import BLOCKED_RATE, Need, need
from dashboards.look import Look
from dashboards.parts import Part, Report
from dashboards.queries import frame
from dashboards.scope import news, scope


def rented(look: Look) -> tuple[int, Look] | None:
    """The lines that the load is held against, and whose load that is.

    Where the dialer tells how many lines a trunk has, all calls on it count, whoever dialled them;
    else, or for who may not see all of them, those of the campaign against its own limit.
    """
    rules, told = frame("rented", **look.params()), news()
    if rules.empty:
        return None
    trunks = told.trunks if told and scope().every_campaign else {}
    used = [look.trunk] if look.trunk else sorted(set(rules["trunk"]))
    if used and all(name in trunks and trunks[name].lines for name in used):
        lines = sum(trunks[name].lines for name in used)
        return lines, replace(
            look, campaign="", together=(), trunk=used[0] if len(used) == 1 else ""
        )
    return int(rules["lines"].sum()), look


def needed(look: Look) -> Need | None:
    """What the busiest hour of the period would take."""
    rules, agents = frame("rented", **look.params()), frame("agents", **look.params())
    against = rented(look)
    if against is None or agents.empty:
        return None
    lines, whose = against
    calls = float(agents["calls"].sum())
    spent = agents[["talk_s", "hold_s", "wrap_up_s"]].to_numpy().sum()
    return need(
        frame("lines_load", **whose.params()), frame("lines", **whose.params()),
        lines=lines, agents=len(agents), cap=float(rules["abandon_cap"].min()),
        within_s=float(rules["connect_within_s"].min()),
        handling_s=float(spent) / calls if calls else 0.0,
    )  # fmt: skip


def _grow(look: Look) -> None:
    """Yes or no, and by how much."""
    t, stated = look.t, look.stated()
    with panels.panel("grow", panels.titled(look, "grow"), stated.help("grow")):
        one = needed(look)
        if one is None:
            panels.nothing(t("chart.nothing"), 60)
            return
        st.markdown(" ".join([*sentences(one, look), against(look)]))
        rate = t.percent(BLOCKED_RATE, 0)
        with st.grid(4, min_column_width=220, gap="small", key="grow"):
            tiles.tile("load", t("lines.load"), t.number(one.load_erlang, 1),
                       t("lines.most", n=one.most_lines, lines=one.lines),
                       help=stated.help("lines_load"), icon="bar_chart")  # fmt: skip
            tiles.tile("lines", t("lines.needed"), t.number(one.lines_needed),
                       t("lines.blocked", rate=t.percent(one.blocked_rate, 2), lines=one.lines),
                       help=stated.help("lines_needed", rate=rate), icon="call",
                       mood="red" if one.must_grow[0] else "green")  # fmt: skip
            tiles.tile("agents", t("lines.agents_needed"), t.number(one.agents_needed_a),
                       t("lines.agents_there", n=one.agents, wait=one.agents_needed_c),
                       help=stated.help("agents_needed"), icon="support_agent",
                       mood="red" if one.must_grow[1] else "green")  # fmt: skip
            tiles.tile("refused", t("lines.refused"), t.number(one.refused),
                       t("tile.of_placed", share=t.percent(one.refused / max(1, one.placed)),
                         placed=t.number(one.placed)),
                       help=stated.help("refused"), icon="phone_disabled")  # fmt: skip


def against(look: Look) -> str:
    """Whose load was held against whose lines, in words."""
    found = rented(look)
    whole = found is not None and found[1] is not look
    return look.t("lines.against_trunk" if whole else "lines.against_limit")


def sentences(one: Need, look: Look) -> list[str]:
    """The answer in words."""
    t = look.t
    lines, agents = one.must_grow
    return [
        t("lines.grow" if lines else "lines.enough", needed=one.lines_needed, lines=one.lines),
        t("lines.grow_agents" if agents else "lines.enough_agents", needed=one.agents_needed_a,
          agents=one.agents),
    ]  # fmt: skip


REPORT = Report("lines", (
    Part("lines", "lines", {
        "moment": ("time", "minute"), "trunk": ("trunk", "text"),
        "most_lines": ("most_lines", "count"), "placed": ("placed", "count"),
        "refused": ("refused", "count"),
    }, draw=pictures.lines, wide=True),
    Part("lines_load", "lines_load", {
        "hour": ("hour", "minute"), "trunk": ("trunk", "text"), "load_erlang": ("erlang", "two"),
        "placed": ("placed", "count"), "refused": ("refused", "count"),
        "refused_rate": ("refused_rate", "rate"), "persons": ("persons", "count"),
        "talk_mean_s": ("talk", "seconds"),
    }, wide=True),
), filters=("trunk",), lead=_grow, together="every")  # fmt: skip


def page() -> None:
    """The page."""
    REPORT.page()
