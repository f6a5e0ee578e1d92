"""Price lists as carriers mail them: every row is rates, or is rejected with its reason."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.errors import ImportRefused
from dialer.leads.text import Row
from dialer.money import files
from dialer.money.sheets import Sheet, read
from tests.leads.sheets import xlsx


def sheet(*rows: str) -> Sheet:
    return read(Row(n, row.split("|")) for n, row in enumerate(rows, 1))


def reasons(*rows: str) -> list[str]:
    return [one.reason for one in sheet("code|rate|increment|effective|hours|days", *rows).rejects]


LAYOUTS = {
    "mod_lcr": (
        "digits|rate|connect_increment|talk_increment|connect_rate|date_start",
        "86|0.12|30|6|0.05|2026-01-31",
    ),
    "a2billing": (
        "dialprefix|buyrate|buyrateinitblock|buyrateincrement|connectcharge|start_date",
        "86|0.12|30|6|0.05|2026/1/31",
    ),
    "kazoo": (
        "prefix|rate_cost|rate_minimum|rate_increment|rate_surcharge|valid_from",
        "86|0.12|30|6|0.05|20260131",
    ),
    "mailed": (
        "Destination|Dial Code|Rate/Min|Billing Increment|Setup Fee|Effective Date",
        "China|+86|¥0.12|30/6|0.05|31.01.2026",
    ),
    "chinese": ("号段|费率|计费单位|接通费|生效日期", "0086|0,12|30/6|0.05|2026年1月31日"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_usual_layouts_are_read_alike(name):
    [rate] = sheet(*LAYOUTS[name]).rates
    assert (rate.prefix, str(rate.per_minute), rate.first_s, rate.increment_s) == (
        "86",
        "0.12",
        30,
        6,
    )
    assert (str(rate.connect_fee), rate.valid_from) == ("0.05", date(2026, 1, 31))


def test_a_band_over_midnight_and_weekdays():
    [rate] = sheet("prefix|rate|hours|days", "86|0.06|20:00-08:00|mon-fri").rates
    assert (rate.from_minute, rate.to_minute, rate.days) == (1200, 480, "12345")
    [rate] = sheet("prefix|rate|days", "86|0.06|sat-mon").rates
    assert rate.days == "167"


def test_what_cannot_be_read_is_told_with_its_line():
    found = sheet(
        "code|rate", "86|0.12", "86|0.13", "x|1", "1|", "|1", "44|cheap", "33|-1", "49|1|9"
    )
    assert found.rows == 8
    assert len(found.rates) == 1
    assert [one.line for one in found.rejects] == [3, 4, 5, 6, 7, 8, 9]
    assert "line 2" in found.rejects[0].reason
    assert "more cells" in found.rejects[-1].reason


@pytest.mark.parametrize(
    "row",
    ["86|1|0", "86|1|six", "86|1|6|01/02/2026", "86|1|6|2026-02-30", "86|1|6||8-20",
     "86|1|6||25:00-26:00", "86|1|6|||moonday",
     "8610-861|1", "869-860|1", "1-99999999|1", "86|1,234"],
)  # fmt: skip
def test_what_is_doubtful_is_no_rate(row):
    assert len(reasons(row)) == 1


def test_a_file_without_prices_is_refused(tmp_path: Path):
    with pytest.raises(ImportRefused, match="no header"):
        sheet("name|phone", "Ada|447700900123")
    file = tmp_path / "list.csv"
    file.write_bytes("前缀,费率\n86138;86139,0.08\n".encode("gb18030"))
    assert [rate.prefix for rate in files.read(file, read).rates] == ["86138", "86139"]


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12))
def test_any_cells_get_an_answer_and_every_row_is_accounted_for(cells):
    rows = [Row(1, ["code", "rate", "increment", "effective", "hours", "days"])]
    rows += [Row(n, row) for n, row in enumerate(cells, 2)]
    found = read(iter(rows))
    assert found.rows == len(cells)
    assert {one.line for one in found.rejects} <= set(range(2, len(cells) + 2))
    assert len(found.rates) >= found.rows - len(found.rejects) - sum(not any(row) for row in cells)


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(data)
    with suppress(ImportRefused):
        files.read(file, read)


def test_a_spreadsheet_is_read_as_a_text_is(tmp_path: Path):
    file = tmp_path / "prices.xlsx"
    file.write_bytes(
        xlsx(rates=[["Code", "Rate", "Increment"], [86138, 0.08, "6/6"], [1, 0.1, 60]])
    )
    found = files.read(file, read)
    assert [(one.prefix, str(one.per_minute), one.increment_s) for one in found.rates] == [
        ("86138", "0.08", 6), ("1", "0.1", 60),
    ]  # fmt: skip


def test_a_band_has_surcharges_of_its_own():
    head = "prefix|rate|days|free_s|short_s|short_fee|early_fee"
    week, weekend = sheet(head, "86|0.12|mon-fri|10|6|0.02|0.01", "86|0.06|sat-sun||||").rates
    assert (week.free_s, week.short_s, str(week.short_fee), str(week.early_fee)) == (
        10, 6, "0.02", "0.01",
    )  # fmt: skip
    assert (weekend.free_s, weekend.short_s, weekend.early_fee) == (0, None, None)
    assert [one.reason for one in sheet(head, "86|0.12|mon-fri|||0.02|").rejects] == [
        "a surcharge needs both: short_s, below how many seconds, and short_fee"
    ]
