"""The charts: one function each, from a frame to a picture. Colours mean the same everywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dialer.i18n import Words

AGENT_COLOURS: Mapping[str, str] = {
    "TALKING": "#0072B2",
    "HELD": "#004C73",
    "CONSULTING": "#CC79A7",
    "WRAP_UP": "#56B4E9",
    "PREVIEW": "#F0E442",
    "RESERVED": "#8CD3B8",
    "READY": "#009E73",
    "PAUSED": "#E69F00",
}
"In the order in which they are stacked."

CALL_COLOURS: Mapping[str, str] = {
    "placed": "#8C8C8C",
    "answered": "#56B4E9",
    "connected": "#0072B2",
    "abandoned": "#D55E00",
}

LEVEL_COLOURS: Mapping[str, str] = {"level": "#0072B2", "ready": "#009E73"}

KINDS: Mapping[str, str] = {
    "connected": "#0072B2",
    "abandoned": "#D55E00",
    "person": "#E69F00",
    "machine": "#CC79A7",
    "nobody": "#8C8C8C",
}
"What an outcome is to a manager, by its flags; the first that fits."
OTHERS = "#C9CED6"
"Of the rarest kinds of end, summed."


def kind(row: Mapping[str, bool]) -> str:
    """To which of `KINDS` an outcome belongs.

    >>> kind({"connected": True, "abandoned": True, "person": True, "answered": True})
    'abandoned'
    >>> kind({"connected": False, "abandoned": False, "person": False, "answered": True})
    'machine'
    """
    for flag in ("abandoned", "connected", "person"):
        if row[flag]:
            return flag
    return "machine" if row["answered"] else "nobody"


def funnel(frame: pd.DataFrame, t: Words) -> alt.LayerChart:
    """Bars that only get shorter, each with its share of all and of the bar before."""
    data = frame.assign(
        name=[t(f"step.{step}") for step in frame["step"]],
        said=[
            t.number(row.calls)
            + ("" if row.position == 1 else f" · {t.percent(row.of_dialled_rate)}")
            for row in frame.itertuples()
        ],
        before=[t.percent(rate) for rate in frame["of_step_before_rate"]],
    )
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=list(data["name"]), title=None, axis=_names()),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=t("chart.calls")),
                 alt.Tooltip("before:N", title=t("chart.share"))],
    )  # fmt: skip
    most = float(data["calls"].max() or 1)
    x = alt.X("calls:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most * 1.4]))
    bars = base.mark_bar(color=seen("#0072B2"), cornerRadiusEnd=4).encode(
        x=x, opacity=alt.Opacity("position:Q", legend=None, scale=alt.Scale(range=[0.55, 1.0]))
    )
    return bars + _labels(base, x)


def outcomes(frame: pd.DataFrame, t: Words, most: int = 8) -> alt.LayerChart:
    """A bar for each of the most frequent kinds of end, and one for the others."""
    data = _frequent(frame, t, most)
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=list(data["name"]), title=None, axis=_names()),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=t("chart.calls"))],
    )
    longest = float(data["calls"].max() or 1)
    x = alt.X("calls:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest * 1.75]))
    colours = {**KINDS, "others": OTHERS}
    there = [name for name in colours if name in set(data["kind"])]
    colour = alt.Color(
        "label:N", title=None, legend=below("square", columns=2),
        scale=alt.Scale(
            domain=[t(f"kind.{name}") for name in there],
            range=[seen(colours[name]) for name in there],
        ),
    )  # fmt: skip
    labelled = data.assign(label=[t(f"kind.{name}") for name in data["kind"]])
    size = BAR if len(data) <= FEW else alt.Undefined
    bars = base.mark_bar(cornerRadiusEnd=4, size=size).encode(x=x, color=colour)
    layers: alt.LayerChart = (bars + _labels(base, x)).properties(data=labelled)
    return layers


def _frequent(frame: pd.DataFrame, t: Words, most: int) -> pd.DataFrame:
    """At most so many rows, named: where there are more kinds of end, the rarest are summed."""
    kept = frame if len(frame) <= most else frame.head(most - 1)
    data = kept.assign(
        name=[t.name("outcome", outcome) for outcome in kept["outcome"]],
        kind=[kind(row) for row in kept.to_dict("records")],
    )[["name", "kind", "calls", "share_rate"]]
    rest = frame.iloc[len(kept) :]
    if len(rest):
        data.loc[len(data)] = [
            t("kind.others"), "others", rest["calls"].sum(), rest["share_rate"].sum()
        ]  # fmt: skip
    said = [f"{t.number(row.calls)} · {t.percent(row.share_rate)}" for row in data.itertuples()]
    return data.assign(said=said)


def over_time(frame: pd.DataFrame, t: Words) -> alt.Chart:
    """A line for each of placed, answered, connected and abandoned."""
    long = every_day(frame).melt("moment", list(CALL_COLOURS), "series", "value")
    return _lines(long, t, CALL_COLOURS)


def every_day(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with zeros on the days between that have no calls, where each row is a day.

    >>> days = pd.to_datetime(["2026-11-20", "2026-11-23"])
    >>> list(every_day(pd.DataFrame({"moment": days, "placed": [7, 9]}))["placed"])
    [7, 0, 0, 9]
    """
    days = frame.set_index("moment")
    if days.empty or not (days.index == days.index.normalize()).all():
        return frame
    ahead = pd.date_range(days.index.min(), days.index.max(), name="moment")
    return days.reindex(ahead, fill_value=0).reset_index()


