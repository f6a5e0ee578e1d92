"""The life of calls under a script."""

import msgspec
import pytest

from dialer.engine.commands import (
    AgentWas,
    Bridge,
    Cdr,
    Claim,
    Decided,
    DropAgent,
    HangUp,
    Originate,
    Play,
    Reconcile,
    Record,
    Withdraw,
)
from dialer.engine.engine import Engine
from dialer.engine.events import (
    AgentHungUp,
    Answered,
    Bridged,
    CampaignPaused,
    CampaignResumed,
    Disposed,
    Heard,
    HungUp,
    LegDown,
    LegUp,
    LoggedIn,
    LoggedOut,
    MessageEnded,
    NotBridged,
    NumberBlocked,
    Paused,
    Placed,
    Reconciled,
    Ringing,
    Started,
    SwitchDown,
    SwitchUp,
    Tick,
    WentReady,
    Withdrawn,
    Witness,
)
from tests.engine.script import SPRING, Script, intended, key, open_for_business

HUMAN = {"sound": "human", "phase": "answer", "confidence": 0.9, "cause": "short greeting"}


def kinds(orders: list) -> list[type]:
    return [type(o) for o in orders]


def dialled(script: Script, n: int, at: float) -> None:
    script.tell(intended(n, at), Placed(key(n), at=at + 0.1), Ringing(key(n), at=at + 1.0))


def test_nothing_is_claimed_before_all_witnesses_were_heard():
    script = Script()
    script.tell(Started(epoch=1, at=0.0), SPRING)
    assert kinds(script.tell(SwitchUp(at=1.0)))[0] is Reconcile
    assert not [o for o in script.orders if isinstance(o, Claim)]


def test_one_call_is_claimed_for_each_ready_agent():
    script = open_for_business("anna", "ben")
    claims = [o for o in script.orders if isinstance(o, Claim)]
    assert [(c.campaign, c.n, c.mode, c.epoch) for c in claims] == [
        ("spring", 1, "progressive", 1),
        ("spring", 1, "progressive", 1),
    ]


def test_a_person_is_joined_to_the_agent_who_has_waited_longest():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0))
    orders = script.tell(Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    assert Bridge(key(1), "anna") in orders
    script.tell(Bridged(key(1), "anna", at=9.02), HungUp(key(1), at=60.0, cause=16))
    script.tell(Disposed("anna", key(1), "sale", at=70.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.verdict_at, cdr.bridged_at, cdr.ended_at, cdr.ended_by) == (
        "connected", 9.0, 9.02, 60.0, "customer",
    )  # fmt: skip
    states = [(w.state, w.from_at, w.to_at) for w in script.facts(AgentWas) if w.agent == "anna"]
    assert states == [
        ("PAUSED", 0.0, 0.5),
        ("READY", 0.5, 9.0),
        ("RESERVED", 9.0, 9.02),
        ("TALKING", 9.02, 60.0),
        ("WRAP_UP", 60.0, 70.0),
    ]
    assert script.engine.state.agents["anna"].state == "READY"


def test_whoever_says_nothing_is_connected_after_1_2_seconds():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0))
    assert script.engine.due == 9.2
    assert Bridge(key(1), "anna") in script.tell(Tick(at=9.2))


def test_whoever_is_heard_before_his_answer_is_told_is_not_forgotten():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), Placed(key(1), at=1.1), SwitchDown(at=3.0), SwitchUp(at=4.0))
    script.tell(Heard(key(1), "human", "answer", at=4.5))
    up = Witness(key(1), "up", answered_at=3.5)
    orders = script.tell(Reconciled((up,), ("anna",), at=5.0))
    assert Bridge(key(1), "anna") in orders
    assert script.engine.state.calls[key(1)].answered_at == 3.5


