"""Questions of one's own: asked by who may, kept by name, on record, and nothing but read."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import queries, viewer
from dashboards.questions import Questions
from dialer.access.rules import User
from dialer.errors import QueryError
from tests.dashboards.conftest import come_as
from tests.dashboards.test_pages import page

ROOT = Path(__file__).parents[2]


class Audit:
    """What was written down."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, dict[str, Any]]] = []
        self.audit = self

    def append(self, by: Any, action: str, thing: str, *, at: float, after: Any) -> None:
        self.kept.append((action, after))


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Audit:
    audit = Audit()
    monkeypatch.setattr(viewer, "asked", lambda job: job(audit))
    return audit


def asked(app: AppTest, sql: str) -> AppTest:
    app.text_area(key="explorer-sql-").set_value(sql)
    return app.button(key="explorer-ask").click().run()


def test_a_question_is_answered_and_on_record(home: Path, audit: Audit):
    sql = "SELECT campaign, placed FROM kpi_answered() ORDER BY campaign"
    app = asked(page("explorer"), sql)
    assert not app.exception, app.exception
    assert app.dataframe[0].value.values.tolist() == [["autumn", 1], ["spring", 10]]
    assert ("report.query", {"source": "lab", "sql": sql}) in audit.kept


@pytest.mark.parametrize("sql", [
    "DELETE FROM attempts", "COPY attempts TO '/tmp/x.csv'", "SELECT 1; SELECT 2",
    "SELECT * FROM read_csv('/etc/passwd')", "ATTACH '/tmp/x.db'", "SET threads = 9", "nonsense",
])  # fmt: skip
def test_nothing_else_is_possible(home: Path, audit: Audit, sql: str):
    with pytest.raises(QueryError):
        queries.free(sql, source="lab", most_rows=10)


def test_who_may_not_ask_is_told_and_gets_nothing(home: Path, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, User(name="sue", role="supervisor", campaigns=frozenset({"spring"})))
    monkeypatch.setattr(viewer, "asked", lambda job: ())
    app = page("explorer")
    assert (len(app.text_area), "report.query" in app.info[0].value) == (0, True)
    with pytest.raises(QueryError, match="not yours"):
        queries.free("SELECT 1", source="lab", most_rows=10)


def test_a_question_is_kept_by_name(home: Path, audit: Audit):
    app = page("explorer")
    app.text_area(key="explorer-sql-").set_value("SELECT 7 AS seven")
    app.text_input(key="explorer-name-").set_value("seven")
    app.button(key="explorer-save").click().run()
    assert Questions(home).all()["seven"].sql == "SELECT 7 AS seven"
    app = page("explorer")
    app.selectbox(key="explorer-saved").set_value("seven").run()
    assert app.text_area(key="explorer-sql-seven").value == "SELECT 7 AS seven"
    app.button(key="explorer-forget").click().run()
    assert "seven" not in Questions(home).all()


def test_a_question_without_a_name_is_refused_and_a_foreign_file_is_none(tmp_path: Path):
    questions = Questions(tmp_path)
    with pytest.raises(ValueError, match="needs a name"):
        questions.save(" ", "SELECT 1", by="ada", at=1.0)
    (tmp_path / "questions.json").write_text("[1]")
    assert questions.all() == {}


def test_the_notebook_runs(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DIALER_HOME", str(home))
    monkeypatch.setenv("DIALER_SOURCE", "lab")
    book = json.loads((ROOT / "examples/explore.ipynb").read_text())
    known: dict[str, Any] = {}
    for cell in (one for one in book["cells"] if one["cell_type"] == "code"):
        exec("".join(cell["source"]), known)
    assert known["funnel"]["calls"].iloc[0] == 1  # autumn's one call
    assert known["calls"]["calls"].sum() == 1
