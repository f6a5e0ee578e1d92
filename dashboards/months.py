"""Months as people draw them: a table of weeks, each day with what it is, its hours and why. HTML.

>>> from dialer.i18n import words
>>> day = Day(day=date(2026, 10, 1), what="holiday", open=(), name="National Day <1>")
>>> html = month(words("en"), [day], today=date(2026, 10, 2), whole=True)
>>> html.count("<td"), "National Day &lt;1&gt;" in html
(7, True)
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby

from dialer import calendar_words
from dialer.calendar import Day
from dialer.i18n import Words

MARKS = {"open": "", "shut": "–", "holiday": "★", "house": "✕", "campaign": "◆", "worked": "＋"}
"Beside the colours, for whoever does not see them."
STYLE = """<style>
.cal { width: 100%; border-collapse: separate; border-spacing: 3px; table-layout: fixed; }
.cal caption { text-align: left; font-weight: 650; padding: .2rem 0 .3rem .2rem; }
.cal th { font-weight: 500; opacity: .65; font-size: .8rem; padding: .1rem; text-align: center; }
.cal td { border-radius: .45rem; padding: .3rem .45rem; vertical-align: top;
  background: rgba(0,158,115,.09); border: 1px solid transparent; }
.cal td:empty { background: none; }
.cal .n { display: flex; justify-content: space-between; font-weight: 650; }
.cal .h { font-size: .82rem; font-variant-numeric: tabular-nums; }
.cal .w { font-size: .78rem; line-height: 1.25; overflow-wrap: anywhere; }
.cal.whole td { height: 5.4rem; }
.cal .today, .key .today { border: 2px solid #0072B2; }
.cal .holiday, .key .holiday { background: rgba(230,159,0,.26); }
.cal .house, .key .house { background: rgba(213,94,0,.26); }
.cal .campaign, .key .campaign { background: rgba(204,121,167,.30); }
.cal .worked, .key .worked { background: rgba(86,180,233,.28); }
.cal .shut, .key .shut { background: rgba(128,128,128,.20); }
.key .open { background: rgba(0,158,115,.20); }
.months { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 1rem;
  align-items: start; }
.months td { text-align: center; padding: .12rem 0; font-size: .85rem; height: 2.3rem; }
.months .n { flex-direction: column; align-items: center; font-weight: 500; }
.months .n span { font-size: .68rem; line-height: .8rem; min-height: .8rem; }
.key { display: flex; flex-wrap: wrap; gap: .4rem .7rem; font-size: .85rem; margin-bottom: .5rem; }
.key span { border-radius: .4rem; padding: .1rem .55rem; }
</style>"""


def months(t: Words, days: Sequence[Day], today: date) -> str:
    """All months of these days: one at its full size, several small."""
    apart = [[*of] for _, of in groupby(days, lambda one: one.day.replace(day=1))]
    drawn = "".join(month(t, one, today=today, whole=len(apart) == 1) for one in apart)
    body = drawn if len(apart) == 1 else f'<div class="months">{drawn}</div>'
    return STYLE + key(t, days) + body


def key(t: Words, days: Sequence[Day]) -> str:
    """What the colours and marks mean, and how many days there are of each."""
    counts = Counter(map(calendar_words.what, days))
    chips = (
        f'<span class="{what}">{mark} {escape(t.name("calendar_what", what))}: {counts[what]}'
        "</span>"
        for what, mark in MARKS.items() if counts[what]
    )  # fmt: skip
    return f'<div class="key">{"".join(chips)}</div>'


def month(t: Words, days: Sequence[Day], *, today: date, whole: bool) -> str:
    """One month; `whole`: with hours and reasons in words, not only when somebody points there."""
    first = days[0].day
    cells = [*[""] * (first.isoweekday() - 1), *(_cell(t, one, today, whole) for one in days)]
    cells += [""] * (-len(cells) % 7)
    weeks = (cells[n : n + 7] for n in range(0, len(cells), 7))
    rows = "".join(f"<tr>{''.join(one or '<td></td>' for one in week)}</tr>" for week in weeks)
    named = t(f"calendar_month.{first.month}")
    title = escape(t("calendar.month_title", month=named, year=first.year))
    head = "".join(f'<th scope="col">{escape(t(f"weekday.{n}"))}</th>' for n in range(1, 8))
    kind = "cal whole" if whole else "cal"
    return (
        f'<table class="{kind}"><caption>{title}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _cell(t: Words, day: Day, today: date, whole: bool) -> str:
    what, why = calendar_words.what(day), calendar_words.why(t, day)
    named, hours = t.name("calendar_what", what), calendar_words.hours(t, day)
    said = escape("; ".join(filter(None, (f"{day.day}: {named}", hours, why))), quote=True)
    classes = f"{what} today" if day.day == today else what
    number = f'<div class="n">{day.day.day}<span>{MARKS[what]}</span></div>'
    words = "" if what == "open" else f'<div class="w">{escape(named)}</div>'
    reason = f'<div class="w">{escape(why)}</div>' if why else ""
    more = f'<div class="h">{escape(hours)}</div>{words}{reason}' if whole else ""
    return f'<td class="{classes}" title="{said}">{number}{more}</td>'
