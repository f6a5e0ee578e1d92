"""An agent who did not catch a name hears the greeting again: that agent's customer's, no other."""

import pytest

from dialer.engine.commands import PlayGreeting
from dialer.engine.events import (
    Answered,
    Bridged,
    Disposed,
    Event,
    GreetingEnded,
    GreetingWanted,
    Heard,
    HungUp,
    Placed,
)
from tests.engine.script import Script, intended, key, open_for_business


def talking(*more: Event) -> Script:
    """Anna talks with the first customer, Ben is ready."""
    script = open_for_business("anna", "ben")
    script.tell(intended(1, 1.0), Placed(key(1), at=1.1), Answered(key(1), at=8.0))
    script.tell(Heard(key(1), "human", "answer", greeting_end_s=0.5, at=9.0))
    script.tell(Bridged(key(1), "anna", at=9.1), *more)
    return script


def wanted(script: Script, agent: str, n: int = 1) -> list[PlayGreeting]:
    orders = script.tell(GreetingWanted(agent, key(n), at=30.0))
    return [order for order in orders if isinstance(order, PlayGreeting)]


@pytest.mark.parametrize("more", [(), (HungUp(key(1), at=20.0, cause=16),)])
def test_whoever_talks_or_wraps_up_may_hear_that_customers_greeting(more: tuple[Event, ...]):
    assert wanted(talking(*more), "anna") == [PlayGreeting(key(1), "anna")]


def test_nobody_hears_the_greeting_of_somebody_elses_customer():
    script = talking()
    assert wanted(script, "ben") == wanted(script, "nobody") == wanted(script, "anna", 2) == []


def test_the_greeting_goes_with_the_call():
    done = (HungUp(key(1), at=20.0, cause=16), Disposed("anna", key(1), "sale", at=25.0))
    assert wanted(talking(*done), "anna") == []


def test_a_greeting_before_the_customer_is_there_is_not_played():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), Placed(key(1), at=1.1), Answered(key(1), at=8.0))
    script.tell(Heard(key(1), "human", "answer", greeting_end_s=0.5, at=9.0))
    assert script.engine.state.agents["anna"].state == "RESERVED"
    assert wanted(script, "anna") == []


def test_its_end_changes_nothing():
    script = talking()
    before = script.engine.checkpoint()
    assert script.tell(GreetingEnded(key(1), "anna", at=9.1)) == []
    assert script.engine.checkpoint() == before