def levels(frame: pd.DataFrame, t: Words) -> alt.Chart:
    """Dial level and agents ready."""
    long = frame.melt("moment", list(LEVEL_COLOURS), "series", "value")
    return _lines(long, t, LEVEL_COLOURS, least_step=0.5)


def team_time(frame: pd.DataFrame, t: Words) -> alt.Chart:
    """One bar for all agents, divided by state; the legend tells the shares."""
    data = _by_state(frame, t)
    data["name"] = [
        f"{name} {t.percent(share, 0)}"
        for name, share in zip(data["name"], data["share_rate"], strict=True)
    ]
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_bar(size=36)
        .encode(
            x=alt.X("minutes:Q", stack="normalize", title=None, axis=None),
            order=alt.Order("rank:Q"),
            color=_states(data, columns=3),
            tooltip=[
                alt.Tooltip("name:N", title=t("column.state")),
                alt.Tooltip("minutes:Q", title=t("column.minutes"), format=",.1f"),
            ],
        )
    )
    return chart


def agent_time(frame: pd.DataFrame, t: Words) -> alt.Chart:
    """One bar per agent, divided by state."""
    data = _by_state(frame, t)
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_bar(size=18)
        .encode(
            x=alt.X("minutes:Q", stack="normalize", title=None,
                    axis=alt.Axis(format="%", grid=False, tickCount=5)),
            y=alt.Y("agent:N", title=None, axis=_names()),
            order=alt.Order("rank:Q"),
            color=_states(data, columns=7),
            tooltip=[alt.Tooltip("agent:N", title=t("column.agent")),
                     alt.Tooltip("name:N", title=t("column.state")),
                     alt.Tooltip("minutes:Q", title=t("column.minutes"), format=",.1f")],
        )
    )  # fmt: skip
    return chart


