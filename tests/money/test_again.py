"""Rating a period again: what is asked for, and how far it is while calls go on."""

from pathlib import Path

import pytest

from dialer.money import rater
from dialer.money.again import Wish
from dialer.money.rater import Again, Bureau
from dialer.money.store import Money, MoneyError
from tests.money.monday import Desk, deck
from tests.warehouse.day import FACTS, T0


class Busy(Desk):
    """A journal into which half of the facts come after the beginning."""

    def last_fact(self) -> int:
        return len(FACTS) // 2


def test_what_comes_meanwhile_is_not_waited_for_and_no_more_than_all_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rater, "AT_ONCE", 3)
    heard: list[Again] = []
    with Money(tmp_path / "money.sqlite") as money:
        money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
        money.use("carrier-a", "x", at=2.0, by="mia")
        done = Bureau(money, Busy(), Desk()).again(0.0, T0 + 1e9, T0 + 1, told=heard.append)
    rates = [one.done_rate for one in heard]
    assert rates == sorted(rates)
    assert len(rates) > 2
    assert (done.done_rate, done.upto) == (1.0, len(FACTS) // 2)


def test_a_day_is_one_of_the_zone_that_is_named():
    one = {"since": "2026-11-23", "until": "2026-11-23"}
    first, last = Wish(**one, zone="America/New_York").span()
    assert (first, last - first) == (1795410000.0, 86400.0)
    assert Wish().span() == (0.0, float("inf"))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(since="yesterday"), "is not a day"),
        (Wish(until="9999-12-31"), "is not a day"),
        (Wish(since="2026-11-02", until="2026-11-01"), "before the first"),
        (Wish(zone="Mars/Olympus"), "write Asia/Shanghai"),
    ],
)
def test_what_cannot_be_meant_is_said(wish: Wish, said: str):
    with pytest.raises(MoneyError, match=said):
        wish.span()
