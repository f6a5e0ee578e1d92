"""The page of costs where calls were paid for in several currencies."""

import sys
from datetime import date
from pathlib import Path

import pytest

from dashboards.paper.gather import told
from dashboards.paper.pdf import as_pdf
from dialer.money.store import file_in
from tests.dashboards.conftest import look_at, write_state
from tests.dashboards.test_pages import page
from tests.dashboards.test_reports import table
from tests.money.monday import paid_in_two
from tests.warehouse.day import FACTS, Book, loader


def test_costs_are_summed_in_the_houses_currency_and_what_has_no_rate_stands_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    paid_in_two(tmp_path)
    loader(tmp_path, Book(FACTS), money=file_in(tmp_path)).step()
    look_at(monkeypatch, tmp_path)
    write_state(tmp_path)
    app = page("costs")
    assert any("Amounts in EUR, USD stand apart" in one.value for one in app.info)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--currency", "CNY"])
    app = page("costs")
    assert any("No rate of exchange from EUR to CNY" in one.value for one in app.info)
    # c02, c03, c04, c08, c09 and c11 at 0.60 USD each, 7.10 CNY a dollar; c01 at 1.00 EUR
    assert table(app, 2, "calls_amount", "currency") == [[25.56, "CNY"], [1.0, "EUR"]]
    columns = ("currency", "calls_amount", "into_amount", "rate", "rate_origin", "how")
    assert table(app, 5, *columns) == [
        ["EUR", 1.0, None, None, None, "no rate: stands apart"],
        ["USD", 3.6, 25.56, "7.1", "bank", "as published"],
    ]
    paper = told(tmp_path, "lab", "spring", "day", date(2026, 11, 23), "zh", date(2026, 12, 1),
                 "CNY")  # fmt: skip
    sheets = {sheet.key: sheet.data for sheet in paper.sheets}
    assert sheets["cost_exchange"]["how"].tolist() == ["无汇率：单独列出", "按公布值"]
    assert sheets["cost_wasted"].groupby("currency")["calls_amount"].sum().round(2).to_dict() == {
        "CNY": 25.56, "EUR": 1.0,
    }  # fmt: skip
    assert as_pdf(paper).startswith(b"%PDF")
