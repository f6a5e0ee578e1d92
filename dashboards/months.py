"""Months as people draw them: a table of weeks, each day with what it is, its hours and why.

A tree that is written down as HTML: whatever stands in it is text.

>>> from dialer.i18n import words
>>> day = Day(day=date(2026, 10, 1), what="holiday", open=(), name="National Day <1>")
>>> html = months(words("en"), [day], date(2026, 10, 2))
>>> html.count("<td"), "National Day &lt;1&gt;" in html
(7, True)
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, tostring

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
    whole = len(apart) == 1
    around = Element("div", {"class": "month" if whole else "months"})
    around.extend(month(t, one, today=today, whole=whole) for one in apart)
    drawn = (key(t, days), around)
    return STYLE + "".join(tostring(one, "unicode", short_empty_elements=False) for one in drawn)


def key(t: Words, days: Sequence[Day]) -> Element:
    """What the colours and marks mean, and how many days there are of each."""
    counts, row = Counter(map(calendar_words.what, days)), Element("div", {"class": "key"})
    for what, mark in MARKS.items():
        if counts[what]:
            _in(row, "span", what, f"{mark} {t.name('calendar_what', what)}: {counts[what]}")
    return row


def month(t: Words, days: Sequence[Day], *, today: date, whole: bool) -> Element:
    """One month; `whole`: with hours and reasons in words, not only when somebody points there."""
    first, table = days[0].day, Element("table", {"class": "cal whole" if whole else "cal"})
    named = t(f"calendar_month.{first.month}")
    _in(table, "caption", "", t("calendar.month_title", month=named, year=first.year))
    head = _in(_in(table, "thead"), "tr")
    for n in range(1, 8):
        _in(head, "th", "", t(f"weekday.{n}")).set("scope", "col")
    cells: list[Day | None] = [*[None] * (first.isoweekday() - 1), *days]
    cells += [None] * (-len(cells) % 7)
    body = _in(table, "tbody")
    for n in range(0, len(cells), 7):
        week = _in(body, "tr")
        for day in cells[n : n + 7]:
            _cell(week, t, day, today, whole)
    return table


def _cell(week: Element, t: Words, day: Day | None, today: date, whole: bool) -> None:
    cell = _in(week, "td")
    if day is None:
        return
    what, why = calendar_words.what(day), calendar_words.why(t, day)
    named, hours = t.name("calendar_what", what), calendar_words.hours(t, day)
    cell.set("class", f"{what} today" if day.day == today else what)
    cell.set("title", "; ".join(filter(None, (f"{day.day}: {named}", hours, why))))
    _in(_in(cell, "div", "n", f"{day.day.day}"), "span", "", MARKS[what])
    if whole:
        _in(cell, "div", "h", hours)
        for words in filter(None, ("" if what == "open" else named, why)):
            _in(cell, "div", "w", words)


def _in(parent: Element, tag: str, kind: str = "", text: str = "") -> Element:
    made = SubElement(parent, tag, {"class": kind} if kind else {})
    made.text = text
    return made
