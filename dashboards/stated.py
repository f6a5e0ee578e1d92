"""What a figure says of itself: of what it is, over which period, by whose clock.

One mechanism for every tile, every column of a table and every chart: `of.` of the catalogue names
the denominator, `over.` the period and the time zone. What the catalogue lacks cannot be shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import streamlit as st

from dialer.i18n import Words

Over = Literal["period", "now", "opened", "account", "week", "own", "simulated", "kept"]
"""The page's period; this moment; since the campaign was opened; the account's period; the latest
seven days; what a question of the viewer's own says; simulated days; what is in force by now."""
Chart = alt.Chart | alt.LayerChart


@dataclass(frozen=True, slots=True)
class Stated:
    """What the figures of one piece of a page have in common.

    >>> from dialer.i18n import words
    >>> Stated(words("en"), "Period: Today, UTC.").column("asr")
    'Answered by whomever; denominator: calls placed. Period: Today, UTC.'
    >>> Stated(words("en"), "Period: Today, UTC.", "cost_wasted").column("share")
    'Denominator: the prices of all calls in the same currency. Period: Today, UTC.'
    """

    t: Words
    over: str
    "Period and time zone, in words."
    part: str = ""
    "Of which piece: its columns may be of something else than columns so named elsewhere."

    def help(self, key: str, **values: object) -> str:
        """Of a tile, or of the whole piece."""
        return self._said(self.t(f"help.{key}", **values))

    def column(self, label: str) -> str:
        """Of a column that is labelled `column.LABEL`."""
        own = self.t.texts.get(f"of.{self.part}_{label}")
        return self._said(own or self.t(f"of.{label}"))

    def columns(self, named: Mapping[str, str], labels: Mapping[str, str] = {}) -> dict[str, Any]:
        """Plain columns: name -> what it is called; labels, where `of.` has another word."""
        return {
            name: st.column_config.Column(said, help=self.column(labels.get(name, name)))
            for name, said in named.items()
        }

    def chart(self, chart: Chart, key: str) -> Chart:
        """The same at whatever the pointer rests on."""
        rows = {"of": self.t(f"of.chart_{key}"), "over": self.over}
        if isinstance(chart, alt.LayerChart):
            layers = chart.copy()
            layers.layer = [self._hovered(layer, rows) for layer in chart.layer]
            return layers
        return self._hovered(chart, rows)

    def _said(self, of: str) -> str:
        return self.t("over.said", of=of, over=self.over)

    def _hovered(self, chart: alt.Chart, rows: Mapping[str, str]) -> alt.Chart:
        told = chart.encoding.tooltip
        if told is alt.Undefined:
            return chart
        found: alt.Chart = chart.transform_calculate(
            **{f"stated_{name}": json.dumps(said) for name, said in rows.items()}
        ).encode(
            tooltip=[
                *told,
                *(alt.Tooltip(f"stated_{n}:N", title=self.t(f"over.{n}_title")) for n in rows),
            ]
        )
        return found


def stated(t: Words, over: Over, part: str = "", *, period: str = "", zone: str = "UTC") -> Stated:
    """Over one of the periods there are."""
    return Stated(t, t(f"over.{over}", period=period, zone=zone), part)
