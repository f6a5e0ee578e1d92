"""Leg, page and voice of an agent are judged apart."""

from dialer.engine.commands import (
    AgentWas,
    Bridge,
    CallAgent,
    Cdr,
    DropAgent,
    HangUp,
    Hold,
    Originate,
    Play,
    Reassure,
    Resume,
)
from dialer.engine.events import (
    Answered,
    Bridged,
    CallWanted,
    DeskBack,
    DeskLost,
    Disposed,
    Heard,
    Held,
    HungUp,
    LegDown,
    LegUp,
    LegWanted,
    LoggedIn,
    LoggedOut,
    MessageEnded,
    MessageStarted,
    NotBridged,
    Paused,
    Reconciled,
    Refused,
    ResumeWanted,
    Ringing,
    Started,
    SwitchDown,
    SwitchUp,
    Tick,
    VoiceBack,
    VoiceLost,
    WentReady,
    Witness,
)
from tests.engine.script import Script, intended, key, open_for_business


def at_a_desk(desk: str = "tab1") -> Script:
    """Anna sits at a page that is attended, and is ready."""
    script = open_for_business()
    script.tell(LoggedIn("anna", "sales", "PJSIP/w-anna", desk, at=0.0), WentReady("anna", at=0.0))
    script.tell(LegUp("anna", at=0.5), DeskBack("anna", desk, at=0.6))
    return script


def talking(script: Script) -> Script:
    script.tell(intended(1, 1.0), Answered(key(1), at=2.0))
    script.tell(Heard(key(1), "human", "answer", at=3.0), Bridged(key(1), "anna", at=3.1))
    return script


def anna(script: Script) -> tuple[str, str]:
    known = script.engine.state.agents["anna"]
    return known.state, known.reason


def supply(script: Script) -> int:
    return script.engine.floor.supply("sales")


# ---- the page ------------------------------------------------------------------------------------
def test_nobody_is_ready_at_a_page_that_nobody_attends_yet():
    script = open_for_business()
    script.tell(LoggedIn("anna", "sales", "PJSIP/w-anna", "tab1", at=0.0))
    script.tell(WentReady("anna", at=0.0), LegUp("anna", at=0.5))
    assert (anna(script)[0], supply(script)) == ("PAUSED", 0)
    script.tell(DeskBack("anna", "tab1", at=0.6))
    assert (anna(script)[0], supply(script)) == ("READY", 1)


def test_a_lost_page_gets_no_call_and_comes_back_as_it_was():
    script = at_a_desk()
    script.tell(DeskLost("anna", "tab1", at=10.0))
    assert (anna(script), supply(script)) == (("PAUSED", "desk_lost"), 0)
    script.tell(DeskBack("anna", "tab1", at=12.0))
    assert (anna(script)[0], supply(script)) == ("READY", 1)


def test_a_talk_goes_on_without_the_page():
    script = talking(at_a_desk())
    orders = script.tell(DeskLost("anna", "tab1", at=10.0))
    assert not [order for order in orders if isinstance(order, Hold | DropAgent | Bridge)]
    assert (anna(script)[0], supply(script)) == ("TALKING", 0)
    script.tell(HungUp(key(1), at=30.0), Disposed("anna", key(1), "sale", at=40.0))
    assert anna(script) == ("PAUSED", "desk_lost")


def test_the_newest_page_wins():
    script = at_a_desk()
    script.tell(LoggedIn("anna", "sales", "PJSIP/w-anna", "tab2", at=10.0))
    assert anna(script) == ("PAUSED", "desk_lost")
    script.tell(DeskBack("anna", "tab1", at=10.1))
    assert anna(script)[0] == "PAUSED"
    script.tell(DeskBack("anna", "tab2", at=10.2))
    assert anna(script)[0] == "READY"


def test_a_forgotten_page_ends_the_shift_and_says_why():
    script = at_a_desk()
    script.tell(DeskLost("anna", "tab1", at=10.0), Tick(at=911.0))
    assert "anna" not in script.engine.state.agents
    last = script.facts(AgentWas)[-1]
    assert (last.state, last.reason, last.from_at) == ("LOGGED_OUT", "desk_lost", 911.0)
    assert DropAgent("anna") in script.orders


def test_a_new_process_waits_until_the_page_is_attended_again():
    script = at_a_desk()
    script.tell(Started(epoch=2, at=20.0))
    assert (anna(script)[0], supply(script)) == ("PAUSED", 0)


def test_no_shift_lasts_for_ever():
    script = open_for_business("anna")
    script.tell(Tick(at=14 * 3600.0 + 1))
    assert "anna" not in script.engine.state.agents


