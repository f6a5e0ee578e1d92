"""Files taken away from the board: each says what it is, whoever opens it and whenever."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from dashboards import files, forms, viewer
from dashboards.about import Origin
from dashboards.files import About
from dialer.__main__ import app as door
from dialer.i18n import LANGUAGES, words
from tests.dashboards.test_explorer import Audit
from tests.dashboards.test_pages import page

ABOUT = About("about", {"Over period": "Today", "Time zone": "UTC"}, {"Talk (s)": "Talk of calls"})
ROWS = pd.DataFrame({"agent": ["anna", "bob"], "talk_s": [90.0, 30.5]})
HEADS = {"agent": "Agent", "talk_s": "Talk (s)"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any, About]]:
    """What the buttons of a page would write."""
    kept: list[tuple[Any, Any, About]] = []

    def write(*given: Any) -> bytes:
        kept.append(given)
        return b"x"

    monkeypatch.setitem(files.KINDS, "csv", (write, "text/csv"))
    return kept


def test_a_csv_says_in_its_last_columns_what_it_is_and_pandas_reads_it():
    read = pd.read_csv(io.BytesIO(files.as_csv(ROWS, HEADS, ABOUT)))
    assert list(read.columns) == ["Agent", "Talk (s)", "Over period", "Time zone"]
    assert read.values.tolist() == [["anna", 90.0, "Today", "UTC"], ["bob", 30.5, "Today", "UTC"]]


def test_what_a_csv_says_of_itself_is_no_formula_either():
    about = About("about", {"Filtered by": "=1+1"})
    assert pd.read_csv(io.BytesIO(files.as_csv(ROWS, HEADS, about)))["Filtered by"][0] == "'=1+1"


def test_a_workbook_says_it_on_a_sheet_of_its_own_and_its_first_is_the_table_alone():
    book = CalamineWorkbook.from_filelike(io.BytesIO(files.as_workbook(ROWS, HEADS, ABOUT)))
    assert book.sheet_names == ["report", "about"]
    assert book.get_sheet_by_name("report").to_python() == [
        ["Agent", "Talk (s)"], ["anna", 90.0], ["bob", 30.5],
    ]  # fmt: skip
    assert book.get_sheet_by_name("about").to_python() == [
        ["Over period", "Today"], ["Time zone", "UTC"], ["", ""], ["Talk (s)", "Talk of calls"],
    ]  # fmt: skip


def test_parquet_says_it_to_pandas():
    read = pd.read_parquet(io.BytesIO(files.as_parquet(ROWS, HEADS, ABOUT)))
    assert list(read.columns) == ["agent", "talk_s"]
    assert read.attrs == {
        "Over period": "Today", "Time zone": "UTC", "Agent": "", "Talk (s)": "Talk of calls",
    }  # fmt: skip


def test_units_stand_in_the_heads_and_two_currencies_name_their_column():
    names = {"share_rate": "Share", "talk_s": "Talk", "amount": "Paid", "currency": "Currency",
             "at": "Time"}  # fmt: skip
    kinds = {"share_rate": "rate", "talk_s": "minutes", "amount": "money", "at": "minute"}
    rows = pd.DataFrame({"currency": ["USD", "CNY"]})
    assert list(forms.heads(names, kinds, rows, "Asia/Shanghai").values()) == [
        "Share (0..1)", "Talk (min)", "Paid (Currency)", "Currency", "Time (Asia/Shanghai)",
    ]  # fmt: skip


def test_the_hour_that_a_clock_has_twice_is_two_in_a_file():
    # New York puts its clocks back on 2026-11-01 at 06:00 UTC: half past one comes twice.
    twice = pd.DataFrame({"at": pd.to_datetime(["2026-11-01T05:30Z", "2026-11-01T06:30Z"])})
    twice["at"] = twice["at"].dt.tz_convert("America/New_York")  # as a warehouse may tell them
    shown = forms.shown(twice, {"at": "moment"}, words("en"), "America/New_York")
    assert files.as_csv(shown, {"at": "At"}).decode().split()[1:] == [
        "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_tells_whose_figures_over_what_by_which_clock(language: str):
    t, now = words(language), datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
    since = datetime(2026, 11, 17, tzinfo=UTC)
    origin = Origin("lab", ["spring"], t("bar.week"), "UTC", now, since, now, {"x": "may"})
    assert origin.about(t).facts == {
        t("file.source"): "LAB" if language == "en" else t("source.lab"),
        t("file.campaign"): "spring", t("file.only"): "x: may",
        t("file.period"): t("bar.week"), t("file.since"): "2026-11-17T00:00:00+00:00",
        t("file.until"): "2026-11-23T16:40:00+00:00", t("file.zone"): "UTC",
        t("file.taken_at"): "2026-11-23T16:40+00:00",
    }  # fmt: skip


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Audit:
    audit = Audit()
    monkeypatch.setattr(viewer, "asked", lambda job: job(audit))
    return audit


SQL = """-- Who was placed?
SELECT campaign, placed
FROM kpi_answered() ORDER BY campaign"""


def test_the_file_of_an_answer_says_what_was_asked_in_sql(
    home: Path, audit: Audit, taken: list[tuple[Any, Any, About]]
):
    app = page("explorer")
    app.text_area(key="explorer-sql-").set_value(SQL)
    app.button(key="explorer-ask").click().run()
    assert not app.exception, app.exception
    (data, heads, about), *_ = taken
    assert about.facts["Asked in SQL"] == SQL
    app.text_area(key="explorer-sql-").set_value("SELECT 1 AS n").run()
    assert taken[-1][2].facts["Asked in SQL"] == SQL, "not asked yet: the answer is the old one's"
    read = pd.read_csv(io.BytesIO(files.as_csv(data, heads, about)))
    assert set(read["Asked in SQL"]) == {f"'{SQL}"}, "what begins with a dash is no formula"
    book = CalamineWorkbook.from_filelike(io.BytesIO(files.as_workbook(data, heads, about)))
    assert ["Asked in SQL", SQL] in book.get_sheet_by_name("about").to_python()
    kept = pd.read_parquet(io.BytesIO(files.as_parquet(data, heads, about)))
    assert kept.attrs["Asked in SQL"] == SQL


def test_files_of_pages_that_nobody_asked_himself_have_no_sql(
    home: Path, taken: list[tuple[Any, Any, About]]
):
    page("outcomes")
    assert taken
    assert not any("Asked in SQL" in about.facts for *_, about in taken)


def test_what_excel_cannot_take_in_a_cell_is_cut_and_not_left_out():
    about = About("about", {"Asked in SQL": "x" * 40_000})
    book = CalamineWorkbook.from_filelike(io.BytesIO(files.as_workbook(ROWS, HEADS, about)))
    assert book.get_sheet_by_name("about").to_python()[0] == ["Asked in SQL", "x" * 32_767]


def test_the_files_of_a_page_say_its_period_its_filters_and_how_things_stand_now(
    home: Path, taken: list[tuple[Any, Any, About]]
):
    app = page("outcomes")
    app.selectbox(key="filter-outcomes-trunk").select("carrier-a")
    taken.clear()
    app.run()
    assert not app.exception, app.exception
    (_, heads, ends), *_, (_, _, states) = taken
    assert heads["share_rate"] == "Share (0..1)"
    assert "denominator" in ends.columns["Share (0..1)"].lower()
    assert (ends.facts["Of campaign"], ends.facts["Filtered by"]) == ("spring", "Trunk: carrier-a")
    assert (ends.facts["Over period"], ends.facts["Period from"], ends.facts["Period until"]) == (
        "Today", "2026-11-23T00:00:00-05:00", "2026-11-23T11:40:00-05:00",
    )  # fmt: skip
    assert states.facts["Over period"].startswith("As of now")
    assert (states.facts["Period from"], states.facts["Period until"]) == ("", "")


def test_the_files_of_costs_name_the_currency(
    home: Path, taken: list[tuple[Any, Any, About]]
):  # fmt: skip
    page("costs")
    heads = [given[1] for given in taken]
    paid = [one["calls_amount"] for one in heads if "calls_amount" in one]
    assert paid
    assert set(paid) == {"Amount (USD)"}


def test_a_report_of_the_command_line_says_it_too(monday_files: Path, tmp_path: Path):
    book, folder = tmp_path / "a.xlsx", tmp_path / "csv"
    asked = ["--home", str(monday_files), "report", "spring", "--source", "lab", "--day",
             "--on", "2026-11-23", "--xlsx", str(book), "--csv", str(folder)]  # fmt: skip
    done = CliRunner().invoke(door, asked)
    assert done.exit_code == 0, done.output
    sheets = CalamineWorkbook.from_path(str(book))
    said = dict(sheets.get_sheet_by_name(sheets.sheet_names[-1]).to_python())
    assert (said["Over period"], said["Time zone"]) == (f"{date(2026, 11, 23)}", "America/New_York")
    read = pd.read_csv(folder / "funnel.csv")
    assert set(read["Period until"]) == {"2026-11-24T00:00:00-05:00"}
