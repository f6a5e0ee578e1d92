"""Spreadsheets as lists: numbers that were numbers, sheets by name, files made to burst."""

import random
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from dialer.errors import ImportRefused
from dialer.journal.book import Book
from dialer.leads import sheet, table
from dialer.leads.columns import Correction
from dialer.leads.importer import import_list
from dialer.leads.preview import preview
from dialer.leads.reading import Source
from tests.leads.sheets import xlsx

LIST = xlsx(
    客户=[
        ["姓名", "手机号", "备用电话", "备注"],
        ["王伟", 13812345678, "021-62345678", "老客户"],
        [],
        ["李娜", "139 1234 5678", None, "一行\n两行"],
        ["张三", 1.3812345678e19, None, None],
        ["赵六", "1.38E+10", None, None],
    ]
)
CN = Source(country="CN")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "spring.xlsx"
    path.write_bytes(LIST)
    return path


def test_a_spreadsheet_is_a_list_like_any_other(file: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    report = import_list(journal, file, "spring", "CN")
    assert (report.rows, report.imported, report.rejected) == (4, 2, 2)
    assert report.reasons == {"rounded_by_a_spreadsheet": 2}
    assert report.layout.columns == ("name", "phone", "phone", "notes")
    assert report.reject_file is not None
    told = report.reject_file.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in told] == ["line", "5", "6"]
    with Book(journal) as book:
        rows = book._db.execute("SELECT digits FROM numbers ORDER BY lead, pos").fetchall()
        numbers = [book._vault.opened(row[0], "number") for row in rows]
        assert book.person("2") == {"name": "李娜", "notes": "一行\n两行"}
    assert numbers == ["8613812345678", "862162345678", "8613912345678"]


def test_the_first_sheet_that_holds_anything_is_read_unless_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx(Cover=[], One=[["phone"], [2125550123]], Two=[["phone"], [2125550124]]))
    us = Source(country="US")
    assert preview(path, us).rows[0].numbers == ["+1212•••0123"]
    assert preview(path, us, Correction(sheet="Two")).rows[0].numbers == ["+1212•••0124"]
    with pytest.raises(ImportRefused, match=r"cannot be read as a spreadsheet.*Three"):
        preview(path, us, Correction(sheet="Three"))


def test_an_archive_made_to_burst_is_refused_and_costs_this_process_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_BYTES", 300_000_000)
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(LIST)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            if "worksheets" not in name:
                new.writestr(name, old.read(name))
        row = "<row>" + "<c><v>1</v></c>" * 2000 + "</row>"
        body = f"<worksheet><sheetData>{row * 2500}</sheetData></worksheet>"
        new.writestr("xl/worksheets/s1.xml", body)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(made.getvalue())
    assert path.stat().st_size < 300_000
    with pytest.raises(ImportRefused, match="cannot be read as a spreadsheet: it is damaged, or"):
        preview(path, CN)


def test_any_damage_to_a_spreadsheet_gets_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    for seed in range(4):
        path.write_bytes(damaged(LIST, random.Random(seed)))
        with suppress(ImportRefused), table.opened(path, CN) as found:
            assert all(row.line > 0 for row in found.rows())


def damaged(body: bytes, chance: random.Random) -> bytes:
    """Some bytes of it changed, or its end cut off."""
    broken = bytearray(body)
    for _ in range(chance.randrange(1, 30)):
        broken[chance.randrange(4, len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.choice([len(broken), chance.randrange(4, len(broken))])])


def test_what_a_cell_says_is_what_was_typed() -> None:
    assert sheet.said(13812345678.0) == "13812345678"
    assert sheet.said(None) == ""
    assert sheet.said(0.1) == "0.1"
