"""Rates of exchange: what a file says, what counts, which way round; what figures make of it."""

import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dialer import __main__ as command_line
from dialer.errors import ImportRefused
from dialer.leads.text import Row
from dialer.money.exchange import Exchange, both_ways, read
from dialer.money.store import Money, file_in
from dialer.warehouse import Warehouse
from tests.money.monday import paid_in_two
from tests.warehouse.day import FACTS, Book, loader

Run = Callable[..., tuple[int, str, str]]
HEAD = "date,from,to,rate"


def sheet(*lines: str) -> Iterator[Row]:
    return (Row(n, line.split(",")) for n, line in enumerate(lines, 1))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def ran(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(tmp_path), "tariffs", "rates", *args])
        return (int(ended.value.code or 0), *capsys.readouterr())

    return ran


def test_what_is_wrong_is_said_by_line():
    found, rejects = read(
        sheet(
            HEAD, "2026-11-02,usd,CNY,7.12", "02.11.2026,USD,CNY,7.1", "2026-11-02,USD,CNY,7.2",
            "2026-11-03,dollar,CNY,7", "2026-11-03,USD,USD,1", '2026-11-03,USD,CNY,0',
            "2026-11-03,USD,CNY,nan", "2026-11-03,USD,,7", "2026-11-03,USD,CNY,seven",
        ),
        "bank",
    )  # fmt: skip
    assert found == [Exchange("2026-11-02", "USD", "CNY", Decimal("7.12"), "bank")]
    assert [(one.line, one.reason) for one in rejects] == [
        (3, "'02.11.2026' is not a day: write 2026-01-31"),
        (4, "USD to CNY on 2026-11-02 is told in line 2"),
        (5, "'dollar' is no currency: write three letters of ISO 4217, CNY"),
        (6, "from and to are both USD"),
        (7, "'0' is not a rate between 1E-9 and 1E+9"),
        (8, "'nan' is not a rate between 1E-9 and 1E+9"),
        (9, "to is empty"),
        (10, "'seven' is not a rate: write 7.12"),
    ]
    with pytest.raises(ImportRefused, match="must name date, from, to and rate"):
        read(sheet("day,from,rate", "2026-11-02,USD,7"), "bank")


def test_chinese_columns_and_who_published_it():
    [one] = read(sheet("日期,源币种,目标币种,汇率,来源", "2026-11-02,USD,CNY,7.12,PBOC"), "x")[0]
    assert one == Exchange("2026-11-02", "USD", "CNY", Decimal("7.12"), "PBOC")


def test_the_opposite_of_a_rate_that_was_told_is_not_reckoned():
    told = [
        Exchange("2026-11-02", "USD", "CNY", Decimal(8), "a"),
        Exchange("2026-11-03", "USD", "CNY", Decimal(8), "a"),
        Exchange("2026-11-03", "CNY", "USD", Decimal("0.12"), "b"),
    ]
    assert [
        (one.exchange.day, one.exchange.base, str(one.exchange.rate.normalize()), one.turned)
        for one in both_ways(told)
    ] == [
        ("2026-11-02", "USD", "8", False), ("2026-11-02", "CNY", "0.125", True),
        ("2026-11-03", "USD", "8", False), ("2026-11-03", "CNY", "0.12", False),
    ]  # fmt: skip


def test_a_file_is_kept_whole_or_not_at_all_and_the_newest_counts(tmp_path: Path, run: Run):
    file = tmp_path / "fixings.csv"
    file.write_text(f"{HEAD}\n2026-11-02,USD,CNY,7.12\n2026-11-03,USD,CNY,x\n")
    code, _, err = run(str(file))
    assert (code, "line 3: 'x' is not a rate" in err, "nothing was kept" in err) == (1, True, True)
    file.write_text(f"{HEAD}\n2026-11-02,USD,CNY,7.12\n2026-11-03,USD,CNY,7.10\n")
    code, out, _ = run(str(file))
    assert (code, out.strip()) == (0, "2 rates, 2026-11-02 to 2026-11-03: USD to CNY")
    file.write_text(f"{HEAD}\n2026-11-03,USD,CNY,7.15\n")
    assert json.loads(run(str(file), "--source", "PBOC", "--json")[1]) == {
        "rates": 1, "rejects": [],
    }  # fmt: skip
    with Money(file_in(tmp_path)) as money:
        assert money.exchange() == [
            Exchange("2026-11-02", "USD", "CNY", Decimal("7.12"), "fixings.csv"),
            Exchange("2026-11-03", "USD", "CNY", Decimal("7.15"), "PBOC"),
        ]


IN_CNY = "in_currency := 'CNY'"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("mixed")
    paid_in_two(home)
    loader(home, Book(FACTS), money=file_in(home)).step()
    return home


def amounts(home: Path, figure: str, *columns: str) -> list[tuple[str | float, ...]]:
    rows = Warehouse(home, "lab").query(
        f"SELECT {', '.join((*columns, 'currency', 'calls_amount::DOUBLE'))} FROM kpi_{figure} "
        "WHERE calls_amount <> 0 ORDER BY ALL"
    )
    return [tuple(row) for row in rows.itertuples(index=False)]


