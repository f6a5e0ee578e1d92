"""The figures of a campaign over a period, as sheets: the same questions as the board's pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from dashboards import forms, periods
from dashboards.about import Origin
from dashboards.files import About
from dashboards.forms import Form
from dashboards.parts import Part
from dashboards.queries import question
from dashboards.stated import Over, stated
from dashboards.views import agents, costs, funnel, hours, lines, outcomes, trunks
from dialer.errors import QueryError
from dialer.i18n import Words, words
from dialer.warehouse import Warehouse
from dialer.warehouse.reading import named

Kind = Literal["day", "week", "month"]
ROWS = 5000

ABANDONED = Part("by_day", "by_day", {
    "day": ("day", "date"), "abandoned": ("abandoned", "count"), "persons": ("persons", "count"),
    "abandon_rate": ("abandon_rate", "rate"), "abandon_cap": ("abandon_cap", "rate"),
})  # fmt: skip
PARTS: tuple[Part, ...] = (
    *funnel.REPORT.parts[:2], ABANDONED, *outcomes.REPORT.parts, *agents.REPORT.parts[2:],
    *hours.REPORT.parts, *lines.REPORT.parts[1:], *trunks.REPORT.parts,
    *costs.REPORT.parts,
)  # fmt: skip
"What a report tells, in this order."


class Span(NamedTuple):
    """A period: from one midnight of the campaign's clock to another."""

    since: datetime
    until: datetime

    @property
    def said(self) -> str:
        """Its first and last day."""
        last = (self.until - timedelta(seconds=1)).date()
        first = self.since.date()
        return f"{first}" if first == last else f"{first} – {last}"


def span(kind: Kind, on: date, zone: str) -> Span:
    """The day, the week (from Monday) or the month that a day lies in.

    >>> span("week", date(2026, 11, 25), "UTC").said, span("month", date(2026, 12, 3), "UTC").said
    ('2026-11-23 – 2026-11-29', '2026-12-01 – 2026-12-31')
    """
    first, last = on, on + timedelta(days=1)
    if kind == "week":
        first = on - timedelta(days=on.weekday())
        last = first + timedelta(days=7)
    if kind == "month":
        first = on.replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1)
    clock = ZoneInfo(zone)
    return Span(datetime.combine(first, time(), clock), datetime.combine(last, time(), clock))


def before(kind: Kind, today: date) -> date:
    """A day of the last whole period before today.

    >>> before("day", date(2026, 11, 1)), before("month", date(2026, 11, 15))
    (datetime.date(2026, 10, 31), datetime.date(2026, 10, 31))
    """
    match kind:
        case "day":
            return today - timedelta(days=1)
        case "week":
            return today - timedelta(days=today.weekday() + 1)
        case "month":
            return today.replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Sheet:
    """One table of the report."""

    key: str
    title: str
    help: str
    "Denominators, period and time zone."
    names: Mapping[str, str]
    "Column -> what it is called."
    heads: Mapping[str, str]
    "The same in a file: with its unit."
    columns: Mapping[str, str]
    "Column as a file's head names it -> of what it is."
    over: Over
    forms: Mapping[str, Form]
    data: pd.DataFrame
    "As it is shown: words in the reader's language."


@dataclass(frozen=True)
class Told:
    """The whole report."""

    campaign: str
    source: str
    zone: str
    span: Span
    language: str
    sheets: tuple[Sheet, ...]

    @property
    def t(self) -> Words:
        """The catalogue."""
        return words(self.language)

    @property
    def about(self) -> About:
        """What the workbook says of itself."""
        origin = Origin(
            self.source, (self.campaign,), self.span.said, self.zone, self._now, *self.span
        )
        told = {sheet.title: sheet.help for sheet in self.sheets}
        return origin.about(self.t, told)

    def about_one(self, sheet: Sheet) -> About:
        """What the file of one table says of itself."""
        campaigns, at, over = (self.campaign,), self._now, sheet.over
        if over == "period":
            origin = Origin(self.source, campaigns, self.span.said, self.zone, at, *self.span)
        else:
            said = stated(self.t, over, zone=self.zone).over
            origin = Origin(self.source, campaigns, said, self.zone, at)
        return origin.about(self.t, sheet.columns)

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(periods.now(), ZoneInfo(self.zone))

    @property
    def is_empty(self) -> bool:
        """Whether no call was placed in that period."""
        [funnel] = [one.data for one in self.sheets if one.key == "funnel"]
        return not len(funnel) or not funnel["calls"].max()

    @property
    def title(self) -> str:
        """What it is."""
        return f"{self.campaign} · {self.span.said}"


def told(
    home: Path, source: str, campaign: str, kind: Kind, on: date | None, language: str,
    today: date, in_currency: str = "",
) -> Told:  # fmt: skip
    """The report of a campaign; of the last whole period, unless a day is named.

    `in_currency`: what was paid in several is summed in this one, where there are rates.

    Raises `QueryError` where the campaign is not in the warehouse of that source.
    """
    warehouse = Warehouse(home, source, wait_s=30.0, timeout_s=300.0, most_rows=ROWS)
    rules = warehouse.query(
        "SELECT pool, zone FROM v_campaigns WHERE campaign = $campaign", {"campaign": campaign}
    )
    if rules.empty:
        known = warehouse.query("SELECT campaign FROM v_campaigns ORDER BY campaign")["campaign"]
        raise QueryError(
            f"there is no campaign {campaign!r} in the warehouse of source {source}; "
            f"there are: {', '.join(known) or 'none'}"
        )
    pool, zone = str(rules["pool"].iloc[0]), str(rules["zone"].iloc[0])
    when = span(kind, on or before(kind, today), zone)
    params: dict[str, Any] = {
        "since": when.since, "until": when.until, "campaign": campaign, "together": None,
        "pool": pool, "zone": zone,
        "minutes": 60, "fine_minutes": 60, "rows": ROWS, "every_campaign": True, "campaigns": [],
        "every_agent": True, "agents": [], "of_list": None, "of_trunk": None, "of_agent": None,
        "in_currency": in_currency or None,
        "lists": _lists(warehouse, campaign, when),
    }  # fmt: skip
    asked = [question(part.question) for part in PARTS]
    answers = warehouse.queries(
        [(sql, {name: params[name] for name in named(sql)}) for sql in asked]
    )
    made = Told(campaign, source, zone, when, language, ())
    sheets = tuple(
        _sheet(part, made, data)
        for part, data in zip(PARTS, answers, strict=True)
        if not (part.quiet and data.empty)
    )
    return Told(campaign, source, zone, when, language, sheets)


def _lists(warehouse: Warehouse, campaign: str, when: Span) -> list[str]:
    found = warehouse.query(
        "SELECT DISTINCT list FROM v_attempts "
        "WHERE campaign = $campaign AND intended_at >= $since AND intended_at < $until",
        {"campaign": campaign, "since": when.since, "until": when.until},
    )
    return [str(one) for one in found["list"]]


def _sheet(part: Part, of: Told, data: pd.DataFrame) -> Sheet:
    t = of.t
    said = stated(t, part.over, period=of.span.said, zone=of.zone)
    heads = part.heads(t, data, of.zone)
    columns = {heads[name]: help for name, help in part.said(said).items()}
    return Sheet(
        part.key, t(f"chart.{part.key}"), said.help(part.key), part.names(t), heads, columns,
        part.over, part.forms, forms.shown(data, part.forms, t, of.zone),
    )  # fmt: skip
