"""A bill beside our calls: everything is in exactly one place, whatever the bill says."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.errors import ImportRefused
from dialer.leads.text import Row
from dialer.money.bill import Line, Ours, compared, lines

T = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()


def ours(call: str, at: float, amount: str = "0.12", digits: str = "1", charged: int = 60) -> Ours:
    return Ours(call, digits, T + at, charged, Decimal(amount))


def line(
    n: int, at: float, amount: str = "0.12", digits: str = "1", seconds: int | None = 60
) -> Line:
    return Line(n, digits, T + at, seconds, Decimal(amount))


def told(found) -> list[tuple[str, str, int, str]]:
    return [(one.what, one.call, one.line, str(one.more)) for one in found.differences]


def test_what_agrees_is_matched_though_the_clocks_differ():
    found = compared([ours("a", 0), ours("b", 300)], [line(2, 4), line(3, 296)])
    assert (found.matched, told(found)) == (2, [])


def test_each_difference_has_its_kind_and_its_sum():
    found = compared(
        [ours("a", 0), ours("b", 300), ours("c", 600), ours("d", 900)],
        [line(2, 1, "0.24"), line(3, 300, seconds=66), line(4, 601), line(5, 5000),
         line(6, 900, digits="2")],
    )  # fmt: skip
    assert told(found) == [
        ("amount", "a", 2, "0.12"), ("seconds", "b", 3, "0"), ("theirs_only", "", 6, "0.12"),
        ("ours_only", "d", 0, "-0.12"), ("theirs_only", "", 5, "0.12"),
    ]  # fmt: skip
    assert (found.ours_amount, found.theirs_amount) == (Decimal("0.48"), Decimal("0.72"))


def test_a_line_goes_to_the_nearest_call_and_none_is_used_twice():
    found = compared([ours("a", 0), ours("b", 60)], [line(2, 50), line(3, 59)])
    assert found.matched == 2  # 3 is b's, so 2 is a's
    twice = compared([ours("a", 0)], [line(2, 0), line(3, 1)])
    assert told(twice) == [("theirs_only", "", 3, "0.12")]


calls = st.lists(st.tuples(st.integers(0, 400), st.sampled_from("12")), max_size=25)


@given(calls, calls)
def test_nothing_is_lost_or_counted_twice(mine, billed):
    a = [ours(f"c{n}", at, digits=digits) for n, (at, digits) in enumerate(mine)]
    b = [line(n + 2, at, digits=digits) for n, (at, digits) in enumerate(billed)]
    found = compared(a, b, within_s=30)
    assert found.matched + found.count("ours_only") == len(a)
    assert found.matched + found.count("theirs_only") == len(b)
    more = sum((one.more for one in found.differences), Decimal(0))
    assert more == found.theirs_amount - found.ours_amount


def test_a_bill_is_read_by_its_words_and_its_own_clock():
    sheet = [
        "被叫号码|通话时间|通话时长|金额",
        "008613800138000|2026/11/25 20:00:00|1:01|¥0.24",
        "x|2026-11-25|1|1",
        "1|soon|1|1",
    ]
    found, rejects = lines(
        (Row(n, row.split("|")) for n, row in enumerate(sheet, 1)), "Asia/Shanghai"
    )
    assert found == [Line(2, "8613800138000", T, 61, Decimal("0.24"))]
    assert [one.line for one in rejects] == [3, 4]
    with pytest.raises(ImportRefused, match="no header"):
        lines([Row(1, ["a", "b"])], "UTC")