def test_with_a_dead_listener_and_no_agent_the_person_hears_who_called():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    dialled(script, 2, 1.0)
    script.tell(Answered(key(1), at=5.0), Answered(key(2), at=5.0))
    script.tell(Tick(at=6.2), Bridged(key(1), "anna", at=6.21))
    assert script.engine.due == 5.0 + 2.0 - 0.15
    assert Play(key(2), "safe_harbour") in script.tell(Tick(at=6.85))
    assert HangUp(key(2), "message") in script.tell(MessageEnded(key(2), "safe_harbour", at=14.0))
    script.tell(HungUp(key(2), at=14.1, by_us=True))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.message_at, cdr.ended_by) == ("abandoned", 6.85, "dialer")
    assert script.engine.state.campaigns["spring"].ledger.today(20.0) == (1, 1)


def test_a_machine_is_hung_up_and_costs_no_agent():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0))
    orders = script.tell(Heard(key(1), "machine", "answer", at=11.0, cause="long greeting"))
    assert HangUp(key(1), "machine") in orders
    script.tell(HungUp(key(1), at=11.1, by_us=True))
    assert script.facts(Cdr)[0].outcome == "machine"
    assert script.engine.state.agents["anna"].state == "READY"


def test_busy_tone_in_early_media_frees_the_line_at_once():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    assert HangUp(key(1), "heard busy") in script.tell(Heard(key(1), "busy", "early", at=4.0))
    orders = script.tell(HungUp(key(1), at=4.1, by_us=True))
    assert script.facts(Cdr)[0].outcome == "busy"
    assert any(isinstance(o, Claim) for o in orders)


def test_an_unknown_announcement_keeps_ringing():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    heard = Heard(key(1), "announcement", "early", kind="unknown", at=4.0)
    assert not [o for o in script.tell(heard) if isinstance(o, HangUp)]


def test_an_answer_that_meets_our_hang_up_counts_as_abandoned():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Heard(key(1), "busy", "early", at=4.0), Answered(key(1), at=4.05))
    script.tell(HungUp(key(1), at=4.1, by_us=True))
    assert script.facts(Cdr)[0].outcome == "abandoned"


def test_when_the_bridge_fails_another_agent_gets_the_call():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    orders = script.tell(NotBridged(key(1), "anna", "no bridge", at=9.1))
    assert Bridge(key(1), "ben") in orders
    assert script.engine.state.agents["anna"].state == "PAUSED"


def test_a_bridge_that_never_comes_costs_the_agent_the_leg_and_the_customer_no_patience():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=8.5, greeting_end_s=0.3, **HUMAN))
    assert script.engine.due == 8.5 + 1.5
    orders = script.tell(Tick(at=10.0))
    assert DropAgent("anna") in orders
    assert Bridge(key(1), "ben") in orders


def test_an_agent_whose_customer_hung_up_just_before_the_bridge_stays_ready():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    orders = script.tell(NotBridged(key(1), "anna", "call ended", at=9.01))
    assert not [o for o in orders if isinstance(o, DropAgent | Bridge)]
    assert script.engine.state.agents["anna"].state == "READY"
    script.tell(HungUp(key(1), at=9.02, cause=16))
    assert script.facts(Cdr)[0].outcome == "hung_up_waiting"


