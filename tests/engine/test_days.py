"""The house sets days while campaigns dial: promises are made anew, what rings goes on."""

import msgspec

from dialer.engine.commands import Claim, HangUp, Withdraw
from dialer.engine.events import DaysSet, Placed, Refused, Ringing, Tick, Withdrawn
from tests.engine.script import SPRING, intended, key, open_for_business

CLOSED = DaysSet(kind="closed", first="2027-02-05", last="2027-02-05", region="CN", at=3.0)


def test_whoever_waits_to_be_called_is_taken_back_and_claimed_again():
    slow = msgspec.structs.replace(SPRING, calls_per_s=0.1)
    script = open_for_business("anna", "ben", campaign=slow)
    script.tell(intended(1, 1.0), intended(2, 1.0))
    assert list(script.engine.state.campaigns["spring"].queue) == [key(2)]
    orders = script.tell(CLOSED)
    assert [one for one in orders if isinstance(one, Withdraw)] == [Withdraw(key(2), "days")]
    claims = script.tell(Withdrawn(key(2), at=3.1)) + script.tell(Tick(at=12.0))
    assert list(script.engine.state.calls) == [key(1)]
    assert [one.campaign for one in claims if isinstance(one, Claim)] == ["spring"]


def test_what_rings_goes_on():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), Tick(at=1.1), Placed(key(1), at=1.2), Ringing(key(1), at=1.5))
    orders = script.tell(CLOSED)
    assert [one for one in orders if isinstance(one, Withdraw | HangUp)] == []


def test_a_campaign_that_waited_for_its_hour_asks_again_at_once():
    script = open_for_business()
    script.tell(Refused("spring", 3, 0, "hours", at=1.0))
    assert script.engine.state.campaigns["spring"].claim_again_at == 31.0
    script.tell(CLOSED)
    assert script.engine.state.campaigns["spring"].claim_again_at == 0.0
