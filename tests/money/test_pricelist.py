"""A price list is looked at, then taken; whatever it is, who brings it hears what to do."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from dialer.errors import DialerError
from dialer.money import sheets
from dialer.money.pricelist import Wanted, looked, taken
from dialer.money.store import Money, file_in
from tests.leads.sheets import xlsx

TODAY = date(2026, 11, 28)
WANTED = Wanted(deck="x", currency="cny")


def listed(home: Path, text: str | bytes, name: str = "a.csv") -> Path:
    file = home / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def take(home: Path, text: str, wanted: Wanted = WANTED) -> int:
    return taken(home, listed(home, text), wanted, at=1.0, today=TODAY, by="mia",
                 origin="a.csv").version  # fmt: skip


def test_a_look_keeps_nothing_and_tells_what_would_change(tmp_path: Path):
    take(tmp_path, "prefix,rate\n86,0.12\n44,0.02\n1,0.01\n")
    file = listed(tmp_path, "prefix,rate,from\n86,0.15,\n44,0.01,\n33,0.02,\n86x,1,\n39,-1,\n")
    look = looked(tmp_path, file, WANTED, TODAY)
    assert (look.version, look.rows, look.rates, look.prefixes, look.rejected) == (1, 5, 3, 3, 2)
    assert look.counts == {"dearer": 1, "cheaper": 1, "new": 1, "gone": 1}
    assert [(one.line, one.because, one.values["cell"]) for one in look.rejects] == [
        (5, "cell_prefix", "86x"), (6, "cell_beyond", "-1"),
    ]  # fmt: skip
    assert [(row.line, row.rates, row.why and row.why.because) for row in look.first] == [
        (1, 0, None), (2, 1, None), (3, 1, None), (4, 1, None), (5, 0, "cell_prefix"),
        (6, 0, "cell_beyond"),
    ]  # fmt: skip
    with Money(file_in(tmp_path)) as money:
        assert money.newest("x") == 1


def test_heads_over_two_rows_are_put_right_by_hand(tmp_path: Path):
    book = xlsx(prices=[["Destination", "", "Tariff", ""], ["Country", "Area", "Peak", "Night"],
                        ["China", 86, 0.12, 0.06], ["UK", 44, 0.02, 0.01]])  # fmt: skip
    file = listed(tmp_path, book, "a.xlsx")
    look = looked(tmp_path, file, WANTED, TODAY)
    assert (look.head.is_enough, look.rates, len(look.first)) == (False, 0, 4)
    better = replace(WANTED, head=2, columns=("description", "prefix", "per_minute", "-"))
    look = looked(tmp_path, file, better, TODAY)
    assert (look.head.line, look.rates, look.rejected) == (2, 2, 0)
    assert look.first[2].rate.description == "China"


@pytest.mark.parametrize(
    ("text", "wanted", "reason"),
    [
        ("a,b\n1,2\n", WANTED, "no_price_columns"),
        ("prefix,rate\n86x,1\n86,1\n", WANTED, "rows_refused"),
        ("prefix,rate\n86x,1\n", replace(WANTED, skip_bad=True), "no_prices"),
        ("prefix,rate\n86,1\n", replace(WANTED, currency="XYZ"), "no_currency"),
        ("prefix,rate\n86,1\n", replace(WANTED, currency="USD"), "deck_currency"),
        ("prefix,rate\n86,1\n", replace(WANTED, valid_from="1026-12-01"), "day_far"),
        ("prefix,rate\n86,1\n", replace(WANTED, valid_from="soon"), "not_day"),
        ("prefix,rate\n86,1\n", replace(WANTED, zone="Mars"), "no_zone"),
        ("prefix,rate\n86,1\n", replace(WANTED, deck=" "), "deck_name"),
        ("%PDF-1.7 prefix,rate\n", WANTED, "no_list_file"),
        ("PK\x03\x04 no workbook", WANTED, "bad_sheet"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_name_and_nothing_is_lost(
    tmp_path: Path, text: str, wanted: Wanted, reason: str
):
    take(tmp_path, "prefix,rate\n86,0.12\n")
    with pytest.raises(DialerError) as refused:
        take(tmp_path, text, wanted)
    assert refused.value.reason == reason
    with Money(file_in(tmp_path)) as money:
        assert (money.newest("x"), str(money.deck("x").rates[0].per_minute)) == (1, "0.12")


def test_prefixes_without_end_are_refused_before_they_are_read_to_their_end(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_RATES", 1000)
    with pytest.raises(DialerError) as refused:
        take(tmp_path, "prefix,rate\n" + "".join(f"{n}00-{n}99,1\n" for n in range(100, 900)))
    assert (refused.value.reason, refused.value.values["line"]) == ("list_too_long", 12)


def test_a_list_of_a_million_rows_is_refused_before_a_price_is_made_of_the_first(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sheets, "rates_of", lambda row, head: pytest.fail("it was read"))
    file = listed(tmp_path, b"prefix,rate\n" + b"86,0.12\n" * 1_000_000)
    with pytest.raises(DialerError) as refused:
        looked(tmp_path, file, WANTED, TODAY)
    assert (refused.value.reason, refused.value.values) == ("list_rows", {"most": 500_000})
    assert str(refused.value).startswith("more than 500000 rows, which is the most")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_list_of_as_many_rows_as_there_may_be_is_read(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sheets, "MOST_RATES", 30)
    rows = [["our prices"]] * 19 + [["prefix", "rate"], *([860 + n, 0.12] for n in range(30))]

    def file() -> Path:
        text = "\n\n".join(",".join(map(str, row)) for row in rows)  # a blank line is no row
        return listed(tmp_path, xlsx(a=rows) if name == "a.xlsx" else text, name)

    assert looked(tmp_path, file(), WANTED, TODAY).rates == 30
    rows.append(["87", 0.12])
    with pytest.raises(DialerError) as refused:
        looked(tmp_path, file(), WANTED, TODAY)
    assert refused.value.reason == "list_rows"


def test_a_version_that_came_meanwhile_is_not_written_over_unseen(tmp_path: Path):
    take(tmp_path, "prefix,rate\n86,0.12\n")
    with Money(file_in(tmp_path)) as money, pytest.raises(DialerError) as refused:
        money.add_deck(money.deck("x"), at=2.0, by="bo", origin="b.csv", after=0)
    assert refused.value.reason == "deck_moved"