def test_the_customer_of_a_lost_agent_goes_to_another():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    script.tell(Bridged(key(1), "anna", at=9.1))
    assert Bridge(key(1), "ben") in script.tell(LegDown("anna", at=30.0))
    script.tell(Bridged(key(1), "ben", at=30.1), HungUp(key(1), at=60.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, [leg.agent for leg in cdr.legs]) == ("agent_lost", ["anna", "ben"])


def test_the_last_agent_to_leave_takes_the_ringing_calls_along():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    assert HangUp(key(1), "no agents") in script.tell(LoggedOut("anna", at=5.0))
    script.tell(HungUp(key(1), at=5.1, by_us=True))
    assert script.facts(Cdr)[0].outcome == "cancelled"


def test_an_agent_who_hangs_up_wraps_up_when_the_call_is_over():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    script.tell(Bridged(key(1), "anna", at=9.1))
    assert HangUp(key(1), "agent") in script.tell(AgentHungUp("anna", key(1), at=50.0))
    script.tell(HungUp(key(1), at=50.1, by_us=True))
    assert script.facts(Cdr)[0].ended_by == "agent"
    assert script.engine.state.agents["anna"].state == "WRAP_UP"
    script.tell(Tick(at=50.1 + 60.0))
    assert script.engine.state.agents["anna"].state == "READY"


def test_without_a_switch_promises_are_taken_back():
    script = open_for_business("anna")
    script.tell(SwitchDown("socket closed", at=1.0))
    assert Withdraw(key(1), "switch") in script.tell(intended(1, 1.1))


def test_where_promises_come_too_late_the_journal_is_not_asked_again_at_once():
    script = open_for_business("anna")
    script.tell(LegUp("anna", at=1.0))
    assert Withdraw(key(1), "hours") in script.tell(intended(1, 1.1, not_after=1.05))
    orders = script.tell(Withdrawn(key(1), at=1.1))
    assert not any(isinstance(order, Claim) for order in orders)
    assert script.engine.due <= 3.2
    assert any(isinstance(order, Claim) for order in script.tell(Tick(at=3.2)))


def test_a_campaign_that_begins_paused_dials_when_it_is_resumed():
    waiting = msgspec.structs.replace(SPRING, begins="paused")
    script = open_for_business("anna", campaign=waiting)
    assert not [o for o in script.orders if isinstance(o, Claim)]
    script.tell(CampaignResumed(campaign="spring", at=2.0))
    assert [o.n for o in script.orders if isinstance(o, Claim)] == [1]
    script.tell(msgspec.structs.replace(waiting, version=2, at=3.0))
    assert script.engine.state.campaigns["spring"].state == "paused"


def test_a_blocked_number_stops_ringing():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    assert HangUp(key(1), "dnc") in script.tell(NumberBlocked("k1", at=3.0))


def test_calls_leave_evenly_paced():
    slow = msgspec.structs.replace(SPRING, calls_per_s=2.0)
    script = open_for_business("anna", "ben", "cleo", campaign=slow)
    for n in (1, 2, 3):
        script.tell(intended(n, 10.0))
    while len(originated(script)) < 3:
        script.tell(Tick(at=script.engine.due))
    times = [c.ordered_at for c in script.engine.state.calls.values()]
    assert times == [10.0, 10.4, 10.9]


def originated(script: Script) -> list[Originate]:
    return [o for o in script.orders if isinstance(o, Originate)]


def test_who_was_promised_to_agents_whom_the_campaign_leaves_is_not_called_for_nobody():
    slow = msgspec.structs.replace(SPRING, calls_per_s=1.0)
    script = open_for_business("anna", "ben", campaign=slow)
    script.tell(LoggedIn("cleo", "help", "PJSIP/cleo", at=0.6), WentReady("cleo", at=0.6))
    script.tell(LegUp("cleo", at=0.7), intended(1, 1.0), intended(2, 1.1))
    helped = msgspec.structs.replace(slow, pool="help", version=2, at=1.2)
    assert Withdraw(key(2), "pool") in script.tell(helped)
    assert Withdraw(key(3), "pool") in script.tell(Withdrawn(key(2), at=1.3), intended(3, 1.4))
    script.tell(Withdrawn(key(3), at=1.5), intended(4, 1.6, pool="help", version=2), Tick(at=3.0))
    assert [order.call for order in originated(script)] == [key(1), key(4)]


def test_ten_carrier_failures_in_a_row_open_the_breaker():
    script = open_for_business("anna")
    for n in range(1, 12):
        script.tell(intended(n, n * 1.0))
        if originated(script)[-1].call == key(n):
            script.tell(Placed(key(n), at=n + 0.1), HungUp(key(n), at=n + 0.2, cause=34, sip=503))
    outcomes = [c.outcome for c in script.facts(Cdr)]
    assert outcomes == ["congestion"] * 10
    assert Withdraw(key(11), "breaker") in script.orders
    script.tell(Tick(at=16.0))
    script.tell(intended(12, 16.0))
    assert originated(script)[-1].call == key(12)


def test_a_decision_is_recorded_with_what_bound_it():
    script = open_for_business("anna")
    script.tell(CampaignPaused("spring", "lunch", at=2.0))
    bounds = [d.bound for d in script.facts(Decided)]
    assert bounds[-2:] == ["agents", "paused"]


def test_a_checkpoint_continues_like_the_original():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0))
    twin = Engine.restore(script.engine.checkpoint())
    event = Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN)
    assert twin.handle(event) == script.engine.handle(event)
    assert twin.checkpoint() == script.engine.checkpoint()


