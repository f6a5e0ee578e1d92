"""A period of one's own: from a first to a last day of the campaign's clock."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.periods import LONGEST_DAYS, Days
from tests.dashboards.test_pages import page

FIRST = date(2026, 11, 1)


@pytest.mark.parametrize(("last", "wrong"), [
    (FIRST, ""), (FIRST - timedelta(days=1), "backwards"), (None, "missing"),
    (FIRST + timedelta(days=LONGEST_DAYS - 1), ""), (FIRST + timedelta(days=LONGEST_DAYS), "long"),
])  # fmt: skip
def test_days_are_a_period_or_it_is_said_why_not(last: date | None, wrong: str):
    assert Days(FIRST, last).wrong == wrong


def test_a_day_that_has_25_hours_is_whole():
    since, until = Days(FIRST, FIRST).bounds("America/New_York")
    assert (since.isoformat(), until.isoformat()) == (
        "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00",
    )  # fmt: skip


@pytest.mark.parametrize(("days", "name"), [
    (1, "today"), (2, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "ever"),
])  # fmt: skip
def test_its_lines_have_as_many_points_as_those_of_a_named_period(days: int, name: str):
    assert Days(FIRST, FIRST + timedelta(days=days - 1)).as_long_as == name


def chosen(name: str, first: date, last: date, language: str = "en") -> AppTest:
    app = page(name)
    app.session_state["lang"], app.session_state["period"] = language, "free"
    app.run()
    app.date_input(key="since").set_value(first)
    app.date_input(key="until").set_value(last).run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("name", [
    "agents", "calls", "compliance", "costs", "detection", "funnel", "hours", "lines", "outcomes",
    "pacing", "trunks",
])  # fmt: skip
def test_every_page_with_a_period_takes_it_and_says_it(home: Path, name: str):
    app = chosen(name, date(2026, 11, 22), date(2026, 11, 23))
    said = "2026-11-22 – 2026-11-23"
    assert any(said in one.value for one in app.markdown)
    assert app.dataframe, "the Monday's figures are in it"


def test_only_its_days_are_counted(home: Path):
    assert chosen("funnel", date(2026, 11, 23), date(2026, 11, 23)).dataframe[0].value[
        "calls"
    ].tolist() == [10, 8, 7, 6, 4]
    assert not chosen("funnel", date(2026, 11, 20), date(2026, 11, 22)).dataframe


@pytest.mark.parametrize(("language", "said"), [
    ("en", "The period ends before it begins"), ("zh", "时段的末日早于首日"),
])  # fmt: skip
def test_an_end_before_the_beginning_is_said(home: Path, language: str, said: str):
    app = chosen("funnel", date(2026, 11, 23), date(2026, 11, 22), language)
    assert [said in one.value for one in app.error] == [True]
    assert not app.dataframe


def test_too_long_a_period_is_said_with_how_long_it_may_be(home: Path):
    app = chosen("funnel", date(2025, 11, 1), date(2026, 11, 23))
    assert ["366 days" in one.value for one in app.error] == [True]
