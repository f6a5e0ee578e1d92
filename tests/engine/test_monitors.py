"""Supervisors at agents' ears: they come with a call, may change, and are gone with it or stay."""

import pytest

from dialer.engine.commands import Monitor, StopMonitor
from dialer.engine.events import (
    Disposed,
    Event,
    HungUp,
    LegDown,
    MonitorEnded,
    MonitorStarted,
    MonitorUnwanted,
    MonitorWanted,
    SwitchDown,
)
from tests.engine.script import Script, key
from tests.engine.test_recordings import talking

PHONE = "PJSIP/desk-eva"
LISTEN = MonitorWanted("eva", "anna", "listen", PHONE, at=10.0)
UP = MonitorStarted("eva", "anna", "listen", at=10.5)


def told(script: Script, *events: Event) -> list[object]:
    """The orders about supervisors that follow."""
    before = len(script.orders)
    script.tell(*events)
    return [one for one in script.orders[before:] if isinstance(one, Monitor | StopMonitor)]


def test_who_wants_to_hear_an_agents_call_is_let_in():
    script = talking()
    assert told(script, LISTEN) == [Monitor("eva", "anna", "listen", PHONE)]
    script.tell(UP)
    (one,) = script.engine.state.monitors.values()
    assert (one.how, one.call, one.since, one.is_up) == ("listen", key(1), 10.0, True)


def test_listening_becomes_a_whisper_and_then_barging_in():
    script = talking(LISTEN, UP)
    script.tell(LISTEN, UP)
    whisper = MonitorWanted("eva", "anna", "whisper", PHONE, at=11.0)
    assert told(script, whisper) == [Monitor("eva", "anna", "whisper", PHONE)]
    assert script.engine.state.monitors["eva"].is_up


@pytest.mark.parametrize("agent", ["ben", "nobody"])
def test_there_is_nothing_to_hear_without_a_call(agent: str):
    assert told(talking(), MonitorWanted("eva", agent, "listen", PHONE, at=10.0)) == []


def test_who_stays_may_wait_at_the_ear_of_an_agent_without_a_call():
    waits = MonitorWanted("eva", "ben", "listen", PHONE, stays=True, at=10.0)
    assert told(talking(), waits) == [Monitor("eva", "ben", "listen", PHONE)]


def test_it_ends_when_it_is_not_wanted_any_more_and_is_ordered_once():
    script = talking()
    script.tell(LISTEN, UP)
    unwanted = MonitorUnwanted("eva", at=12.0)
    assert told(script, unwanted, unwanted) == [StopMonitor("eva")]
    assert script.engine.state.monitors["eva"].is_ending
    script.tell(MonitorEnded("eva", "anna", "asked", at=12.1))
    assert script.engine.state.monitors == {}


@pytest.mark.parametrize(("stays", "orders"), [(False, [StopMonitor("eva")]), (True, [])])
def test_it_ends_with_the_call_or_goes_on_to_the_next(stays: bool, orders: list[object]):
    script = talking()
    script.tell(MonitorWanted("eva", "anna", "listen", PHONE, stays=stays, at=10.0), UP)
    assert told(script, HungUp(key(1), at=20.0, cause=16)) == []  # the agent wraps it up
    assert told(script, Disposed("anna", key(1), "sale", at=21.0)) == orders


def test_nobody_stays_at_the_ear_of_an_agent_who_has_gone():
    script = talking()
    script.tell(MonitorWanted("eva", "anna", "listen", PHONE, stays=True, at=10.0), UP)
    assert told(script, LegDown("anna", at=12.0)) == [StopMonitor("eva")]


def test_a_connection_that_is_lost_takes_all_of_them_along():
    script = talking()
    script.tell(LISTEN, UP, SwitchDown(why="gone", at=11.0))
    assert script.engine.state.monitors == {}
    assert told(script, LISTEN) == []