def test_an_answer_about_one_call_does_not_open_the_day():
    script = Script()
    script.tell(Started(epoch=1, at=0.0), SPRING, SwitchUp(at=1.0))
    script.tell(Reconciled((Witness(key(9)),), whole=False, at=1.1))
    assert not script.engine.state.reconciled
    script.tell(Reconciled(at=1.2))
    assert script.engine.state.reconciled


def test_a_promise_of_before_that_is_told_late_is_asked_about_at_once():
    script = open_for_business("anna")
    assert Reconcile((key(1),), ()) in script.tell(intended(1, 1.0, epoch=0))


def test_after_a_restart_what_was_never_placed_goes_back_and_what_ended_is_recorded():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), intended(2, 1.0), Placed(key(2), at=1.1))
    script.tell(Started(epoch=2, at=20.0), SwitchUp(at=21.0))
    row = Witness(key(2), row=True, answered_at=8.0, ended_at=9.5, cause=16)
    orders = script.tell(Reconciled((Witness(key(1)), row), ("anna",), at=22.0))
    assert Withdraw(key(1), "not placed") in orders
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.ended_at, cdr.witness) == ("abandoned", 9.5, "switch_cdr")


def test_a_leg_that_answers_after_its_agent_has_left_is_taken_down():
    script = open_for_business()
    script.tell(LoggedIn("anna", "sales", "PJSIP/anna", at=1.0), LoggedOut("anna", at=1.2))
    assert script.tell(LegUp("anna", at=1.5)) == [DropAgent("anna")]


def restarted(script: Script, at: float) -> None:
    script.tell(Started(epoch=2, at=at), SwitchUp(at=at + 0.3))