def test_currencies_are_never_added_up_without_a_rate(mixed: Path):
    # Eight answered calls of 0.60 and one of two minutes: 1.20 + 6 * .60 of spring's without c01.
    assert amounts(mixed, "cost()", "campaign") == [
        ("autumn", "USD", 1.2), ("spring", "EUR", 1.0), ("spring", "USD", 3.6),
    ]  # fmt: skip
    apart = [("EUR", 1.0), ("USD", 4.8)]
    for figure in ("cost(together := ['autumn', 'spring'])", "cost_prefixes()"):
        assert amounts(mixed, figure) == apart, figure


def test_each_call_is_turned_by_the_rate_of_its_day_and_what_has_none_stands_apart(mixed: Path):
    # spring on the 23rd in New York, autumn on the 24th in Shanghai: 3.60 * 7.10, 1.20 * 7.20
    assert amounts(mixed, f"cost({IN_CNY})", "campaign") == [
        ("autumn", "CNY", 8.64), ("spring", "CNY", 25.56), ("spring", "EUR", 1.0),
    ]  # fmt: skip
    assert amounts(mixed, f"cost_days({IN_CNY})", "CAST(day AS VARCHAR) AS day") == [
        ("2026-11-23", "CNY", 25.56), ("2026-11-23", "EUR", 1.0), ("2026-11-24", "CNY", 8.64),
    ]  # fmt: skip
    assert amounts(mixed, f"cost_prefixes({IN_CNY})") == [("CNY", 34.2), ("EUR", 1.0)]
    assert amounts(mixed, f"prefixes({IN_CNY})") == [("CNY", 34.2), ("EUR", 1.0)]
    lists = amounts(mixed, f"cost_lists({IN_CNY})")
    spent = amounts(mixed, f"cost_wasted({IN_CNY}, together := ['autumn', 'spring'])")
    assert sum(amount for one, amount in lists if one == "CNY") == pytest.approx(34.2)
    assert sum(amount for one, amount in spent if one == "CNY") == pytest.approx(34.2)


def test_the_rates_are_told_with_day_and_source(mixed: Path):
    told = Warehouse(mixed, "lab").query(
        "SELECT currency, calls_amount::DOUBLE AS a, rate::DOUBLE AS rate, "
        "CAST(rate_day AS VARCHAR) AS day, rate_origin, into_amount::DOUBLE AS b "
        f"FROM kpi_exchange({IN_CNY})"
    )
    rows = told.astype(object).where(told.notna(), None)
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("EUR", 1.0, None, None, None, None),
        ("USD", 3.6, 7.1, "2026-11-20", "bank", 25.56),
        ("USD", 1.2, 7.2, "2026-11-24", "bank", 8.64),
    ]
    assert Warehouse(mixed, "lab").query("FROM kpi_exchange()").empty


def test_months_and_hours_are_turned_by_the_day_they_are_paid_for(mixed: Path):
    warehouse = Warehouse(mixed, "lab")
    rent = warehouse.query(f"SELECT currency, sum(rent_amount) AS x FROM kpi_cost_rent({IN_CNY}) "
                           "GROUP BY currency")  # fmt: skip
    # 300 a month is 10 a day, two days of November: 10 * 7.10 + 10 * 7.20
    assert [(one.currency, float(one.x)) for one in rent.itertuples()] == [
        ("CNY", pytest.approx(143.0, abs=1e-5))
    ]
    own, turned = (
        {(one.campaign, one.currency): float(one.labour_amount) for one in frame.itertuples()}
        for frame in (
            warehouse.query("FROM kpi_cost_labour()"),
            warehouse.query(f"FROM kpi_cost_labour({IN_CNY})"),
        )
    )
    assert turned["spring", "EUR"] == own["spring", "EUR"] > 0
    assert turned["spring", "CNY"] == pytest.approx(own["spring", "USD"] * 7.1, abs=1e-5)
    assert turned["autumn", "CNY"] == pytest.approx(own["autumn", "USD"] * 7.2, abs=1e-5)


def test_a_rate_that_comes_later_is_in_the_next_report(mixed: Path, tmp_path: Path):
    home = tmp_path / "home"
    shutil.copytree(mixed, home)
    with Money(file_in(home)) as money:
        load = loader(home, Book(FACTS), money=file_in(home))
        load.step()
        money.add_exchange(
            [Exchange("2026-11-01", "CNY", "EUR", Decimal("0.125"), "ecb")], at=2.0, by="mia"
        )
        load.step()
    # 1 EUR is 8 CNY: the opposite was told. The files made anew say the same.
    once = amounts(home, f"cost({IN_CNY})", "campaign")
    assert once == [("autumn", "CNY", 8.64), ("spring", "CNY", 33.56)]
    load.rebuild("lab")
    load.step()
    assert amounts(home, f"cost({IN_CNY})", "campaign") == once
