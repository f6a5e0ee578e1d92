"""A customer handed over to the outside: by the trunk's line, on the record, ended by either."""

import pytest

from dialer.engine.commands import (
    AnyCommand,
    Bridge,
    CallOutside,
    Cdr,
    DropAgent,
    HangUp,
    Hold,
    Originate,
    Play,
    Reconcile,
)
from dialer.engine.events import (
    AgentHungUp,
    Bridged,
    HungUp,
    LegDown,
    LegUp,
    NotBridged,
    Reconciled,
    Started,
    SwitchDown,
    SwitchUp,
    Tick,
    TransferWanted,
    TrunkOpened,
    TrunkSeen,
    WentReady,
    Witness,
)
from dialer.engine.outside import RING_S, party
from tests.engine.script import Script, intended, key
from tests.engine.test_with_a_customer import agent, talking

BANK = party("bank", key(1))
TO_THE_BANK = TransferWanted("anna", key(1), "outside:bank", trunk="sip1", at=10.0)
ORDERED = [Hold(key(1), "anna"), CallOutside(BANK, "bank", "sip1", RING_S)]


def lines_used(script: Script, trunk: str = "sip1") -> int:
    return script.engine.state.trunks[trunk].lines_used


def given(orders: list[AnyCommand]) -> list[AnyCommand]:
    kinds = Hold | CallOutside | Bridge | HangUp | DropAgent | Play
    return [order for order in orders if isinstance(order, kinds)]


def handed_over() -> Script:
    """The bank and customer 1 talk since 14.1; Anna is free again."""
    script = talking()
    script.tell(TO_THE_BANK, LegUp(BANK, at=14.0), Bridged(key(1), BANK, at=14.1))
    return script


def test_the_customer_waits_with_music_and_the_agent_is_free_while_it_rings_outside():
    script = talking()
    assert given(script.tell(TO_THE_BANK)) == ORDERED
    assert agent(script, "anna") == "WRAP_UP"
    assert lines_used(script) == 1
    assert given(script.tell(WentReady("anna", at=12.0))) == []  # the customer is taken
    assert given(script.tell(LegUp(BANK, at=14.0))) == [Bridge(key(1), BANK)]


def test_the_record_says_who_talked_outside_and_for_how_long():
    script = handed_over()
    script.tell(HungUp(key(1), at=60.0))
    (cdr,) = script.facts(Cdr)
    assert [(leg.agent, leg.bridged_at, leg.ended_at) for leg in cdr.legs] == [
        ("anna", 3.1, 10.0), ("outside:bank", 14.1, 60.0),
    ]  # fmt: skip
    assert (cdr.outcome, cdr.ended_by) == ("connected", "customer")


def test_when_the_customer_hangs_up_the_party_is_let_go_and_its_line_is_free():
    script = handed_over()
    assert DropAgent(BANK) in script.tell(HungUp(key(1), at=60.0))
    assert lines_used(script) == 1
    script.tell(LegDown(BANK, at=60.1))
    assert lines_used(script) == 0
    assert not script.engine.state.outside


def test_when_the_party_hangs_up_the_call_ends():
    script = handed_over()
    assert given(script.tell(LegDown(BANK, at=50.0))) == [HangUp(key(1), "outside")]
    script.tell(HungUp(key(1), at=50.1, by_us=True))
    (cdr,) = script.facts(Cdr)
    assert (cdr.ended_by, cdr.why, lines_used(script)) == ("agent", "outside", 0)


def test_who_is_not_reached_leaves_the_customer_in_the_agents_queue():
    script = talking()
    script.tell(TO_THE_BANK)
    assert given(script.tell(LegDown(BANK, cause=17, at=15.0))) == [Hold(key(1), "")]
    assert given(script.tell(WentReady("anna", at=20.0))) == [Bridge(key(1), "anna")]
    assert lines_used(script) == 0


def test_a_party_who_cannot_be_joined_is_let_go_and_so_is_one_who_rings_for_ever():
    for never in (NotBridged(key(1), BANK, "no leg", at=14.2), Tick(at=10.0 + RING_S + 6.0)):
        script = talking()
        script.tell(TO_THE_BANK)
        if isinstance(never, NotBridged):
            script.tell(LegUp(BANK, at=14.0))
        assert DropAgent(BANK) in script.tell(never)
        script.tell(LegDown(BANK, at=never.at + 0.1))
        assert (lines_used(script), script.engine.state.outside) == (0, {})


def test_a_customer_who_hangs_up_while_it_rings_outside_ends_that_too():
    script = talking()
    script.tell(TO_THE_BANK)
    assert DropAgent(BANK) in script.tell(HungUp(key(1), at=12.0))
    assert given(script.tell(LegUp(BANK, at=12.05))) == [DropAgent(BANK)]


@pytest.mark.parametrize(
    "before",
    [
        TrunkOpened(trunk="sip1", lines=0, calls_per_s=1.0, at=5.0),
        TrunkSeen(trunk="sip1", reachable=False, at=5.0),
        SwitchDown(why="gone", at=5.0),
    ],
)
def test_without_a_line_nothing_happens_and_the_agent_keeps_the_customer(before):
    script = talking()
    script.tell(before)
    assert given(script.tell(TO_THE_BANK)) == []
    assert agent(script, "anna") == "TALKING"


def test_nobody_hands_over_a_call_that_is_not_his():
    script = talking("ben")
    for who, call in (("ben", key(1)), ("anna", key(2)), ("zoe", key(1))):
        wanted = TransferWanted(who, call, "outside:bank", trunk="sip1", at=10.0)
        assert given(script.tell(wanted)) == []
    assert given(script.tell(AgentHungUp("anna", key(1), at=11.0))) == [HangUp(key(1), "agent")]


def test_a_party_holds_a_line_that_the_campaigns_calls_do_not_get():
    script = talking()
    script.tell(TrunkOpened(trunk="lab", lines=2, calls_per_s=100.0, at=5.0))
    to_the_bank = TransferWanted("anna", key(1), "outside:bank", trunk="lab", at=10.0)
    assert CallOutside(BANK, "bank", "lab", RING_S) in script.tell(to_the_bank)
    assert lines_used(script, "lab") == 2
    script.tell(WentReady("anna", at=11.0))
    assert not [o for o in script.tell(intended(2, 12.0)) if isinstance(o, Originate)]


def test_after_a_restart_the_talk_outside_goes_on_and_what_has_gone_is_known():
    script = handed_over()
    script.tell(Started(epoch=2, at=20.0))
    assert Reconcile((key(1),), ("anna", BANK), whole=True) in script.tell(SwitchUp(at=20.1))
    up = Witness(key(1), "up", bridged_to=BANK, answered_at=2.0)
    assert given(script.tell(Reconciled((up,), ("anna", BANK), whole=True, at=21.0))) == []
    script.tell(Started(epoch=3, at=30.0), SwitchUp(at=30.1))
    alone = Witness(key(1), "up", answered_at=2.0)
    orders = script.tell(Reconciled((alone,), ("anna",), whole=True, at=31.0))
    assert HangUp(key(1), "outside") in orders
    assert lines_used(script) == 0
