"""Occupancy against abandonment: what fixed ratios reach, where modes stand, what is possible."""

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt
import pandas as pd

from dashboards.charts import ink, seen
from dialer.i18n import Words
from sim.whatif.answer import Answer

MODE_COLOURS: Mapping[str, str] = {
    "progressive": "#009E73",
    "ratio": "#56B4E9",
    "selftuned": "#E69F00",
    "predictive": "#D55E00",
}
"Of the dots. Preview is far below the line, and would flatten it."
ROOM = 2.5
"Of the cap: what lies farther out is not drawn."


def frontier(told: Answer, t: Words) -> alt.LayerChart:
    """The line, the dots, the cap and the limit; what is not known yet is missing."""
    asked = told.question
    line = _line(told, t)
    across = alt.X(
        "abandoned:Q", title=t("whatif.abandoned"), axis=alt.Axis(format=".1%", grid=False),
        scale=alt.Scale(domain=[0.0, ROOM * asked.cap], clamp=True),
    )  # fmt: skip
    up = alt.Y(
        "occupancy:Q", title=t("whatif.occupancy"), axis=alt.Axis(format=".0%", tickCount=5),
        scale=alt.Scale(zero=False, nice=True),
    )  # fmt: skip
    figures = [
        alt.Tooltip("occupancy:Q", format=".1%", title=t("whatif.occupancy")),
        alt.Tooltip("abandoned:Q", format=".2%", title=t("whatif.abandoned")),
    ]
    layers: list[alt.Chart] = [
        alt.Chart(line).mark_line(color=seen("#8C8C8C"), strokeWidth=2, clip=True,
                                  point=alt.OverlayMarkDef(color=seen("#8C8C8C")))
        .encode(x=across, y=up, order="lines:Q",
                tooltip=[alt.Tooltip("lines:Q", title=t("whatif.lines")), *figures]),
        _rule({"abandoned": asked.cap}, x=across),
        _named({"abandoned": asked.cap}, t("whatif.cap_line", cap=t.percent(asked.cap)),
               "bottom", x=across, y=alt.value("height")),
    ]  # fmt: skip
    if told.limit is not None:
        limit = {"occupancy": told.limit}
        said = t("whatif.limit_line", limit=t.percent(told.limit))
        layers += [_rule(limit, y=up), _named(limit, said, "top", y=up, x=alt.value(0))]
    if len(dots := _dots(told, t)):
        layers.append(_modes(dots, across, up, t, figures))
    chart: alt.LayerChart = alt.layer(*layers)
    return chart


def _line(told: Answer, t: Words) -> pd.DataFrame:
    far = ROOM * told.question.cap
    near = [one for one in told.points if one.abandon_rate.mean <= far]
    return pd.DataFrame(
        [(one.lines_per_agent, one.occupancy.mean, one.abandon_rate.mean) for one in near],
        columns=["lines", "occupancy", "abandoned"],
    )


def _dots(told: Answer, t: Words) -> pd.DataFrame:
    whole = [
        one for one in told.forecasts
        if one.agents == told.question.agents and one.mode in MODE_COLOURS
    ]  # fmt: skip
    return pd.DataFrame(
        [(one.mode, t.name("mode", one.mode), one.occupancy.mean, one.abandon_rate.mean)
         for one in whole],
        columns=["mode", "name", "occupancy", "abandoned"],
    )  # fmt: skip


def _modes(
    dots: pd.DataFrame, across: alt.X, up: alt.Y, t: Words, figures: list[alt.Tooltip]
) -> alt.Chart:
    colour = alt.Color(
        "name:N", title=None, legend=alt.Legend(orient="bottom", columns=4),
        scale=alt.Scale(domain=list(dots["name"]),
                        range=[seen(MODE_COLOURS[mode]) for mode in dots["mode"]]),
    )  # fmt: skip
    chart: alt.Chart = (
        alt.Chart(dots).mark_point(size=140, filled=True, opacity=1.0)
        .encode(x=across, y=up, color=colour,
                tooltip=[alt.Tooltip("name:N", title=t("whatif.mode")), *figures])
    )  # fmt: skip
    return chart


def _rule(at: Mapping[str, float], **place: alt.X | alt.Y) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame([at])).mark_rule(strokeDash=[6, 4], size=2, color=ink())
        .encode(**place)
    )  # fmt: skip
    return chart


def _named(
    at: Mapping[str, float], words: str, baseline: Literal["top", "bottom"], **place: Any
) -> alt.Chart:
    """What a dashed line is, beside where it begins: the limit from the left, the cap from below.

    So they stay apart where both are near: the limit is high up, and the line begins low.
    """
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame([{**at, "words": words}]))
        .mark_text(
            align="left", baseline=baseline, dx=6, dy=5 if baseline == "top" else -5,
            fontSize=12, color=ink(),
        )
        .encode(text="words:N", **place)
    )  # fmt: skip
    return chart