def test_an_end_that_is_told_before_the_witnesses_were_heard_waits_for_them():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    restarted(script, 20.0)
    script.tell(HungUp(key(1), at=20.5, cause=16))
    assert script.facts(Cdr) == []
    row = Witness(key(1), row=True, answered_at=8.0, ended_at=20.5)
    script.tell(Reconciled((row,), ("anna",), at=21.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.answered_at, cdr.ended_at, cdr.cause) == ("abandoned", 8.0, 20.5, 16)


def test_after_a_restart_an_agent_found_with_a_customer_is_talking():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    restarted(script, 20.0)
    found = Witness(key(1), "up", "anna", answered_at=8.0)
    script.tell(Reconciled((found,), ("anna",), at=21.0))
    agent = script.engine.state.agents["anna"]
    assert (agent.state, agent.call) == ("TALKING", key(1))
    script.tell(HungUp(key(1), at=30.0, cause=16))
    assert script.engine.state.agents["anna"].state == "WRAP_UP"


def test_an_order_to_hang_up_that_got_lost_is_given_again():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(SwitchDown("gone", at=3.0), NumberBlocked("k1", at=3.5), SwitchUp(at=4.0))
    orders = script.tell(Reconciled((Witness(key(1), "ringing"),), ("anna",), at=5.0))
    assert HangUp(key(1), "dnc") in orders


def test_of_calls_before_its_start_the_silence_of_a_switch_proves_nothing():
    script = open_for_business("anna")
    script.tell(intended(1, 10.0), SwitchDown("gone", at=10.1), SwitchUp(at=12.0))
    script.tell(Reconciled((Witness(key(1)),), switch_since=11.0, at=13.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["crashed"]


def test_no_deadline_is_kept_blindly():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=8.5, greeting_end_s=0.3, **HUMAN))
    script.tell(SwitchDown("gone", at=8.6))
    blind = [order for at in (10.0, 11.0, 12.0) for order in script.tell(Tick(at=at))]
    assert not [order for order in blind if not isinstance(order, Record)]


def test_late_news_do_not_turn_an_agents_clock_back():
    script = open_for_business("anna")
    script.tell(Paused("anna", "tea", at=9.0), WentReady("anna", at=8.9))
    assert [(w.state, w.from_at, w.to_at) for w in script.facts(AgentWas)][-2:] == [
        ("READY", 0.5, 9.0),
        ("PAUSED", 9.0, 9.0),
    ]


def test_an_old_bridge_told_twice_does_not_bring_the_old_agent_back():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    script.tell(Bridged(key(1), "anna", at=9.1), LegDown("anna", at=30.0))
    script.tell(Bridged(key(1), "ben", at=30.1), Bridged(key(1), "anna", at=9.1))
    script.tell(HungUp(key(1), at=60.0))
    assert [leg.agent for leg in script.facts(Cdr)[0].legs] == ["anna", "ben"]
    assert script.engine.state.agents["ben"].state == "WRAP_UP"


def test_when_a_second_bridge_takes_the_customer_the_first_agent_wraps_up():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    script.tell(Bridged(key(1), "anna", at=9.1), Bridged(key(1), "ben", at=9.2))
    states = {name: agent.state for name, agent in script.engine.state.agents.items()}
    assert states == {"anna": "WRAP_UP", "ben": "TALKING"}


def test_whoever_was_still_talking_when_the_verdict_fell_due_can_be_connected_late():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), "speech", "answer", at=8.3))
    assert Bridge(key(1), "anna") in script.tell(Tick(at=12.0))
    script.tell(Bridged(key(1), "anna", at=14.1), HungUp(key(1), at=60.0))
    assert script.facts(Cdr)[0].outcome == "late_connect"


def test_a_bridge_told_after_the_leg_broke_brings_no_agent():
    script = open_for_business("anna", "ben")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=9.0, greeting_end_s=0.5, **HUMAN))
    assert Bridge(key(1), "ben") in script.tell(LegDown("anna", at=9.2))
    script.tell(Bridged(key(1), "anna", at=9.1))
    assert script.engine.state.agents["anna"].state == "PAUSED"


def test_who_hears_the_dial_plans_message_is_offered_to_no_agent():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    restarted(script, 20.0)
    hears = Witness(key(1), "up", message=True, answered_at=20.1)
    orders = script.tell(Reconciled((hears,), ("anna",), at=21.0))
    assert not [order for order in orders if isinstance(order, Bridge | Play)]
    script.tell(HungUp(key(1), at=28.0, cause=16, by_us=True))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, cdr.ended_by) == ("abandoned", "dialer")


def test_whom_our_dial_plan_released_is_abandoned_though_we_ordered_nothing():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), HungUp(key(1), at=8.9, cause=16, by_us=True))
    assert script.facts(Cdr)[0].outcome == "abandoned"


def test_the_clock_of_who_talked_on_starts_when_the_verdict_fell_due_however_late_we_noticed():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), "speech", "answer", at=8.3))
    script.tell(SwitchDown("gone", at=9.0), SwitchUp(at=16.0))
    found = Witness(key(1), "up", answered_at=8.0)
    assert Play(key(1), "safe_harbour") in script.tell(Reconciled((found,), ("anna",), at=17.0))


