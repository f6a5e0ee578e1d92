"""Prices against a table that was reckoned on paper: every line says how."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from dialer.money.rating import Deck, Dialled, Rate, Rater

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
"A Wednesday."
HOUR, DAY = 3600.0, 86_400.0


def D(text: str) -> Decimal:
    return Decimal(text)


def rate(**more: Any) -> Rate:
    return Rate(**{"prefix": "86", "per_minute": D("0.12"), **more})


class Case(NamedTuple):
    """A call, and what it costs as somebody reckoned with a pencil."""

    what: str
    paper: str
    "Before rounding. `120/60 * 0.12`: seconds billed, by the price of a minute."
    amount: str
    "As the deck rounds."
    billed_s: int
    seconds: float = 60
    rates: tuple[Rate, ...] = (rate(),)
    deck: Mapping[str, Any] = MappingProxyType({})
    at: float = NOON


def blocks(seconds: float, first: int, increment: int, billed: int, amount: str) -> Case:
    return Case(
        f"{seconds} s by {first}/{increment}", f"{billed}/60 * 0.12", amount, billed, seconds,
        (rate(first_s=first, increment_s=increment),),
    )  # fmt: skip


BLOCKS = [
    blocks(0, 60, 60, 0, "0.0000"),
    blocks(1, 60, 60, 60, "0.1200"),
    blocks(59, 60, 60, 60, "0.1200"),
    blocks(60, 60, 60, 60, "0.1200"),
    blocks(61, 60, 60, 120, "0.2400"),
    blocks(120, 60, 60, 120, "0.2400"),
    blocks(121, 60, 60, 180, "0.3600"),
    blocks(3600, 60, 60, 3600, "7.2000"),
    blocks(1, 6, 6, 6, "0.0120"),
    blocks(6, 6, 6, 6, "0.0120"),
    blocks(7, 6, 6, 12, "0.0240"),
    blocks(61, 6, 6, 66, "0.1320"),
    blocks(121, 6, 6, 126, "0.2520"),
    blocks(1, 1, 1, 1, "0.0020"),
    blocks(61, 1, 1, 61, "0.1220"),
    blocks(121, 1, 1, 121, "0.2420"),
    blocks(60.001, 1, 1, 61, "0.1220"),  # a millisecond begins a second
    blocks(1, 30, 6, 30, "0.0600"),
    blocks(30, 30, 6, 30, "0.0600"),
    blocks(31, 30, 6, 36, "0.0720"),
    blocks(61, 30, 6, 66, "0.1320"),
    blocks(59, 60, 1, 60, "0.1200"),
    blocks(61, 60, 1, 61, "0.1220"),
    blocks(3, 0, 1, 3, "0.0060"),
]

ONE = {"first_s": 1, "increment_s": 1}
SIX = {"first_s": 6, "increment_s": 6}
FEES = [
    Case("a connection fee", "0.05 + 60/60 * 0.12", "0.1700", 60, 1,
         (rate(connect_fee=D("0.05")),)),
    Case("a fee and six-second blocks", "0.05 + 66/60 * 0.12", "0.1820", 66, 61,
         (rate(connect_fee=D("0.05"), **SIX),)),
    Case("a fee for nothing", "0.05 + 0", "0.0500", 0, 0, (rate(connect_fee=D("0.05"), **SIX),)),
    Case("below the minimum", "0.01", "0.0100", 1, 1, (rate(minimum=D("0.01"), **ONE),)),
    Case("just at the minimum", "5/60 * 0.12", "0.0100", 5, 5, (rate(minimum=D("0.01"), **ONE),)),
    Case("above the minimum", "10/60 * 0.12", "0.0200", 10, 10, (rate(minimum=D("0.01"), **ONE),)),
    Case("the fee counts towards the minimum", "0.005 + 3/60 * 0.12", "0.0110", 3, 3,
         (rate(connect_fee=D("0.005"), minimum=D("0.01"), **ONE),)),
    Case("at most the maximum", "2", "2.0000", 3600, 3600, (rate(maximum=D(2)),)),
    Case("no longer than the grace", "0", "0.0000", 0, 3,
         (rate(grace_s=3, connect_fee=D("0.05")),)),
    Case("a second longer than the grace", "0.05 + 60/60 * 0.12", "0.1700", 60, 4,
         (rate(grace_s=3, connect_fee=D("0.05")),)),
    Case("a millisecond longer than the grace", "4/60 * 0.12", "0.0080", 4, 3.001,
         (rate(grace_s=3, **ONE),)),
    Case("ten seconds free of seventy", "60/60 * 0.12", "0.1200", 60, 70, (rate(free_s=10),)),
    Case("ten seconds free of seventy-one", "120/60 * 0.12", "0.2400", 120, 71,
         (rate(free_s=10),)),
    Case("within the free seconds only the fee", "0.05 + 0/60 * 0.12", "0.0500", 0, 10,
         (rate(free_s=10, connect_fee=D("0.05")),)),
    Case("free seconds and six-second blocks", "54/60 * 0.12", "0.1080", 54, 61,
         (rate(free_s=10, **SIX),)),
]  # fmt: skip

DECKS_SHORT = {"short_s": 6, "short_fee": D("0.02")}
WEEKDAYS = rate(days="12345", short_s=10, short_fee=D("0.03"))
WEEKEND = rate(days="67", per_minute=D("0.06"), short_s=4, short_fee=D("0.01"))
SATURDAY = NOON + 3 * DAY
SHORT = [
    Case("the deck's surcharge", "60/60 * 0.12 + 0.02", "0.1400", 60, 5, deck=DECKS_SHORT),
    Case("not short any more", "60/60 * 0.12", "0.1200", 60, 6, deck=DECKS_SHORT),
    Case("weekdays have their own", "60/60 * 0.12 + 0.03", "0.1500", 60, 9,
         (WEEKDAYS, WEEKEND), DECKS_SHORT),
    Case("not short on weekdays", "60/60 * 0.12", "0.1200", 60, 10,
         (WEEKDAYS, WEEKEND), DECKS_SHORT),
    Case("short on Saturday", "60/60 * 0.06 + 0.01", "0.0700", 60, 3,
         (WEEKDAYS, WEEKEND), DECKS_SHORT, SATURDAY),
    Case("not short on Saturday", "60/60 * 0.06", "0.0600", 60, 4,
         (WEEKDAYS, WEEKEND), DECKS_SHORT, SATURDAY),
    Case("a band without any surcharge", "60/60 * 0.12", "0.1200", 60, 1,
         (rate(short_s=0),), DECKS_SHORT),
    Case("the surcharge comes upon the maximum", "0.10 + 0.02", "0.1200", 60, 1,
         (rate(maximum=D("0.10")),), DECKS_SHORT),
]  # fmt: skip

OLD = rate(valid_to=date(2026, 11, 24))
NEW = rate(per_minute=D("0.10"), valid_from=date(2026, 11, 25))
MIDNIGHT = NOON - 12 * HOUR
SHANGHAI = {"zone": "Asia/Shanghai"}
DAYTIME = rate(from_minute=480, to_minute=1200)
NIGHT = rate(per_minute=D("0.06"), from_minute=1200, to_minute=480)
TIMES = [
    Case("the last second of the old rate", "60/60 * 0.12", "0.1200", 60, 60, (OLD, NEW), {},
         MIDNIGHT - 1),
    Case("the first second of the new one", "60/60 * 0.10", "0.1000", 60, 60, (OLD, NEW), {},
         MIDNIGHT),
    Case("a talk over midnight: the answer decides", "120/60 * 0.12", "0.2400", 120, 61,
         (OLD, NEW), {}, MIDNIGHT - 1),
    Case("days are those of the deck's zone", "60/60 * 0.10", "0.1000", 60, 60, (OLD, NEW),
         SHANGHAI, MIDNIGHT - 8 * HOUR),
    Case("and not one second sooner", "60/60 * 0.12", "0.1200", 60, 60, (OLD, NEW), SHANGHAI,
         MIDNIGHT - 8 * HOUR - 1),
    Case("the last second of the day's band", "60/60 * 0.12", "0.1200", 60, 60,
         (DAYTIME, NIGHT), {}, NOON + 8 * HOUR - 1),
    Case("the first of the night's", "60/60 * 0.06", "0.0600", 60, 60, (DAYTIME, NIGHT), {},
         NOON + 8 * HOUR),
    Case("the night's goes over midnight", "60/60 * 0.06", "0.0600", 60, 60, (DAYTIME, NIGHT),
         {}, MIDNIGHT + 8 * HOUR - 1),
]  # fmt: skip

CENT = rate(per_minute=D("0.01"), **ONE)
HALF = rate(per_minute=D("0.03"), **ONE)
YEN = {"currency": "JPY", "decimals": 0}
DINAR = {"currency": "KWD", "decimals": 3}
ROUNDED = [
    Case("a third is rounded down", "20/60 * 0.01", "0.0033", 20, 20, (CENT,)),
    Case("or up", "20/60 * 0.01", "0.0034", 20, 20, (CENT,), {"rounding": "up"}),
    Case("0.00005 is a half: up", "0.00005", "0.0001", 1, 1,
         (rate(per_minute=D(0), connect_fee=D("0.00005"), **ONE),)),
    Case("0.00004999 is less", "0.00004999", "0.0000", 1, 1,
         (rate(per_minute=D(0), connect_fee=D("0.00004999"), **ONE),)),
    Case("0.00015 is a half above an odd place: up", "0.00015", "0.0002", 1, 1,
         (rate(per_minute=D(0), connect_fee=D("0.00015"), **ONE),)),
    Case("half a cent", "10/60 * 0.03", "0.01", 10, 10, (HALF,), {"decimals": 2}),
    Case("two and a half cents: not to the even one", "50/60 * 0.03", "0.03", 50, 50, (HALF,),
         {"decimals": 2}),
    Case("what is whole is not rounded up", "40/60 * 0.03", "0.02", 40, 40, (HALF,),
         {"decimals": 2, "rounding": "up"}),
    Case("six places", "20/60 * 0.01", "0.003333", 20, 20, (CENT,), {"decimals": 6}),
    Case("yen have none: a half", "3/60 * 10", "1", 3, 3, (rate(per_minute=D(10), **ONE),), YEN),
    Case("yen: less than a half", "2/60 * 10", "0", 2, 2, (rate(per_minute=D(10), **ONE),), YEN),
    Case("yen: up, whatever is over", "7/60 * 10", "2", 7, 7, (rate(per_minute=D(10), **ONE),),
         {**YEN, "rounding": "up"}),
    Case("dinars have three", "66/60 * 0.025", "0.028", 66, 61,
         (rate(per_minute=D("0.025"), **SIX),), DINAR),
    Case("dinars: half a fils", "6/60 * 0.025", "0.003", 6, 1,
         (rate(per_minute=D("0.025"), **SIX),), DINAR),
    Case("the fees are rounded with the minutes, once", "0.0049 + 20/60 * 0.0003", "0.01", 20, 20,
         (rate(per_minute=D("0.0003"), connect_fee=D("0.0049"), **ONE),), {"decimals": 2}),
]  # fmt: skip
CASES = [*BLOCKS, *FEES, *SHORT, *TIMES, *ROUNDED]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_call_costs_what_was_reckoned_on_paper(case: Case) -> None:
    deck = Deck(**{"name": "d", "currency": "CNY", "rates": case.rates, **case.deck})
    found = Rater(deck).price(Dialled("8613800138000", case.at, case.at + case.seconds))
    assert found is not None
    assert (str(found.amount), found.billed_s, found.prefix) == (case.amount, case.billed_s, "86")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_paper_itself_is_right(case: Case) -> None:
    exact = eval(re.sub(r"\d[\d.]*", r"Fraction('\g<0>')", case.paper), {"Fraction": Fraction})
    off = Fraction(case.amount) - exact
    last_place = Fraction(1, 10 ** case.deck.get("decimals", 4))
    if case.deck.get("rounding") == "up":
        assert 0 <= off < last_place
    else:
        assert -last_place / 2 < off <= last_place / 2


# Sound before the answer, of a call that nobody answered: when it came -> what is charged.
# The deck's fee is 0.01; by day the rate has its own of 0.02, at night of nothing.
EARLY = [
    (None, "0.0000", "86"),
    (NOON, "0.0200", "86"),
    (NOON + 8 * HOUR - 1, "0.0200", "86"),
    (NOON + 8 * HOUR, "0.0000", "86"),
    (SATURDAY, "0.0100", "86"),  # the weekend's rate says nothing of it
]


@pytest.mark.parametrize(("at", "amount", "prefix"), EARLY)
def test_sound_before_the_answer_is_charged_by_its_band(
    at: float | None, amount: str, prefix: str
) -> None:
    deck = Deck(
        name="d", currency="CNY", early_fee=D("0.01"),
        rates=(
            rate(days="12345", from_minute=480, to_minute=1200, early_fee=D("0.02")),
            rate(days="12345", from_minute=1200, to_minute=480, early_fee=D(0)),
            rate(days="67"),
        ),
    )  # fmt: skip
    found = Rater(deck).price(Dialled("8613800138000", None, (at or NOON) + 30, at))
    assert found is not None
    assert (str(found.amount), found.billed_s, found.prefix) == (amount, 0, prefix)
