"""The board's SQL: only what the warehouse promises, regrouped."""

import re
from pathlib import Path
from typing import Any

import pytest

from dashboards.queries import SQL, frame, question, sources
from dashboards.scope import Scope
from dashboards.views import figures
from dialer.errors import QueryError
from dialer.i18n import LANGUAGES, words
from dialer.warehouse import schema
from tests.dashboards.conftest import ADA
from tests.dashboards.test_pages import page

NAMES = sorted(file.stem for file in SQL.glob("*.sql"))
PARAMS: dict[str, Any] = {
    "scope": Scope(ADA),
    "since": "2026-11-01 00:00:00+00", "until": "2027-01-01 00:00:00+00", "campaign": "spring",
    "pool": "sales", "rows": 5, "skip": 0, "zone": "America/New_York", "minutes": 60,
    "fine_minutes": 60, "unknown": "ignored",
    "together": None, "in_currency": "CNY", "of_list": None, "of_trunk": None, "of_agent": None,
    "outcome": None, "disposition": None,
    "region": None, "cause": None, "call_end": None, "weekday": None,
    "hour": None,
}  # fmt: skip


NOT_THAT_MONDAY = ("line_saved",)
"Nobody hung up on anything that was heard before the answer; see warehouse/test_line_saved.py."


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_answered(home: Path, name: str):
    assert (len(frame(name, source="lab", **PARAMS)) > 0) is (name not in NOT_THAT_MONDAY)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_says_what_it_asks_and_asks_only_promises(name: str):
    sql = question(name)
    assert re.match(r"-- .+\?\n", sql)
    assert set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", sql)) <= {
        word for word in re.findall(r"\w+", sql) if word.startswith(("kpi_", "v_"))
    }
    assert "count(" not in sql, "a figure is defined in the warehouse only"


def test_a_question_takes_what_it_names_and_leaves_the_rest(home: Path):
    assert frame("campaigns", source="lab", **PARAMS)["campaign"].tolist() == ["autumn", "spring"]


def test_points_of_a_line_stand_for_minutes_of_the_campaigns_clock(home: Path):
    hours = frame("over_time", source="lab", **PARAMS)
    assert [(str(row.moment), row.placed) for row in hours.itertuples()] == [
        ("2026-11-23 10:00:00", 10)
    ]


def test_input_is_a_value_and_never_sql(home: Path):
    evil = "spring' OR 1=1; DROP TABLE attempts; --"
    assert frame("funnel", source="lab", **{**PARAMS, "campaign": evil}).empty
    assert len(frame("recent", source="lab", **PARAMS)) == 5


def test_a_source_is_a_folder_that_exists_and_nothing_else(home: Path):
    assert sources() == ["lab"]
    with pytest.raises(QueryError, match="there is no warehouse"):
        frame("campaigns", source="../lab/../live", scope=Scope(ADA))


def test_there_is_no_other_question(home: Path):
    with pytest.raises(KeyError):
        frame("../app", source="lab", scope=Scope(ADA))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_figures_names_them_all_and_the_questions_of_each_page(
    home: Path, language: str
):
    t = words(language)
    app = page("figures")
    app.session_state["lang"] = language
    app.run()
    assert app.segmented_control(key="lang").value == language
    of_pages, every = (one.value for one in app.dataframe)
    assert {one.proto.row_height for one in app.dataframe} == {figures.LINES_PX}, "nothing is cut"
    assert every["figure"].tolist() == [f"kpi_{name}" for name in schema.figures()]
    found = [tuple(row) for row in of_pages[["page", "question", "figure"]].itertuples(index=False)]
    assert len(found) == len(set(found)) == sum(len(report.asked) for report in figures.REPORTS)
    assert {name for name, _, _ in found} == {t(f"page.{one.name}") for one in figures.REPORTS}
    assert (t("page.costs"), t("kpi.cost_wasted"), "kpi_cost_wasted") in found
    assert {figure for _, _, figure in found} <= {f"kpi_{name}" for name in schema.figures()}