def _by_state(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    known = list(AGENT_COLOURS)
    return frame[frame["state"].isin(known)].assign(
        name=lambda data: [t.name("agent_state", state) for state in data["state"]],
        rank=lambda data: [known.index(state) for state in data["state"]],
        minutes=lambda data: data["in_state_s"] / 60,
    )


def _states(data: pd.DataFrame, columns: int) -> alt.Color:
    named = data.sort_values("rank").drop_duplicates("state")
    return alt.Color(
        "name:N", title=None,
        legend=below("square", columns=columns, labelLimit=200),
        scale=alt.Scale(
            domain=list(named["name"]), range=[seen(AGENT_COLOURS[s]) for s in named["state"]]
        ),
    )  # fmt: skip


FEW, BAR = 5, 28
"So few bars would fill their panel: each is so many pixels thick."


def by_day(frame: pd.DataFrame, t: Words) -> alt.LayerChart:
    """A bar for each day's abandonment, and the cap as a line."""
    data = frame.assign(day=pd.to_datetime(frame["day"]))
    bars = (
        alt.Chart(data)
        .mark_bar(
            color=seen("#D55E00"), cornerRadiusEnd=4,
            size=BAR if len(data) <= FEW else alt.Undefined,
        )
        .encode(
            x=alt.X("yearmonthdate(day):O", title=None,
                    axis=alt.Axis(format="%m-%d", labelAngle=0)),
            y=alt.Y("abandon_rate:Q", title=None, axis=alt.Axis(format=".1%")),
            tooltip=[alt.Tooltip("day:T", format="%Y-%m-%d", title=" "),
                     alt.Tooltip("abandoned:Q", title=t("column.abandoned")),
                     alt.Tooltip("persons:Q", title=t("column.persons")),
                     alt.Tooltip("abandon_rate:Q", format=".2%", title=t("chart.rate"))],
        )
    )  # fmt: skip
    most = float(data["abandon_cap"].max())
    limit = alt.Chart(pd.DataFrame({"cap": [most], "said": [cap_said(most, t)]}))
    rule = limit.mark_rule(strokeDash=[6, 4], size=2, color=ink()).encode(y="cap:Q")
    words = limit.mark_text(align="left", baseline="top", dx=4, dy=4, color=ink()).encode(
        y="cap:Q", x=alt.value(0), text="said:N"
    )
    layers: alt.LayerChart = bars + rule + words
    return layers


def cap_said(cap: float, t: Words) -> str:
    """The cap, as the line at it is labelled.

    >>> from dialer.i18n import words
    >>> cap_said(0.03, words("en"))
    'Cap 3.0 %'
    """
    return f"{t('column.abandon_cap')} {t.percent(cap)}"


def spent_by_day(frame: pd.DataFrame, t: Words) -> alt.Chart:
    """A bar for what each day's calls cost, of each currency by itself."""
    data = frame.assign(day=pd.to_datetime(frame["day"])).astype({"calls_amount": float})
    one = data["currency"].nunique() <= 1
    colour = alt.Color("currency:N", title=None)
    return (
        alt.Chart(data)
        .mark_bar(
            color=seen("#0072B2"), cornerRadiusEnd=3,
            size=BAR if one and data["day"].nunique() <= FEW else alt.Undefined,
        )
        .encode(
            x=alt.X("yearmonthdate(day):O", title=None,
                    axis=alt.Axis(format="%m-%d", labelAngle=0, labelOverlap=True)),
            y=alt.Y("calls_amount:Q", title=", ".join(sorted(data["currency"].unique()))),
            xOffset=alt.Undefined if one else "currency:N",
            color=alt.Undefined if one else colour,
            tooltip=[alt.Tooltip("day:T", format="%Y-%m-%d", title=" "),
                     alt.Tooltip("calls_amount:Q", format=",.2f", title=t("column.amount")),
                     alt.Tooltip("currency:N", title=t("column.currency")),
                     alt.Tooltip("minutes:Q", format=",.0f", title=t("column.billed_minutes"))],
        )
    )  # fmt: skip


def shares(
    frame: pd.DataFrame, names: Sequence[str], value: str, said: Sequence[str]
) -> alt.LayerChart:
    """Plain bars with their figures."""
    told = [f"{name}: {words}" for name, words in zip(names, said, strict=True)]
    data = frame.assign(name=list(names), said=list(said), told=told)
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=_names()),
        tooltip=[alt.Tooltip("told:N", title=" ")],
    )
    longest = float(data[value].max() or 1)
    x = alt.X(f"{value}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest * 1.4]))
    bars = base.mark_bar(
        color=seen("#0072B2"), cornerRadiusEnd=4, size=BAR if len(data) <= FEW else alt.Undefined
    )
    return bars.encode(x=x) + _labels(base, x)


def _lines(
    long: pd.DataFrame, t: Words, colours: Mapping[str, str], least_step: float = 1.0
) -> alt.Chart:
    data = long.assign(name=[t(f"series.{series}") for series in long["series"]])
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=18))
        .encode(
            x=alt.X("moment:T", title=None, axis=clock(data["moment"])),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, tickMinStep=least_step)),
            color=alt.Color(
                "name:N", title=None,
                legend=below("stroke", columns=2, labelLimit=220),
                scale=alt.Scale(
                    domain=[t(f"series.{name}") for name in colours],
                    range=[seen(colour) for colour in colours.values()],
                ),
            ),
            tooltip=[alt.Tooltip("moment:T", format="%m-%d %H:%M", title=t("column.time")),
                     alt.Tooltip("name:N", title=" "),
                     alt.Tooltip("value:Q", format=",.2~f", title=t("chart.value"))],
        )
    )  # fmt: skip
    return chart


def below(symbol: str, **given: Any) -> alt.Legend:
    """A legend right below its chart: what it does not take is the chart's."""
    return alt.Legend(orient="bottom", symbolType=symbol, offset=4, padding=0, **given)


def clock(moments: pd.Series) -> alt.Axis:
    """The axis below moments: hours of a day or two, else days; figures, which need no language."""
    there = pd.Series(sorted(set(moments)))
    days = there.dt.normalize()
    longer = there.iloc[-1] - there.iloc[0] > pd.Timedelta(days=2)
    if longer or (there == days).all():
        return alt.Axis(format="%m-%d", grid=False, values=_ticks(there[~days.duplicated()]))
    return alt.Axis(format="%H:%M", grid=False, values=_ticks(there))


def _ticks(moments: pd.Series, most: int = 6) -> list[alt.DateTime]:
    """Some of the moments there are: between two of them a clock would say the same twice."""
    return [
        alt.DateTime(year=m.year, month=m.month, date=m.day, hours=m.hour, minutes=m.minute)
        for m in moments.iloc[:: -(-len(moments) // most)]
    ]


def _labels(base: alt.Chart, x: alt.X) -> alt.Chart:
    words: alt.Chart = base.mark_text(align="left", dx=6, fontSize=13, color=ink()).encode(
        x=x, text="said:N"
    )
    return words


def _names() -> alt.Axis:
    return alt.Axis(
        labelLimit=150, labelFontSize=13, ticks=False, domain=False, labelPadding=6,
        labelOverlap=False, labelFlush=False,
    )  # fmt: skip


def seen(colour: str) -> str:
    """The colour, bright enough for this viewer's ground."""
    return _ON_DARK.get(colour, colour) if _is_dark() else colour


_ON_DARK = {
    "#0072B2": "#2E8BD0", "#56B4E9": "#A9DBF7", "#D55E00": "#F2803A", "#8C8C8C": "#9AA5B1",
}  # fmt: skip


def ink() -> str:
    """The colour of words."""
    return "#E8EDF3" if _is_dark() else "#1B2430"


def _is_dark() -> bool:
    return bool(st.context.theme.get("type") == "dark")
