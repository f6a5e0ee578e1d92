"""What was written stays: versions beside versions, costs beside costs, every call rated once."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.money import rater
from dialer.money.rater import Bureau
from dialer.money.rating import Deck, Rate
from dialer.money.store import Charge, Cost, Money, MoneyError
from dialer.warehouse import Warehouse
from tests.money.monday import Desk, deck
from tests.warehouse.day import CALLS, FACTS, T0, loader
from tests.warehouse.day import Book as Monday


@pytest.fixture
def money(tmp_path: Path) -> Iterator[Money]:
    with Money(tmp_path / "money.sqlite") as opened:
        yield opened


def step_all(money: Money, at: float = 100.0) -> Bureau:
    bureau = Bureau(money, Desk(), Desk())
    while bureau.step(at):
        pass
    return bureau


def amounts(money: Money) -> dict[str, str]:
    return {cost.call: str(cost.amount) for _, cost in money.costs("lab", 0)}


def test_a_deck_gets_versions_and_none_is_lost(money: Money):
    assert money.add_deck(deck(), at=1.0, by="mia", origin="a.csv") == 1
    assert money.add_deck(deck(price="0.50"), at=2.0, by="mia", origin="b.csv") == 2
    assert [str(money.deck("x", v).rates[0].per_minute) for v in (1, 2, 0)] == [
        "0.60",
        "0.50",
        "0.50",
    ]
    assert [(one.deck.version, one.rates, one.origin) for one in money.decks()] == [
        (2, 1, "b.csv"),
        (1, 1, "a.csv"),
    ]
    with pytest.raises(MoneyError, match="there are: x"):
        money.use("carrier-a", "y", at=3.0, by="mia")


def test_every_call_of_a_trunk_with_a_deck_is_rated_once(money: Money):
    money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
    step_all(money)
    assert amounts(money) == {}  # no trunk has a deck yet, and nothing was passed over
    money.use("carrier-a", "x", at=2.0, by="mia")
    step_all(money)
    placed = {c.call for c in CALLS if c.placed_at is not None and c.trunk == "carrier-a"}
    assert set(amounts(money)) == placed - {"c06"}
    # c01 61.52 s and c02 31.04 s from the answer, by whole minutes at 0.60
    assert {call: amounts(money)[call] for call in ("c01", "c02", "c05")} == {
        "c01": "1.2000", "c02": "0.6000", "c05": "0.0000",
    }  # fmt: skip
    step_all(money)
    assert len(money.costs("lab", 0)) == len(placed) - 1


def test_rating_again_adds_only_what_differs_and_the_old_stays(money: Money):
    money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
    money.use("carrier-a", "x", at=2.0, by="mia")
    bureau = step_all(money)
    before = len(money.costs("lab", 0))
    assert bureau.again(0.0, T0 + 1e9, 200.0)[:4] == (before, 0, len(FACTS), len(FACTS))
    money.add_deck(deck(price="0.50"), at=3.0, by="mia", origin="b.csv")
    done = bureau.again(T0 + 60, T0 + 1e9, 300.0, trunk="carrier-a")
    assert done.changed == done.calls > 0
    newest = money.newest_of(["c01", "c08"])
    assert (str(newest["c01"].amount), newest["c01"].version) == ("1.2000", 1)  # before the period
    assert (str(newest["c08"].amount), newest["c08"].version, newest["c08"].again) == (
        "0.5000",
        2,
        True,
    )
    assert len(money.costs("lab", 0)) == before + done.changed


class Stopped(Exception):
    """Somebody presses Ctrl-C, or the power goes."""


class Unlucky(Money):
    """Stops in the middle of some of its writing."""

    def __init__(self, path: Path, stops: Iterable[int]) -> None:
        super().__init__(path)
        self.stops, self.writes = set(stops), 0

    def _keep(self, costs: Iterable[Cost]) -> None:
        super()._keep(costs)
        self.writes += 1
        if self.writes in self.stops:
            raise Stopped


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at_once=st.integers(1, 12),
    within=st.sets(st.integers(1, 12)),
    between=st.lists(st.integers(1, 12), max_size=3),
)
def test_rating_again_may_be_stopped_anywhere(
    tmp_path_factory, monkeypatch, at_once, within, between
):
    monkeypatch.setattr(rater, "AT_ONCE", at_once)
    homes = [tmp_path_factory.mktemp("again") for _ in range(2)]
    kept = []
    for home, stops in zip(homes, (within, ()), strict=True):
        with Unlucky(home / "money.sqlite", ()) as money:
            money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
            money.use("carrier-a", "x", at=2.0, by="mia")
            bureau = step_all(money)
            money.add_deck(deck(price="0.50"), at=3.0, by="mia", origin="b.csv")
            money.writes, money.stops = 0, set(stops)
            pauses = list(between) if stops else []
            while not gone_through(bureau, pauses):
                pass
            kept.append(sorted(cost[:-2] + cost[-1:] for _, cost in money.costs("lab", 0)))
    # Not one cost is lost, and none is there twice, wherever it stopped and was begun once more.
    assert kept[0] == kept[1]


def gone_through(bureau: Bureau, pauses: list[int]) -> bool:
    """Rate all again, or stop after so many facts; whether it came to the end."""

    def told(now: rater.Again) -> None:
        if pauses and now.upto >= pauses[0]:
            raise Stopped(pauses.pop(0))

    try:
        bureau.again(0.0, T0 + 1e9, 200.0, told=told)
    except Stopped:
        return False
    return True


def test_a_call_without_a_rate_is_unrated_and_not_free(money: Money):
    none = Deck(name="x", currency="USD", rates=(Rate(prefix="86", per_minute=Decimal(1)),))
    money.add_deck(none, at=1.0, by="mia", origin="a.csv")
    money.use("carrier-a", "x", at=2.0, by="mia")
    step_all(money)
    assert amounts(money)["c01"] == "None"


def test_the_warehouse_adds_up_what_was_counted_by_hand(tmp_path: Path):
    with Money(tmp_path / "money.sqlite") as money:
        money.add_deck(deck(), at=1.0, by="mia", origin="a.csv")
        money.use("carrier-a", "x", at=2.0, by="mia")
        step_all(money, at=T0 + 7200)
        load = loader(tmp_path, Monday(FACTS), money=tmp_path / "money.sqlite")
        load.step()
        spring = Warehouse(tmp_path, "lab").figure("cost", only="spring").iloc[0]
        # answered: c01 2 min, c02 1, c03 1, c04 1, c08 1, c09 1, c11 1; c06 erased, c10 other trunk
        assert (spring.attempts, spring.minutes, spring.answered, spring.contacts) == (10, 8, 7, 4)
        assert (float(spring.calls_amount), spring.currency, spring.unrated) == (4.8, "USD", 2)
        assert float(spring.telecom_per_contact) == 1.2
        wasted = Warehouse(tmp_path, "lab").figure("cost_wasted", only="spring")
        assert {row.spent_on: float(row.calls_amount) for row in wasted.itertuples()} == {
            "talks": 3.0, "no_agent": 0.6, "hung_up_first": 0.6, "machines": 0.6, "unanswered": 0.0,
        }  # fmt: skip
        assert abs(sum(wasted.share_rate) - 1) < 1e-9

        # A new price, rated again: the newest counts, and yesterday's figure can still be had.
        money.add_deck(deck(price="1.20"), at=T0, by="mia", origin="b.csv")
        Bureau(money, Desk(), Desk()).again(0.0, T0 + 1e9, T0 + 9000)
        load.step()
        assert _calls_amount(tmp_path) == 9.6
        assert _calls_amount(tmp_path, as_of=T0 + 8000) == 4.8
        load.rebuild("lab")
        assert _calls_amount(tmp_path) == 9.6


def test_hours_and_months_are_shared_out_to_the_last_cent(tmp_path: Path):
    with Money(tmp_path / "money.sqlite") as money:
        for charge in (
            Charge("pool", "", Decimal(36), "USD", "2026-01-01"),
            Charge("agent", "bob", Decimal(72), "USD", "2026-01-01"),
            Charge("trunk", "carrier-a", Decimal(300), "USD", "2026-01-01"),
            Charge("trunk", "carrier-a", Decimal(600), "USD", "2026-11-24"),
        ):
            money.charge(charge, at=1.0, by="mia")
        loader(tmp_path, Monday(FACTS), money=tmp_path / "money.sqlite").step()
    warehouse = Warehouse(tmp_path, "lab")
    time = warehouse.figure("agent_time")
    present = time[time.present].groupby("agent").in_state_s.sum()
    paid = sum(s / 3600 * (72 if agent == "bob" else 36) for agent, s in present.items())
    labour = warehouse.figure("cost_labour")
    assert abs(float(labour.labour_amount.sum()) - paid) < 1e-5
    rent = warehouse.figure("cost_rent")
    assert abs(float(rent.rent_amount.sum()) - (300 / 30 + 600 / 30)) < 1e-5  # two days of November


def _calls_amount(home: Path, as_of: float = 1e10) -> float:
    sql = "SELECT calls_amount FROM kpi_cost(of_campaign := 'spring', as_of := to_timestamp($at))"
    return float(Warehouse(home, "lab").query(sql, {"at": as_of}).iloc[0, 0])
