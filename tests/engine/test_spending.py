"""A campaign's budget of the day: what binds it, and what lets it go on."""

from decimal import Decimal

import msgspec

from dialer.engine.commands import Claim, Originate, Withdraw
from dialer.engine.engine import Engine
from dialer.engine.events import (
    Answered,
    BudgetSet,
    CampaignOpened,
    HungUp,
    Intended,
    Refused,
    Tick,
)
from dialer.money.rating import Deck, Rate
from dialer.picture import picture
from tests.engine.script import SPRING, Script, intended, key, open_for_business

DECK = Deck(
    name="carrier", currency="EUR",
    rates=(Rate(prefix="", per_minute=Decimal("0.60"), maximum=Decimal(2)),),
)  # fmt: skip
MIDNIGHT = 3600.0
"An hour west of Greenwich."


def budget(amount: str | None, at: float = 1.0, currency: str = "EUR") -> BudgetSet:
    return BudgetSet("spring", Decimal(amount) if amount else None, currency, at=at)


def shift(amount: str, campaign: CampaignOpened = SPRING) -> Script:
    script = open_for_business("anna", "ben", "cleo", campaign=campaign)
    script.tell(budget(amount))
    return script


def promised(n: int, at: float, tariff: Deck | None = DECK) -> Intended:
    return intended(n, at, tariff=tariff)


def placed(script: Script) -> list[str]:
    return [order.call for order in script.orders if isinstance(order, Originate)]


def given_back(script: Script) -> list[tuple[str, str]]:
    return [(one.call, one.why) for one in script.orders if isinstance(one, Withdraw)]


def spring(script: Script) -> dict[str, object]:
    engine = script.engine
    found = picture(engine.state, engine.index, at=engine.state.at)["campaigns"]["spring"]
    return dict(found)


def test_only_as_many_are_placed_as_the_budget_bears_at_their_worst():
    script = shift("5")
    for n in (1, 2, 3):
        script.tell(promised(n, 2.0), Tick(at=2.0 + n))
    assert placed(script) == [key(1), key(2)]
    assert given_back(script) == [(key(3), "budget")]
    told = spring(script)["budget"]
    assert told == {
        "amount": "5", "currency": "EUR", "day": "1970-01-01", "spent": "0", "held": "4.0000",
        "room": "1.0000", "dearest": "2.0000",
    }  # fmt: skip


def test_a_call_that_is_over_costs_what_it_cost_and_makes_room():
    script = shift("5")
    script.tell(promised(1, 2.0), promised(2, 2.0), Tick(at=3.0))
    script.tell(Answered(key(1), at=4.0), HungUp(key(1), at=34.0, cause=16))
    script.tell(HungUp(key(2), at=35.0, cause=17))
    assert spring(script)["budget"]["spent"] == "0.6000"  # type: ignore[index]
    script.tell(promised(3, 36.0), promised(4, 36.0), Tick(at=37.0))
    assert placed(script)[2:] == [key(3), key(4)]


def test_nothing_is_claimed_once_it_is_spent_and_the_next_day_goes_on():
    script = shift("3", msgspec.structs.replace(SPRING, zone="Etc/GMT+1"))
    script.tell(promised(1, 2.0), Refused("spring", 2, 0, "no_leads", at=2.0), Tick(at=3.0))
    script.tell(Answered(key(1), at=4.0), HungUp(key(1), at=1000.0, cause=16), Tick(at=1001.0))
    assert spring(script)["bound"] == "budget"
    before = len(script.orders)
    script.tell(Tick(at=MIDNIGHT - 1.0))
    assert not [one for one in script.orders[before:] if isinstance(one, Claim)]
    assert script.engine.due <= MIDNIGHT
    script.tell(Tick(at=MIDNIGHT + 1.0))
    (claim,) = (one for one in script.orders[before:] if isinstance(one, Claim))
    assert claim.priced
    assert claim.n == 1, "what a call costs is not known yet"


def test_a_raised_budget_goes_on_at_once_and_remembers_what_is_spent():
    script = shift("3")
    script.tell(promised(1, 2.0), Tick(at=3.0), Answered(key(1), at=4.0))
    script.tell(HungUp(key(1), at=1000.0, cause=16), Tick(at=1001.0))
    before = len(script.orders)
    script.tell(budget("9", at=1002.0), Tick(at=1003.0))
    claims = [one.n for one in script.orders[before:] if isinstance(one, Claim)]
    assert claims == [1], "two of the first three are still to come"
    assert spring(script)["budget"]["spent"] == "2.0000"  # type: ignore[index]
    script.tell(budget(None, at=1004.0))
    assert spring(script)["budget"] is None


def test_what_nobody_knows_the_price_of_is_not_dialled():
    script = shift("100")
    script.tell(promised(1, 2.0, tariff=None), Tick(at=3.0))
    assert placed(script) == []
    assert given_back(script) == [(key(1), "tariff")]
    assert spring(script)["bound"] == "tariff"
    script.tell(budget("100", at=4.0, currency="CNY"), promised(2, 5.0), Tick(at=6.0))
    assert placed(script) == [], "a tariff in another currency is no price in this one"


def test_a_restored_dialer_knows_what_is_under_way():
    script = shift("5")
    script.tell(promised(1, 2.0), promised(2, 2.0), Tick(at=3.0))
    script.engine = Engine.restore(script.engine.checkpoint())
    script.tell(promised(3, 4.0), Tick(at=5.0))
    assert placed(script) == [key(1), key(2)]