# ---- the leg -------------------------------------------------------------------------------------
def test_a_page_that_is_loaded_again_keeps_its_customer():
    script = talking(at_a_desk())
    orders = script.tell(LegDown("anna", at=10.0))
    assert Hold(key(1), "anna") in orders
    assert CallAgent("anna", "PJSIP/w-anna") in script.tell(Tick(at=11.0))
    assert Bridge(key(1), "anna") in script.tell(LegUp("anna", at=12.0))
    script.tell(Bridged(key(1), "anna", at=12.1), HungUp(key(1), at=30.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["connected"]


def test_the_customer_of_a_page_loaded_again_is_talked_with_again_by_itself():
    script = talking(at_a_desk())
    script.tell(LegWanted("anna", at=10.0), Held(key(1), "anna", at=10.1))
    script.tell(LegDown("anna", at=10.2), Tick(at=11.2))
    assert Bridge(key(1), "anna") in script.tell(LegUp("anna", at=12.0))
    script.tell(Bridged(key(1), "anna", at=12.1))
    assert anna(script)[0] == "TALKING"


def test_a_customer_on_hold_stays_on_hold_when_the_page_is_loaded_again():
    script = talking(at_a_desk())
    script.tell(Held(key(1), "anna", at=5.0), LegWanted("anna", at=10.0))
    script.tell(LegDown("anna", at=10.2), Tick(at=11.2))
    assert not [o for o in script.tell(LegUp("anna", at=12.0)) if isinstance(o, Bridge)]
    assert Resume(key(1), "anna") in script.tell(ResumeWanted("anna", key(1), at=13.0))


def test_who_says_that_the_phone_began_anew_is_called_at_once():
    script = talking(at_a_desk())
    orders = script.tell(LegWanted("anna", at=10.0))
    assert [o for o in orders if isinstance(o, Hold | DropAgent)] == [
        Hold(key(1), "anna"), DropAgent("anna"),
    ]  # fmt: skip
    script.tell(LegDown("anna", at=10.1))
    assert CallAgent("anna", "PJSIP/w-anna") in script.tell(Tick(at=11.1))


def test_a_page_that_does_not_come_back_loses_its_customer_to_another_agent():
    script = talking(at_a_desk())
    script.tell(LegDown("anna", at=10.0))
    script.tell(LoggedIn("ben", "sales", "PJSIP/ben", at=11.0), WentReady("ben", at=11.0))
    script.tell(LegUp("ben", at=11.5))
    assert Bridge(key(1), "ben") in script.tell(Tick(at=20.0))
    script.tell(Bridged(key(1), "ben", at=20.1), HungUp(key(1), at=30.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["agent_lost"]


def test_a_leg_lost_in_wrap_up_is_called_again_and_the_wrap_up_goes_on():
    script = talking(at_a_desk())
    script.tell(HungUp(key(1), at=10.0), LegDown("anna", at=11.0))
    assert CallAgent("anna", "PJSIP/w-anna") in script.tell(Tick(at=12.0))
    assert anna(script)[0] == "WRAP_UP"


def test_a_leg_whose_end_nobody_told_is_called_again():
    script = open_for_business()
    script.tell(LoggedIn("anna", "sales", "PJSIP/anna", at=10.0))
    script.tell(SwitchDown(at=10.5), SwitchUp(at=13.0), Reconciled(at=13.1))
    assert script.tell(Tick(at=19.0)) == []
    assert script.tell(Tick(at=20.0)) == [CallAgent("anna", "PJSIP/anna")]


def test_whom_nobody_can_reach_is_logged_out():
    script = open_for_business("anna")
    script.tell(LegDown("anna", at=10.0))
    for at in range(13, 940, 12):
        script.tell(Tick(at=float(at)))
    assert "anna" not in script.engine.state.agents


# ---- a call by hand under a page that is loaded again --------------------------------------------
def calling() -> Script:
    """Anna has asked for call 7, which rings."""
    script = at_a_desk()
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    script.tell(intended(7, 5.1, mode="manual", agent="anna"), Ringing(key(7), at=6.0))
    return script


def reloaded(script: Script, at: float) -> None:
    """The phone of the page begins anew; the leg is down."""
    script.tell(LegWanted("anna", at=at), LegDown("anna", at=at + 0.1))


def test_a_call_by_hand_rings_on_while_the_page_is_loaded_again():
    script = calling()
    reloaded(script, 8.0)
    assert (anna(script)[0], script.engine.state.agents["anna"].call) == ("RESERVED", key(7))
    assert CallAgent("anna", "PJSIP/w-anna") in script.tell(Tick(at=9.1))
    script.tell(LegUp("anna", at=10.0))
    orders = script.tell(Answered(key(7), at=12.0))
    assert Bridge(key(7), "anna") in orders
    script.tell(Bridged(key(7), "anna", at=12.1), Tick(at=25.0), HungUp(key(7), at=30.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["connected"]
    assert not [o for o in script.orders if isinstance(o, HangUp)]


def test_it_survives_a_page_that_vanished_without_a_word():
    script = calling()
    script.tell(DeskLost("anna", "tab1", at=8.0), LegDown("anna", at=8.1), Tick(at=9.1))
    script.tell(DeskBack("anna", "tab1", at=9.5), LegUp("anna", at=9.6))
    assert anna(script)[0] == "RESERVED"
    assert Bridge(key(7), "anna") in script.tell(Answered(key(7), at=12.0))


def test_whom_an_agent_called_is_joined_anew_when_the_order_to_join_them_was_lost():
    script = calling()
    script.tell(Answered(key(7), at=8.0), Started(epoch=2, at=8.1), SwitchUp(at=9.0))
    up = Witness(key(7), "up", answered_at=8.0)
    orders = script.tell(Reconciled((up,), ("anna",), at=10.0))
    assert (Bridge(key(7), "anna") in orders, DropAgent("anna") in orders) == (True, False)
    script.tell(Bridged(key(7), "anna", at=10.1))
    assert anna(script) == ("TALKING", "")


def test_an_answer_meanwhile_waits_for_the_page_and_for_nobody_else():
    script = calling()
    script.tell(LoggedIn("ben", "sales", "PJSIP/ben", at=7.0), LegUp("ben", at=7.5))
    script.tell(WentReady("ben", at=7.5), LegWanted("anna", at=8.0))
    orders = script.tell(Answered(key(7), at=8.05), LegDown("anna", at=8.1), Tick(at=8.4))
    assert not [o for o in orders if isinstance(o, Bridge)]
    assert Bridge(key(7), "anna") in script.tell(LegUp("anna", at=8.9))
    script.tell(Bridged(key(7), "anna", at=9.0), HungUp(key(7), at=30.0))
    (cdr,) = script.facts(Cdr)
    assert (cdr.outcome, [leg.agent for leg in cdr.legs]) == ("connected", ["anna"])


def test_a_leg_that_is_taken_down_under_the_joining_is_waited_for():
    script = calling()
    script.tell(Answered(key(7), at=8.0), LegWanted("anna", at=8.01))
    script.tell(NotBridged(key(7), "anna", "agent gone", at=8.02), LegDown("anna", at=8.03))
    assert anna(script)[0] == "RESERVED"
    assert Bridge(key(7), "anna") in script.tell(LegUp("anna", at=9.5))


def test_a_talk_that_had_just_begun_is_kept_too():
    script = calling()
    script.tell(Answered(key(7), at=8.0), LegWanted("anna", at=8.01))
    orders = script.tell(Bridged(key(7), "anna", at=8.02), LegDown("anna", at=8.03))
    assert Hold(key(7), "anna") in orders
    assert Bridge(key(7), "anna") in script.tell(LegUp("anna", at=9.5))


def test_whoever_answers_a_page_that_stays_away_hears_who_called():
    script = calling()
    reloaded(script, 8.0)
    script.tell(Answered(key(7), at=8.5))
    assert Play(key(7), "safe_harbour") in script.tell(Tick(at=10.4))
    script.tell(MessageStarted(key(7), "m", at=10.5), LegUp("anna", at=11.0))
    assert HangUp(key(7), "message") in script.tell(MessageEnded(key(7), "m", at=16.0))
    script.tell(HungUp(key(7), at=16.1))
    assert (anna(script)[0], [cdr.outcome for cdr in script.facts(Cdr)]) == ("READY", ["abandoned"])


def test_a_page_that_stays_away_rings_for_nobody():
    script = calling()
    reloaded(script, 8.0)
    assert HangUp(key(7), "agent") in script.tell(Tick(at=18.2))
    assert anna(script) == ("PAUSED", "leg_lost")
    script.tell(HungUp(key(7), at=18.3, by_us=True), LegUp("anna", at=19.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["cancelled"]
    assert anna(script)[0] == "READY"


def test_what_was_not_promised_yet_is_waited_for():
    script = at_a_desk()
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    reloaded(script, 5.01)
    orders = script.tell(intended(7, 5.2, mode="manual", agent="anna"))
    assert [o.call for o in orders if isinstance(o, Originate)] == [key(7)]
    script.tell(LegUp("anna", at=6.5))
    assert Bridge(key(7), "anna") in script.tell(Answered(key(7), at=9.0))


def test_who_is_refused_meanwhile_is_free_when_the_page_is_back():
    script = at_a_desk()
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    reloaded(script, 5.01)
    script.tell(Refused("spring", 1, 0, "dnc", agent="anna", at=5.2))
    assert anna(script) == ("PAUSED", "leg_lost")
    script.tell(LegUp("anna", at=6.5))
    assert anna(script)[0] == "READY"


def test_a_phone_that_hangs_up_gives_its_call_by_hand_up_at_once():
    script = open_for_business("anna")
    script.tell(CallWanted("anna", "spring", "L7", at=5.0))
    script.tell(intended(7, 5.1, mode="manual", agent="anna"), Ringing(key(7), at=6.0))
    assert HangUp(key(7), "agent") in script.tell(LegDown("anna", at=8.0))
    assert anna(script) == ("PAUSED", "leg_lost")


def test_who_logs_out_during_a_talk_has_gone_when_the_leg_breaks():
    script = talking(open_for_business("anna", "ben"))
    script.tell(LoggedOut("anna", at=12.0))
    orders = script.tell(LegDown("anna", at=13.0))
    assert Bridge(key(1), "ben") in orders
    assert set(script.engine.state.agents) == {"ben"}
    script.tell(Bridged(key(1), "ben", at=13.2), LegUp("anna", at=20.0))
    assert script.engine.index.crew("sales").logged_in == 1


def test_a_bridge_that_fails_keeps_nobody_at_work_who_wanted_to_go():
    script = open_for_business("anna", "ben")
    script.tell(intended(1, 1.0), Answered(key(1), at=2.0), Tick(at=3.2))
    script.tell(LoggedOut("anna", at=3.3), NotBridged(key(1), "anna", "no bridge", at=3.4))
    assert set(script.engine.state.agents) == {"ben"}
    script.tell(Paused("ben", "lunch", at=3.5), NotBridged(key(1), "ben", "no bridge", at=3.6))
    script.tell(LegUp("ben", at=8.0))
    assert script.engine.state.agents["ben"].state == "PAUSED"


# ---- the voice -----------------------------------------------------------------------------------
def test_a_silent_agent_is_excused_at_three_seconds_and_replaced_at_ten():
    script = talking(open_for_business("anna", "ben"))
    assert Reassure(key(1), "anna") in script.tell(VoiceLost("anna", at=13.0))
    orders = script.tell(Tick(at=20.0))
    assert [o for o in orders if isinstance(o, Hold | Bridge | DropAgent)] == [
        DropAgent("anna"), Hold(key(1), "anna"), Bridge(key(1), "ben"),
    ]  # fmt: skip
    script.tell(Bridged(key(1), "ben", at=20.1), HungUp(key(1), at=30.0))
    assert [cdr.outcome for cdr in script.facts(Cdr)] == ["agent_lost"]


def test_with_nobody_else_there_the_customer_hears_music_and_then_who_called():
    script = talking(open_for_business("anna"))
    script.tell(VoiceLost("anna", at=13.0))
    assert Hold(key(1), "anna") in script.tell(Tick(at=20.0))
    assert Play(key(1), "safe_harbour") in script.tell(Tick(at=80.0))


def test_a_voice_that_comes_back_is_forgiven():
    script = talking(open_for_business("anna", "ben"))
    script.tell(VoiceLost("anna", at=13.0), VoiceBack("anna", at=16.0), Tick(at=25.0))
    assert anna(script)[0] == "TALKING"


def test_a_ready_agent_without_a_voice_gets_no_call():
    script = open_for_business("anna")
    script.tell(VoiceLost("anna", at=13.0))
    assert (anna(script), supply(script)) == (("PAUSED", "voice_lost"), 0)
    assert DropAgent("anna") in script.orders


def test_a_page_opened_elsewhere_during_a_talk_counts_as_nobody_there_until_it_is_attended():
    script = talking(at_a_desk())
    assert supply(script) == 1
    script.tell(LoggedIn("anna", "sales", "PJSIP/anna", desk="tab2", at=12.0))
    assert supply(script) == 0
    script.tell(DeskBack("anna", "tab2", at=13.0))
    assert supply(script) == 1


def test_a_word_about_the_last_call_keeps_nobody_at_work_whose_shift_is_over():
    for gone in (LoggedOut("anna", at=12.0), Tick(at=14 * 3600.0 + 1.0)):
        script = open_for_business("anna", "ben")
        script.tell(intended(1, 1.0, ring_timeout_s=1e6), Answered(key(1), at=gone.at - 9.0))
        script.tell(Tick(at=gone.at - 5.0), Bridged(key(1), "anna", at=gone.at - 4.0), gone)
        script.tell(
            HungUp(key(1), at=gone.at + 1.0), Disposed("anna", key(1), "sale", at=gone.at + 2.0)
        )
        assert "anna" not in script.engine.state.agents
