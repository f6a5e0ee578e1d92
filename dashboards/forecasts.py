"""Forecasts as a manager reads them: what to choose, mode by mode, one agent less or more."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboards.frontier import frontier
from dashboards.stated import stated
from dialer.i18n import Words
from sim.fast.sweep import Band
from sim.whatif.answer import Answer, Forecast
from sim.whatif.command import banded, priced, said, supposed

ICONS = {"gain": "thumb_up", "progressive": "balance", "only": "balance",
         "over_cap": "warning", "few_persons": "info"}  # fmt: skip
ROW_PX = 36

Cell = Callable[[Answer, Forecast, Words], str]


def _percent(band: Band, digits: int = 1) -> str:
    return f"{banded(band, digits, 100.0)} %"


def _finish(told: Answer, one: Forecast, t: Words) -> str:
    if one.finish_h is None:
        return "–"
    days = t.number(one.finish_h.mean / told.question.hours, 1)
    return t("whatif.finish_value", hours=banded(one.finish_h, 0), days=days)


def _mode(told: Answer, one: Forecast, t: Words) -> str:
    lines = "" if one.lines_per_agent is None else f" {one.lines_per_agent:g}"
    return t.name("mode", one.mode) + lines


COLUMNS: Mapping[str, Cell] = {
    "mode": _mode,
    "agents": lambda told, one, t: str(one.agents),
    "talk": lambda told, one, t: banded(one.talk_min_per_h),
    "wait": lambda told, one, t: banded(one.agent_wait_s, 0),
    "occupancy": lambda told, one, t: _percent(one.occupancy),
    "share": lambda told, one, t: t.percent(told.share_of_limit(one), 0),
    "abandoned": lambda told, one, t: _percent(one.abandon_rate, 2),
    "bound": lambda told, one, t: t.percent(one.abandon_bound, 2),
    "worst": lambda told, one, t: t.percent(one.worst_day, 2),
    "person_wait": lambda told, one, t: banded(one.person_wait_s, 2),
    "contacts": lambda told, one, t: banded(one.contacts_per_h),
    "cost": lambda told, one, t: priced(one.cost_per_contact),
    "finish": _finish,
}
"Column -> what stands in it."
WHOLE = tuple(name for name in COLUMNS if name not in ("agents", "person_wait"))
BESIDE = (
    "mode", "agents", "talk", "wait", "person_wait", "abandoned", "contacts", "cost", "finish",
)  # fmt: skip
"The waits of people stand here alone: the other has no room for them at 1280 pixels."


def shown(told: Answer, t: Words) -> None:
    """As much as is known by now."""
    asked = told.question
    whole = [one for one in told.forecasts if one.agents == asked.agents]
    for one in told.advice:
        st.info(said(one, t), icon=f":material/{ICONS[one.key]}:")
    if whole:
        _table(t, "by_mode", told, whole, WHOLE)
        st.caption(" ".join(supposed(asked, t)))
    if told.limit is not None:
        st.markdown(
            t("whatif.limit", limit=t.percent(told.limit), agents=asked.agents,
              cap=t.percent(asked.cap))
        )  # fmt: skip
    if told.points:
        _drawn(told, t)
    if len(told.forecasts) > len(whole):
        order = {mode: n for n, mode in enumerate(dict.fromkeys(f.mode for f in told.forecasts))}
        rows = sorted(told.forecasts, key=lambda one: (order[one.mode], one.agents))
        _table(t, "beside", told, rows, BESIDE)
    if whole:
        days = " / ".join(str(one.days) for one in whole)
        modes = " / ".join(t.name("mode", one.mode) for one in whole)
        st.caption(t("whatif.lived", days=days, hours=f"{asked.simulated_h:g}", modes=modes))


def _drawn(told: Answer, t: Words) -> None:
    with st.container(border=True, key="panel-frontier"):
        st.markdown(f"**{t('whatif.frontier')}**", help=t("whatif.frontier_help"))
        low, high = told.points[0], told.points[-1]
        read = t(
            "whatif.frontier_read", low=t.percent(low.occupancy.mean),
            lines=f"{high.lines_per_agent:g}", high=t.percent(high.occupancy.mean),
            rate=t.percent(high.abandon_rate.mean),
        )  # fmt: skip
        drawn = stated(t, "simulated").chart(frontier(told, t), "frontier")
        st.altair_chart(drawn, height=340, width="stretch", key="chart-frontier",
                        alt=read)  # fmt: skip


def _table(
    t: Words, key: str, told: Answer, rows: Sequence[Forecast], columns: Sequence[str]
) -> None:
    data = pd.DataFrame(
        [{name: COLUMNS[name](told, one, t) for name in columns} for one in rows], columns=columns
    )
    days = stated(t, "simulated", "whatif")
    heads = {name: t(f"whatif.{name}") for name in columns}
    if told.question.currency:
        heads["cost"] = t("whatif.in", what=heads["cost"], currency=told.question.currency)
    config = {
        name: st.column_config.TextColumn(
            heads[name], help=days.column(name), width=120 if name == "mode" else None
        )
        for name in columns
    }
    with st.container(border=True, key=f"panel-{key}"):
        st.markdown(f"**{t(f'whatif.{key}')}**", help=t(f"whatif.{key}_help"))
        st.dataframe(
            data, hide_index=True, width="stretch", height="content", row_height=ROW_PX,
            column_config=config, key=f"table-{key}",
        )  # fmt: skip
