"""Charts of the reports: a week of hours, lines in use, causes, what agents recorded."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboards.charts import below, clock, ink, seen, shares
from dialer.i18n import Words

SAFE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#F0E442")
"Okabe and Ito's colours: told apart by nearly every eye."
MOST_BARS = 12


def hours(data: pd.DataFrame, t: Words) -> alt.LayerChart:
    """A week: the share of calls that a person answered, hour by hour; paler is rarer."""
    shown = data.assign(
        day=[t(f"weekday.{n}") for n in data["weekday"]],
        clock=[f"{n:02d}" for n in data["hour"]],
        said=[t.percent(rate, 0) for rate in data["person_rate"]],
        deep=data["person_rate"] > data["person_rate"].max() * 0.6,
    )
    every = [f"{n:02d}" for n in range(data["hour"].min(), data["hour"].max() + 1)]
    base = alt.Chart(shown).encode(
        x=alt.X("clock:O", title=None, axis=alt.Axis(labelAngle=0, domain=False, ticks=False),
                scale=alt.Scale(domain=every)),
        y=alt.Y("day:O", title=None, sort=[t(f"weekday.{n}") for n in range(1, 8)],
                axis=alt.Axis(domain=False, ticks=False, labelFontSize=13, labelFlush=False)),
        tooltip=[alt.Tooltip("day:N", title=" "), alt.Tooltip("clock:N", title=t("column.hour")),
                 alt.Tooltip("placed:Q", title=t("column.placed")),
                 alt.Tooltip("persons:Q", title=t("column.persons")),
                 alt.Tooltip("person_rate:Q", format=".1%", title=t("column.person_rate")),
                 alt.Tooltip("person_least_rate:Q", format=".1%", title=t("column.at_least"))],
    )  # fmt: skip
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("person_rate:Q", legend=None, scale=alt.Scale(
            range=["#DCE9F5", "#08519C"], domainMin=0)),
    )  # fmt: skip
    words = base.mark_text(fontSize=12).encode(
        text="said:N",
        color=alt.condition("datum.deep", alt.value("#FFFFFF"), alt.value("#1B2430")),
    )
    layers: alt.LayerChart = cells + words
    return layers


def lines(data: pd.DataFrame, t: Words) -> alt.Chart:
    """The most lines in use at once, over time, a step line for each trunk."""
    chart: alt.Chart = (
        alt.Chart(idle(data))
        .mark_line(
            interpolate="step-after", strokeWidth=2,
            point=len(data) < 200 and alt.OverlayMarkDef(size=60 if len(data) < 10 else 14),
        )
        .encode(
            x=alt.X("moment:T", title=None, axis=clock(data["moment"])),
            y=alt.Y("most_lines:Q", title=None, axis=alt.Axis(tickCount=5, tickMinStep=1)),
            color=alt.Color(
                "trunk:N", title=None, legend=below("stroke"),
                scale=alt.Scale(range=[seen(one) for one in SAFE]),
            ),
            tooltip=[alt.Tooltip("moment:T", format="%m-%d %H:%M", title=" "),
                     alt.Tooltip("trunk:N", title=t("column.trunk")),
                     alt.Tooltip("most_lines:Q", title=t("column.most_lines")),
                     alt.Tooltip("placed:Q", title=t("column.placed")),
                     alt.Tooltip("refused:Q", title=t("column.refused"))],
        )
    )  # fmt: skip
    return chart


def idle(data: pd.DataFrame) -> pd.DataFrame:
    """The same with no line in use between hours in which some were: a night is not its evening.

    >>> at = pd.to_datetime(["2026-11-23 10:00", "2026-11-23 11:00", "2026-11-24 10:00"])
    >>> rows = {"moment": at, "trunk": "a", "most_lines": [3, 2, 4], "placed": 9, "refused": 0}
    >>> [(f"{one.moment:%d %H}", one.most_lines) for one in idle(pd.DataFrame(rows)).itertuples()]
    [('23 10', 3), ('23 11', 2), ('23 12', 0), ('24 10', 4), ('24 11', 0)]
    """
    ahead = data.sort_values(["trunk", "moment"])
    until = ahead.groupby("trunk")["moment"].shift(-1)
    step = (until - ahead["moment"]).min()
    if pd.isna(step):
        return data
    ends = ahead[until.isna() | (until - ahead["moment"] > step)]
    none = ends.assign(moment=ends["moment"] + step, most_lines=0, placed=0, refused=0)
    return pd.concat([ahead, none]).sort_values(["trunk", "moment"])


def limited(chart: alt.Chart, limit: int) -> alt.LayerChart:
    """A line chart with what may be used as a dashed rule above it."""
    rule = alt.Chart(pd.DataFrame({"limit": [limit]})).mark_rule(
        strokeDash=[6, 4], size=2, color=ink()
    )
    layers: alt.LayerChart = chart + rule.encode(y="limit:Q")
    return layers


def causes(data: pd.DataFrame, t: Words) -> alt.LayerChart:
    """The commonest ends, all trunks together."""
    summed = data.groupby("outcome", as_index=False)["calls"].sum()
    return _bars(summed, "outcome", "calls", "outcome", t)


def words_recorded(data: pd.DataFrame, t: Words) -> alt.LayerChart:
    """What was recorded, the commonest first."""
    return _bars(data, "disposition", "calls", "disposition", t)


def verdicts(data: pd.DataFrame, t: Words) -> alt.LayerChart:
    """Who answered, as it was heard."""
    return _bars(data, "verdict", "calls", "verdict", t)


def states(data: pd.DataFrame, t: Words) -> alt.LayerChart:
    """How leads stand, all lists together."""
    named = data.assign(name=[_state(row, t) for row in data.itertuples()])
    summed = named.groupby("name", as_index=False)["leads"].sum()
    return _bars(summed, "name", "leads", "", t)


def _state(row: object, t: Words) -> str:
    why = getattr(row, "why", "")
    state = t.name("lead_state", getattr(row, "state", ""))
    return f"{state}: {t.name('lead_why', why)}" if why else state


def _bars(
    data: pd.DataFrame, column: str, value: str, table: str, t: Words
) -> alt.LayerChart:  # fmt: skip
    top = data.sort_values(value, ascending=False).head(MOST_BARS)
    total = float(data[value].sum())
    names = [t.name(table, one or "none") if table else one for one in top[column]]
    said = [f"{t.number(n)} · {t.percent(n / total)}" for n in top[value]]
    return shares(top, names, value, said)


def recorded_by_agent(data: pd.DataFrame, t: Words) -> alt.Chart:
    """One bar per agent, divided by what was recorded."""
    named = data.assign(name=[t.name("disposition", one or "none") for one in data["disposition"]])
    order = list(named.groupby("name")["calls"].sum().sort_values(ascending=False).index)
    colours: Mapping[str, str] = {
        name: seen(SAFE[n % len(SAFE)]) for n, name in enumerate(order)
    }  # fmt: skip
    chart: alt.Chart = (
        alt.Chart(named)
        .mark_bar(size=18)
        .encode(
            x=alt.X("calls:Q", title=None, axis=alt.Axis(grid=False, tickMinStep=1),
                    scale=alt.Scale(nice=False)),
            y=alt.Y("agent:N", title=None,
                    axis=alt.Axis(labelFontSize=13, ticks=False, labelOverlap=False,
                                  labelFlush=False)),
            color=alt.Color("name:N", title=None, sort=order,
                            legend=below("square", columns=4, labelLimit=110),
                            scale=alt.Scale(domain=order, range=list(colours.values()))),
            tooltip=[alt.Tooltip("agent:N", title=t("column.agent")),
                     alt.Tooltip("name:N", title=" "),
                     alt.Tooltip("calls:Q", title=t("column.calls")),
                     alt.Tooltip("share_rate:Q", format=".1%", title=t("chart.share"))],
        )
    )  # fmt: skip
    return chart
