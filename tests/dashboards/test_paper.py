"""A campaign's report as files: the Monday's figures again, Chinese that prints, no formulas."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from fontTools.ttLib import TTFont
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from dashboards import files
from dashboards.paper.gather import PARTS, Told, told
from dashboards.paper.pdf import FONT, as_pdf
from dialer.__main__ import app
from dialer.errors import QueryError
from dialer.i18n import words
from tests.dashboards.read_pdf import said

MONDAY = date(2026, 11, 23)


def report(home: Path, language: str = "en") -> Told:
    return told(home, "lab", "spring", "week", MONDAY, language, date(2026, 12, 1))


@pytest.fixture(scope="module")
def spring(monday_files: Path) -> Told:
    return report(monday_files)


def test_it_tells_what_the_board_tells(spring: Told):
    sheets = {sheet.key: sheet for sheet in spring.sheets}
    assert list(sheets) == [part.key for part in PARTS if not part.quiet]
    funnel = sheets["funnel"]
    assert list(funnel.names.values())[:3] == ["Step", "Calls", "Of dialled"]
    assert funnel.data[["step", "calls", "before"]].values.tolist() == [
        ["Dialled", 10, 10], ["Ringing", 8, 10], ["Answered", 7, 8], ["A person", 6, 7],
        ["Connected", 4, 6],
    ]  # fmt: skip
    assert sheets["each_agent"].data["agent"].tolist() == ["anna", "bob"]
    assert sheets["cost_prefixes"].data["calls_amount"].sum() == pytest.approx(4.8)
    assert "2026-11-23 – 2026-11-29" in funnel.help
    assert "America/New_York" in funnel.help


def test_another_week_is_empty_and_said_so(monday_files: Path):
    later = told(monday_files, "lab", "spring", "week", date(2026, 12, 9), "en", MONDAY)
    assert all(sheet.data.empty for sheet in later.sheets if sheet.key not in ("number_states",))
    assert as_pdf(later).startswith(b"%PDF")


def test_a_campaign_of_another_world_is_refused(monday_files: Path):
    with pytest.raises(QueryError, match=r"there is no campaign 'winter' .* are: autumn, spring"):
        told(monday_files, "lab", "winter", "day", MONDAY, "en", MONDAY)


def test_every_chinese_word_of_ours_has_its_glyph():
    cmap = TTFont(FONT).getBestCmap()
    used = set("".join(words("zh").texts.values()) + "".join(words("en").texts.values()))
    assert {char for char in used if char.isprintable() and ord(char) not in cmap} == set()


def test_the_glyphs_are_in_the_file(monday_files: Path):
    pdf = as_pdf(report(monday_files, "zh"))
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    assert b"/ToUnicode" in pdf
    assert b"(zh-CN)" in pdf
    text = said(pdf)
    assert "各坐席工作" in text
    assert {"anna", "bob"} <= set(text)


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula():
    data = pd.DataFrame({"name": ["=1+1", "@x", "anna"], "n": [-2.5, 3.0, float("nan")]})
    book = files.workbook({"Who?": (data, {"name": "Name", "n": "=N"}), "B": (data, {"n": "N"})})
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert read.sheet_names == ["Who", "B"]
    assert read.get_sheet_by_name("Who").to_python() == [
        ["Name", "=N"], ["=1+1", -2.5], ["@x", 3.0], ["anna", ""],
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_parquet_keeps_kinds():
    data = pd.DataFrame({"agent": ["anna"], "calls": [3], "rest": [1]})
    read = pq.read_table(io.BytesIO(files.as_parquet(data, {"agent": "A", "calls": "C"})))
    assert read.to_pydict() == {"agent": ["anna"], "calls": [3]}


def test_the_command_writes_what_it_is_asked_for(monday_files: Path, tmp_path: Path):
    pdf, xlsx, folder = tmp_path / "a.pdf", tmp_path / "a.xlsx", tmp_path / "csv"
    asked = ["--home", str(monday_files), "report", "spring", "--source", "lab", "--day",
             "--on", "2026-11-23"]  # fmt: skip
    wanted = ["--pdf", str(pdf), "--xlsx", str(xlsx), "--csv", str(folder)]
    done = CliRunner().invoke(app, [*asked, *wanted])
    assert done.exit_code == 0, done.output
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert xlsx.read_bytes()[:2] == b"PK"
    assert (
        (folder / "funnel.csv").read_text("utf-8-sig").splitlines()[1].startswith("Dialled,10,10")
    )
    for wrong in (asked, [*asked, "--week", *wanted]):
        assert "one of --day, --week and --month" in str(CliRunner().invoke(app, wrong).exception)
    assert "no call was placed" not in done.output


def test_a_report_of_a_day_without_calls_says_which_days_have_some(
    monday_files: Path, tmp_path: Path
):
    asked = ["--home", str(monday_files), "report", "spring", "--source", "lab", "--day",
             "--on", "2026-11-22", "--csv", str(tmp_path)]  # fmt: skip
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert (
        "spring · 2026-11-22: no call was placed; days with calls: 2026-11-23 (10)"
        in done.stderr.replace("\n", " ")
    )