@pytest.mark.parametrize(
    "found",
    [
        Witness(key(1), "ringing"),
        Witness(key(1), "up", answered_at=8.0),
        Witness(key(1), row=True, ended_at=9.0, cause=16),
    ],
    ids=["ringing", "up", "over"],
)
def test_a_call_that_a_dead_process_placed_was_placed_in_the_turn_of_its_promise(found: Witness):
    """The news of it was lost with the process; the next one looks seconds later."""
    script = open_for_business("anna")
    restarted(script, 20.0)
    script.tell(intended(1, 1.0, epoch=1), Reconciled((found,), ("anna",), at=24.0))
    if found.channel != "none":
        script.tell(HungUp(key(1), at=30.0, cause=16))
    (cdr,) = script.facts(Cdr)
    assert (cdr.intended_at, cdr.placed_at) == (1.0, 1.0)


def test_a_call_whose_placing_nobody_told_was_placed_when_we_ordered_it():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), Answered(key(1), at=8.0), HungUp(key(1), at=9.0, cause=16))
    assert script.facts(Cdr)[0].placed_at == 1.0


def test_whoever_loses_the_agent_after_a_message_hears_it_again():
    script = open_for_business("anna")
    dialled(script, 1, 1.0)
    script.tell(Answered(key(1), at=8.0), Heard(key(1), at=8.5, greeting_end_s=0.3, **HUMAN))
    assert Play(key(1), "safe_harbour") in script.tell(Tick(at=10.0), Tick(at=10.2))
    script.tell(Bridged(key(1), "anna", at=10.3), LegDown("anna", at=10.4))
    assert Play(key(1), "safe_harbour") in script.tell(Tick(at=12.5))


def test_a_try_that_was_never_placed_does_not_keep_the_breaker_open_for_ever():
    script = open_for_business("anna")
    for n in range(10):
        script.tell(intended(n, 2.0), HungUp(key(n), at=3.0 + n / 10, cause=34, sip=503))
    assert Originate in map(type, script.tell(intended(20, 9.0)))
    script.tell(Started(epoch=2, at=10.0), SwitchUp(at=11.0))
    script.tell(Reconciled((Witness(key(20)),), ("anna",), at=12.0), Withdrawn(key(20), at=12.1))
    assert Originate in map(type, script.tell(intended(21, 13.0, epoch=2)))


def test_whose_chosen_agent_breaks_away_before_the_joining_hears_the_message_in_time():
    script = open_for_business("ben", "anna")
    script.tell(Paused("anna", "", at=1.0), intended(0, 1.0), intended(1, 1.0))
    script.tell(Answered(key(0), at=2.0), Tick(at=3.2), Bridged(key(0), "ben", at=3.3))
    script.tell(Answered(key(1), at=5.0), Heard(key(1), at=6.0, greeting_end_s=1.0, **HUMAN))
    assert Bridge(key(1), "anna") in script.tell(WentReady("anna", at=7.7))
    script.tell(LegDown("anna", at=7.75))
    assert Play(key(1), "safe_harbour") in script.tell(Tick(at=7.86))


def test_what_follows_a_call_is_told_as_that_calls():
    script = open_for_business("anna")
    script.tell(intended(1, 1.0), Answered(key(1), at=2.0), Tick(at=3.2))
    script.tell(Bridged(key(1), "anna", at=3.3), HungUp(key(1), at=60.0))
    script.tell(Disposed("anna", key(1), "sale", at=70.0), Paused("anna", "", at=80.0))
    told = [(was.state, was.call, was.campaign) for was in script.facts(AgentWas)]
    assert told[-3:] == [
        ("TALKING", key(1), "spring"), ("WRAP_UP", key(1), "spring"), ("READY", "", ""),
    ]  # fmt: skip
